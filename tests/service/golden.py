"""Databases as each version of the tables had them, kept as SQL: what a region holds comes along with every upgrade.

``python -m tests.service.golden`` writes those that aren't there yet; one that is there is never written anew.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, MetaData, Numeric, insert, text

from service.audit.chain import FIRST, digest_of
from service.audit.tables import Entry
from service.db.database import Database
from service.db.migrate import known_revisions, migrate_to
from service.db.register import TABLES

FOLDER = Path(__file__).parent / "golden"
MOMENT, DAY = datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 3, 1)
# What a cell of this name holds, where it is more than any value of its type: keys that lead to other tables.
CELLS: dict[str, Any] = {
    "principal": "person-0123456789abcdef",
    "run": "aaaa000000000001",
    "ward_id": "A1",
    "cabinet_id": "S1",
    "item_id": "000001",
    "kind": "brik",
    "run_id": "bbbb00000001",
    "state": "done",
    "role": "reader",
    "name": "levels",
}
IDS = {"principals": CELLS["principal"], "runs": CELLS["run"]}
LISTS = ("units", "hospitals", "wards", "decisions", "shelf_dates", "counts", "discards", "seen", "files")


def made(revision: str, folder: Path) -> str:
    """A database of a version with one row in each of its tables, as SQL."""
    database = Database(f"sqlite:///{folder / 'golden.db'}")
    with database.writing() as session:
        migrate_to(session, revision)
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        found = MetaData()
        found.reflect(session.connection(), only=lambda name, _: name in TABLES.tables)
        for table in found.sorted_tables:
            if table.name not in ("audit", "audit_people"):
                session.execute(insert(table).values({one.name: cell(table.name, one) for one in table.columns}))
        names = {column.name for column in found.tables["audit"].columns}
        entry = Entry(number=1, at=MOMENT, who="command", what="tried", subject="1", previous=FIRST)
        entry.digest = digest_of(entry)
        said = {name: getattr(entry, name) for name in names}
        session.execute(insert(Entry.__table__).values(said))
    database.close()
    with closing(sqlite3.connect(folder / "golden.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return "\n".join(connection.iterdump()) + "\n"


def cell(table: str, column: Any) -> Any:
    """A value that fits a column."""
    if column.name == "id" and table in IDS:
        return IDS[table]
    if isinstance(column.type, JSON):
        return [] if column.name in LISTS else {}
    values = (
        (DateTime, MOMENT),
        (Date, DAY),
        (Boolean, True),
        (Integer, 1),
        (LargeBinary, b"x"),
        (Numeric | Float, 1.5),
    )
    for kind, value in values:
        if isinstance(column.type, kind):
            return value
    return CELLS.get(column.name, "x")


def opened(dump: Path, file: Path) -> None:
    """Make the database of a dump."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(dump.read_text("utf-8"))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in sorted(known_revisions()):
        if not (FOLDER / f"{one}.sql").exists():
            with tempfile.TemporaryDirectory() as kept_here:
                (FOLDER / f"{one}.sql").write_text(made(one, Path(kept_here)), "utf-8")
            sys.stdout.write(f"{one}\n")
