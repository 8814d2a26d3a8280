"""A shelf lived lot by lot through drawn days, where its states are too many to list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.levels.mixed_lives import live_with_lives
from brikopt.levels.performance import Flow, cost_weights
from brikopt.levels.plans import OrderTable, Plan, order_table
from brikopt.levels.position import Costs, Position

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

FLOWS = 6  # columns of a Flow
FOR_EVER = 1 << 60
SHORTEST_BATCH = 4_000  # days
TURNOVERS = 20  # times that the shelf is used up in a batch: what one batch leaves hardly bears on the next


@dataclass(frozen=True, slots=True)
class Simulated:
    """What flowed in each batch of days.

    Parameters
    ----------
    flow : ndarray of shape (n_batches, 6)
        Means per day; the columns are those of ``Flow``.
    """

    flow: FloatArray

    @property
    def mean(self) -> Flow:
        """Mean of all batches."""
        return Flow(*self.flow.mean(axis=0).tolist())

    def cost(self, item: Position, costs: Costs) -> FloatArray:
        """Cost per day of each batch, shape (n_batches,)."""
        return self.flow @ cost_weights(item, costs)


def error_of_mean(batches: FloatArray) -> float:
    """Standard error of a mean from its batch means (Law 2015, Simulation Modeling and Analysis, section 9.5.3).

    Parameters
    ----------
    batches : ndarray of shape (n_batches,)
        At least two.

    Returns
    -------
    float

    Examples
    --------
    >>> error_of_mean(np.array([1.0, 3.0]))
    1.0
    """
    return float(batches.std(ddof=1) / np.sqrt(len(batches)))


class Days(NamedTuple):
    """Drawn days, the same for every plan (common random numbers); arrays of shape (n_days,)."""

    wanted: IntArray  # units
    newest: IntArray  # of those, units taken from the newest goods


def draw_days(item: Position, rng: np.random.Generator, days: int) -> Days:
    """Draw what is wanted on some days.

    Parameters
    ----------
    item : Position
        Its demand and ``newest_first_share``.
    rng : numpy.random.Generator
        Where chance comes from.
    days : int
        How many.

    Returns
    -------
    Days
    """
    rising = np.cumsum(item.by_weekday, axis=1)
    chance = rng.random(days)
    wanted = np.zeros(days, dtype=np.int64)
    for weekday, row in enumerate(rising):
        those = slice(weekday, None, len(rising))
        wanted[those] = np.minimum(np.searchsorted(row, chance[those], side="right"), len(row) - 1)
    if item.longest_life is None or item.newest_first_share == 0:
        return Days(wanted, np.zeros(days, dtype=np.int64))
    return Days(wanted, rng.binomial(wanted, item.newest_first_share).astype(np.int64))


def batch_days(item: Position, full_stock: int) -> int:
    """Days in a batch: many times what one filling of the shelf lasts.

    Parameters
    ----------
    item : Position
        Its demand, lead time and shelf life.
    full_stock : int
        Units at full stock.

    Returns
    -------
    int

    Examples
    --------
    >>> batch_days(Position([0.9, 0.1]), full_stock=30)
    6020
    """
    lasts = max(full_stock, 1) / max(item.mean_demand, 1e-4)
    if item.longest_life is not None:
        lasts = min(lasts, item.longest_life)
    days = max(SHORTEST_BATCH, TURNOVERS * round(lasts + item.lead_time_days))
    # Whole weeks, where weekdays differ: every batch begins on the same one.
    return -(-days // len(item.by_weekday)) * len(item.by_weekday)


def simulate(item: Position, plan: Plan, days: Iterator[Days]) -> Iterator[FloatArray]:
    """Live a shelf through batches of days, beginning empty.

    Parameters
    ----------
    item : Position
        The shelf.
    plan : Plan
        When to order, and how much.
    days : iterator of Days
        One batch each; the first only fills the shelf and is not reported.

    Yields
    ------
    ndarray of shape (6,)
        Means per day of a batch; the columns of ``Flow``.
    """
    table = order_table(plan, item)
    if item.remaining_life_pmf is not None:
        yield from live_with_lives(item, table, ((drawn.wanted, drawn.newest) for drawn in days))
        return
    shelf = _empty_shelf(item, table)
    for batch, drawn in enumerate(days):
        flow = _live(shelf, drawn.wanted, drawn.newest)
        if batch:
            yield flow / len(drawn.wanted)


class _Shelf(NamedTuple):
    """A shelf that lives on from batch to batch; arrays are changed in place."""

    orders: IntArray  # units ordered at each position
    lowest: int  # the first of these positions
    life: int  # days on which a unit may be used
    lead_time: int
    backorders: bool
    units: IntArray  # (n_slots,) of each lot, a ring with the oldest at ``now[OLDEST]``
    last_day: IntArray  # (n_slots,) on which a lot may be used
    under_way: IntArray  # (lead time,) units that arrive at the end of a day, a ring
    now: IntArray  # (6,) see the names below


DAY, OLDEST, LOTS, STOCK, COMING, OWED = range(6)


def _empty_shelf(item: Position, table: OrderTable) -> _Shelf:
    # One lot a day at most, and no more lots than units.
    slots = 2 if item.shelf_life_days is None else item.shelf_life_days + 2
    return _Shelf(
        orders=table.units,
        lowest=table.lowest,
        life=FOR_EVER if item.shelf_life_days is None else item.shelf_life_days,
        lead_time=item.lead_time_days,
        backorders=item.backorders,
        units=np.zeros(slots, dtype=np.int64),
        last_day=np.zeros(slots, dtype=np.int64),
        under_way=np.zeros(max(item.lead_time_days, 1), dtype=np.int64),
        now=np.zeros(6, dtype=np.int64),
    )


@njit(cache=True)
def _live(shelf: _Shelf, wanted: IntArray, newest: IntArray) -> FloatArray:
    """Live through days in the order of the contract, section 6; sums of the columns of ``Flow``."""
    flow = np.zeros(FLOWS)
    now = shelf.now
    for drawn in range(len(wanted)):
        today = now[DAY]
        position = now[STOCK] + now[COMING] - now[OWED]
        order = shelf.orders[max(position - shelf.lowest, 0)]
        if order > 0:
            flow[0] += order
            flow[1] += 1
            if shelf.lead_time == 0:
                _arrive(shelf, order, today)
            else:
                shelf.under_way[(today + shelf.lead_time - 1) % shelf.lead_time] += order
                now[COMING] += order
        if wanted[drawn] > 0:
            short = _take(shelf, wanted[drawn], newest[drawn])
            flow[2] += short
            if shelf.backorders:
                now[OWED] += short
        flow[4] += _throw_out(shelf, today)
        flow[3] += now[OWED]
        flow[5] += now[STOCK]
        if now[COMING] > 0:
            place = today % shelf.lead_time
            arriving = shelf.under_way[place]
            if arriving > 0:
                shelf.under_way[place] = 0
                now[COMING] -= arriving
                _arrive(shelf, arriving, today + 1)
        now[DAY] += 1
    return flow


@njit(cache=True)
def _arrive(shelf: _Shelf, units: int, first_day: int) -> None:
    """Hand out what is owed and put the rest on the shelf, with its full life from a first day on."""
    now = shelf.now
    handed_out = min(units, now[OWED])
    now[OWED] -= handed_out
    fresh = units - handed_out
    if fresh == 0:
        return
    last_day = FOR_EVER if shelf.life == FOR_EVER else first_day + shelf.life - 1
    slot = (now[OLDEST] + now[LOTS] - 1) % len(shelf.units)
    if now[LOTS] == 0 or shelf.last_day[slot] != last_day:
        slot = (now[OLDEST] + now[LOTS]) % len(shelf.units)
        shelf.units[slot] = 0
        shelf.last_day[slot] = last_day
        now[LOTS] += 1
    shelf.units[slot] += fresh
    now[STOCK] += fresh


@njit(cache=True)
def _take(shelf: _Shelf, units: int, newest: int) -> int:
    """Take units, some of them from the newest lots and the rest from the oldest; return what isn't there."""
    now = shelf.now
    while newest > 0 and now[LOTS] > 0:
        slot = (now[OLDEST] + now[LOTS] - 1) % len(shelf.units)
        taken = min(newest, shelf.units[slot])
        shelf.units[slot] -= taken
        now[STOCK] -= taken
        newest -= taken
        units -= taken
        if shelf.units[slot] == 0:
            now[LOTS] -= 1
    while units > 0 and now[LOTS] > 0:
        taken = min(units, shelf.units[now[OLDEST]])
        shelf.units[now[OLDEST]] -= taken
        now[STOCK] -= taken
        units -= taken
        if shelf.units[now[OLDEST]] == 0:
            _drop_oldest(shelf)
    return units


@njit(cache=True)
def _throw_out(shelf: _Shelf, today: int) -> int:
    """Throw out what has served its last day."""
    now = shelf.now
    expired = 0
    while now[LOTS] > 0 and shelf.last_day[now[OLDEST]] <= today:
        expired += shelf.units[now[OLDEST]]
        _drop_oldest(shelf)
    now[STOCK] -= expired
    return expired


@njit(cache=True)
def _drop_oldest(shelf: _Shelf) -> None:
    shelf.now[OLDEST] = (shelf.now[OLDEST] + 1) % len(shelf.units)
    shelf.now[LOTS] -= 1
