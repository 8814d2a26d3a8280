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
from brikopt.levels.shelf_day import Layout, StateArray, fresh_after_owed, live_day, order_of

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
SlotArray = npt.NDArray[np.int32]

FLOWS = 6  # columns of a Flow
MOST_CELLS = 15_000_000  # numbers kept to tell states apart: 60 MB
MOST_MOVES = 20_000_000
NEGLIGIBLE = 1e-14  # chance of a move that is left out


class ShelfStates(NamedTuple):
    """The states reachable from an empty shelf, and what flows in a day that begins in each."""

    chain: Chain
    flow: FloatArray  # (n_states, 6), columns of Flow


def shelf_states(item: Position, plan: Plan, most_states: int, most_moves: int = MOST_MOVES) -> ShelfStates | None:
    """List the states of a shelf under a plan.

    Parameters
    ----------
    item : Position
        The shelf.
    plan : Plan
        When to order, and how much.
    most_states, most_moves : int
        Where to give up.

    Returns
    -------
    ShelfStates or None
        None where there are more states or moves, or weekdays or lives differ; the first state is the empty shelf.

    Raises
    ------
    ValueError
        If the plan can't be followed.

    Examples
    --------
    One unit is wanted on every other day, at random, and one is kept: the shelf begins empty and then has it.

    >>> from brikopt.levels.plans import OrderUpTo
    >>> found = shelf_states(Position([0.5, 0.5]), OrderUpTo(1), most_states=9)
    >>> found.chain.target.tolist()
    [1, 1, 0]
    """
    table = order_table(plan, item)
    if item.is_varied:
        return None
    layout = Layout(
        ages=item.shelf_life_days or 1,
        under_way=max(item.lead_time_days - 1, 0),
        expires=item.shelf_life_days is not None,
        same_day=item.lead_time_days == 0,
        backorders=item.backorders,
    )
    most = min(most_states, MOST_CELLS // layout.width)
    habits = _Habits(table.units, table.lowest, item.pmf, _beyond(item.pmf), newest_picks(item))
    row, target, chance, flow = _explore(layout, habits, _nothing_known(most, layout.width), most_moves)
    return ShelfStates(Chain(row, target, chance, 0), flow) if len(row) else None


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
    >>> newest_picks(Position([0.5, 0.0, 0.5], shelf_life_days=9, newest_first_share=0.5))[2].round(6).tolist()
    [0.25, 0.5, 0.25]
    """
    units = np.arange(len(item.pmf))
    share = item.newest_first_share if item.longest_life else 0.0
    return np.ascontiguousarray(binom.pmf(units, units[:, None], share))


class _Habits(NamedTuple):
    """What decides a day."""

    orders: IntArray  # (n_positions,) units ordered at each position
    lowest: int  # the first of these positions
    pmf: FloatArray  # (n,) chances of the units wanted
    beyond: FloatArray  # (n,) expected units wanted beyond what is there
    picks: FloatArray  # (n, n) see ``newest_picks``


class _Known(NamedTuple):
    """The states seen so far, and a table to find them again."""

    states: StateArray  # (most, width)
    slots: SlotArray  # (a power of two,) numbers of the states; -1 is free
    seen: IntArray  # (1,) how many


def _nothing_known(most: int, width: int) -> _Known:
    slots = 1 << (2 * most).bit_length()
    return _Known(np.zeros((most, width), np.int32), np.full(slots, -1, np.int32), np.zeros(1, np.int64))


def _beyond(pmf: FloatArray) -> FloatArray:
    """Expected units wanted beyond 0, 1, 2 … units."""
    more = np.append(np.cumsum(pmf[::-1])[::-1][1:], 0.0)
    return np.ascontiguousarray(np.cumsum(more[::-1])[::-1])


@njit(cache=True)
def _explore(
    layout: Layout, habits: _Habits, known: _Known, most_moves: int
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Go from state to state until no new one turns up; all empty where there are too many."""
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros((0, FLOWS)))
    room = len(habits.pmf) * (len(habits.pmf) + 1)  # moves that one state can have
    row = np.zeros(len(known.states) + 1, np.int64)
    flow = np.zeros((len(known.states), FLOWS))
    target, chance = np.zeros(4 * room, np.int64), np.zeros(4 * room)
    _number(known, np.zeros(known.states.shape[1], np.int32))
    state = 0
    while state < known.seen[0]:
        begin = row[state]
        if begin > most_moves:
            return nothing
        if begin + room > len(target):
            target = np.append(target, np.zeros(len(target), np.int64))
            chance = np.append(chance, np.zeros(len(chance)))
        made = _moves(layout, habits, known, state, target[begin:], chance[begin:], flow[state])
        if made < 0:
            return nothing
        state += 1
        row[state] = begin + made
    return row[: state + 1], target[: row[state]], chance[: row[state]], flow[:state]


@njit(cache=True)
def _moves(
    layout: Layout,
    habits: _Habits,
    known: _Known,
    state: int,
    target: IntArray,
    chance: FloatArray,
    flow: FloatArray,
) -> int:
    """Write down the moves of one state and what flows in its day; their number, or -1 where a state is too many."""
    today = known.states[state]
    tomorrow = today.copy()
    order = order_of(today, layout, habits.orders, habits.lowest)
    there = today[: layout.ages].sum() + (fresh_after_owed(today, order) if layout.same_day else 0)
    flow[0], flow[1], flow[2] = order, order > 0, habits.beyond[min(there, len(habits.pmf) - 1)]
    # Once the shelf is empty and what is short is lost, every larger demand leads to the same tomorrow.
    last = len(habits.pmf) - 1 if layout.backorders else min(there, len(habits.pmf) - 1)
    made = 0
    for wanted in range(last + 1):
        weight = habits.pmf[wanted] if wanted < there or layout.backorders else habits.pmf[wanted:].sum()
        for newest in range(wanted + 1 if wanted < there else 1):
            share = weight * habits.picks[wanted, newest] if wanted < there else weight
            if share < NEGLIGIBLE:
                continue
            tomorrow[:] = today
            expired, left, owed = live_day(tomorrow, layout, order, wanted, newest)
            flow[3] += share * owed
            flow[4] += share * expired
            flow[5] += share * left
            target[made], chance[made] = _number(known, tomorrow), share
            if target[made] < 0:
                return -1
            made += 1
    return made


@njit(cache=True)
def _number(known: _Known, state: StateArray) -> int:
    """Number of a state, which may be a new one; -1 where there is no room for it (linear probing)."""
    last = len(known.slots) - 1
    mixed = np.uint64(1469598103934665603)  # FNV-1a over the numbers of the state
    for number in state:
        mixed = (mixed ^ np.uint64(number)) * np.uint64(1099511628211)
    slot = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(last))
    while known.slots[slot] >= 0:
        if np.array_equal(known.states[known.slots[slot]], state):
            return int(known.slots[slot])
        slot = (slot + 1) & last
    number = known.seen[0]
    if number == len(known.states):
        return -1
    known.slots[slot] = number
    known.states[number] = state
    known.seen[0] += 1
    return int(number)
