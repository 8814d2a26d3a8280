"""One shelf lived forward, day by day: deliveries, checks, use, orders. Flags, risks and levels all come from here.

Within a day: dates pass, deliveries, check, use, board scan (contract, section 5).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

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


class Plan(NamedTuple):
    """Levels of one position; a plan whose ``max_level`` is 0 orders nothing."""

    is_brik: bool
    min_level: int
    max_level: int
    brik_qty: int
    pack_size: int


class Supply(NamedTuple):
    """How goods come to one position. Days count from the day of decision."""

    orders_on: npt.NDArray[np.bool_]  # (7,) by weekday, Monday first
    delivery_wait: IntArray  # (7,) days from a weekday to the next delivery day
    weekday: int  # of day 0
    shelf_life: int  # days; 0 when the item does not expire
    checks: IntArray  # days on which the cabinet is gone through


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

    demand: IntArray  # (n, days) units wanted
    pick: FloatArray  # (n, days) in 0..1, decides how many units come from the newest box
    lead_time: IntArray  # (n, n_draws) days, one for each order
    life_share: FloatArray  # (n, n_draws) share of the shelf life left at delivery, one for each order


class Outcome(NamedTuple):
    """What happened on each path; arrays of shape (n,)."""

    holding: IntArray  # unit-days on the shelf
    order_lines: IntArray
    expired: IntArray  # units that went out of date
    expired_first: IntArray  # of those, units that lay on the shelf on day 0
    wanted: IntArray
    short: IntArray  # wanted and not there
    first_short: IntArray  # day of the first unit short; the number of days where none was


@njit(cache=True)
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
    )
    expiry = np.empty(MAX_LOTS, dtype=np.int64)
    units = np.empty(MAX_LOTS, dtype=np.int64)
    arrival = np.empty(MAX_ORDERS, dtype=np.int64)
    coming = np.empty(MAX_ORDERS, dtype=np.int64)
    for path in range(paths):
        _live_path(plan, supply, start, draws, path, days, out, expiry, units, arrival, coming)
    return out


@njit(cache=True)
def _receive(
    supply: Supply,
    draws: Draws,
    path: int,
    day: int,
    expiry: IntArray,
    units: IntArray,
    lots: int,
    arrival: IntArray,
    coming: IntArray,
    orders: int,
    received: int,
) -> tuple[int, int, int]:
    """Put what arrives today on the shelf; return lots, orders still under way, and units that came."""
    came = 0
    line = 0
    while line < orders:
        if arrival[line] > day:
            line += 1
            continue
        date = DOES_NOT_EXPIRE
        if supply.shelf_life > 0:
            share = draws.life_share[path, (received + orders) % draws.life_share.shape[1]]
            date = day + max(int(share * supply.shelf_life), 1)
        lots = put(expiry, units, lots, date, coming[line])
        came += coming[line]
        orders -= 1
        arrival[line] = arrival[orders]
        coming[line] = coming[orders]
    return lots, orders, came


@njit(cache=True)
def _serve(
    expiry: IntArray, units: IntArray, lots: int, usable: int, wanted: int, newest: float, pick: float
) -> tuple[int, int]:
    """Use what is wanted and there, a share of it from the newest box; return lots and units used."""
    used = min(wanted, usable)
    from_newest = min(int(used * newest + pick), used) if lots > 1 else 0
    lots, _ = take_newest(units, lots, 0, from_newest)
    lots, _ = take_oldest(expiry, units, lots, 0, used - from_newest)
    return lots, used


@njit(cache=True)
def _let_expire(expiry: IntArray, units: IntArray, lots: int, day: int) -> tuple[int, int]:
    """Take out the lots whose date ends with the day; return lots and units that went out of date."""
    if lots == 0 or expiry[0] > day:
        return lots, 0
    gone = first_usable(expiry, lots, day + 1)
    late = on_shelf(units, 0, gone)
    return drop_front(expiry, units, lots, gone), late


@njit(cache=True)
def _live_path(
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
) -> None:
    """Live one path; ``expiry``, ``units``, ``arrival`` and ``coming`` are room to work in."""
    expiry[:] = start.expiry[path]
    units[:] = start.units[path]
    orders = min(len(start.ordered), MAX_ORDERS)
    arrival[:orders] = start.arrival[path, :orders]
    coming[:orders] = start.ordered[:orders]
    on_order = int(coming[:orders].sum())
    # What is out of date already lies there until the next check, and is nobody's news.
    lots, stale = _let_expire(expiry, units, start.lots[path], -1)
    usable = on_shelf(units, 0, lots)
    newest_date = expiry[lots - 1] if lots > 0 else -1
    check = 0
    placed = 0
    for day in range(days):
        if orders > 0:
            lots, orders, came = _receive(
                supply, draws, path, day, expiry, units, lots, arrival, coming, orders, placed
            )
            usable += came
            on_order -= came
        if check < len(supply.checks) and supply.checks[check] <= day:
            stale = 0
            check += 1
        wanted = draws.demand[path, day]
        if wanted > 0:
            lots, used = _serve(expiry, units, lots, usable, wanted, start.newest_first[path], draws.pick[path, day])
            usable -= used
            out.wanted[path] += wanted
            out.short[path] += wanted - used
            if used < wanted and out.first_short[path] == days:
                out.first_short[path] = day
        weekday = (supply.weekday + day) % 7
        if supply.orders_on[weekday] and orders < MAX_ORDERS:
            ordered = _ordered_units(plan, usable + stale + on_order)
            if ordered > 0:
                due = day + draws.lead_time[path, placed % draws.lead_time.shape[1]]
                arrival[orders] = due + supply.delivery_wait[(supply.weekday + due) % 7]
                coming[orders] = ordered
                orders += 1
                placed += 1
                on_order += ordered
        earliest = expiry[0] if lots > 0 else 0
        lots, late = _let_expire(expiry, units, lots, day)
        if late > 0:
            out.expired[path] += late
            if earliest <= newest_date:
                out.expired_first[path] += late
            usable -= late
            stale += late
        out.holding[path] += usable + stale
    out.order_lines[path] = placed
