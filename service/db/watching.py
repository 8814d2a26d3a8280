"""Has anybody changed anything? Asked before an answer is given again from memory, so it must cost next to nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Protocol

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

State = tuple[object, ...]
# What is committed and visible to a new reader, as the server itself counts it: no commit leaves it as it was.
_SNAPSHOT = "SELECT pg_current_snapshot()::text"


class Watch(Protocol):
    """Tells one state of a database from another."""

    async def state(self) -> State | None:
        """Return what is another after every commit, whoever made it; None where it can't be read."""

    def close(self) -> None:
        """Close the connection that it watches through; the next question opens another."""


def watch_on(engine: Engine) -> Watch:
    """Return what watches a database."""
    return FileWatch(engine) if engine.dialect.name == "sqlite" else ServerWatch(engine)


class FileWatch:
    """Asks SQLite for its count of commits, without leaving the process.

    Parameters
    ----------
    engine : Engine

    Notes
    -----
    Only a connection that never writes can tell whether any other one has.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._connection: sqlite3.Connection | None = None

    async def state(self) -> State | None:
        """Return the count."""
        try:
            with self._lock:
                if self._connection is None:
                    file = f"{Path(self._engine.url.database or '').absolute().as_uri()}?mode=rw"
                    self._connection = sqlite3.connect(file, uri=True, timeout=0, check_same_thread=False)
                count: State = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None  # Whoever asks goes on to the database itself, and hears there what is wrong.
        return count

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class ServerWatch:
    """Asks PostgreSQL for its snapshot, once for all who wait.

    Parameters
    ----------
    engine : Engine

    Notes
    -----
    An answer serves everybody who asked before the question was put, and nobody who came later: what was committed
    before somebody asked is always counted. A new connection may lead to another server, so it begins new states.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._thread = ThreadPoolExecutor(1, "watch")
        self._coming: Future[State | None] | None = None
        self._connection: psycopg.Connection | None = None
        self._connected = 0

    async def state(self) -> State | None:
        """Return the snapshot."""
        with self._lock:
            if self._coming is None:
                self._coming = self._thread.submit(self._ask)
            coming = self._coming
        # Whoever goes away leaves the question to the others.
        return await asyncio.shield(asyncio.wrap_future(coming))

    def close(self) -> None:
        """Close the connection, after the question under way."""
        self._thread.submit(self._disconnect)
        self._thread.shutdown()
        self._thread = ThreadPoolExecutor(1, "watch")

    def _ask(self) -> State | None:
        with self._lock:
            self._coming = None
        try:
            row = self._connect().execute(_SNAPSHOT).fetchone()
        except (psycopg.Error, SQLAlchemyError):
            self._disconnect()
            return None
        return (self._connected, *row) if row else None

    def _connect(self) -> psycopg.Connection:
        if self._connection is None:
            pooled = self._engine.raw_connection()
            connection = pooled.driver_connection
            pooled.detach()
            assert isinstance(connection, psycopg.Connection)  # noqa: S101 - for the types
            connection.autocommit = True
            self._connection = connection
            self._connected += 1
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
