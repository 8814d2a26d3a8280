"""The last year of every shelf in fortnights: what was used, and what lay there, as far as the records tell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.outputs import SHELVES
from brikopt.stock.ledger import COUNT, DAMAGE, DELIVERY, DISCARD, LINE, URGENT_LINE, Ledger
from brikopt.stock.posterior import Evidence

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

FORTNIGHT, FORTNIGHTS = 14, 26  # days, and how many of them are told
_LEAST = 1e-9  # units a day: what was used between two counts is spread evenly where no line tells


def shelves(evidence: Evidence, positions: pd.DataFrame) -> pd.DataFrame:
    """Tell the last year of every position.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    positions : DataFrame
        The same, in the same order, with ``on_hand_mean`` and ``demand_per_day_mean``; ``shelf_place`` where the
        extracts name one.

    Returns
    -------
    DataFrame
        Columns of ``shelves.csv``: the first day, and two lists of numbers parted by spaces: units used in each
        fortnight, and units there at the end of each.
    """
    used, there = [], []
    known = positions[["on_hand_mean", "demand_per_day_mean"]].to_numpy(np.float64)
    for row, (on_hand, rate) in enumerate(known.tolist()):
        events = slice(int(evidence.ledger.start[row]), int(evidence.ledger.start[row + 1]))
        parts, ends = past_year(evidence.ledger, events, evidence.as_of, on_hand, rate)
        used.append(_numbers(parts))
        there.append(_numbers(ends))
    first = np.datetime64(evidence.as_of - FORTNIGHT * FORTNIGHTS, "D")
    places = positions.get("shelf_place", "")
    told = positions[["cabinet_id", "item_id"]].assign(
        shelf_place=places, first_day=first.astype("datetime64[s]"), used=used, on_hand=there
    )
    return told[[column.name for column in SHELVES.columns]]


def past_year(book: Ledger, events: slice, as_of: int, on_hand: float, rate: float) -> tuple[FloatArray, FloatArray]:
    """Walk the last year of one position back from today.

    Parameters
    ----------
    book : Ledger
    events : slice
        Those of the position.
    as_of : int
        Days since 1970-01-01.
    on_hand : float
        Units there today.
    rate : float
        Units used a day today.

    Returns
    -------
    tuple of ndarray of float64, shape (FORTNIGHTS,), twice
        Units used in each fortnight, and units there at the end of each.

    Notes
    -----
    Each line says that its units have gone since the line before, at an even pace; since the last one, they go at
    today's rate. Where there never was a line, nothing tells of use.
    Between two counts (today is one as well) what was delivered, thrown out and left says exactly what
    was used: the pace is stretched to it.
    """
    day, kind = book.day[events].astype(np.int64), book.kind[events]
    units = book.units[events].astype(np.float64)
    steps = np.arange(as_of - FORTNIGHT * FORTNIGHTS, as_of + 1, FORTNIGHT)
    line = np.isin(kind, (LINE, URGENT_LINE))
    count = (kind == COUNT) & (day + 1 < as_of)  # one of last evening is today's stock
    net = np.where(kind == DELIVERY, units, 0.0) - np.where((kind == DISCARD) | (kind == DAMAGE), units, 0.0)
    came = np.append(0.0, np.cumsum(net))
    # A count is made in the evening of its day, today's stock is that of the morning.
    anchors = np.append(day[count] + 1, as_of)
    levels = np.append(units[count], on_hand)
    pace = _pace(np.append(steps, anchors), day[line], units[line], as_of, rate)
    store = came[np.searchsorted(day, np.append(steps, anchors))]
    pace, at_anchor = pace[: len(steps)], pace[len(steps) :]
    store, in_store = store[: len(steps)], store[len(steps) :]
    spent = np.append(0.0, np.maximum(levels[:-1] + np.diff(in_store) - levels[1:], 0.0))
    stretch = np.append(1.0, spent[1:] / np.diff(at_anchor))  # before the first count nothing but the lines tells
    part = np.searchsorted(anchors, steps).clip(max=len(anchors) - 1)
    later = (at_anchor[part] - pace) * stretch[part]
    there = np.maximum(levels[part] - (in_store[part] - store) + later, 0.0)
    return np.maximum(np.diff(np.cumsum(spent)[part] - later), 0.0), there[1:]


def _pace(days: IntArray, line_days: IntArray, line_units: FloatArray, as_of: int, rate: float) -> FloatArray:
    """Units gone up to the morning of some days, by the lines alone; it always rises a little."""
    rises = days.astype(np.float64) * _LEAST
    if not len(line_days):
        return rises
    before = line_days[0] - (min(line_units[0] / rate, 365.0) if rate > 0 else 365.0)
    known = np.concatenate([[before], line_days, [as_of]])
    total = np.cumsum(line_units)
    gone = np.concatenate([[0.0], total, [total[-1] + rate * (as_of - line_days[-1])]])
    rises += np.interp(days, known, gone)
    return rises


def _numbers(values: FloatArray) -> str:
    """Three digits say as much as is known."""
    return " ".join(f"{value:.3g}" if value < 1000 else f"{value:.0f}" for value in values.tolist())
