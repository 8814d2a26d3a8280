"""Bring the database to this version's tables."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from service.db.database import Database


def migrate(database: Database) -> None:
    """Run the migrations that are missing, all or none.

    Parameters
    ----------
    database : Database
        Empty, of an earlier version, or up to date.

    Notes
    -----
    One writing transaction: it holds the writers' lock, so that of several processes that start at once the first
    one migrates and the others find nothing to do.
    """
    with database.writing() as session:
        migrate_to(session, "head")


def migrate_to(session: Session, revision: str) -> None:
    """Run the migrations up to one of them, within a writing transaction."""
    config = _config()
    config.attributes["connection"] = session.connection()
    command.upgrade(config, revision)


def known_revisions() -> set[str]:
    """Name all revisions that this version can bring up to date."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def later_revision(session: Session) -> str | None:
    """Return the revision of a database that a later version made; None where this version knows it, or it has none."""
    have = MigrationContext.configure(session.connection()).get_current_heads()
    return next((one for one in have if one not in known_revisions()), None)


def is_current(session: Session) -> bool:
    """Say whether the database has exactly this version's tables."""
    have = MigrationContext.configure(session.connection()).get_current_heads()
    return set(have) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "service.db:migrations")
    config.set_main_option("path_separator", "os")
    return config
