"""What a setting would do in a future, by formulas: near enough to tell which settings are worth living through.

Each future is boiled down to its mean use and to what lies on the shelf. Until the stock of day 0 is down to the
reorder point nothing is ordered; from then on one order cycle is like another (Hadley & Whitin 1963, chapter 4): half
an order quantity and the safety stock lie on the shelf, a cycle is short of what is wanted beyond the reorder point
before the goods come, and loses what is left of a delivery when its life ends.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.future import Uses
from brikopt.levels.candidates import Settings
from brikopt.stock.ageing import Draws, Start, Supply
from brikopt.stock.outlook import Outlook

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LARGE = 60.0  # mean beyond which a negative binomial number is as good as normal
HARDLY_USED = 0.5  # units in all the days; below, the shelf is taken as still


class _Rule(NamedTuple):
    """One setting."""

    is_brik: bool
    trigger: float  # reorder point, units
    max_level: float
    quantity: float  # units of a usual order
    step: float  # units that orders are multiples of


class _Future(NamedTuple):
    """One future boiled down."""

    use: float  # units a day
    position: float  # units on the shelf and on order on day 0
    dated: float  # units on the shelf that go out of date in the days ahead
    last_date: float  # day of the last of those
    life: float  # days that goods last from their delivery; 0: for ever


class _Wait(NamedTuple):
    """From the evening on which the stock is down to the reorder point until the goods are there."""

    mean: float  # days
    variance: float


class _Sketch(NamedTuple):
    """What becomes of it."""

    holding: float
    order_lines: float
    expired: float
    short: float


def sketch_settings(settings: Settings, outlook: Outlook, pack_size: int, paths: int) -> FloatArray:
    """Estimate by formulas what `live_settings` finds by living each future day by day.

    Parameters
    ----------
    settings : Settings
        What to try.
    outlook : Outlook
        The position's present and futures.
    pack_size : int
        Units in a pack.
    paths : int
        Futures to use.

    Returns
    -------
    ndarray of float64, shape (6, n_settings, paths)
        Unit-days held, lines, units expired, wanted and short; days on which what was removed is wanted after all.
    """
    return _sketch_in(
        bool(settings.brik_count[0] > 0),
        settings.min_level,
        settings.max_level,
        np.maximum(settings.brik_qty, 1),
        pack_size,
        outlook.supply,
        outlook.start,
        outlook.draws,
        paths,
    )


@njit(cache=True)
def _sketch_in(
    is_brik: bool,
    min_level: IntArray,
    max_level: IntArray,
    brik_qty: IntArray,
    pack_size: int,
    supply: Supply,
    start: Start,
    draws: Draws,
    paths: int,
) -> FloatArray:
    """Boil each future down, and estimate."""
    days = draws.uses.days
    lead_time = draws.lead_time[:paths]
    wait = _Wait(
        # the evening itself, before anybody can order
        1.0 + supply.order_wait.mean() + lead_time.mean() + supply.delivery_wait.mean(),
        supply.order_wait.var() + lead_time.var() + supply.delivery_wait.var(),
    )
    wanted, batch, lumps = _wanted(draws.uses, paths, min(int(round(wait.mean)), days))
    position = np.full(paths, start.ordered.sum())
    dated = np.zeros(paths, dtype=np.int64)
    last_date = np.zeros(paths, dtype=np.int64)
    life = np.empty(paths)
    for path in range(paths):
        life[path] = draws.life[path].mean()
        for lot in range(start.lots[path]):
            date, units = start.expiry[path, lot], start.units[path, lot]
            if date >= 0:
                position[path] += units
            if 0 <= date < days:
                dated[path] += units
                last_date[path] = max(last_date[path], date)
    parts = _sketch_all(
        is_brik,
        min_level,
        max_level,
        brik_qty,
        pack_size,
        wanted,
        position,
        dated,
        last_date,
        life,
        batch,
        lumps,
        wait,
        days,
    )
    for row in range(len(max_level)):
        for path in range(paths if max_level[row] == 0 else 0):
            days_with_use = draws.uses.first[path + 1] - draws.uses.first[path]
            parts[5, row, path] = parts[4, row, path] * days_with_use / max(wanted[path], 1.0)
    return parts


@njit(cache=True)
def _wanted(uses: Uses, paths: int, wait: int) -> tuple[FloatArray, float, float]:
    """Look at how units are wanted.

    Returns
    -------
    wanted : ndarray of float64, shape (paths,)
        Units.
    batch : float
        Units of the batches in which they are wanted.
    lumps : float
        Variance over mean of what is wanted in so many days, around each path's own pace.
    """
    wanted = np.zeros(paths)
    squares = variance = 0.0
    windows = uses.days // wait
    for path in range(paths):
        in_windows = ends = within = 0.0
        for use in range(uses.first[path], uses.first[path + 1]):
            units, day = uses.units[use], uses.day[use]
            wanted[path] += units
            squares += units * units
            if day >= ends:
                in_windows += within * within
                within = 0.0
                ends = (day // wait + 1) * wait
            within += units
        in_windows += within * within
        variance += in_windows - wanted[path] * wanted[path] / windows
    total = max(wanted.sum(), 1.0)
    # A day's use is all its batches: were they of one unit, squares over units would be one more than the daily mean.
    return wanted, max(squares / total - total / (paths * uses.days), 1.0), max(variance / total, 1.0)


@njit(cache=True)
def _sketch_all(
    is_brik: bool,
    min_level: IntArray,
    max_level: IntArray,
    brik_qty: IntArray,
    pack_size: int,
    wanted: FloatArray,
    position: IntArray,
    dated: IntArray,
    last_date: IntArray,
    life: FloatArray,
    batch: float,
    lumps: float,
    wait: _Wait,
    days: int,
) -> FloatArray:
    parts = np.zeros((6, len(max_level), len(wanted)))
    for row in range(len(max_level)):
        most, least, card = float(max_level[row]), float(min_level[row]), float(brik_qty[row])
        if is_brik:
            rule = _Rule(True, most - card, most, card, card)
        else:
            # A use takes the stock below min by half of what it is larger than one unit.
            packs = max(math.ceil((most - least + 0.5 * (batch - 1.0)) / pack_size), 1)
            rule = _Rule(False, least, most, float(packs * pack_size), float(pack_size))
        for path in range(len(wanted)):
            future = _Future(
                wanted[path] / days, float(position[path]), float(dated[path]), float(last_date[path]), life[path]
            )
            if most == 0.0:
                drawn = _used_up(future, days)
            elif wanted[path] < HARDLY_USED:
                drawn = _still(rule, future, days)
            else:
                drawn = _cycles(rule, future, batch, lumps, wait, days)
            parts[0, row, path] = drawn.holding
            parts[1, row, path] = drawn.order_lines
            parts[2, row, path] = drawn.expired
            parts[3, row, path] = wanted[path]
            parts[4, row, path] = drawn.short
    return parts


@njit(cache=True, inline="always")
def _used_up(future: _Future, days: int) -> _Sketch:
    """Nothing is ordered any more."""
    expired = max(future.dated - future.use * future.last_date, 0.0)
    usable = future.position - expired
    lasts = min(usable / future.use, days) if future.use > 0.0 else float(days)
    holding = (usable - 0.5 * future.use * lasts) * lasts + expired * future.last_date
    return _Sketch(holding, 0.0, expired, max(future.use * days - usable, 0.0))


@njit(cache=True, inline="always")
def _first_order(rule: _Rule, position: float) -> float:
    """Units ordered on day 0 (contract, section 3)."""
    if position > rule.trigger:
        return 0.0
    steps = (rule.max_level - position) / rule.step
    return rule.step * (math.floor(steps) if rule.is_brik else math.ceil(steps))


@njit(cache=True, inline="always")
def _still(rule: _Rule, future: _Future, days: int) -> _Sketch:
    """Nothing is used: what goes out of date is ordered again and again."""
    ordered = _first_order(rule, future.position)
    stock = future.position + ordered
    order_lines = 1.0 if ordered > 0.0 else 0.0
    expired = future.dated
    if future.dated > 0.0 and future.position - future.dated <= rule.trigger:
        order_lines += 1.0
    if future.life > 0.0:
        again = max(days / future.life - 0.5, 0.0)
        expired += again * min(stock, rule.max_level)
        order_lines += again
    return _Sketch(stock * days, order_lines, expired, max(future.use * days - stock, 0.0))


@njit(cache=True, inline="always")
def _cycles(rule: _Rule, future: _Future, batch: float, lumps: float, wait: _Wait, days: int) -> _Sketch:
    """Down to the reorder point, and then one order cycle after the other."""
    use = future.use
    expired = max(future.dated - use * future.last_date, 0.0)
    usable = future.position - expired
    until_first = min(max(usable - rule.trigger, 0.0) / use, days)
    holding = (usable - 0.5 * use * until_first) * until_first + expired * future.last_date
    left = days - until_first
    if left <= 0.0:
        return _Sketch(holding, 0.0, expired, 0.0)
    in_wait = use * wait.mean
    lumps += use * wait.variance / wait.mean
    at_order = max(rule.trigger - 0.5 * (batch - 1.0), 0.0)
    short = _mean_above(in_wait, at_order, lumps) - _mean_above(in_wait, at_order + rule.quantity, lumps)
    short = max(short, 0.0)
    # Where several orders are under way at once, no more is met in a wait than a full shelf.
    lost = max(short / (rule.quantity + short), 1.0 - rule.max_level / in_wait)
    safety = max(at_order - in_wait, 0.0) + min(short, rule.quantity)
    met = (1.0 - lost) * use * left
    cycles = met / rule.quantity
    holding += left * (safety + 0.5 * rule.quantity)
    if future.life > 0.0:
        full = safety + rule.quantity
        in_life = use * future.life
        unused = min(max(full - in_life + _mean_above(in_life, full, lumps), 0.0), rule.quantity)
        # What is thrown out is ordered again: a cycle more for each life at most.
        cycles += min(met / max(rule.quantity - unused, 1.0) - cycles, left / future.life)
        # Goods that come late in the days ahead outlast them.
        expired += cycles * unused * max(left - future.life, 0.0) / left
    if future.position <= rule.trigger:
        cycles = max(cycles, 1.0)
    return _Sketch(holding, cycles, expired, lost * use * left)


@njit(cache=True)
def _mean_above(mean: float, level: float, lumps: float) -> float:
    """Mean of what is wanted beyond a level; variance over mean is ``lumps``.

    Counted in halves of a lump it is taken as negative binomial with twice as much variance as mean, which has a longer
    tail than lumps at Poisson times.
    """
    unit = 0.5 * lumps
    return unit * _number_above(mean / unit, level / unit)


@njit(cache=True)
def _number_above(mean: float, level: float) -> float:
    """E[max(N - level, 0)], variance of N twice its mean; straight between whole levels."""
    if level <= 0.0:
        return mean - level
    if mean > LARGE:
        sd = math.sqrt(2.0 * mean)
        z = (level - mean) / sd
        density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        return max(sd * (density - 0.5 * z * math.erfc(z / math.sqrt(2.0))), 0.0)
    whole = int(level)
    chance: float = 0.5**mean
    up_to = chance
    above = mean
    for number in range(whole):
        if chance < 1e-12 and number > mean:
            return 0.0
        above -= 1.0 - up_to
        chance *= 0.5 * (mean + number) / (number + 1)
        up_to += chance
    beyond: float = max(above - (level - whole) * (1.0 - up_to), 0.0)
    return beyond
