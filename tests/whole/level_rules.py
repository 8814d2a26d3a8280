"""Levels by rules of thumb that need no simulation, and every level that might be the best one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from brikopt.levels.cost import Prices
from tests.whole.second_lives import Levels

IntArray = npt.NDArray[np.int64]

COVER_DAYS = 30.0  # of use below min, and again above it
MOST_CARDS = 4
SIZES, MINS = 14, 9
LONGEST_COVER = 365.0  # days of use that a full shelf may hold, where it may be the best


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What a rule has to know of one position.

    Parameters
    ----------
    is_brik, critical, protected : bool
        Kind of its cabinet; never fewer than two cards; never lowered.
    pack_size : int
        Units.
    today : tuple of int
        min_level, max_level, brik_qty, brik_count.
    wait_days : float
        From a unit's use until what replaces it lies there, on average.
    life_days : int
        0 where it does not expire.
    price : Prices
        What things cost.
    """

    is_brik: bool
    critical: bool
    protected: bool
    pack_size: int
    today: tuple[int, int, int, int]
    wait_days: float
    life_days: int
    price: Prices

    @property
    def fewest_cards(self) -> int:
        """Cards that there must be."""
        return 2 if self.critical else 1


def days_of_cover(goods: Goods, per_day: float) -> Levels:
    """Min is a month's use, max is two; two cards of a month each."""
    step = _packs(per_day * COVER_DAYS, goods.pack_size)
    if goods.is_brik:
        return _kept(goods, _cards([step], [2]))
    return _kept(goods, _min_max([int(per_day * COVER_DAYS)], [step]))


def poisson_levels(goods: Goods, per_day: float) -> Levels:
    """The textbook's (s, S): an economic order on top of the need until it arrives, at the promised fill rate."""
    per_year = 365 * per_day
    held = max(365 * goods.price.holding_unit_day, 1e-9)
    order = np.sqrt(2 * goods.price.order_line * per_year / held)
    if goods.life_days:
        order = min(order, per_day * goods.life_days / 2)
    size = _packs(min(order, per_year), goods.pack_size)
    need = per_day * goods.wait_days
    mins = np.arange(int(need + 10 * np.sqrt(need) + 10))
    # Units short in a cycle: E[(D - s)+] of a Poisson D.
    short = need * poisson.sf(mins - 1, need) - mins * poisson.sf(mins, need)
    enough = short <= (1 - goods.price.promised_fill_rate) * size
    least = int(mins[np.argmax(enough)])
    if not goods.is_brik:
        return _kept(goods, _min_max([least], [size]))
    count = int(np.clip(1 + -(-least // size), goods.fewest_cards, MOST_CARDS))
    return _kept(goods, _cards([max(size, _packs(least / max(count - 1, 1), goods.pack_size))], [count]))


def every_level(goods: Goods, per_day: float) -> Levels:
    """All levels that might be the best one at this use, none at all among them where that is allowed."""
    largest = max(1.25 * goods.today[1], per_day * (goods.wait_days + LONGEST_COVER), 4 * goods.pack_size)
    packs = max(int(largest / goods.pack_size), 1)
    sizes = goods.pack_size * np.unique(np.rint(np.geomspace(1, packs, SIZES))).astype(np.int64)
    if goods.is_brik:
        counts = np.arange(goods.fewest_cards, MOST_CARDS + 1)
        qty, count = (grid.ravel() for grid in np.meshgrid(sizes, counts))
        fits = qty * count <= np.maximum(largest, goods.pack_size * count)
        found = _cards(qty[fits], count[fits])
    else:
        need = per_day * goods.wait_days
        highest = max(need + 6 * np.sqrt(need) + 3, goods.today[0])
        mins = np.unique(np.append(0, np.rint(np.geomspace(1, max(highest, 1), MINS)))).astype(np.int64)
        least, step = (grid.ravel() for grid in np.meshgrid(mins, sizes))
        found = _min_max(least, step)
    if goods.protected or goods.critical:
        return _kept(goods, found)
    return joined(found, _cards([0], [0]))


def joined(*parts: Levels) -> Levels:
    """Put levels one after the other."""
    return Levels(*(np.concatenate([getattr(part, name) for part in parts]) for name in Levels.__slots__))


def taken(levels: Levels, rows: npt.ArrayLike) -> Levels:
    """Return some of the levels."""
    return Levels(*(getattr(levels, name)[np.asarray(rows)] for name in Levels.__slots__))


def one(min_level: int, max_level: int, brik_qty: int, brik_count: int) -> Levels:
    """One setting."""
    return Levels(*(np.array([units], dtype=np.int64) for units in (min_level, max_level, brik_qty, brik_count)))


def _packs(units: float, pack_size: int) -> int:
    return max(int(np.ceil(units / pack_size - 1e-9)), 1) * pack_size


def _cards(qty: npt.ArrayLike, count: npt.ArrayLike) -> Levels:
    size, cards = np.asarray(qty, dtype=np.int64), np.asarray(count, dtype=np.int64)
    return Levels(size * np.maximum(cards - 1, 0), size * cards, size, cards)


def _min_max(min_level: npt.ArrayLike, step: npt.ArrayLike) -> Levels:
    least = np.asarray(min_level, dtype=np.int64)
    none = np.zeros_like(least)
    return Levels(least, least + np.asarray(step, dtype=np.int64), none, none)


def _kept(goods: Goods, levels: Levels) -> Levels:
    """What does not lower protected goods; today's setting where all of it would."""
    if not goods.protected:
        return levels
    high = (levels.min_level >= goods.today[0]) & (levels.max_level >= goods.today[1])
    return joined(one(*goods.today), taken(levels, high)) if len(high) > 1 or not high.all() else levels
