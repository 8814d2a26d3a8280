"""The best forecast there can be: who knows every lot, rate and habit, and lives the coming days many times over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from brikopt.world.chance import fork
from brikopt.world.days import ASKED, N_TRACED, SERVED, Calendar, Visits, WardDays, live_days, start
from brikopt.world.log import AMOUNT, EXPIRED, EXPIRY, KIND, N_COLUMNS, N_LOGGED, Shelf, empty_shelf
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import CHANGES_AHEAD, NEVER, PAUSE_SPREAD, SHIFT_SPREAD, SHORTEST_PAUSE
from brikopt.world.stage import Stage
from brikopt.world.streams import KeyArray, key, normal, pick, uniform
from brikopt.world.supply import redraw_arrivals

IntArray = NDArray[np.int64]
Streams = Callable[[str], KeyArray]

LATE, SHORT = range(2)  # columns of what is found on possible shelves


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
    bring: what is wanted, which box is taken, when goods come and of which lots, whether and when use shifts, stops or
    returns.
    """
    first = (cut - stage.settings.first_day).days
    listed = np.flatnonzero(stage.shelves["end_day"] == stage.settings.n_days)
    expired = np.array([_expired(stage, int(row), first, days, n_futures) for row in listed])
    chances = {"p_expire": (expired > 0).mean(axis=1), "expired_units": expired.mean(axis=1)}
    return stage.names.iloc[listed].reset_index(drop=True).assign(**chances)


def best_risk_forecast(stage: Stage, cut: date, days: pd.DataFrame, n_futures: int) -> pd.DataFrame:
    """Forecast what runs out and what is never wanted again, as `best_expiry_forecast` does what goes out of date.

    Parameters
    ----------
    stage : Stage
        The region before its first day; it must go on for as many days as are forecast.
    cut : date
        Moment of decision.
    days : DataFrame
        cabinet_id, item_id and days: how far to look, for each position wanted.
    n_futures : int
        How often the coming days are lived.

    Returns
    -------
    DataFrame
        The rows of ``days`` with p_stockout (something is wanted and not there) and p_dead.
    """
    first = (cut - stage.settings.first_day).days
    rows = days.merge(stage.names.assign(shelf=np.arange(len(stage.names))), on=["cabinet_id", "item_id"])
    chances = [
        _risks(stage, int(row), first, int(ahead), n_futures)
        for row, ahead in zip(rows["shelf"], rows["days"], strict=True)
    ]
    return rows.drop(columns="shelf").assign(**dict(zip(("p_stockout", "p_dead"), np.transpose(chances), strict=True)))


def _risks(stage: Stage, row: int, first: int, days: int, n_futures: int) -> tuple[float, float]:
    shelf = stage.shelves[row]
    twins = possible_shelves(shelf, stage.settings, first, n_futures)
    closed = not stage.ward_days.busy[shelf["ward"], first:].any()
    dead = (twins["dead_from"] <= first) & (twins["back_from"] == NEVER)
    short = _ahead(stage, row, twins, first, first + days)[:, SHORT]
    return float((short > 0).mean()), 1.0 if closed else float(dead.mean())


def _expired(stage: Stage, row: int, first: int, days: int, n_futures: int) -> IntArray:
    if not stage.shelves[row]["shelf_life"]:
        return np.zeros(n_futures, dtype=np.int64)
    twins = possible_shelves(stage.shelves[row], stage.settings, first, n_futures)
    return _ahead(stage, row, twins, first, first + days + 1)[:, LATE]


def _ahead(stage: Stage, row: int, twins: NDArray[np.void], first: int, last: int) -> IntArray:
    shelf = stage.shelves[row]
    visits = stage.visits[shelf["cabinet"]]
    lived: IntArray = live_ahead(shelf, twins, stage.ward_days, visits, stage.calendar, first, last)
    return lived


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
def live_ahead(
    p: np.record,
    twins: NDArray[np.void],
    ward: WardDays,
    visits: Visits,
    calendar: Calendar,
    first: int,
    last: int,
) -> IntArray:
    """Live possible shelves from one day to another, that one excluded.

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
    ndarray of int64, shape (n_futures, 2)
        LATE: units that went out of date, of dates from ``first`` on; SHORT: units wanted and not there.
    """
    log = np.zeros((40 * len(calendar.weekdays) + 4096, N_COLUMNS), dtype=np.int32)
    usage = np.zeros((calendar.months[-1] + 1, 3))
    untraced = np.zeros((0, N_TRACED), dtype=np.int64)
    shelf = empty_shelf(log, p.hand_key)
    if p.first_day == 0:
        start(p, shelf)
    live_days(p, shelf, ward, visits, calendar, p.first_day, first, usage, untraced)
    found = np.zeros((len(twins), 2), dtype=np.int64)
    for number in range(len(twins)):
        twin = twins[number]
        tally = shelf.tally.copy()
        tally[N_LOGGED] = 0
        possible = Shelf(shelf.lots.copy(), shelf.way.copy(), tally, fork(twin.hand_key, first), log)
        redraw_arrivals(twin, possible, first, calendar.weekdays, ward.delivers[p.ward])
        usage[:] = 0.0
        live_days(twin, possible, ward, visits, calendar, max(first, p.first_day), last, usage, untraced)
        found[number, SHORT] = int(usage[:, ASKED].sum() - usage[:, SERVED].sum())
        for row in range(tally[N_LOGGED]):
            if log[row, KIND] == EXPIRED and log[row, EXPIRY] >= first:
                found[number, LATE] += log[row, AMOUNT]
    return found
