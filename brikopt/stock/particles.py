"""What is known of one position, and the equally likely states that it may be in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

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
    as_of: int


class Belief(NamedTuple):
    """What is believed of one position before its own history speaks."""

    grid: FloatArray  # rates, shape (RATES,), units a day
    fresh: FloatArray  # their prior chance, shape (RATES,)
    dispersion: FloatArray  # variance over mean of use at each rate, shape (RATES,)
    p_dead: float
    stop: float  # hazards a day
    resume: float
    jump: float
    drift: float  # squared grid steps a day
    freshness: FloatArray  # quantiles of the share of life left at delivery
    p_recorded: float  # share of discards that are recorded
    initial_rate: float  # units a day


class Particles(NamedTuple):
    """Equally likely states of one position on the morning of as_of; arrays whose first axis is the particle."""

    expiry: IntArray  # (n, MAX_LOTS) days since 1970-01-01
    units: IntArray  # (n, MAX_LOTS)
    lots: IntArray  # (n,)
    chance: FloatArray  # (n, RATES + 1)
    newest_first: FloatArray  # (n,) share of picks
    position: IntArray  # (n,) inventory position: on the shelf + believed on order at the last line


@njit(cache=True)
def resample(rng: np.random.Generator, p: Particles, log_weight: FloatArray, evenness: float) -> None:
    """Keep particles in proportion to their weights where these are less even than asked; equal weights afterwards.

    Systematic resampling; ``evenness`` is the effective share of particles from which nothing is done.
    """
    count = len(log_weight)
    weight = np.exp(np.maximum(log_weight - log_weight.max(), MIN_LOG_WEIGHT))
    weight /= weight.sum()
    if 1.0 / (weight * weight).sum() > evenness * count:
        return
    log_weight[:] = 0.0
    picked = np.empty(count, dtype=np.int64)
    point = rng.random() / count
    total = weight[0]
    source = 0
    for one in range(count):
        while total < point and source < count - 1:
            source += 1
            total += weight[source]
        picked[one] = source
        point += 1.0 / count
    p.expiry[:] = p.expiry[picked]
    p.units[:] = p.units[picked]
    p.lots[:] = p.lots[picked]
    p.chance[:] = p.chance[picked]
    p.newest_first[:] = p.newest_first[picked]
    p.position[:] = p.position[picked]
