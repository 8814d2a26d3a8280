"""Every version of the tables that ever was becomes this one, with all that it held."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from service.audit.chain import verify
from service.audit.witness import Witness
from service.db.migrate import is_current, known_revisions
from service.db.register import TABLES
from service.operation.backup import back_up, tables_of
from service.operation.restore import restore
from service.operation.whole import bring_up_to_date
from service.settings import DATABASE_FILE, Settings
from tests.service.golden import FOLDER
from tests.service.golden import opened as open_dump


def rows(database) -> dict[str, int]:
    """How many rows each table holds."""
    with database.reading() as session:
        return {one.name: session.scalar(select(func.count()).select_from(one)) for one in tables_of(session)}


def test_there_is_a_database_of_every_version():
    """Whoever adds a migration keeps one: python -m tests.service.golden."""
    assert {path.stem for path in FOLDER.glob("*.sql")} == known_revisions()


@pytest.mark.parametrize("revision", sorted(path.stem for path in FOLDER.glob("*.sql")))
def test_a_database_of_each_version_is_brought_up_to_date(revision, tmp_path, opened):
    """No row is lost, all of ours can be read, and the chain holds under a seal; so does a backup of then."""
    settings = Settings(data_dir=tmp_path, DATABASE_URL="")
    open_dump(FOLDER / f"{revision}.sql", tmp_path / DATABASE_FILE)
    database, file = opened(settings), tmp_path / "backup.zip"
    before = rows(database)
    back_up(database, file)
    bring_up_to_date(database, settings)
    after = rows(database)
    assert {**before, "audit": 2} == {name: after[name] for name in before}
    with database.reading() as session:
        assert is_current(session)
        assert verify(session, Witness.of(settings)).entries == 2
        for table in TABLES.sorted_tables:
            session.execute(select(table)).all()
    there = Settings(data_dir=tmp_path / "there", DATABASE_URL="")
    restore(restored := opened(there), file, replace=False, by="test")
    assert rows(restored) == after
