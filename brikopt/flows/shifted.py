"""Use that has shifted, put into words: since when, from what, and to what is used today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.shifts import Shifts, shifts
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH
from brikopt.stock.posterior import Evidence, first_day_of

EPOCH = date(1970, 1, 1).toordinal()
AGREES = 2.0  # standard errors; what a sentence says of today's use never is further from the figure of the lists


def seen_from(evidence: Evidence) -> npt.NDArray[np.int64]:
    """From when on something is known of each position's use; days since 1970-01-01, shape (n_positions,).

    A silence before the first record tells of use only where the position is known to have been there, and of no time
    before the extracts begin.
    """
    book = evidence.ledger
    begin = first_day_of(book.day, evidence.as_of)
    has_events = book.start[1:] > book.start[:-1]
    first = np.full(len(evidence.first_day), evidence.as_of)
    first[has_events] = book.day[book.start[:-1][has_events]]
    active = evidence.positions["active_from"].notna().to_numpy(np.bool_)
    return np.maximum(evidence.first_day, np.where(active, np.minimum(first, begin), first))


def shifts_since(evidence: Evidence) -> dict[int, tuple[date, Reason]]:
    """Rows whose use has clearly shifted: since when, and how. A level left in peace is looked at again then."""
    found = _shifts(evidence)
    told = {}
    for row in np.flatnonzero(found.told()):
        since = date.fromordinal(EPOCH + int(found.day[row]))
        before, after = (float(pace[row]) * DAYS_PER_MONTH for pace in (found.before, found.after))
        told[int(row)] = (since, Reason("stirred_use", {"before_per_month": before, "after_per_month": after}))
    return told


def _shifts(evidence: Evidence) -> Shifts:
    return shifts(evidence.ledger.lines, seen_from(evidence), evidence.clock, evidence.clock_start, evidence.as_of)


def shifts_told(evidence: Evidence, positions: pd.DataFrame, say: Callable[[Reason], str]) -> list[str]:
    """A sentence for each position whose use has clearly shifted, to what is used today, else nothing."""
    found = _shifts(evidence)
    today, error = (positions[f"demand_per_day_{name}"].to_numpy(np.float64) for name in ("mean", "sd"))
    told = [""] * len(found.day)
    for row in np.flatnonzero(found.told() & (np.abs(found.after - today) <= AGREES * error)):
        before, after = float(found.before[row]), float(found.after[row])
        told[row] = say(
            Reason(
                "use_fell" if after < before else "use_rose",
                {
                    "since": date.fromordinal(EPOCH + int(found.day[row])),
                    "before_per_month": before * DAYS_PER_MONTH,
                    "after_per_month": after * DAYS_PER_MONTH,
                },
            )
        )
    return told
