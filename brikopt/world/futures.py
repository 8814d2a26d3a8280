"""The best forecast there can be: who knows every lot, rate and habit, and lives the coming days many times over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from brikopt.world.chance import fork
from brikopt.world.days import N_TRACED, Calendar, Visits, WardDays, live_days, start
from brikopt.world.log import AMOUNT, EXPIRED, EXPIRY, KIND, N_COLUMNS, N_LOGGED, Shelf, empty_shelf
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import CHANGES_AHEAD, NEVER, PAUSE_SPREAD, SHIFT_SPREAD, SHORTEST_PAUSE
from brikopt.world.stage import Stage
from brikopt.world.streams import KeyArray, key, normal, pick, uniform

IntArray = NDArray[np.int64]
Streams = Callable[[str], KeyArray]


def best_expiry_forecast(stage: Stage, cut: date, days: int, n_futures: int) -> pd.DataFrame:
    """Forecast what goes out of date from all that is true at a moment: a bound for any forecast, out of reach.

    Parameters
    ----------
    stage : Stage
        The region before its first day; it must go on for a day more than is forecast.
    cut : date
        Moment of decision.
    days : int
        Dates from the cut on that count.
    n_futures : int
        How often the coming days are lived.

    Returns
    -------
    DataFrame
        One row a listed position: cabinet_id, item_id, p_expire and expired_units.

    Notes
    -----
    Known are lots on the shelf, goods on the way, rates, habits, and the days of checks. Not known is what the days
    bring: what is wanted, which box is taken, the dates of new lots, whether and when use shifts, stops or returns.
    """
    first = (cut - stage.settings.first_day).days
    listed = np.flatnonzero(stage.shelves["end_day"] == stage.settings.n_days)
    expired = np.array([_expired(stage, int(row), first, days, n_futures) for row in listed])
    chances = {"p_expire": (expired > 0).mean(axis=1), "expired_units": expired.mean(axis=1)}
    return stage.names.iloc[listed].reset_index(drop=True).assign(**chances)


def _expired(stage: Stage, row: int, first: int, days: int, n_futures: int) -> IntArray:
    shelf = stage.shelves[row]
    if not shelf["shelf_life"]:
        return np.zeros(n_futures, dtype=np.int64)
    twins = possible_shelves(shelf, stage.settings, first, n_futures)
    visits = stage.visits[shelf["cabinet"]]
    expired: IntArray = expired_ahead(shelf, twins, stage.ward_days, visits, stage.calendar, first, first + days + 1)
    return expired


def possible_shelves(shelf: np.void, settings: WorldSettings, first: int, n_futures: int) -> NDArray[np.void]:
    """Draw what is not decided on the day ``first`` anew, for shelves that have their past in common.

    Parameters
    ----------
    shelf : SHELF record
        The true shelf.
    settings : WorldSettings
        Of its region.
    first : int
        Day from which on nothing is decided.
    n_futures : int
        Number of shelves.

    Returns
    -------
    ndarray of SHELF, shape (n_futures,)
    """
    twins = np.repeat(np.array([shelf], dtype=shelf.dtype), n_futures)

    def streams(purpose: str) -> KeyArray:
        return key(settings.seed, f"possible {purpose}", shelf["cabinet"], shelf["item"], np.arange(n_futures))

    for name in ("use_key", "hand_key", "later_key"):
        twins[name] = streams(name)
    span = int(shelf["lot_span"])
    twins["last_lot"] = (first + 100 * span + int(shelf["item_key"]) % span) // span
    if 0 < shelf["dead_from"] < first <= shelf["back_from"]:
        twins["back_from"] = _returns(twins["dead_from"], settings, first, streams)
    elif min(shelf["dead_from"], shelf["shift_day"]) >= first:
        _draw_change(twins, settings, first, streams)
    return twins


def _returns(dead_from: IntArray, settings: WorldSettings, first: int, streams: Streams) -> IntArray:
    """Draw the day on which use comes back, not before ``first``; NEVER where it doesn't."""
    ruled_out = np.clip(first - dead_from - SHORTEST_PAUSE, 0, PAUSE_SPREAD)
    left = PAUSE_SPREAD - ruled_out
    later, never = settings.habits.revived * left / PAUSE_SPREAD, 1 - settings.habits.revived
    back = dead_from + SHORTEST_PAUSE + ruled_out + (uniform(streams("pause")) * left).astype(np.int64)
    return np.where(uniform(streams("returns")) * (later + never) < later, back, NEVER)


def _draw_change(twins: NDArray[np.void], settings: WorldSettings, first: int, streams: Streams) -> None:
    """Draw whether use shifts or stops, given that it has done neither before ``first``."""
    habits, last = settings.habits, settings.as_of_day + CHANGES_AHEAD
    ahead = (last - first) / last
    shifts, stops = habits.shifted * ahead, habits.stops * ahead
    steady = 1 - habits.shifted - habits.stops - habits.dead
    chance = uniform(streams("change")) * (shifts + stops + steady)
    day = first + pick(streams("change day"), last - first)
    twins["shift_day"] = np.where(chance < shifts, day, NEVER)
    twins["shift_factor"] = np.exp(SHIFT_SPREAD * normal(streams("shift")))
    stopped = (chance >= shifts) & (chance < shifts + stops)
    twins["dead_from"] = np.where(stopped, day, NEVER)
    twins["back_from"] = np.where(stopped, _returns(day, settings, first, streams), NEVER)


@njit(cache=True)
def expired_ahead(
    p: np.record,
    twins: NDArray[np.void],
    ward: WardDays,
    visits: Visits,
    calendar: Calendar,
    first: int,
    last: int,
) -> IntArray:
    """Count what goes out of date on possible shelves from one day to another, that one excluded.

    Parameters
    ----------
    p : SHELF record
        The true shelf, lived up to ``first``.
    twins : ndarray of SHELF, shape (n_futures,)
        Shelves with the same past, lived from there.
    ward, visits, calendar
        As for ``live``.
    first, last : int
        Days.

    Returns
    -------
    ndarray of int64, shape (n_futures,)
        Units whose last date is ``first`` or later.
    """
    log = np.zeros((40 * len(calendar.weekdays) + 4096, N_COLUMNS), dtype=np.int32)
    usage = np.zeros((calendar.months[-1] + 1, 3))
    untraced = np.zeros((0, N_TRACED), dtype=np.int64)
    shelf = empty_shelf(log, p.hand_key)
    if p.first_day == 0:
        start(p, shelf)
    live_days(p, shelf, ward, visits, calendar, p.first_day, first, usage, untraced)
    expired = np.zeros(len(twins), dtype=np.int64)
    for number in range(len(twins)):
        twin = twins[number]
        tally = shelf.tally.copy()
        tally[N_LOGGED] = 0
        possible = Shelf(shelf.lots.copy(), shelf.way.copy(), tally, fork(twin.hand_key, first), log)
        live_days(twin, possible, ward, visits, calendar, max(first, p.first_day), last, usage, untraced)
        for row in range(tally[N_LOGGED]):
            if log[row, KIND] == EXPIRED and log[row, EXPIRY] >= first:
                expired[number] += log[row, AMOUNT]
    return expired
