"""A shelf whose goods come with random days of life, each unit for itself, lived through drawn days."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.levels.plans import OrderTable
from brikopt.levels.position import Position

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

FLOWS = 6  # columns of a Flow
COMING, OWED, DAY = range(3)


def live_with_lives(
    item: Position, table: OrderTable, days: Iterator[tuple[IntArray, IntArray]]
) -> Iterator[FloatArray]:
    """Live a shelf through batches of days, beginning empty.

    Parameters
    ----------
    item : Position
        With ``remaining_life_pmf``.
    table : OrderTable
        What is ordered at each position.
    days : iterator of two ndarray of int64, shape (n_days,)
        Units wanted, and how many of them are taken from the newest goods; the first batch only fills the shelf.

    Yields
    ------
    ndarray of shape (6,)
        Means per day of a batch; the columns of ``Flow``. Units are drawn their lives by the day and their place in the
        order alone, so that plans are compared on the same goods.
    """
    rising = np.cumsum(np.asarray(item.remaining_life_pmf, dtype=np.float64))
    stock = np.zeros(len(rising) + 1, dtype=np.int64)  # by days left, today's last ones at 1
    under_way = np.zeros(max(item.lead_time_days, 1), dtype=np.int64)
    now = np.zeros(3, dtype=np.int64)
    for batch, (wanted, newest) in enumerate(days):
        shelf = (table.units, table.lowest, rising, item.lead_time_days, item.backorders, stock, under_way, now)
        flow = _live(*shelf, wanted, newest)
        if batch:
            yield flow / len(wanted)


@njit(cache=True)
def _live(
    orders: IntArray,
    lowest: int,
    rising: FloatArray,
    lead_time: int,
    backorders: bool,
    stock: IntArray,
    under_way: IntArray,
    now: IntArray,
    wanted: IntArray,
    newest: IntArray,
) -> FloatArray:
    """Live through days in the order of the contract, section 6; sums of the columns of ``Flow``."""
    flow = np.zeros(FLOWS)
    for drawn in range(len(wanted)):
        today = now[DAY]
        order = orders[max(stock.sum() + now[COMING] - now[OWED] - lowest, 0)]
        arriving = 0
        if order > 0:
            flow[0] += order
            flow[1] += 1
            if lead_time == 0:
                flow[4] += _put(stock, rising, now, order, today)
            else:
                under_way[(today + lead_time - 1) % lead_time] += order
                now[COMING] += order
        short = _take(stock, wanted[drawn], newest[drawn])
        flow[2] += short
        if backorders:
            now[OWED] += short
        flow[4] += stock[1]
        stock[1:-1] = stock[2:].copy()
        stock[-1] = 0
        flow[3] += now[OWED]
        flow[5] += stock.sum()
        if lead_time > 0:
            arriving = under_way[today % lead_time]
            under_way[today % lead_time] = 0
            now[COMING] -= arriving
            if arriving > 0:
                flow[4] += _put(stock, rising, now, arriving, today)
        now[DAY] += 1
    return flow


@njit(cache=True)
def _put(stock: IntArray, rising: FloatArray, now: IntArray, units: int, day: int) -> int:
    """Hand out what is owed, put the rest on the shelf by its days of life; return what came with none."""
    handed_out = min(units, int(now[OWED]))
    now[OWED] -= handed_out
    expired = 0
    for unit in range(handed_out, units):
        life = min(int(np.searchsorted(rising, _chance(day, unit), side="right")), len(rising) - 1)
        if life == 0:
            expired += 1
        else:
            stock[life] += 1
    return expired


@njit(cache=True)
def _chance(day: int, unit: int) -> float:
    """A number from 0 to 1 that depends on the day and the place in the order alone (SplitMix64)."""
    mixed = np.uint64(day) * np.uint64(0xD1342543DE82EF95) + np.uint64(unit) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return float(mixed >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def _take(stock: IntArray, units: int, newest: int) -> int:
    """Take units from both ends of the shelf; what isn't there is returned."""
    for life in range(len(stock) - 1, 0, -1):
        if newest == 0:
            break
        taken = min(newest, stock[life])
        stock[life] -= taken
        newest -= taken
        units -= taken
    for life in range(1, len(stock)):
        if units == 0:
            break
        taken = min(units, stock[life])
        stock[life] -= taken
        units -= taken
    return units
