"""What is known of one position, and the equally likely states that it may be in."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MIN_LOG_WEIGHT = -60.0  # particles less likely than this, against the best, are all equally unlikely


class Events(NamedTuple):
    """What happened to one position, in order; arrays of shape (n_events,) as in `Ledger`."""

    day: IntArray
    kind: IntArray
    units: IntArray
    expiry: IntArray
    near_expiry: IntArray
    p_near: FloatArray
    outstanding: IntArray
    checks: IntArray  # days on which the cabinet was gone through, shape (n_checks,)
    # Levels that stood before a day, shape (n_changes,), as in `PastLevels`.
    until: IntArray
    old_min: IntArray
    old_max: IntArray
    old_qty: IntArray


class Setting(NamedTuple):
    """How one position is run."""

    is_brik: bool
    min_level: int
    max_level: int
    brik_qty: int
    pack_size: int
    shelf_life: int  # days; 0 when it does not expire
    first_day: int  # when its history begins
    starts_empty: bool  # a position put up within the history begins with nothing
    order_gap: float  # mean days between order days
    last_order_day: int  # the last order day before as_of
    used_until: int  # as_of, or the day after which the ward was no more
    as_of: int


class Belief(NamedTuple):
    """What is believed of one position before its own history speaks."""

    grid: FloatArray  # rates, shape (RATES,), units a day
    prior: FloatArray  # their chance beforehand, shape (RATES,)
    fresh: FloatArray  # where a jump or a return lands, shape (RATES,)
    dispersion: FloatArray  # variance over mean of use at each rate, shape (RATES,)
    p_dead: float
    stop: float  # hazards a day
    resume: float
    jump: float
    drift: float  # squared grid steps a day
    freshness: FloatArray  # quantiles of the share of life left at delivery
    p_recorded: float  # share of discards that are recorded
    initial_rate: float  # units a day
    clock: FloatArray  # usual days of use from the first day of all histories to the morning of each day
    clock_start: int  # that first day
    eye_error: float  # of those who order without cards, as a share of what lies there


class Particles(NamedTuple):
    """Equally likely states of one position on the morning of as_of; arrays whose first axis is the particle."""

    expiry: IntArray  # (n, MAX_LOTS) days since 1970-01-01
    units: IntArray  # (n, MAX_LOTS)
    lots: IntArray  # (n,)
    chance: FloatArray  # (n, RATES + 1)
    newest_first: FloatArray  # (n,) share of picks
    position: IntArray  # (n,) inventory position: on the shelf + believed on order at the last line


@lean
def setting_on(s: Setting, ev: Events, day: int) -> Setting:
    """How the position was run on a day of its past."""
    for change in range(len(ev.until)):
        if day < ev.until[change]:
            levels = ev.old_min[change], ev.old_max[change], ev.old_qty[change]
            return with_levels(s, levels, s.last_order_day, s.used_until, s.as_of)
    return s


@lean
def with_levels(s: Setting, levels: tuple[int, int, int], last_order_day: int, used_until: int, as_of: int) -> Setting:
    """The same position under other levels (min, max, units a card), seen from another day."""
    return Setting(
        s.is_brik,
        levels[0],
        levels[1],
        levels[2],
        s.pack_size,
        s.shelf_life,
        s.first_day,
        s.starts_empty,
        s.order_gap,
        last_order_day,
        used_until,
        as_of,
    )


@lean
def same_levels(one: Setting, other: Setting) -> bool:
    """Whether two settings have the same levels and cards."""
    return one.min_level == other.min_level and one.max_level == other.max_level and one.brik_qty == other.brik_qty


@njit(cache=True)
def resample(rng: np.random.Generator, p: Particles, log_weight: FloatArray, evenness: float) -> None:
    """Keep particles in proportion to their weights where these are less even than asked; equal weights afterwards.

    Systematic resampling; ``evenness`` is the effective share of particles from which nothing is done.
    """
    count = len(log_weight)
    highest = log_weight[0]
    for one in range(count):
        highest = max(highest, log_weight[one])
    weight = np.empty(count)
    total = 0.0
    squares = 0.0
    for one in range(count):
        weight[one] = math.exp(max(log_weight[one] - highest, MIN_LOG_WEIGHT))
        total += weight[one]
        squares += weight[one] * weight[one]
    if total * total > evenness * count * squares:
        return
    picked = np.empty(count, dtype=np.int64)
    step = total / count
    point = rng.random() * step
    reached = weight[0]
    source = 0
    for one in range(count):
        log_weight[one] = 0.0
        while reached < point and source < count - 1:
            source += 1
            reached += weight[source]
        picked[one] = source
        point += step
    _copy(p, picked)


@njit(cache=True)
def copied(p: Particles, log_weight: FloatArray, count: int) -> FloatArray:
    """Fill up to ``count`` particles with copies of those there are; returns the weights of all."""
    few = len(log_weight)
    picked = np.arange(count) % few
    _copy(p, picked)
    return log_weight[picked]


@njit(cache=True)
def _copy(p: Particles, picked: IntArray) -> None:
    """Make particle k a copy of ``picked[k]``, for all k at once."""
    old = Particles(
        p.expiry.copy(), p.units.copy(), p.lots.copy(), p.chance.copy(), p.newest_first.copy(), p.position.copy()
    )
    _fill(p, old, picked)


@lean
def _fill(p: Particles, old: Particles, picked: IntArray) -> None:
    for one in range(len(picked)):
        source = picked[one]
        p.lots[one] = old.lots[source]
        p.newest_first[one] = old.newest_first[source]
        p.position[one] = old.position[source]
        for lot in range(old.lots[source]):
            p.expiry[one, lot] = old.expiry[source, lot]
            p.units[one, lot] = old.units[source, lot]
        for rate in range(old.chance.shape[1]):
            p.chance[one, rate] = old.chance[source, rate]
