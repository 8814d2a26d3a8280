"""Digests of rows, which the audit keeps of what it tells about: so a row that was changed beside it is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime


def row_digest(row: object, names: Sequence[str]) -> str:
    """Return the SHA-256 of some cells of a row.

    Parameters
    ----------
    row : mapped object
    names : sequence of str
        Which ones. What stands in the audit was made of the names of its day, so a list of names never changes: a new
        column takes a new list beside it.

    Returns
    -------
    str
        64 signs, the same from SQLite and from PostgreSQL.
    """
    return digest_of_values({name: getattr(row, name) for name in names})


def digest_of_values(values: object) -> str:
    """Return the SHA-256 of plain values, days and moments."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_told)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
