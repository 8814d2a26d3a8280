"""A file name for any id: safe on every disk, different for different ids, and the id itself where it can be."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

# Disks take 255 bytes; an extension and a program's own addition need some of them.
_MOST_SIGNS = 120
_HASH_SIGNS = 16
# Names that Windows keeps for devices, whatever comes after a full stop.
_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)})


def file_stem(code: str) -> str:
    """Turn an id into a file name without extension.

    Parameters
    ----------
    code : str
        A ward's id, not empty.

    Returns
    -------
    str
        Letters a-z, digits, ``_``, ``-``, ``~`` and full stops as they are; every other sign as in a web address, so
        ``A/1`` is ``A%2F1``. A first sign that would hide the file or name a device is written that way too. What is
        longer than 120 signs ends in ``=`` and a part of its SHA-256 instead.

    Raises
    ------
    ValueError
        If the id is empty.

    Examples
    --------
    >>> [file_stem(code) for code in ("0010007", "A/1", "..", "Øre", "con")]
    ['0010007', 'A%2F1', '%2E.', '%C3%98re', '%63on']
    """
    if not code:
        raise ValueError("an empty id can't name a file")
    stem = quote(code, safe="")
    if stem.startswith(".") or stem.split(".")[0].lower() in _DEVICES:
        stem = f"%{ord(stem[0]):02X}{stem[1:]}"
    if len(stem) <= _MOST_SIGNS:
        return stem
    # "=" stands in no shorter name, so the two kinds never meet.
    return f"{stem[: _MOST_SIGNS - _HASH_SIGNS - 1]}={hashlib.sha256(code.encode()).hexdigest()[:_HASH_SIGNS]}"
