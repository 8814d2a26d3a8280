"""Connections and transactions: SQLite or PostgreSQL, one writer at a time, readers never wait."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from service.db.outages import refusing_outages
from service.db.watching import State, watch_on
from service.refusals import Unavailable

# Waiting for another writer is normal; whoever waits holds a thread, and readers need some as well.
PATIENCE_SECONDS = 30.0
_MOST_WAITING = 30
_CONNECT_SECONDS = 5
_TRIES = 50
_WRITES = "brikopt_writes"
# Any fixed number: it names the lock that writers of this product share on a PostgreSQL server.
_WRITERS_LOCK = 5_207_114


# What a writing session carries: who seals entries of the audit, and the last one that it added.
WITNESS, NEW_HEAD = "witness", "head"


class Committed(Protocol):
    """Is told of each commit that added to the audit."""

    def committed(self, number: int, digest: str) -> None:
        """Hear of the last entry."""


class Database:
    """The service's database.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql+psycopg://...``.
    patience : float
        Seconds that a writer waits for the others.
    witness : Committed, optional
        Seals what is added to the audit, and hears of it.

    Raises
    ------
    Unavailable
        From `reading` and `writing`, where the database is away, full, or busy for longer than the patience.

    Notes
    -----
    A writing transaction takes the database's one writers' lock before it reads anything. So whatever it
    has read is still true when it commits: two people at once can't overwrite each other, and the chain of the
    audit never forks. A reading transaction sees one moment of the database throughout.
    """

    def __init__(self, url: str, patience: float = PATIENCE_SECONDS, witness: Committed | None = None) -> None:
        self.engine = _engine(url, patience)
        self._patience, self._witness = patience, witness
        # Writers of one process queue here, where waiting is fair and costs nothing; the database's lock is for others.
        self._turn, self._places = Lock(), BoundedSemaphore(_MOST_WAITING)
        self._watch = watch_on(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment and changes nothing."""
        with refusing_outages(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that commits at the end, and rolls back where an error leaves the block."""
        with (
            refusing_outages(),
            self._queued(),
            self.engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
            Session(
                connection, join_transaction_mode="conditional_savepoint", info={WITNESS: self._witness}
            ) as session,
        ):
            yield session
            session.flush()
        if self._witness is not None and NEW_HEAD in session.info:
            self._witness.committed(*session.info[NEW_HEAD])

    async def state(self) -> State | None:
        """Return what is another after every commit, whoever made it; None where it can't be read."""
        return await self._watch.state()

    def close(self) -> None:
        """Close all connections."""
        self._watch.close()
        self.engine.dispose()

    @contextmanager
    def _queued(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Unavailable
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise Unavailable
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


def _engine(url: str, patience: float) -> Engine:
    usual: dict[str, Any] = {"pool_size": 20, "max_overflow": 30, "pool_timeout": patience, "hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(create_engine(url, connect_args={"timeout": patience}, **usual))
    # A server that is switched off answers nothing at all: then the limits say that it is gone.
    limits = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": round(1000 * patience)}
    engine = create_engine(url, pool_pre_ping=True, connect_args=limits, **usual)
    event.listen(engine, "begin", partial(_begin_postgresql, round(1000 * patience)))
    return engine


def _sqlite(engine: Engine) -> Engine:
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
    _write_ahead(connection)
    # What was answered with 2xx must survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - the driver's
    """Turn on the write-ahead log.

    Of several who do so on a new file at once, SQLite tells all but one to try again, without waiting.
    """
    for tries_left in range(_TRIES, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not tries_left or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.02)
        else:
            return


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES, False))


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(patience_ms: int, connection: Connection) -> None:
    if _writes(connection):
        connection.execute(text(f"SET LOCAL lock_timeout = {patience_ms}"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"))
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
