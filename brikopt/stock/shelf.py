"""One shelf as a short list of lots, oldest date first; compiled, because simulations call it millions of times.

A shelf is a pair of int64 arrays of shape (MAX_LOTS,), ``expiry`` and ``units``; the first ``lots`` entries are used.
A unit with expiry date e may be used on e and is out of date from e + 1 (contract, section 2).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

IntArray = npt.NDArray[np.int64]

MAX_LOTS = 16  # two neighbouring dates are merged when a shelf would hold more
DOES_NOT_EXPIRE = 2**31 - 1


@njit(cache=True, inline="always")
def put(expiry: IntArray, units: IntArray, lots: int, date: int, quantity: int) -> int:
    """Add a lot in its place; return the number of lots."""
    if quantity <= 0:
        return lots
    at = lots
    while at > 0 and expiry[at - 1] > date:
        at -= 1
    if at > 0 and expiry[at - 1] == date:
        units[at - 1] += quantity
        return lots
    if lots == len(expiry):
        lots, at = _merge_closest(expiry, units, lots, at)
    for lot in range(lots, at, -1):
        expiry[lot] = expiry[lot - 1]
        units[lot] = units[lot - 1]
    expiry[at] = date
    units[at] = quantity
    return lots + 1


@njit(cache=True, inline="always")
def _merge_closest(expiry: IntArray, units: IntArray, lots: int, at: int) -> tuple[int, int]:
    """Join the two lots whose dates are closest, under the earlier date, to make room; return lots and place."""
    best = 0
    for lot in range(1, lots - 1):
        if expiry[lot + 1] - expiry[lot] < expiry[best + 1] - expiry[best]:
            best = lot
    units[best] += units[best + 1]
    for lot in range(best + 1, lots - 1):
        expiry[lot] = expiry[lot + 1]
        units[lot] = units[lot + 1]
    if at > best + 1:
        at -= 1
    return lots - 1, at


@njit(cache=True, inline="always")
def first_usable(expiry: IntArray, lots: int, day: int) -> int:
    """Place of the oldest lot that may still be used on the day; ``lots`` when there is none."""
    at = 0
    while at < lots and expiry[at] < day:
        at += 1
    return at


@njit(cache=True, inline="always")
def on_shelf(units: IntArray, start: int, lots: int) -> int:
    """Units in the lots from ``start`` on."""
    total = 0
    for lot in range(start, lots):
        total += units[lot]
    return total


@njit(cache=True, inline="always")
def drop_front(expiry: IntArray, units: IntArray, lots: int, count: int) -> int:
    """Take the ``count`` oldest lots out of the list; return the number of lots left."""
    if count > 0:
        for lot in range(count, lots):
            expiry[lot - count] = expiry[lot]
            units[lot - count] = units[lot]
    return lots - count


@njit(cache=True, inline="always")
def take_oldest(expiry: IntArray, units: IntArray, lots: int, start: int, quantity: int) -> tuple[int, int]:
    """Take units from the oldest lots from place ``start`` on.

    Returns
    -------
    lots : int
        Lots left.
    taken : int
        Units found; less than asked for when the shelf runs out.
    """
    taken = 0
    at = start
    while at < lots and taken < quantity:
        part = min(units[at], quantity - taken)
        units[at] -= part
        taken += part
        if units[at] == 0:
            at += 1
    empty = at - start
    if empty > 0:
        for lot in range(at, lots):
            expiry[lot - empty] = expiry[lot]
            units[lot - empty] = units[lot]
    return lots - empty, taken


@njit(cache=True, inline="always")
def take_newest(units: IntArray, lots: int, start: int, quantity: int) -> tuple[int, int]:
    """Take units from the newest lots down to place ``start``; returns as `take_oldest`."""
    taken = 0
    while lots > start and taken < quantity:
        part = min(units[lots - 1], quantity - taken)
        units[lots - 1] -= part
        taken += part
        if units[lots - 1] == 0:
            lots -= 1
    return lots, taken
