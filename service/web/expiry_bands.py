"""Goods that may expire, added up by how soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from brikopt.expiry.bands import ONLY_IF_ANY, ORDER, OVERDUE


@dataclass(frozen=True, slots=True)
class Band:
    """One span of days: positions, units and DKK expected to be lost."""

    name: str
    positions: int
    units: float
    dkk: float


def bands_of(rows: Iterable[Mapping[str, Any]]) -> list[Band]:
    """Add up the rows of the list of expiring goods.

    Parameters
    ----------
    rows : iterable of mapping
        With band, expected_expired_units and expected_expired_dkk.

    Returns
    -------
    list of Band
        The most urgent first; each row counts in one band.

    Examples
    --------
    >>> row = {"band": "within_60", "expected_expired_units": 3.0, "expected_expired_dkk": 45.0}
    >>> [band.dkk for band in bands_of([row, row])]
    [0.0, 0.0, 90.0, 0.0, 0.0]
    """
    known = list(rows)
    found = [_added_up(name, [row for row in known if row["band"] == name]) for name in ORDER]
    return [band for band in found if band.positions or band.name not in ONLY_IF_ANY]


def as_overdue(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Goods that are out of date already, as rows of the list of expiring goods.

    Parameters
    ----------
    rows : iterable of mapping
        Of ``out_of_date.csv``.

    Returns
    -------
    list of dict
        In the band of what is overdue, with the units expected to lie there.
    """
    return [
        {
            "band": OVERDUE,
            "expected_expired_units": float(row["units"]) * float(row["p_out_of_date"]),
            "expected_expired_dkk": row["value_dkk"],
        }
        for row in rows
    ]


def _added_up(name: str, rows: list[Mapping[str, Any]]) -> Band:
    units = sum((float(row["expected_expired_units"] or 0.0) for row in rows), 0.0)
    dkk = sum((float(row["expected_expired_dkk"] or 0.0) for row in rows), 0.0)
    return Band(name, len(rows), units, dkk)
