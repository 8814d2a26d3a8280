"""The life of one shelf, day by day: dates pass, deliveries, check, use, count, board scan; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from brikopt.world.chance import Stream, draw, draw_gamma, draw_poisson, fork
from brikopt.world.checks import go_through, look, pass_dates
from brikopt.world.log import (
    ARRIVES,
    COMING,
    LYING,
    N_COLUMNS,
    N_LOGGED,
    N_LOTS,
    N_WAY,
    NUMBER,
    SHELF,
    STARTED,
    UNITS_COMING,
    Events,
    Shelf,
    empty_shelf,
    note,
)
from brikopt.world.lots import EXPIRY, LOT, UNITS, expiry_of, lot_on, put, stock, take, tidy
from brikopt.world.shelves import NEVER
from brikopt.world.supply import (
    WeekMask,
    coming,
    hung_cards,
    order_by_eye,
    order_urgently,
    receive,
    scan_board,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Visits = NDArray[np.uint8]

LULL_DAYS = 28  # whole weeks
LULL_PART = 1 << 20  # beyond any week's part of the stream of what is wanted

# Columns of a month's usage.
EXPECTED, ASKED, SERVED = range(3)

# Columns of a day's trace.
WANTED, USED, ON_HAND, ON_ORDER, CARDS_HUNG = range(5)
N_TRACED = 5


class WardDays(NamedTuple):
    """How busy the wards are, and when they order and receive."""

    busy: FloatArray  # float64 (n_wards, n_days)
    orders: NDArray[np.bool_]  # bool (n_wards, 7), Monday first
    delivers: NDArray[np.bool_]  # bool (n_wards, 7)


class Calendar(NamedTuple):
    """What every shelf needs to know of the days."""

    weekdays: IntArray  # int64 (n_days,), 0 is Monday
    months: IntArray  # int64 (n_days,), 0 is the first day's month
    as_of_day: int


@njit(cache=True)
def rate_on(p: np.record, day: int, busy: float) -> float:
    """Mean units wanted on a day."""
    if p.dead_from <= day < p.back_from:
        return 0.0
    return float(p.rate * busy * (p.shift_factor if day >= p.shift_day else 1.0))


@njit(cache=True)
def liveliness(p: np.record, want: Stream, day: int) -> float:
    """How lively a week is, 1 on average: a gamma number, and 0 in a lull."""
    lively = draw_gamma(want, p.steadiness)
    if p.lull > 0:
        lull = draw(fork(p.use_key, LULL_PART + day // LULL_DAYS)) < p.lull
        return 0.0 if lull else lively / (1.0 - p.lull)
    return lively


@njit(cache=True)
def start(p: np.record, shelf: Shelf) -> None:
    """Fill a shelf that existed before the first day, with one to three lots of different age."""
    room = p.brik_qty if p.is_brik else p.max_level - p.min_level
    left = p.max_level - int(room * draw(shelf.hand))
    shares = 1 + int(3 * draw(shelf.hand))
    for share in range(shares, 0, -1):
        units = left // share
        left -= units
        day = -int(300 * draw(shelf.hand))
        lot = lot_on(p, day)
        if expiry_of(p, lot) < 20:
            lot = lot_on(p, 0)
        if units > 0:
            shelf.tally[N_LOTS] = put(shelf.lots, shelf.tally[N_LOTS], expiry_of(p, lot), lot, units)
            note(shelf, STARTED, 0, units, -1, lot, expiry_of(p, lot), 0)


@njit(cache=True)
def use(p: np.record, shelf: Shelf, day: int, mean: float, want: Stream) -> tuple[int, int]:
    """Pick what is wanted, batch by batch; what is not there is lost. Return units wanted and units met."""
    wanted = met = 0
    for _ in range(draw_poisson(want, mean / p.batch)):
        units = 1 + draw_poisson(want, p.batch - 1.0)
        newest = draw(shelf.hand) < p.newest_share
        wanted += units
        met += take(shelf.lots, shelf.tally[N_LOTS], day, units, newest)
    return wanted, met


@njit(cache=True)
def note_state(shelf: Shelf, day: int) -> None:
    """Note the truth at the start of a day: every lot, and what is really on the way."""
    for row in range(shelf.tally[N_LOTS]):
        note(shelf, LYING, day, shelf.lots[row, UNITS], -1, shelf.lots[row, LOT], shelf.lots[row, EXPIRY], 0)
    for row in range(shelf.tally[N_WAY]):
        if shelf.way[row, ARRIVES] < NEVER:
            note(shelf, COMING, day, shelf.way[row, UNITS_COMING], shelf.way[row, NUMBER], 0, 0, 0)


@njit(cache=True)
def order_something(
    p: np.record, shelf: Shelf, day: int, weekday: int, short: bool, orders: bool, delivers: WeekMask
) -> None:
    """Order in a hurry if something was missing, and scan the board or look around on an order day."""
    if short and coming(shelf, True) == coming(shelf, False) and draw(shelf.hand) < p.urgent:
        order_urgently(p, shelf, day, weekday, delivers)
    if orders:
        if p.is_brik:
            scan_board(p, shelf, day, weekday, delivers)
        else:
            order_by_eye(p, shelf, day, weekday, delivers)


@njit(cache=True)
def _add_up(usage: FloatArray, month: int, mean: float, wanted: int, met: int) -> None:
    usage[month, EXPECTED] += mean
    usage[month, ASKED] += wanted
    usage[month, SERVED] += met


@njit(cache=True)
def live_days(
    p: np.record,
    shelf: Shelf,
    ward: WardDays,
    visits: Visits,
    calendar: Calendar,
    first: int,
    last: int,
    usage: FloatArray,
    trace: IntArray,
) -> None:
    """Let a shelf live through the days from ``first`` to ``last``, that one excluded; the rest as for ``live``."""
    orders, delivers = ward.orders[p.ward], ward.delivers[p.ward]
    want, lively = fork(p.use_key, 0), 1.0
    for day in range(first, last):
        if day == calendar.as_of_day:
            note_state(shelf, day)
        if day == first or day % 7 == 0:
            # A week's wishes come from its own stream: they do not depend on the levels.
            want = fork(p.use_key, day // 7)
            lively = liveliness(p, want, day)
        pass_dates(shelf, day)
        receive(p, shelf, day)
        go_through(p, shelf, day, visits[day])
        mean = rate_on(p, day, ward.busy[p.ward, day])
        wanted, met = use(p, shelf, day, mean * lively, want)
        shelf.tally[N_LOTS] = tidy(shelf.lots, shelf.tally[N_LOTS])
        _add_up(usage, calendar.months[day], mean, wanted, met)
        look(p, shelf, day, visits[day])
        weekday = calendar.weekdays[day]
        # In a closed ward nobody looks at the board.
        staffed = ward.busy[p.ward, day] > 0
        order_something(p, shelf, day, weekday, met < wanted, orders[weekday] and staffed, delivers)
        if len(trace):
            trace[day, WANTED], trace[day, USED] = wanted, met
            trace[day, ON_HAND] = stock(shelf.lots, shelf.tally[N_LOTS])
            trace[day, ON_ORDER] = coming(shelf, True)
            trace[day, CARDS_HUNG] = hung_cards(p, shelf) if p.is_brik else 0


@njit(cache=True)
def live(
    p: np.record,
    ward: WardDays,
    visits: Visits,
    calendar: Calendar,
    log: Events,
    usage: FloatArray,
    trace: IntArray,
) -> int:
    """Live through the days of one shelf.

    Parameters
    ----------
    p : SHELF record
        The shelf.
    ward : WardDays
        The days of all wards.
    visits : ndarray of uint8, shape (n_days,)
        What happens in the cabinet.
    calendar : Calendar
        Weekdays, months, and the day at whose start the truth is noted.
    log : ndarray of int32, shape (n_rows, N_COLUMNS)
        Filled from the top.
    usage : ndarray of float64, shape (n_months, 3)
        Added to: units expected, asked for and served in each month.
    trace : ndarray of int64, shape (n_days, N_TRACED)
        Filled where it has rows: wanted, used, and at the day's end on hand, on order and cards hung.

    Returns
    -------
    int
        Rows of the log that were filled.
    """
    shelf = empty_shelf(log, p.hand_key)
    if p.first_day == 0:
        start(p, shelf)
    live_days(p, shelf, ward, visits, calendar, p.first_day, p.end_day, usage, trace)
    if p.end_day <= calendar.as_of_day:
        note_state(shelf, p.end_day)
    return int(shelf.tally[N_LOGGED])


@njit(cache=True)
def live_all(
    shelves: NDArray[np.void], ward: WardDays, visits: Visits, calendar: Calendar, usage: FloatArray
) -> Events:
    """Live through the days of many shelves.

    Parameters
    ----------
    shelves : ndarray of SHELF, shape (n_shelves,)
        The shelves.
    ward, calendar
        As for ``live``.
    visits : ndarray of uint8, shape (n_cabinets, n_days)
        What happens in each cabinet.
    usage : ndarray of float64, shape (n_shelves, n_months, 3)
        Added to, as in ``live``.

    Returns
    -------
    ndarray of int32, shape (n_events, N_COLUMNS)
        Sorted by shelf, then by time; SHELF is the row of the shelf in ``shelves``.
    """
    scratch = np.zeros((40 * len(calendar.weekdays) + 4096, N_COLUMNS), dtype=np.int32)
    untraced = np.zeros((0, N_TRACED), dtype=np.int64)
    events, n = np.zeros((1 << 16, N_COLUMNS), dtype=np.int32), 0
    for i in range(len(shelves)):
        p = shelves[i]
        rows = live(p, ward, visits[p.cabinet], calendar, scratch, usage[i], untraced)
        if n + rows > len(events):
            events = np.concatenate((events, np.zeros((len(events) + rows, N_COLUMNS), dtype=np.int32)))
        for row in range(rows):
            for column in range(N_COLUMNS):
                events[n + row, column] = scratch[row, column]
            events[n + row, SHELF] = i
        n += rows
    return events[:n]
