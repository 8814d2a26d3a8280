"""Connections and transactions: SQLite or PostgreSQL, one writer at a time, readers never wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

# Waiting for another writer is normal while a run of a whole region is being published.
_PATIENCE_SECONDS = 120
_WRITES = "brikopt_writes"
# Any fixed number: it names the lock that writers of this product share on a PostgreSQL server.
_WRITERS_LOCK = 5_207_114


class Database:
    """The service's database.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql+psycopg://...``.

    Notes
    -----
    A writing transaction takes the database's one writers' lock before it reads anything. So whatever it
    has read is still true when it commits: two people at once can't overwrite each other, and the chain of the
    audit never forks. A reading transaction sees one moment of the database throughout.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment and changes nothing."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that commits at the end, and rolls back where an error leaves the block."""
        with (
            self.engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
            Session(connection, join_transaction_mode="conditional_savepoint") as session,
        ):
            yield session
            session.flush()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_engine(url, pool_size=20, max_overflow=30, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, pool_size=20, max_overflow=30, hide_parameters=True, connect_args={"timeout": _PATIENCE_SECONDS}
    )
    event.listen(engine, "do_connect", _make_folder)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(dialect: object, record: object, arguments: list[Any], named: object) -> None:  # noqa: ARG001
    """Have a folder for the file; only whoever connects needs it."""
    Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)


def _set_up_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - as SQLAlchemy calls it
    # Python's driver must not begin transactions by itself: it would begin them as readers.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    # What was answered with 2xx must survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES, False))


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"))
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
