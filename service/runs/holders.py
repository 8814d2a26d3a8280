"""Who is at a piece of work, and whether they still live."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta
from functools import cache

from service.clock import now

# Several missed signs of life, and more than a writer ever waits for its turn.
LOST_AFTER = timedelta(seconds=180)


def this_process() -> str:
    """Name this process: machine, process id, and a mark that another process of that number wouldn't have."""
    return f"{socket.gethostname()} {os.getpid()} {_mark(os.getpid())}"


def is_lost(holder: str | None, beat_at: datetime | None) -> bool:
    """Say whether nobody is at a piece of work any more.

    Parameters
    ----------
    holder : str or None
        Who took it, as from ``this_process``.
    beat_at : datetime or None
        The last sign of life.

    Returns
    -------
    bool
        True at once for a process of this machine that has ended, else after a time without a sign of life.
    """
    if holder is None or beat_at is None or now() - beat_at > LOST_AFTER:
        return True
    return holder != this_process() and _ended_here(holder)


def _ended_here(holder: str) -> bool:
    host, process, _ = holder.rsplit(" ", 2)
    if host != socket.gethostname():
        return False
    # Our own number with another mark was an earlier process: a container's first one is always number 1.
    return int(process) == os.getpid() or not _runs(int(process))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks only whether it is there
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def _mark(process: int) -> str:  # noqa: ARG001 - a mark for each process, also after a fork
    return secrets.token_hex(4)
