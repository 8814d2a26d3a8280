"""Is the file of a SQLite database whole? PostgreSQL looks after its own pages."""

from __future__ import annotations

import sqlite3
import time
from threading import Lock, Thread

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from service.db.database import Database
from service.refusals import Unavailable

# SQLite's result codes for a file that is damaged, and for one that is no database (sqlite.org/rescode.html).
_CORRUPT, _NO_DATABASE = 11, 26
_BETWEEN_SECONDS = 600.0


def damage(database: Database) -> str | None:
    """Look through all pages of a SQLite file.

    Parameters
    ----------
    database : Database

    Returns
    -------
    str or None
        What is wrong; None where nothing is, or it is PostgreSQL.
    """
    if database.engine.dialect.name != "sqlite":
        return None
    try:
        with database.reading() as session:
            found = session.scalar(text("PRAGMA quick_check(1)"))
    except DatabaseError as error:
        if is_damage(error):
            return str(error.orig)
        raise
    return None if found == "ok" else str(found).replace("\n", " ")[:200]


def is_damage(error: DatabaseError) -> bool:
    """Say whether an error tells that the file is damaged, which never passes by itself."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return isinstance(error.orig, sqlite3.Error) and (code or 0) & 0xFF in (_CORRUPT, _NO_DATABASE)


class Wholeness:
    """Knows whether the database was damaged when somebody last looked.

    Notes
    -----
    Looking takes as long as reading the file does, so it is done now and then in a thread, and nobody waits for it.
    """

    def __init__(self, between_seconds: float = _BETWEEN_SECONDS) -> None:
        self._between, self._lock = between_seconds, Lock()
        self._looked_at: float | None = None
        self._damaged = False

    def is_damaged(self, database: Database) -> bool:
        """Say what is known, and have it looked at anew where that was long ago."""
        with self._lock:
            due = self._looked_at is None or time.monotonic() - self._looked_at > self._between
            if due:
                self._looked_at = time.monotonic()
        if due:
            Thread(target=self.look, args=(database,), name="wholeness", daemon=True).start()
        return self._damaged

    def look(self, database: Database) -> None:
        """Look now."""
        try:
            self._damaged = damage(database) is not None
        except (DatabaseError, Unavailable):
            return  # It is away just now; the next look tells more.
