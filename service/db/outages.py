"""Which errors of the database pass by themselves: it is away, full, or busy for too long."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from service.refusals import Unavailable

# SQLite's primary result codes (sqlite.org/rescode.html): busy, locked, read-only, I/O, full, can't open, protocol.
_SQLITE = frozenset({5, 6, 8, 10, 13, 14, 15})
# Classes of SQLSTATE (PostgreSQL, appendix A): connection, resources, operator's intervention, system; and single
# ones: deadlock, no lock in time, a server that only reads.
_CLASSES = frozenset({"08", "53", "57", "58"})
_STATES = frozenset({"40P01", "40001", "55P03", "25006"})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


@contextmanager
def refusing_outages() -> Iterator[None]:
    """Turn errors that pass by themselves into a refusal; others are failures and stay what they are.

    Raises
    ------
    Unavailable
        In place of the database's own error.
    """
    try:
        yield
    except NoConnectionLeft as error:
        raise Unavailable from error
    except DBAPIError as error:
        if passes(error):
            raise Unavailable from error
        raise


def passes(error: DBAPIError) -> bool:
    """Say whether an error may be gone when the same is tried again.

    Parameters
    ----------
    error : DBAPIError

    Returns
    -------
    bool
        False for what is wrong with the statement or the tables: trying again wouldn't help.
    """
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in _SQLITE
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # Without a state it never reached the server, or the server is gone.
        return isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return state in _STATES or state[:2] in _CLASSES


def no_room(error: OSError) -> bool:
    """Say whether a file couldn't be written because there is no room for it just now."""
    return error.errno in _NO_ROOM
