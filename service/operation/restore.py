"""Bring back all that a backup holds, or change nothing."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from brikopt.errors import BadInput
from service.audit.chain import RESTORED, Finding, record, verify
from service.audit.tables import Entry
from service.db.database import Database
from service.db.migrate import known_revisions, migrate_to
from service.operation.backup import FORM, MANIFEST, PRODUCT, VERSIONS, tables_of
from service.operation.cells import readers
from service.refusals import BrokenChain

_BATCH = 2000
_ADVICE = "Name a file that `brikopt backup` wrote."


def restore(database: Database, source: Path, *, replace: bool, by: str) -> Finding:
    """Restore a backup in one transaction.

    Parameters
    ----------
    database : Database
        Empty, or one that may be replaced. A service that runs on it goes on with what was restored.
    source : Path
        What `back_up` wrote, on this version or an earlier one, from SQLite or PostgreSQL.
    replace : bool
        Whether what is there now may go.
    by : str
        Who restores; the record of changes says so in a last entry.

    Returns
    -------
    Finding
        The record of changes as the backup had it.

    Raises
    ------
    BadInput
        If the file is no backup, is damaged, or of a later version; or if something is there and may not go.
    BrokenChain
        If the record of changes in it doesn't hold together. In all these cases the database is as it was.
    """
    with _opened(source) as archive, database.writing() as session:
        manifest = _manifest(archive, source)
        _refuse_changed(archive, manifest, source)
        if not replace:
            _refuse_to_replace(session)
        lost = _thrown_away(session)
        _clear(session)
        migrate_to(session, manifest["revision"])
        for table in tables_of(session):
            _fill(session, archive, table, manifest["tables"][table.name]["columns"])
        migrate_to(session, "head")
        finding = verify(session)
        if finding.broken_at is not None:
            raise BrokenChain(number=str(finding.broken_at), why=finding.why)
        if finding.head != manifest["audit"]["head"]:
            raise BadInput(str(source), "its record of changes has another end than it had.", _ADVICE)
        after = {"made_at": manifest["made_at"], "head": finding.head, "thrown_away": lost}
        record(session, by, RESTORED, finding.head[:16], after=after)
    return finding


def _thrown_away(session: Session) -> dict[str, Any] | None:
    """Return how far the record of changes went that is let go: a backup of before must not hide what came after."""
    if not inspect(session.connection()).has_table(Entry.__tablename__):
        return None
    query = select(Entry.number, Entry.digest).order_by(Entry.number.desc()).limit(1)
    last = session.execute(query).first()
    return {"entries": last.number, "head": last.digest} if last else None


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except OSError as error:
        raise BadInput(f"--from {source}", f"it can't be read ({error.strerror}).", _ADVICE) from None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise BadInput(f"--from {source}", "it is no backup, or it is damaged.", _ADVICE) from None


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError):
        manifest = {}
    if not isinstance(manifest, dict) or (manifest.get("product"), manifest.get("form")) != (PRODUCT, FORM):
        raise BadInput(f"--from {source}", "it is no backup of brikopt.", _ADVICE)
    if manifest["revision"] not in known_revisions():
        problem = f"it comes from brikopt {manifest['version']}, whose tables this version doesn't know."
        raise BadInput(f"--from {source}", problem, "Restore it with that version or a later one.")
    return manifest


def _refuse_to_replace(session: Session) -> None:
    filled = [table.name for table in tables_of(session) if session.scalar(select(func.count()).select_from(table))]
    if filled:
        raise BadInput("--from", f"the database holds data ({', '.join(filled)}).", "Add --replace to let it go.")


def _clear(session: Session) -> None:
    """Drop all tables: the audit's own guards let nobody empty it, and the same goes for what came later."""
    connection = session.connection()
    for table in reversed(tables_of(session)):
        table.drop(connection)
    if inspect(connection).has_table(VERSIONS):
        connection.execute(text(f"DROP TABLE {VERSIONS}"))
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS audit_refuses()"))


def _refuse_changed(archive: zipfile.ZipFile, manifest: Mapping[str, Any], source: Path) -> None:
    """Read everything once before anything is written."""
    for name, said in manifest["tables"].items():
        try:
            with archive.open(f"{name}.jsonl") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == said["sha256"]  # type: ignore[arg-type]
        except KeyError:
            whole = False
        if not whole:
            raise BadInput(f"--from {source}", f"the table {name} was changed or is missing.", _ADVICE)


def _fill(session: Session, archive: zipfile.ZipFile, table: Table, names: Sequence[str]) -> None:
    changes = readers([table.columns[name] for name in names])
    with archive.open(f"{table.name}.jsonl") as file:
        while lines := list(islice(file, _BATCH)):
            rows = ([change(v) for change, v in zip(changes, json.loads(line), strict=True)] for line in lines)
            session.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
