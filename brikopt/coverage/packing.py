"""Put visits into weeks one after another, each into the first week that has the hours."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
UNPLACED = -1


def minutes_used(minutes: int, capacity: IntArray, start: int) -> IntArray:
    """Spread a visit over the weeks from its first.

    Parameters
    ----------
    minutes : int
        Work of the visit, at least 1.
    capacity : ndarray of int64, shape (n_weeks,)
        Minutes that the hospital has in each week.
    start : int
        Week in which the visit begins.

    Returns
    -------
    ndarray of int64
        Minutes in ``start`` and the weeks after it: one week where it has the minutes, else whole weeks until
        the work is done. Empty where it can't begin in ``start``, or is not done within the weeks given.

    Examples
    --------
    >>> minutes_used(90, np.array([60, 0, 60]), 0).tolist()
    [60, 0, 30]
    """
    if capacity[start] == 0:
        return np.empty(0, dtype=np.int64)
    done = np.cumsum(capacity[start:])
    last = int(np.searchsorted(done, minutes))
    if last == len(done):
        return np.empty(0, dtype=np.int64)
    used = capacity[start : start + last + 1].copy()
    used[-1] -= done[last] - minutes
    return used


def first_fit(order: Iterable[int], minutes: IntArray, place: IntArray, room: IntArray, capacity: IntArray) -> IntArray:
    """Place visits in the order given, each in the first week where it fits.

    Parameters
    ----------
    order : iterable of int
        The visits to place, first come first served.
    minutes, place : ndarray of int64, shape (n_visits,)
        Work, and the row of the hospital in ``capacity``.
    room : ndarray of int64, shape (n_hospitals, n_weeks)
        Minutes left in each week; what is placed is taken from it.
    capacity : ndarray of int64, shape (n_hospitals, n_weeks)
        Minutes in each week before anything was placed.

    Returns
    -------
    ndarray of int64, shape (n_visits,)
        The week in which each visit begins; ``UNPLACED`` where it isn't in ``order`` or fits nowhere.
    """
    start = np.full(len(minutes), UNPLACED, dtype=np.int64)
    for visit in order:
        row = place[visit]
        could_begin = room[row] >= np.maximum(np.minimum(capacity[row], minutes[visit]), 1)
        for week in np.flatnonzero(could_begin):
            used = minutes_used(int(minutes[visit]), capacity[row], int(week))
            there = room[row, week : week + len(used)]
            if len(used) and (there >= used).all():
                there -= used
                start[visit] = week
                break
    return start


def last_week(start: IntArray, minutes: IntArray, place: IntArray, capacity: IntArray) -> IntArray:
    """Return the week in which each placed visit is done; ``UNPLACED`` where it isn't placed."""
    found = [
        week + len(minutes_used(int(work), capacity[row], int(week))) - 1 if week != UNPLACED else UNPLACED
        for week, work, row in zip(start, minutes, place, strict=True)
    ]
    return np.array(found, dtype=np.int64)
