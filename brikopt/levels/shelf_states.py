"""Every state that a shelf can be in under a plan, and the chances to move between them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.stats import binom

from brikopt.levels.long_run import Chain
from brikopt.levels.plans import Plan, order_table
from brikopt.levels.position import Position

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
StateArray = npt.NDArray[np.int32]

FLOWS = 6  # columns of a Flow
MOST_CELLS = 25_000_000  # numbers kept to tell states apart: 100 MB
MOST_MOVES = 20_000_000
MOST_UNITS = 30_000  # in one class of a state


class ShelfStates(NamedTuple):
    """The states reachable from an empty shelf, and what flows in a day that begins in each."""

    chain: Chain
    flow: FloatArray  # (n_states, 6), columns of Flow


class _Layout(NamedTuple):
    """How a state is written down: stock by age, oldest first; orders under way, next first; units owed."""

    ages: int
    under_way: int
    expires: bool
    same_day: bool
    backorders: bool


def shelf_states(item: Position, plan: Plan, most_states: int) -> ShelfStates | None:
    """List the states of a shelf under a plan.

    Parameters
    ----------
    item : Position
        The shelf.
    plan : Plan
        When to order, and how much.
    most_states : int
        Where to give up.

    Returns
    -------
    ShelfStates or None
        None where there are more states; the first state is the empty shelf.

    Raises
    ------
    ValueError
        If the plan can't be followed.
    """
    table = order_table(plan, item)
    layout = _Layout(
        ages=item.shelf_life_days or 1,
        under_way=max(item.lead_time_days - 1, 0),
        expires=item.shelf_life_days is not None,
        same_day=item.lead_time_days == 0,
        backorders=item.backorders,
    )
    width = layout.ages + layout.under_way + 1
    if len(table.units) > MOST_UNITS or len(item.pmf) > MOST_UNITS:
        return None
    found = _explore(
        layout, table.units, table.lowest, item.pmf, newest_picks(item), min(most_states, MOST_CELLS // width), MOST_MOVES
    )
    complete, row, target, chance, flow = found
    return ShelfStates(Chain(row, target, chance, 0), flow) if complete else None


def newest_picks(item: Position) -> FloatArray:
    """Chance that k of d units wanted are taken from the newest goods.

    Parameters
    ----------
    item : Position
        Its demand and ``newest_first_share``.

    Returns
    -------
    ndarray of shape (n, n)
        Row d, column k.

    Examples
    --------
    >>> newest_picks(Position([0.5, 0.0, 0.5], newest_first_share=0.5))[2].tolist()
    [0.25, 0.5, 0.25]
    """
    units = np.arange(len(item.pmf))
    share = item.newest_first_share if item.shelf_life_days else 0.0
    chances: FloatArray = binom.pmf(units, units[:, None], share)
    return chances


@njit(cache=True)
def _explore(
    layout: _Layout,
    orders: IntArray,
    lowest: int,
    pmf: FloatArray,
    picks: FloatArray,
    most_states: int,
    most_moves: int,
) -> tuple[bool, IntArray, IntArray, FloatArray, FloatArray]:
    """Go from state to state until no new one turns up."""
    width = layout.ages + layout.under_way + 1
    states = np.zeros((64, width), dtype=np.int32)
    slots = np.full(256, -1, dtype=np.int64)
    row = np.zeros(65, dtype=np.int64)
    flow = np.zeros((64, FLOWS))
    target = np.zeros(1024, dtype=np.int64)
    chance = np.zeros(1024)
    tomorrow = np.zeros(width, dtype=np.int32)
    beyond = _beyond(pmf)
    slots[_slot(states, slots, tomorrow)] = 0
    known, moves, state = 1, 0, 0
    while state < known:
        order = _order(states[state], layout, orders, lowest)
        there = states[state, : layout.ages].sum() + (_fresh(states[state], layout, order) if layout.same_day else 0)
        row[state] = moves
        flow[state, 0] = order
        flow[state, 1] = order > 0
        for wanted in range(len(pmf)):
            # Once the shelf is empty and what is short is lost, every larger demand leads to the same tomorrow.
            emptied = wanted >= there
            rest = emptied and not layout.backorders
            weight = pmf[wanted:].sum() if rest else pmf[wanted]
            for newest in range(1 if emptied else wanted + 1):
                share = weight if emptied else weight * picks[wanted, newest]
                if share == 0.0:
                    continue
                tomorrow[:] = states[state]
                expired, left, owed = _live(tomorrow, layout, order, wanted, newest)
                flow[state, 3] += share * owed
                flow[state, 4] += share * expired
                flow[state, 5] += share * left
                slot = _slot(states, slots, tomorrow)
                if slots[slot] < 0:
                    if known == most_states:
                        return False, row, target, chance, flow
                    if known == len(states):
                        states = _longer(states)
                        flow = _longer(flow)
                        row = np.append(row, np.zeros(known, dtype=np.int64))
                        slots = _rehashed(states, known)
                        slot = _slot(states, slots, tomorrow)
                    slots[slot] = known
                    states[known] = tomorrow
                    known += 1
                if moves == most_moves:
                    return False, row, target, chance, flow
                if moves == len(target):
                    target = np.append(target, np.zeros(moves, dtype=np.int64))
                    chance = np.append(chance, np.zeros(moves))
                target[moves] = slots[slot]
                chance[moves] = share
                moves += 1
            if rest:
                break
        flow[state, 2] = beyond[min(there, len(pmf) - 1)]
        state += 1
    row[known] = moves
    return True, row[: known + 1], target[:moves], chance[:moves], flow[:known]


@njit(cache=True)
def _beyond(pmf: FloatArray) -> FloatArray:
    """Expected units wanted beyond 0, 1, 2 … units."""
    beyond = np.zeros(len(pmf))
    for there in range(len(pmf)):
        for wanted in range(there + 1, len(pmf)):
            beyond[there] += (wanted - there) * pmf[wanted]
    return beyond


@njit(cache=True)
def _order(state: StateArray, layout: _Layout, orders: IntArray, lowest: int) -> int:
    """Units ordered: stock and what is on order, less what is owed, decides."""
    position = -int(state[-1])
    for place in range(layout.ages + layout.under_way):
        position += int(state[place])
    return int(orders[max(position - lowest, 0)])


@njit(cache=True)
def _fresh(state: StateArray, layout: _Layout, arriving: int) -> int:
    """What is left of an arrival after what is owed has been handed out."""
    return max(arriving - int(state[-1]), 0)


@njit(cache=True)
def _put(state: StateArray, layout: _Layout, arriving: int) -> None:
    fresh = _fresh(state, layout, arriving)
    state[-1] -= arriving - fresh
    state[layout.ages - 1] += fresh


@njit(cache=True)
def _take(state: StateArray, layout: _Layout, units: int, newest: int) -> int:
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
def _live(state: StateArray, layout: _Layout, order: int, wanted: int, newest: int) -> tuple[int, int, int]:
    """Live one day in place (contract, section 6): expired, left and owed units at its end."""
    if layout.same_day:
        _put(state, layout, order)
    short = _take(state, layout, wanted, newest)
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
    _put(state, layout, arriving)
    return expired, left, owed


@njit(cache=True)
def _slot(states: StateArray, slots: IntArray, state: StateArray) -> int:
    """Where a state is, or would be, in the table of known states (linear probing)."""
    mixed = np.uint64(1469598103934665603)  # FNV-1a over the numbers of the state
    for number in state:
        mixed = (mixed ^ np.uint64(number)) * np.uint64(1099511628211)
    last = len(slots) - 1
    slot = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(last))
    while slots[slot] >= 0 and not _same(states[slots[slot]], state):
        slot = (slot + 1) & last
    return slot


@njit(cache=True)
def _same(one: StateArray, other: StateArray) -> bool:
    for place in range(len(one)):
        if one[place] != other[place]:
            return False
    return True


@njit(cache=True)
def _longer(rows: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    longer = np.zeros((2 * len(rows), rows.shape[1]), dtype=rows.dtype)
    longer[: len(rows)] = rows
    return longer


@njit(cache=True)
def _rehashed(states: StateArray, known: int) -> IntArray:
    slots = np.full(4 * len(states), -1, dtype=np.int64)
    for state in range(known):
        slots[_slot(states, slots, states[state])] = state
    return slots
