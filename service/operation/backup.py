"""Write all that the service keeps into one file, from one moment of the database."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, MetaData, Table, select
from sqlalchemy.orm import Session

from brikopt import __version__
from brikopt.errors import BadInput
from service.audit.chain import Finding, verify
from service.clock import now
from service.db.database import Database
from service.db.register import TABLES
from service.operation.cells import writers
from service.refusals import BrokenChain

PRODUCT, FORM = "brikopt backup", 1
MANIFEST = "backup.json"
VERSIONS = "alembic_version"
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes
    ----------
    rows : int
        Rows of all tables.
    audit : Finding
        The record of changes in it.
    """

    rows: int
    audit: Finding


def back_up(database: Database, out: Path) -> Backup:
    """Write a backup.

    Parameters
    ----------
    database : Database
        Of this version; it may be in use meanwhile.
    out : Path
        The file to write; readable for its owner alone, because it holds what people decided and hashes of keys.

    Returns
    -------
    Backup

    Raises
    ------
    BadInput
        If the file is there already or can't be written.
    BrokenChain
        If the record of changes doesn't hold together: such a backup would be worth nothing.

    Notes
    -----
    A zip of one file a table, a row a line as JSON. So it needs no tool of a database, and what was backed up on
    SQLite can be restored on PostgreSQL. The file appears whole or not at all.
    """
    if out.exists():
        raise BadInput(f"--out {out}", "there is a file of this name.", "Name a new one.")
    try:
        part, name = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent)  # readable for its owner alone
    except OSError as error:
        raise BadInput(f"--out {out}", f"it can't be written ({error.strerror}).", "Name another place.") from None
    try:
        with os.fdopen(part, "wb") as file:
            with database.reading() as session, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                backup = _write(session, archive)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(out)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
    return backup


def tables_of(session: Session) -> list[Table]:
    """Read from the database which tables of ours it has, those first that others refer to; without its version.

    Whatever else lies in the same database is somebody else's, and neither kept nor let go.
    """
    found, ours = MetaData(), set(TABLES.tables)
    found.reflect(session.connection(), only=lambda name, _: name in ours)
    for column in (column for table in found.sorted_tables for column in table.columns):
        if isinstance(column.type, JSON):
            # Where a cell may be blank, nothing is a blank, not JSON's null.
            column.type.none_as_null = bool(column.nullable)
    return [table for table in found.sorted_tables if table.name != VERSIONS]


def _write(session: Session, archive: zipfile.ZipFile) -> Backup:
    revision = MigrationContext.configure(session.connection()).get_current_revision()
    if revision is None:
        raise BadInput("--data-dir", "the database has no tables of brikopt.", "Name the folder that the service uses.")
    finding = verify(session)
    if finding.broken_at is not None:
        raise BrokenChain(number=str(finding.broken_at), why=finding.why)
    tables = {table.name: _write_table(session, archive, table) for table in tables_of(session)}
    manifest = {
        "product": PRODUCT,
        "form": FORM,
        "version": __version__,
        "revision": revision,
        "made_at": now().isoformat(),
        "audit": {"entries": finding.entries, "head": finding.head},
        "tables": tables,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Backup(sum(one["rows"] for one in tables.values()), finding)


def _write_table(session: Session, archive: zipfile.ZipFile, table: Table) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
        for line in _lines(session, table):
            file.write(line)
            digest.update(line)
            rows += 1
    return {"columns": [column.name for column in table.columns], "rows": rows, "sha256": digest.hexdigest()}


def _lines(session: Session, table: Table) -> Iterator[bytes]:
    changes = writers(list(table.columns))
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    for row in session.execute(query):
        values = [change(value) for change, value in zip(changes, row, strict=True)]
        yield json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
