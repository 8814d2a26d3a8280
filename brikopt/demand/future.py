"""Draw the use of the days to come: lumpy, week by week, at rates that drift, jump, stop and resume."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.rates import DRIFT_PER_DAY, JUMP_PER_DAY, RATES, RESUME_PER_DAY, STOP_PER_DAY

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

BUSY = 200.0  # batches a week beyond which a day's units are drawn at once
FEW_BATCHES = 12.0  # a week up to which their number is found by summing its chances
JUMP_SD = 0.6  # of the log rate, where it jumps
STRIDE = 4  # weeks between two steps of a rate's drift
NEVER = 1 << 30  # weeks


class Pace(NamedTuple):
    """How many batches are used in a week at one rate: negative binomial."""

    mean: float
    p_none: float
    ratio: float


@njit(cache=True)
def _pace(rate: float, batch: float, shape: float) -> Pace:
    mean = 7.0 * rate / batch
    return Pace(mean, math.exp(-shape * math.log1p(mean / shape)), mean / (mean + shape))


@njit(cache=True)
def _weeks_to_change(rng: np.random.Generator, rate: float) -> int:
    """Weeks until use stops or jumps, or resumes."""
    hazard = STOP_PER_DAY + JUMP_PER_DAY if rate > 0.0 else RESUME_PER_DAY
    return min(int(-math.log(1.0 - rng.random()) / (7.0 * hazard)) + 1, NEVER)


@njit(cache=True)
def _changed(rng: np.random.Generator, rate: float, resumed_rate: float) -> float:
    """The rate after use has stopped, jumped or resumed."""
    if rate <= 0.0:
        return resumed_rate
    if rng.random() * (STOP_PER_DAY + JUMP_PER_DAY) < STOP_PER_DAY:
        return 0.0
    return rate * math.exp(JUMP_SD * rng.normal() - 0.5 * JUMP_SD * JUMP_SD)


@njit(cache=True)
def _batches(rng: np.random.Generator, pace: Pace, shape: float) -> int:
    """Draw the number of batches of one week."""
    point = rng.random()
    if point < pace.p_none:
        return 0
    if pace.mean > FEW_BATCHES:
        return int(rng.poisson(pace.mean * rng.gamma(shape, 1.0 / shape)))
    many = 0
    term = pace.p_none
    total = term
    while point >= total and term > 1e-12:
        many += 1
        term *= pace.ratio * (shape + many - 1.0) / many
        total += term
    return many


@njit(cache=True)
def _use_in_busy_week(
    rng: np.random.Generator, demand: IntArray, first: int, days: int, pace: float, batch: float
) -> None:
    """Write a week's use day by day, where batches are too many to be drawn one by one."""
    for day in range(first, min(first + 7, days)):
        many = rng.poisson(pace / 7.0)
        units = batch * many + math.sqrt(batch * (batch - 1.0) * many) * rng.normal()
        demand[day] = max(int(round(units)), 0)


@njit(cache=True)
def draw_demand(
    rng: np.random.Generator,
    rate: FloatArray,
    resumed_rate: FloatArray,
    base: float,
    growth: float,
    season: FloatArray,
    days: int,
) -> IntArray:
    """Units wanted on each day of each path.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    rate, resumed_rate : ndarray of float64, shape (n,)
        Units a day at the start (0: not used any more), and the rate at which use would resume.
    base, growth : float
        Variance over mean of use: ``base + growth × units a week``.
    season : ndarray of float64, shape (n_strides,)
        Use of each four weeks as a share of the yearly mean; the last stands for all that follow.
    days : int
        How far.

    Returns
    -------
    ndarray of int64, shape (n, days)

    Notes
    -----
    Batches of geometric size (mean (base + 1) / 2) come at Poisson times; each week's pace is multiplied by a gamma
    variable of mean 1 and variance ``growth``.
    """
    demand = np.zeros((len(rate), days), dtype=np.int64)
    batch = max(0.5 * (base + 1.0), 1.0)
    shape = 1.0 / max(growth, 1e-3)
    drift = 7.0 * STRIDE * DRIFT_PER_DAY
    for path in range(len(rate)):
        now = rate[path]
        change = _weeks_to_change(rng, now)
        pace = _pace(now * season[0], batch, shape)
        week = 0
        while 7 * week < days:
            if week == change:
                now = _changed(rng, now, resumed_rate[path])
                change = week + _weeks_to_change(rng, now)
                pace = _pace(now * season[min(week // STRIDE, len(season) - 1)], batch, shape)
            if now <= 0.0:
                week = change
                continue
            if week > 0 and week % STRIDE == 0:
                now *= math.exp(math.sqrt(drift) * rng.normal() - 0.5 * drift)
                pace = _pace(now * season[min(week // STRIDE, len(season) - 1)], batch, shape)
            if pace.mean > BUSY:
                busy = pace.mean * rng.gamma(shape, 1.0 / shape)
                _use_in_busy_week(rng, demand[path], 7 * week, days, busy, batch)
            else:
                for _ in range(_batches(rng, pace, shape)):
                    day = 7 * week + int(7 * rng.random())
                    if day < days:
                        demand[path, day] += rng.geometric(1.0 / batch)
            week += 1
    return demand


@njit(cache=True)
def next_use(demand: IntArray) -> IntArray:
    """First day on or after each day on which something is wanted; the number of days where there is none.

    Parameters
    ----------
    demand : ndarray of int64, shape (n, days)
        Units wanted.

    Returns
    -------
    ndarray of int64, shape (n, days + 1)
    """
    paths, days = demand.shape
    following = np.empty((paths, days + 1), dtype=np.int64)
    for path in range(paths):
        upcoming = days
        following[path, days] = days
        for day in range(days - 1, -1, -1):
            if demand[path, day] > 0:
                upcoming = day
            following[path, day] = upcoming
    return following


@njit(cache=True)
def draw_rates(
    rng: np.random.Generator, chance: FloatArray, grid: FloatArray, fresh: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """A rate for each path from its probabilities, and the rate at which use would resume.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    chance : ndarray of float64, shape (n, RATES + 1)
        Probability of each rate; the last entry is "not used any more".
    grid, fresh : ndarray of float64, shape (RATES,)
        Rates, units a day, and where a return lands.

    Returns
    -------
    rate, resumed_rate : ndarray of float64, shape (n,)
    """
    rate = np.zeros(len(chance))
    resumed = np.zeros(len(chance))
    for path in range(len(chance)):
        state = _state(rng.random(), chance[path])
        if state < RATES:
            rate[path] = grid[state]
        resumed[path] = grid[min(_state(rng.random(), fresh), RATES - 1)]
    return rate, resumed


@njit(cache=True)
def _state(point: float, chance: FloatArray) -> int:
    total = 0.0
    for state in range(len(chance)):
        total += chance[state]
        if point < total:
            return state
    return len(chance) - 1
