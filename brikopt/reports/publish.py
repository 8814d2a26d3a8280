"""Put a finished result in its place whole, and touch nothing that isn't ours (contract, section 4)."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from brikopt.errors import BadInput
from brikopt.reports.swap import exchange, settle

RUN_RECORD = "run.json"
# What every run record of ours says, and by which an earlier result is known again.
PRODUCT = "brikopt"
# What spreadsheets and file managers leave in a folder that somebody looks into.
_LEFT_BY_PROGRAMS = ("~$", ".~lock", ".DS_Store", "Thumbs.db")


def checked_out(out: Path, data: Path | None = None) -> Path:
    """Check, before any work is done, that a result may be put at ``out``.

    Parameters
    ----------
    out : Path
        Where the user wants the result; links are followed.
    data : Path, optional
        The folder of extracts.

    Returns
    -------
    Path
        The absolute place, free of links: absent, empty, or an earlier result.

    Raises
    ------
    BadInput
        If it is anything else, is or holds the data folder, or can't be written. Nothing is touched then.
    """
    try:
        place = out.resolve()
        _refuse_extracts(place, data.resolve() if data is not None else None)
        _refuse_foreign(place)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a ring
        raise BadInput(f"--out {out}", f"it can't be read ({error}).", _ELSEWHERE) from None
    _refuse_unwritable(place)
    return place


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give a new folder beside ``out`` to write to, and put it in the place of ``out`` at the end.

    Parameters
    ----------
    out : Path
        A place that ``checked_out`` has passed.

    Yields
    ------
    Path
        An empty folder on the same disk. It is removed if the work fails.

    Raises
    ------
    BadInput
        If something else has appeared at ``out`` in the meantime, or it can't be replaced.

    Notes
    -----
    At every moment ``out`` holds the old result whole or the new one whole, also after a kill or a power
    cut. What killed runs left beside ``out`` is cleared away by the next run; a lock tells it from the folder
    of a live run.
    """
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(place)
    lock, work = _new_names(place)
    with FileLock(lock):
        try:
            work.mkdir()
            yield work
            _put_in_place(work, place)
        finally:
            # Holds what was at `out` before, after a success.
            shutil.rmtree(work, ignore_errors=True)
            lock.unlink(missing_ok=True)


_ELSEWHERE = "Name a new or empty folder, or one with an earlier result of brikopt."


def _refuse_extracts(place: Path, data: Path | None) -> None:
    if data is None or (place != data and place not in data.parents):
        return
    what = "the data folder" if place == data else "a folder that holds the data folder"
    raise BadInput(f"--out {place}", f"this is {what}, which a run must not replace.", _ELSEWHERE)


def _refuse_foreign(place: Path) -> None:
    if not place.exists():
        return
    if not place.is_dir():
        raise BadInput(f"--out {place}", "this is a file.", _ELSEWHERE)
    foreign = _foreign(place)
    if foreign:
        raise BadInput(f"--out {place}", f"the folder holds {foreign[0]}, which brikopt did not make.", _ELSEWHERE)


def names_below(folder: Path) -> list[str]:
    """Name everything in a folder, and in the folders in it, by the path from there.

    Parameters
    ----------
    folder : Path
        A folder; links in it are named, not followed.

    Returns
    -------
    list of str
        With ``/`` between the parts, sorted.
    """
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def _foreign(place: Path) -> list[str]:
    """Names in a folder that the run which made it did not write; all of them where no run did."""
    try:
        content = json.loads((place / RUN_RECORD).read_bytes())
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("product") != PRODUCT:
        # Somebody else's folder may be large: its first level is enough to leave it alone.
        return sorted(entry.name for entry in place.iterdir())
    there = names_below(place)
    ours = set(content.get("files", there))
    return [name for name in there if name not in ours and not Path(name).name.startswith(_LEFT_BY_PROGRAMS)]


def _refuse_unwritable(place: Path) -> None:
    """Try it out: rights, read-only disks and special folders show only when something is made."""
    existing = next(folder for folder in place.parents if folder.exists())
    advice = "Name a place where you may write, inside a folder, not the mounted disk itself."
    if os.path.ismount(place):
        raise BadInput(f"--out {place}", "a disk is mounted there, which can't be swapped.", advice)
    try:
        probe = existing / _new_names(place)[1].name
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise BadInput(f"--out {place}", f"it can't be written ({error}).", advice) from None


def _new_names(place: Path) -> tuple[Path, Path]:
    """Name a lock and the work folder it stands for, both beside ``place`` and hidden."""
    stem = f".{place.name}.{PRODUCT}-{secrets.token_hex(4)}"
    return place.parent / f"{stem}.lock", place.parent / stem


def _clear_leftovers(place: Path) -> None:
    for lock in sorted(place.parent.glob(f".{_literal(place.name)}.{PRODUCT}-*.lock")):
        try:
            # A killed run holds no lock, whatever it left behind.
            with FileLock(lock, timeout=0):
                settle(lock.with_suffix(""), place)
                lock.unlink(missing_ok=True)
        except (Timeout, OSError):
            continue


def _literal(name: str) -> str:
    """Keep glob from reading signs in a folder's name as wildcards."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _put_in_place(work: Path, place: Path) -> None:
    _flush(work)
    _refuse_foreign(place)
    try:
        exchange(work, place)
    except OSError as error:
        raise BadInput(f"--out {place}", f"it can't be replaced ({error}).", _ELSEWHERE) from None
    _flush_entry(place.parent)


def _flush(folder: Path) -> None:
    """Have everything in the folder on the disk before its name changes."""
    for path in folder.rglob("*"):
        _flush_entry(path)
    _flush_entry(folder)


def _flush_entry(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
