"""The database: its tables, its locks, and what is the same on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, text

from service.audit.chain import record, verify
from service.db.migrate import is_current, migrate
from service.db.register import TABLES
from tests.service.postgres import statement


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(empty, opened):
    """0 differences, types included."""
    database = opened(empty)
    migrate(database)
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, TABLES) == []
        assert is_current(session)


def test_a_database_without_tables_is_not_current(empty, opened):
    """So /health/ready can say so."""
    with opened(empty).reading() as session:
        assert not is_current(session)


def test_four_processes_that_start_at_once_migrate_once(empty, opened):
    """Four connections of their own, 0 errors."""
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate, opened(empty)) for _ in range(4)]:
            done.result()
    with opened(empty).reading() as session:
        assert is_current(session)


def test_eight_writers_at_once_leave_one_chain(empty, opened):
    """8 writers of 5 changes each: 40 entries, numbered from 1 to 40, and every one follows."""
    migrate(opened(empty))

    def write(writer: int) -> None:
        database = opened(empty)
        for number in range(5):
            with database.writing() as session:
                record(session, f"writer {writer}", "tried", str(number))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(write, writer) for writer in range(8)]:
            done.result()
    with opened(empty).reading() as session:
        finding = verify(session)
    assert (finding.entries, finding.broken_at) == (40, None)


def test_an_error_takes_back_all_of_a_transaction(empty, opened):
    """Two changes and a failure leave 0 entries."""
    database = opened(empty)
    migrate(database)
    with pytest.raises(KeyError), database.writing() as session:
        record(session, "somebody", "tried", "1")
        record(session, "somebody", "tried", "2")
        {}["missing"]
    with database.reading() as session:
        assert verify(session).entries == 0


def test_a_reader_sees_one_moment(empty, opened):
    """What is committed while it reads stays out of sight until it reads anew: 0, 0, then 1."""
    database = opened(empty)
    migrate(database)
    with database.reading() as reader:
        assert verify(reader).entries == 0
        with database.writing() as session:
            record(session, "somebody", "tried", "1")
        assert verify(reader).entries == 0
    with database.reading() as reader:
        assert verify(reader).entries == 1


def test_sqlite_waits_for_the_disk(on_sqlite):
    """WAL, and synchronous = FULL, which is 2; foreign keys are checked."""
    with on_sqlite.database.reading() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


def test_a_commit_by_anybody_is_another_state(site, opened):
    """The same twice, and another after a change that was made through another connection."""
    before, again = (asyncio.run(site.database.state()) for _ in range(2))
    with opened(site.settings).writing() as session:
        record(session, "somebody", "tried", "1")
    after, once_more = (asyncio.run(site.database.state()) for _ in range(2))
    assert before == again is not None
    assert after == once_more != before


def test_who_asks_after_a_commit_is_told_of_it_however_many_ask(site, opened):
    """Forty at once, five times, a change before each: all of a time hear the same, and each time something else."""

    async def forty():
        return await asyncio.gather(*(site.database.state() for _ in range(40)))

    found = []
    for _ in range(5):
        with opened(site.settings).writing() as session:
            record(session, "somebody", "tried", "1")
        found.append(set(asyncio.run(forty())))
    assert [len(states) for states in found] == [1] * 5
    assert len(set().union(*found)) == 5


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_new_connection_begins_new_states(site, request):
    """The server ends the connection: nothing is known once, then another state, though nothing was committed."""
    folder, name = request.getfixturevalue("postgresql"), make_url(site.settings.url).database
    before = asyncio.run(site.database.state())
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    statement(folder, ended)
    assert asyncio.run(site.database.state()) is None
    assert asyncio.run(site.database.state()) not in (None, before)
