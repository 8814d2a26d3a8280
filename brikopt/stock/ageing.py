"""One shelf lived forward, day by day: deliveries, checks, use, orders. Flags, risks and levels all come from here.

Within a day: dates pass, deliveries, check, use, board scan (contract, section 5). Where a supply says so, goods out of
date are thrown out and made good on the very evening their date ends: the day of section 6, and of the textbooks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean
from brikopt.demand.future import Uses
from brikopt.stock.shelf import (
    DOES_NOT_EXPIRE,
    MAX_LOTS,
    drop_front,
    first_usable,
    on_shelf,
    put,
    take_newest,
    take_oldest,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MAX_ORDERS = 64  # orders of a position that can be on their way at once
# Lots are sorted by 2 × date, plus 1 for goods that came after day 0: so the two can be told apart when they expire.
TAGS = 2


class Plan(NamedTuple):
    """Levels of one position; a plan whose ``max_level`` is 0 orders nothing."""

    is_brik: bool
    min_level: int
    max_level: int
    brik_qty: int
    pack_size: int


class Supply(NamedTuple):
    """How goods come to one position. Days count from the day of decision."""

    order_wait: IntArray  # (7,) days from a weekday, Monday first, to the next order day
    delivery_wait: IntArray  # (7,) days from a weekday to the next delivery day
    weekday: int  # of day 0
    checks: IntArray  # days on which the cabinet is gone through
    thrown_out_at_once: bool  # what goes out of date needs no check to be found, and is ordered again that evening


class Start(NamedTuple):
    """States on the morning of day 0; the first axis is the path."""

    expiry: IntArray  # (n, MAX_LOTS) days from day 0
    units: IntArray  # (n, MAX_LOTS)
    lots: IntArray  # (n,)
    newest_first: FloatArray  # (n,) share of picks
    arrival: IntArray  # (n, n_lines) day on which what is on order comes
    ordered: IntArray  # (n_lines,) units of it


class Draws(NamedTuple):
    """Everything random about the days to come, drawn once and used for every plan (common random numbers)."""

    uses: Uses  # what is wanted, and when
    pick: FloatArray  # (n_uses,) in 0..1, decides how many units come from the newest box
    lead_time: IntArray  # (n, n_draws) days, one for each order
    life: IntArray  # (n, n_draws) days that goods last from their delivery, one for each order; 0: for ever


class Outcome(NamedTuple):
    """What happened on each path; arrays of shape (n,)."""

    holding: IntArray  # unit-days on the shelf
    order_lines: IntArray
    expired: IntArray  # units that went out of date
    expired_first: IntArray  # of those, units that lay on the shelf on day 0
    wanted: IntArray
    short: IntArray  # wanted and not there
    first_short: IntArray  # day of the first unit short; the number of days where none was
    ordered: IntArray  # units ordered


@njit(cache=True, inline="always")
def _ordered_units(plan: Plan, position: int) -> int:
    """Units ordered on an order day at this inventory position (contract, section 3)."""
    if plan.max_level == 0:
        return 0
    if plan.is_brik:
        return max((plan.max_level - position) // plan.brik_qty, 0) * plan.brik_qty
    if position > plan.min_level:
        return 0
    packs = (plan.max_level - position + plan.pack_size - 1) // plan.pack_size
    return packs * plan.pack_size


@njit(cache=True)
def live_forward(plan: Plan, supply: Supply, start: Start, draws: Draws, paths: int, days: int) -> Outcome:
    """Live each path forward under a plan.

    Parameters
    ----------
    plan : Plan
        The levels to try.
    supply : Supply
        Order and delivery days, shelf life, checks.
    start : Start
        States on day 0; path k starts from state k.
    draws : Draws
        What will be wanted, and how goods will come.
    paths : int
        How many of the paths to live.
    days : int
        How far; at most the days drawn.

    Returns
    -------
    Outcome
    """
    out = Outcome(
        np.zeros(paths, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
        np.full(paths, days, dtype=np.int64),
        np.zeros(paths, dtype=np.int64),
    )
    expiry = np.empty(MAX_LOTS, dtype=np.int64)
    units = np.empty(MAX_LOTS, dtype=np.int64)
    arrival = np.empty(MAX_ORDERS, dtype=np.int64)
    coming = np.empty(MAX_ORDERS, dtype=np.int64)
    life = np.empty(MAX_ORDERS, dtype=np.int64)
    for path in range(paths):
        _live_path(plan, supply, start, draws, path, days, out, expiry, units, arrival, coming, life)
    return out


@njit(cache=True, inline="always")
def _receive(
    expiry: IntArray,
    units: IntArray,
    lots: int,
    arrival: IntArray,
    coming: IntArray,
    orders: int,
    day: int,
    life: IntArray,
) -> tuple[int, int, int]:
    """Put what arrives by the day on the shelf; ``life`` is the days each order's goods last from their arrival.

    Returns
    -------
    lots, orders, came : int
        Lots on the shelf, orders still under way, and units that came.
    """
    came = 0
    line = 0
    while line < orders:
        if arrival[line] > day:
            line += 1
            continue
        date = DOES_NOT_EXPIRE if life[line] == 0 else day + life[line]
        lots = put(expiry, units, lots, TAGS * date + 1, coming[line])
        came += coming[line]
        orders -= 1
        arrival[line] = arrival[orders]
        coming[line] = coming[orders]
        life[line] = life[orders]
    return lots, orders, came


@lean
def _serve(expiry: IntArray, units: IntArray, lots: int, used: int, from_newest: int) -> int:
    """Take what is used, a part of it from the newest box; return lots."""
    lots, _ = take_newest(units, lots, 0, from_newest)
    lots, _ = take_oldest(expiry, units, lots, 0, used - from_newest)
    return lots


@njit(cache=True, inline="always")
def _let_expire(expiry: IntArray, units: IntArray, lots: int, day: int) -> tuple[int, int, int]:
    """Take out the lots whose date ends with the day.

    Returns
    -------
    lots, late, late_first : int
        Lots left, units that went out of date, and those of them that lay there on day 0.
    """
    gone = first_usable(expiry, lots, TAGS * (day + 1))
    late_first = 0
    for lot in range(gone):
        if expiry[lot] % TAGS == 0:
            late_first += units[lot]
    late = on_shelf(units, 0, gone)
    return drop_front(expiry, units, lots, gone), late, late_first


@njit(cache=True, inline="always")
def _first(arrival: IntArray, orders: int, latest: int) -> int:
    """Day of the next arrival; at most ``latest``."""
    first = latest
    for line in range(orders):
        first = min(first, arrival[line])
    return first


@lean
def _live_path(  # noqa: PLR0912, PLR0915 - one loop over events; cut into pieces it took twice the time
    plan: Plan,
    supply: Supply,
    start: Start,
    draws: Draws,
    path: int,
    days: int,
    out: Outcome,
    expiry: IntArray,
    units: IntArray,
    arrival: IntArray,
    coming: IntArray,
    life: IntArray,
) -> None:
    """Live one path from event to event; the last five arrays are room to work in."""
    for lot in range(start.lots[path]):
        expiry[lot] = TAGS * start.expiry[path, lot]
        units[lot] = start.units[path, lot]
    orders = min(len(start.ordered), MAX_ORDERS)
    on_order = 0
    for line in range(orders):
        arrival[line] = start.arrival[path, line]
        coming[line] = start.ordered[line]
        life[line] = draws.life[path, draws.life.shape[1] - 1 - line]
        on_order += coming[line]
    # What is out of date already lies there until the next check, and is nobody's news.
    lots, stale, _ = _let_expire(expiry, units, start.lots[path], -1)
    usable = on_shelf(units, 0, lots)
    next_arrival = _first(arrival, orders, days)
    newest = start.newest_first[path]
    checks = len(supply.checks)
    check = 0
    trigger = plan.max_level - plan.brik_qty if plan.is_brik else plan.min_level
    placed = 0
    holding = 0
    use = draws.uses.first[path]
    last_use = draws.uses.first[path + 1]
    next_use = draws.uses.day[use] if use < last_use else days
    day = 0
    while day < days:
        if next_arrival <= day:
            lots, orders, came = _receive(expiry, units, lots, arrival, coming, orders, day, life)
            usable += came
            on_order -= came
            next_arrival = _first(arrival, orders, days)
        if stale > 0:
            while check < checks and supply.checks[check] < day:
                check += 1
            if check < checks and supply.checks[check] == day:
                stale = 0
        if next_use == day:
            wanted = draws.uses.units[use]
            used = min(wanted, usable)
            from_newest = min(int(used * newest + draws.pick[use]), used) if lots > 1 else 0
            if lots > 1 and units[lots - 1] > from_newest and units[0] > used - from_newest:
                units[lots - 1] -= from_newest
                units[0] -= used - from_newest
            elif lots == 1 and units[0] > used:
                units[0] -= used
            else:
                lots = _serve(expiry, units, lots, used, from_newest)
            usable -= used
            out.wanted[path] += wanted
            out.short[path] += wanted - used
            if used < wanted and out.first_short[path] == days:
                out.first_short[path] = day
            use += 1
            next_use = draws.uses.day[use] if use < last_use else days
        following = next_use
        counted = usable + stale + on_order  # by those who scan the board
        if lots > 0 and expiry[0] < TAGS * (day + 1):
            lots, late, late_first = _let_expire(expiry, units, lots, day)
            out.expired[path] += late
            out.expired_first[path] += late_first
            usable -= late
            if supply.thrown_out_at_once:
                counted -= late
            else:
                stale += late
        ordered = _ordered_units(plan, counted) if counted <= trigger else 0
        if ordered > 0 and orders < MAX_ORDERS:
            wait = supply.order_wait[(supply.weekday + day) % 7]
            following = min(following, day + wait) if wait > 0 else following
            if wait == 0:
                due = day + draws.lead_time[path, placed % draws.lead_time.shape[1]]
                arrival[orders] = due + supply.delivery_wait[(supply.weekday + due) % 7]
                coming[orders] = ordered
                life[orders] = draws.life[path, placed % draws.life.shape[1]]
                next_arrival = min(next_arrival, arrival[orders])
                orders += 1
                placed += 1
                on_order += ordered
                out.ordered[path] += ordered
        # Nothing changes until the next use, delivery, check, order day or date.
        following = min(following, next_arrival, days)
        if lots > 0:
            following = min(following, max(expiry[0] // TAGS, day + 1))
        if stale > 0:
            while check < checks and supply.checks[check] <= day:
                check += 1
            if check < checks:
                following = min(following, supply.checks[check])
        holding += (usable + stale) * (following - day)
        day = following
    out.holding[path] = holding
    out.order_lines[path] = placed
