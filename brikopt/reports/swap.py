"""Exchange two folders in one step, or in two that the next run can finish."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path

# From the Linux headers: linux/fcntl.h and linux/fs.h.
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# Systems and file systems that know no exchange answer with one of these.
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})
_SET_ASIDE = ".old"


def exchange(work: Path, place: Path) -> None:
    """Put ``work`` at ``place``; what was there is at ``work`` afterwards.

    Parameters
    ----------
    work : Path
        A folder on the same disk.
    place : Path
        Absent, or a folder.

    Raises
    ------
    OSError
        If the system refuses; then both are as they were.
    """
    if not place.exists():
        work.rename(place)
        return
    shutil.copymode(place, work)
    if not _exchanged_at_once(work, place):
        _exchange_in_two(work, place)


def settle(work: Path, place: Path) -> None:
    """Clear away what a killed run left, first bringing back a result that it had set aside.

    Parameters
    ----------
    work : Path
        The work folder of the killed run; it may be absent.
    place : Path
        Where the result belongs.
    """
    aside = work.with_name(work.name + _SET_ASIDE)
    if aside.exists() and not place.exists():
        aside.rename(place)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)


def _exchanged_at_once(work: Path, place: Path) -> bool:
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(work), _AT_FDCWD, os.fsencode(place), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNKNOWN:
        return False
    raise OSError(code, os.strerror(code), str(place))


def _exchange_in_two(work: Path, place: Path) -> None:
    aside = work.with_name(work.name + _SET_ASIDE)
    place.rename(aside)
    try:
        work.rename(place)
    except OSError:
        aside.rename(place)
        raise
    aside.rename(work)
