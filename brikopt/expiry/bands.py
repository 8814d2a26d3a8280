"""Goods that may expire, by how soon: the spans of days that people think in."""

from __future__ import annotations

from datetime import date

import pandas as pd

from brikopt.expiry.forecast import MIN_CHANCE
from brikopt.expiry.out_of_date import LEAST_CHANCE

# Days from the moment of decision to the first date on the shelf.
BANDS = ((30, "within_30"), (60, "within_60"), (90, "within_90"), (180, "within_180"))
OVERDUE, LATER, UNKNOWN = "overdue", "later", "unknown"
ORDER = (OVERDUE, *(name for _, name in BANDS), LATER, UNKNOWN)
# These two have rows only at times; the others are shown empty, too, because that is good news.
ONLY_IF_ANY = (LATER, UNKNOWN)


def band_of(earliest: date | None, moment: date) -> str:
    """Say within how many days a date falls.

    Parameters
    ----------
    earliest : date or None
        Goods may still be used on that day.
    moment : date
        The day it is seen from.

    Returns
    -------
    str
        ``overdue``, ``within_30`` … ``within_180``, ``later``, or ``unknown`` without a date.

    Examples
    --------
    >>> band_of(date(2025, 3, 1), date(2025, 3, 1)), band_of(date(2025, 2, 28), date(2025, 3, 1))
    ('within_30', 'overdue')
    """
    if earliest is None or pd.isna(earliest):
        return UNKNOWN
    days = (earliest - moment).days
    return OVERDUE if days < 0 else next((band for most, band in BANDS if days <= most), LATER)


def by_band(positions: pd.DataFrame, moment: date) -> pd.DataFrame:
    """Add up what is expected to be lost, by how soon; each position counts in the band of its first date.

    Parameters
    ----------
    positions : DataFrame
        p_expire, expected_expired_units, earliest_expiry, p_stale, stale_units and unit_price_dkk of every position.
    moment : date
        Moment of decision.

    Returns
    -------
    DataFrame
        ``band`` in order, ``positions``, ``units`` and ``dkk`` at the purchase price. What is out of date already is
        ``overdue``, and in no other band.
    """
    flagged = positions[positions["p_expire"] >= MIN_CHANCE]
    stale = positions[positions["p_stale"] >= LEAST_CHANCE]
    dates = flagged["earliest_expiry"].dt.date
    parts = [
        _lost(flagged["expected_expired_units"], flagged["unit_price_dkk"]).assign(
            band=[band_of(day, moment) for day in dates]
        ),
        _lost(stale["stale_units"], stale["unit_price_dkk"]).assign(band=OVERDUE),
    ]
    each = pd.concat(parts, ignore_index=True)
    sums = each.groupby("band").agg(positions=("units", "size"), units=("units", "sum"), dkk=("dkk", "sum"))
    shown = [name for name in ORDER if name in sums.index or name not in ONLY_IF_ANY]
    return sums.reindex(shown).fillna(0.0).astype({"positions": "int64"}).rename_axis("band").reset_index()


def lost_by_band(bands: pd.DataFrame) -> dict[str, float]:
    """Kroner of each band."""
    return dict(zip(bands["band"].tolist(), bands["dkk"].tolist(), strict=True))


def _lost(units: pd.Series, price: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"units": units, "dkk": units * price})
