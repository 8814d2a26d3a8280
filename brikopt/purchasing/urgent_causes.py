"""Why each urgent line was made: late goods, a min that is too low, or a weekday without ordering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brikopt.demand.order_lines import VOID_DAYS, OrderLines
from brikopt.purchasing.calendars import Calendars, weekday_of

IntArray = NDArray[np.int64]

LATE, MIN_TOO_LOW, ORDER_DAY = range(3)
NO_DAY = -1
_LONG_AGO = -(10**6)


@dataclass(frozen=True, slots=True)
class UrgentLines:
    """Urgent order lines with their cause; arrays of shape (n_lines,).

    Parameters
    ----------
    position : ndarray of int64
        Row of the line's position.
    cause : ndarray of int64
        ``LATE``: goods on order should have been there. ``ORDER_DAY``: nothing was on order, and one more order day
        would have brought goods in time. ``MIN_TOO_LOW``: everything else.
    weekday : ndarray of int64
        That day, Monday 0; ``NO_DAY`` for other causes.
    days_late : ndarray of int64
        Days from the planned arrival to the urgent line; 0 for other causes.
    """

    position: IntArray
    cause: IntArray
    weekday: IntArray
    days_late: IntArray


def urgent_causes(lines: OrderLines, when: Calendars, first: int, end: int) -> UrgentLines:
    """Replay the urgent lines of a stretch of days.

    Parameters
    ----------
    lines : OrderLines
        Of all positions.
    when : Calendars
        Of all positions.
    first, end : int
        First day, and the one after the last, as days since 1970-01-01.

    Returns
    -------
    UrgentLines
        In the order of ``lines``, one for each position and day.

    Notes
    -----
    The ordinary line before the urgent one tells most: if it was still on its way after its planned day, the goods
    were late; if it was on its way as planned, it had been made too late, so min was too low. If nothing was on its
    way, every weekday without ordering since the last order day is tried: the latest one from which goods would have
    come by the day of the urgent line.
    """
    ordinary = np.where(lines.urgent, -1, np.arange(len(lines.day)))
    before = np.maximum.accumulate(ordinary) if len(ordinary) else ordinary
    again = np.zeros(len(lines.day), dtype=bool)
    again[1:] = lines.urgent[:-1] & (lines.position[1:] == lines.position[:-1]) & (lines.day[1:] == lines.day[:-1])
    rows = np.flatnonzero(lines.urgent & (lines.day >= first) & (lines.day < end) & ~again)
    position, day, previous = lines.position[rows], lines.day[rows], before[rows]
    known = (previous >= 0) & (lines.position[previous] == position)
    made = np.where(known, lines.day[previous], _LONG_AGO)
    on_its_way = known & (lines.delivered_day[previous] > day) & (day - made < VOID_DAYS)
    planned = made + when.arrival[position, weekday_of(made)]
    late = on_its_way & (planned < day)
    extra = np.where(on_its_way, NO_DAY, _day_that_helps(day, position, when))
    cause = np.select([late, extra != NO_DAY], [LATE, ORDER_DAY], MIN_TOO_LOW)
    return UrgentLines(position, cause, extra, np.where(late, day - planned, 0))


def _day_that_helps(day: IntArray, position: IntArray, when: Calendars) -> IntArray:
    """Weekday without ordering, since the last order day, from which goods would have come in time; else NO_DAY."""
    found = np.full(len(day), NO_DAY)
    open_still = np.ones(len(day), dtype=bool)
    for back in range(1, 7):
        weekday = weekday_of(day - back)
        open_still &= ~when.orders[position, weekday]
        helps = open_still & (found == NO_DAY) & (when.arrival[position, weekday] <= back)
        found[helps] = weekday[helps]
    return found
