"""Is the database the one that was here, whole, and of this version? Each fault in words, with what to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from brikopt.errors import BadInput
from service.audit.chain import Finding, seal_what_stands, verify
from service.audit.tables import Entry
from service.audit.witness import Witness
from service.db.damage import damage, is_damage
from service.db.database import Database
from service.db.migrate import is_current, later_revision, migrate
from service.operation.contents import changed_contents
from service.refusals import BrokenChain
from service.settings import Settings

RESTORE = "Stop the service, move the file away, and run `brikopt restore --from BACKUP` with the newest backup."


def bring_up_to_date(database: Database, settings: Settings) -> None:
    """Give a database this version's tables.

    Parameters
    ----------
    database : Database
    settings : Settings

    Raises
    ------
    BadInput
        If it is empty where there was one before, damaged, or of a later version; it is as it was then.
    """
    refuse_missing(database, settings)
    refuse_damaged(database)
    with database.reading() as session:
        refuse_later(session)
    migrate(database)
    with database.writing() as session:
        seal_what_stands(session, Witness.of(settings))


def refuse_missing(database: Database, settings: Settings) -> None:
    """Refuse to begin anew where this machine noted changes: a volume that isn't mounted must not become a new service.

    Raises
    ------
    BadInput
    """
    noted = Witness.of(settings).noted
    if noted.exists() and not _has_tables(database):
        problem = "the service's database is missing or empty, but changes were made in one."
        advice = (
            f"Bring the database back, or restore a backup; to begin anew, remove {noted.name} from the data folder."
        )
        raise BadInput(_where(database), problem, advice)


def refuse_damaged(database: Database) -> None:
    """Look through a SQLite file; BadInput where pages of it are damaged."""
    if (fault := damage(database)) is not None:
        raise BadInput(_where(database), f"the file is damaged ({fault}).", RESTORE)


def refuse_later(session: Session) -> None:
    """Refuse a database that a later version made; BadInput."""
    if (revision := later_revision(session)) is not None:
        problem = f"a later version of brikopt made this database (its tables are {revision})."
        raise BadInput("database", problem, "Use that version, or restore a backup that this one made.")


def verify_whole(database: Database, settings: Settings, must_hold: str | None = None) -> Finding:
    """Check the audit, and that all else agrees with it.

    Parameters
    ----------
    database : Database
        As it is; nothing is changed.
    settings : Settings
        With the key.
    must_hold : str, optional
        Digest of an entry that must be there.

    Returns
    -------
    Finding
        That holds.

    Raises
    ------
    BadInput
        If there is nothing to verify: that is no good news.
    BrokenChain
        If something was altered.
    """
    refuse_missing(database, settings)
    if not _has_tables(database):
        raise BadInput(_where(database), "there is no database of brikopt.", "Name the folder that the service uses.")
    refuse_damaged(database)
    with database.reading() as session:
        refuse_later(session)
        finding = verify(session, Witness.of(settings), must_hold)
        if finding.broken_at is not None:
            raise BrokenChain(number=str(finding.broken_at), why=finding.why)
        if not finding.entries:
            raise BadInput(
                _where(database), "it holds no change, so there is nothing to verify.", "Is it the right one?"
            )
        changed = changed_contents(session) if is_current(session) else []
    if changed:
        told = ", ".join(f"{one.what} {one.id}" for one in changed[:5])
        raise BrokenChain(number=str(changed[0].number or finding.entries), why=f"it tells otherwise of {told}")
    return finding


def _has_tables(database: Database) -> bool:
    file = make_url(str(database.engine.url)).database
    if database.engine.dialect.name == "sqlite" and not Path(file or "").exists():
        return False  # Whoever only looks doesn't make one.
    try:
        with database.reading() as session:
            return inspect(session.connection()).has_table(Entry.__tablename__)
    except DatabaseError as error:
        if is_damage(error):
            return True
        raise


def _where(database: Database) -> str:
    return str(database.engine.url.render_as_string(hide_password=True))
