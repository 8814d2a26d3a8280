"""Shelves of a simulated region that live on from their true state, under levels that somebody else has set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.world.calendar import COUNT, READ
from brikopt.world.days import N_TRACED, ON_HAND, USED, Calendar, Visits, WardDays, live_days, start
from brikopt.world.days import WANTED as DAY_WANTED
from brikopt.world.log import AMOUNT, EXPIRED, KIND, N_COLUMNS, N_LOGGED, ORDERED, Shelf, empty_shelf
from brikopt.world.region import Region
from brikopt.world.streams import key

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

HOLDING, LINES, GONE, WANTED, MET = range(5)
N_SUMS = 5
NEVER_ORDERS = -1  # a min that no stock is at or below


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of one position; arrays of shape (n_plans,), units and cards; all 0 where it is removed."""

    min_level: IntArray
    max_level: IntArray
    brik_qty: IntArray
    brik_count: IntArray


def lived(region: Region, row: int, levels: Levels, futures: range) -> FloatArray:
    """Live one shelf through its past once, and from the moment of decision on through many futures under each plan.

    Parameters
    ----------
    region : Region
        Has the days after the moment of decision.
    row : int
        The shelf in ``region.stage.shelves``.
    levels : Levels
        What holds from the moment of decision on.
    futures : range
        Numbers of the futures; the same number means the same wishes, whatever the levels.

    Returns
    -------
    ndarray of float64, shape (n_futures, n_plans, N_SUMS)
        HOLDING in unit-days, LINES, and units that are GONE out of date, WANTED and MET.
    """
    stage = region.stage
    shelf = stage.shelves[row]
    # Neither counts nor dates that are noted change what lies there.
    visits = stage.visits[shelf["cabinet"]] & np.uint8(255 - COUNT - READ)
    plans = np.repeat(stage.shelves[row : row + 1], len(levels.max_level))
    removed = levels.max_level == 0
    plans["max_level"] = levels.max_level
    plans["min_level"] = np.where(removed, NEVER_ORDERS, levels.min_level)
    # Where a position was removed, a pack is ordered in a hurry when somebody asks for it.
    plans["brik_qty"] = np.where(removed, plans["pack_size"], levels.brik_qty)
    keys = np.stack([key(stage.settings.seed, f"second {name}", row, list(futures)) for name in ("use", "hand")])
    return _lived(
        stage.shelves[row], plans, keys, stage.ward_days, stage.visits[shelf["cabinet"]], visits, stage.calendar
    )


@njit(cache=True)
def _lived(
    p: np.record,
    plans: npt.NDArray[np.void],
    keys: npt.NDArray[np.uint64],
    ward: WardDays,
    past_visits: Visits,
    visits: Visits,
    calendar: Calendar,
) -> FloatArray:
    last = len(calendar.weekdays)
    log = np.zeros((40 * last + 4096, N_COLUMNS), dtype=np.int32)
    usage, trace = np.zeros((calendar.months[-1] + 1, 3)), np.zeros((last, N_TRACED), dtype=np.int64)
    sums = np.zeros((keys.shape[1], len(plans), N_SUMS))
    now = empty_shelf(log, p.hand_key)
    if p.first_day == 0:
        start(p, now)
    live_days(p, now, ward, past_visits, calendar, p.first_day, calendar.as_of_day, usage, trace)
    shelf = empty_shelf(log, p.hand_key)
    for future in range(keys.shape[1]):
        for plan in range(len(plans)):
            plans[plan].use_key = keys[0, future]
            shelf.lots[:], shelf.way[:], shelf.tally[:] = now.lots, now.way, now.tally
            shelf.hand[0], shelf.tally[N_LOGGED] = keys[1, future], 0
            live_days(plans[plan], shelf, ward, visits, calendar, calendar.as_of_day, last, usage, trace)
            add_up(shelf, trace[calendar.as_of_day :], sums[future, plan])
    return sums


@njit(cache=True)
def add_up(shelf: Shelf, trace: IntArray, sums: FloatArray) -> None:
    """Add what happened on a shelf to its sums."""
    for event in range(shelf.tally[N_LOGGED]):
        if shelf.log[event, KIND] == ORDERED:
            sums[LINES] += 1
        elif shelf.log[event, KIND] == EXPIRED:
            sums[GONE] += shelf.log[event, AMOUNT]
    sums[HOLDING] += trace[:, ON_HAND].sum()
    sums[WANTED] += trace[:, DAY_WANTED].sum()
    sums[MET] += trace[:, USED].sum()
