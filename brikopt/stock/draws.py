"""Everything random about the days to come of one position, drawn in one compiled call.

Called a few times for each position of a region: as numpy calls one by one this took longer than the drawing itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.future import STRIDE, draw_demand, draw_lumpiness, draw_rates
from brikopt.demand.variation import Variation
from brikopt.stock.ageing import Draws, Start
from brikopt.stock.particles import Particles
from brikopt.stock.shelf import DOES_NOT_EXPIRE

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

ORDER_DRAWS = 16  # lead times and freshness drawn for a path; longer futures go round again
LATEST_TRIES = 20  # redraws until a line under way is not due in the past


class Reach(NamedTuple):
    """How many futures, and how far: the first few may go further than the others."""

    paths: int
    days: int
    far_paths: int  # of them, the first so many go ``far_days``
    far_days: int


class Usage(NamedTuple):
    """What is believed of one position's use."""

    grid: FloatArray  # (RATES,) units a day
    fresh: FloatArray  # (RATES,) where a return lands
    lumpier: FloatArray  # (len(LUMPIER),) chance of each lumpiness
    variation: Variation
    clock: FloatArray  # usual days of use up to the morning of each day
    today: int  # place of day 0 in it


class Goods(NamedTuple):
    """How goods of one position come, and how long they last."""

    lead_time: IntArray  # (n_quantiles,) days, equally likely
    lead_mean: float  # days
    lead_sd: float
    delivery_wait: IntArray  # (7,) days from a weekday to the next delivery day
    weekday: int  # of day 0
    shelf_life: int  # days; 0: for ever
    freshness: FloatArray  # quantiles of the share of life left at delivery
    open_age: IntArray  # (n_lines,) days since what is on its way was ordered
    open_units: IntArray  # (n_lines,)


@njit(cache=True)
def draw_futures(
    rng: np.random.Generator, now: Particles, usage: Usage, goods: Goods, as_of: int, reach: Reach
) -> tuple[Start, Draws]:
    """Draw futures of one position.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    now : Particles
        Its present.
    usage : Usage
        What is believed of its use.
    goods : Goods
        How goods come to it.
    as_of : int
        Day 0, days since 1970-01-01.
    reach : Reach
        How many futures, and how far. Those that go further are spread as evenly over what is believed as all.

    Returns
    -------
    start : Start
        States on the morning of day 0.
    draws : Draws
        What will be wanted, and how goods will come.
    """
    paths = reach.paths
    state, rate, resumed = draw_rates(rng, now.chance, usage.grid, usage.fresh, paths)
    if 0 < reach.far_paths < paths:
        order = _far_first(rng, paths, reach.far_paths)
        state, rate, resumed = state[order], rate[order], resumed[order]
    lots = now.expiry.shape[1]
    expiry = np.empty((paths, lots), dtype=np.int64)
    units = np.empty((paths, lots), dtype=np.int64)
    for path in range(paths):
        source = state[path]
        for lot in range(lots):
            date = now.expiry[source, lot]
            expiry[path, lot] = date if date == DOES_NOT_EXPIRE else date - as_of
            units[path, lot] = now.units[source, lot]
    arrival = _draw_arrivals(rng, goods, paths)
    start = Start(expiry, units, now.lots[state], now.newest_first[state], arrival, goods.open_units)
    lumpier = draw_lumpiness(rng, usage.lumpier, paths)
    season = seasons(usage.clock, usage.today, max(reach.days, reach.far_days))
    uses = draw_demand(
        rng, rate, resumed, lumpier, usage.variation, season, reach.days, reach.far_paths, reach.far_days
    )
    pick = np.empty(len(uses.day))
    for use in range(len(pick)):
        pick[use] = rng.random()
    lead_time, life = _draw_goods(rng, goods, paths)
    return start, Draws(uses, pick, lead_time, life)


@njit(cache=True)
def seasons(clock: FloatArray, today: int, days: int) -> FloatArray:
    """Use of each four weeks from today on, as a share of the yearly mean.

    Parameters
    ----------
    clock : ndarray of float64, shape (n_days,)
        Usual days of use up to the morning of each day.
    today : int
        Place of day 0 in it.
    days : int
        How far.

    Returns
    -------
    ndarray of float64, shape (n_strides,)
        As far as the clock tells; at least one.
    """
    length = 7 * STRIDE
    last = len(clock) - 1
    found = np.ones(days // length + 2)
    count = 0
    for stride in range(len(found)):
        begin, end = min(today + stride * length, last), min(today + (stride + 1) * length, last)
        if end == begin:
            break
        found[stride] = (clock[end] - clock[begin]) / (end - begin)
        count += 1
    return found[: max(count, 1)]


@njit(cache=True)
def _far_first(rng: np.random.Generator, paths: int, far_paths: int) -> IntArray:
    """Order the paths so that one of each few neighbours comes first, by chance: these lie evenly among all."""
    order = np.empty(paths, dtype=np.int64)
    step = paths // far_paths
    rest = far_paths
    for group in range(far_paths):
        first = group * step
        last = first + step if group < far_paths - 1 else paths
        chosen = first + int((last - first) * rng.random())
        for path in range(first, last):
            if path == chosen:
                order[group] = path
            else:
                order[rest] = path
                rest += 1
    return order


@njit(cache=True)
def _draw_arrivals(rng: np.random.Generator, goods: Goods, paths: int) -> IntArray:
    """Days until what is on order comes, given that it has not come yet."""
    arrival = np.empty((paths, len(goods.open_age)), dtype=np.int64)
    mean, sd = max(goods.lead_mean, 1.0), goods.lead_sd
    for path in range(paths):
        for line in range(len(goods.open_age)):
            # A line later than every draw comes any day now.
            ready = 0
            for _ in range(LATEST_TRIES):
                drawn = mean if sd <= 0.0 else rng.gamma((mean / sd) ** 2, sd**2 / mean)
                due = int(round(drawn)) - goods.open_age[line]
                if due >= 0:
                    ready = due
                    break
            arrival[path, line] = ready + goods.delivery_wait[(goods.weekday + ready) % 7]
    return arrival


@njit(cache=True)
def _draw_goods(rng: np.random.Generator, goods: Goods, paths: int) -> tuple[IntArray, IntArray]:
    """Draw for each order of each path the days until it is ready, and the days that goods last (0: for ever)."""
    lead_time = np.empty((paths, ORDER_DRAWS), dtype=np.int64)
    life = np.zeros((paths, ORDER_DRAWS), dtype=np.int64)
    last = len(goods.freshness) - 1
    for path in range(paths):
        for order in range(ORDER_DRAWS):
            lead_time[path, order] = goods.lead_time[int(len(goods.lead_time) * rng.random())]
            if goods.shelf_life > 0:
                point = last * rng.random()
                low = int(point)
                high = min(low + 1, last)
                share = goods.freshness[low] + (point - low) * (goods.freshness[high] - goods.freshness[low])
                life[path, order] = max(int(share * goods.shelf_life), 1)
    return lead_time, life
