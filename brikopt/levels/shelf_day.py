"""One day of a shelf whose stock is written down by age; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

IntArray = npt.NDArray[np.int64]
StateArray = npt.NDArray[np.int32]


class Layout(NamedTuple):
    """How a state is written down: stock by age, oldest first; orders under way, next first; units owed."""

    ages: int
    under_way: int
    expires: bool
    same_day: bool
    backorders: bool

    @property
    def width(self) -> int:
        """Numbers in a state."""
        return self.ages + self.under_way + 1


@njit(cache=True)
def order_of(state: StateArray, layout: Layout, orders: IntArray, lowest: int) -> int:
    """Units ordered: stock and what is on order, less what is owed, decides."""
    position = -int(state[-1])
    for place in range(layout.ages + layout.under_way):
        position += int(state[place])
    return int(orders[max(position - lowest, 0)])


@njit(cache=True)
def fresh_after_owed(state: StateArray, arriving: int) -> int:
    """What is left of an arrival after what is owed has been handed out."""
    return max(arriving - int(state[-1]), 0)


@njit(cache=True)
def put(state: StateArray, layout: Layout, arriving: int) -> None:
    """Put an arrival on the shelf as the freshest goods, after what is owed."""
    fresh = fresh_after_owed(state, arriving)
    state[-1] -= arriving - fresh
    state[layout.ages - 1] += fresh


@njit(cache=True)
def take(state: StateArray, layout: Layout, units: int, newest: int) -> int:
    """Take units from both ends of the shelf; what isn't there is returned."""
    for age in range(layout.ages - 1, -1, -1):
        if newest == 0:
            break
        taken = min(newest, int(state[age]))
        state[age] -= taken
        newest -= taken
        units -= taken
    for age in range(layout.ages):
        if units == 0:
            break
        taken = min(units, int(state[age]))
        state[age] -= taken
        units -= taken
    return units


@njit(cache=True)
def live_day(state: StateArray, layout: Layout, order: int, wanted: int, newest: int) -> tuple[int, int, int]:
    """Live one day in place (contract, section 6): expired, left and owed units at its end."""
    if layout.same_day:
        put(state, layout, order)
    short = take(state, layout, wanted, newest)
    if layout.backorders:
        state[-1] += short
    expired = 0
    if layout.expires:
        expired = int(state[0])
        for age in range(layout.ages - 1):
            state[age] = state[age + 1]
        state[layout.ages - 1] = 0
    left = int(state[: layout.ages].sum())
    owed = int(state[-1])
    if layout.same_day:
        return expired, left, owed
    arriving = order
    if layout.under_way:
        arriving = int(state[layout.ages])
        for place in range(layout.ages, layout.ages + layout.under_way - 1):
            state[place] = state[place + 1]
        state[layout.ages + layout.under_way - 1] = order
    put(state, layout, arriving)
    return expired, left, owed
