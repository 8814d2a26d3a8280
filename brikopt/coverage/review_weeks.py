"""The weeks ahead in which wards can be reviewed, and how much of a working week each holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from brikopt.coverage.working_weeks import working_weeks

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Stretches of days, one a week but where a deadline cuts a week in two; arrays of shape (n_weeks,).

    Parameters
    ----------
    as_of : date
        Day 0.
    first, last : ndarray of int64
        First and last day of each stretch, in days after ``as_of``.
    share : ndarray of float64
        Working weeks in it: 1 in an ordinary week, less with days off and in July.
    """

    as_of: date
    first: IntArray
    last: IntArray
    share: FloatArray

    def name(self, week: int) -> str:
        """Return the ISO week of a stretch.

        Examples
        --------
        >>> review_weeks(date(2026, 12, 30), 7).name(0)
        '2026-W53'
        """
        year, number, _ = (self.as_of + timedelta(days=int(self.first[week]))).isocalendar()
        return f"{year}-W{number:02d}"

    def ends(self, week: int) -> date:
        """Return the last day of a stretch."""
        return self.as_of + timedelta(days=int(self.last[week]))


def review_weeks(as_of: date, days: int, deadlines: Sequence[date] = ()) -> Weeks:
    """Cut the days ahead into weeks.

    Parameters
    ----------
    as_of : date
        The first day.
    days : int
        Days ahead, at least 1; the last week is made whole.
    deadlines : sequence of date
        A week is cut after each, so that what is done in time can be told from what is not.

    Returns
    -------
    Weeks
    """
    n_days = days + (7 - (as_of.weekday() + days) % 7) % 7
    day = np.arange(n_days)
    begins = (day + as_of.weekday()) % 7 == 0
    begins[0] = True
    after = [(deadline - as_of).days + 1 for deadline in deadlines]
    begins[[start for start in after if 0 < start < n_days]] = True
    first = np.flatnonzero(begins)
    return Weeks(as_of, first, np.append(first[1:], n_days) - 1, np.add.reduceat(working_weeks(as_of, n_days), first))
