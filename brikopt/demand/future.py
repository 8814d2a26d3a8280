"""Draw the use of the days to come: lumpy, week by week, at rates that drift, jump, stop and resume."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.rates import DRIFT_PER_DAY, JUMP_PER_DAY, RATES, RESUME_PER_DAY, STOP_PER_DAY

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

BUSY = 200.0  # batches a week beyond which a day's units are drawn at once
JUMP_SD = 0.6  # of the log rate, where it jumps


@njit(cache=True)
def draw_demand(
    rng: np.random.Generator,
    rate: FloatArray,
    resumed_rate: FloatArray,
    base: float,
    growth: float,
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
    p_stop = 1.0 - math.exp(-7.0 * STOP_PER_DAY)
    p_resume = 1.0 - math.exp(-7.0 * RESUME_PER_DAY)
    p_jump = 1.0 - math.exp(-7.0 * JUMP_PER_DAY)
    for path in range(len(rate)):
        now = rate[path]
        for week in range((days + 6) // 7):
            change = rng.random()
            if now > 0.0:
                if change < p_stop:
                    now = 0.0
                elif change < p_stop + p_jump:
                    now *= math.exp(JUMP_SD * rng.normal() - 0.5 * JUMP_SD * JUMP_SD)
                now *= math.exp(math.sqrt(7.0 * DRIFT_PER_DAY) * rng.normal() - 3.5 * DRIFT_PER_DAY)
            elif change < p_resume:
                now = resumed_rate[path]
            if now <= 0.0:
                continue
            pace = 7.0 * now / batch * rng.gamma(shape, 1.0 / shape)
            if pace > BUSY:
                for day in range(7 * week, min(7 * week + 7, days)):
                    many = rng.poisson(pace / 7.0)
                    units = batch * many + math.sqrt(batch * (batch - 1.0) * many) * rng.normal()
                    demand[path, day] = max(int(round(units)), 0)
                continue
            batches = rng.poisson(pace) if pace > 0.0 else 0
            for _ in range(batches):
                day = 7 * week + int(7 * rng.random())
                if day < days:
                    demand[path, day] += rng.geometric(1.0 / batch)
    return demand


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
