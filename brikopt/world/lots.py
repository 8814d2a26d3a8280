"""Lots: what the central store gives out, and what lies on one shelf, soonest date first."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from brikopt.world.chance import draw, fork

Lots = NDArray[np.int64]

MOST_LOTS = 256  # on one shelf at a time
NO_DATE = 1 << 30  # expiry day of goods that do not expire

# Columns of a shelf's lots, an int64 array of shape (MOST_LOTS, 3).
EXPIRY, LOT, UNITS = 0, 1, 2


@njit(cache=True)
def lot_on(p: np.record, day: int) -> int:
    """Return the number of the lot that the central store gives out on a day."""
    offset = p.item_key % np.uint64(p.lot_span)
    return int((day + 100 * p.lot_span + int(offset)) // p.lot_span)


@njit(cache=True)
def expiry_of(p: np.record, lot: int) -> int:
    """Return a lot's last day of use: it comes to the central store with 55 to 95 % of its life left."""
    if p.shelf_life == 0:
        return NO_DATE
    offset = p.item_key % np.uint64(p.lot_span)
    first_day = (lot - 100) * p.lot_span - int(offset)
    stream = fork(p.item_key if lot <= p.last_lot else p.later_key, lot)
    return int(first_day) + int(p.shelf_life * (0.55 + 0.4 * draw(stream)))


@njit(cache=True)
def copy_row(table: Lots, source: int, target: int) -> None:
    """Copy one row over another; number by number, because a compiled slice is slow to compile."""
    for column in range(table.shape[1]):
        table[target, column] = table[source, column]


@njit(cache=True)
def put(lots: Lots, n: int, expiry: int, lot: int, units: int) -> int:
    """Put units on the shelf in order of date; return how many lots lie there."""
    at = n
    while at > 0 and lots[at - 1, EXPIRY] > expiry:
        at -= 1
    if at > 0 and lots[at - 1, EXPIRY] == expiry and (lots[at - 1, LOT] == lot or expiry == NO_DATE):
        lots[at - 1, UNITS] += units
        return n
    if n == MOST_LOTS:
        raise IndexError("more lots on a shelf than there is room for")
    for row in range(n, at, -1):
        copy_row(lots, row - 1, row)
    lots[at, EXPIRY], lots[at, LOT], lots[at, UNITS] = expiry, lot, units
    return n + 1


@njit(cache=True)
def take(lots: Lots, n: int, day: int, units: int, newest: bool) -> int:
    """Take up to ``units`` that are in date, from the newest or the oldest end; return how many."""
    left = units
    for step in range(n):
        row = n - 1 - step if newest else step
        if left == 0:
            break
        if lots[row, EXPIRY] >= day:
            taken = min(left, lots[row, UNITS])
            lots[row, UNITS] -= taken
            left -= taken
    return units - left


@njit(cache=True)
def tidy(lots: Lots, n: int) -> int:
    """Forget empty lots; return how many are left."""
    kept = 0
    for row in range(n):
        if lots[row, UNITS] > 0:
            copy_row(lots, row, kept)
            kept += 1
    return kept


@njit(cache=True)
def stock(lots: Lots, n: int) -> int:
    """Count what lies on the shelf, out of date or not."""
    total = 0
    for row in range(n):
        total += lots[row, UNITS]
    return total
