"""Which variation of use makes the order lines of a region likely, and which positions are lumpier than others.

The uses between a position's lines are those of a rate that nobody sees: a hidden Markov model (Rabiner 1989) over the
grid of rates says how likely they are. What all positions of a sample make likeliest is taken for the region (maximum
a posteriori), and with it each position tells of itself. How lumpy use is in the long run is found well; whether by
weeks or by months, and how often use comes back, the lines hardly tell.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.optimize import minimize
from scipy.special import logsumexp

from brikopt.compiled import lean
from brikopt.demand.between_lines import Stretches
from brikopt.demand.pooling import Pooled
from brikopt.demand.rates import (
    GRID_STEP,
    MIN_DISPERSION,
    NEGLIGIBLE,
    RATES,
    age_rates,
    chance_at_most,
    fill_likelihood,
    learn,
    passing,
)
from brikopt.demand.variation import COMMON, LUMPIER, USUAL, WEEKS_HELD, YEAR, Variation, of_lines, of_use
from brikopt.parallel import in_threads

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SAMPLE = 400  # positions that speak for the region
STEPS = 40  # of the search, which mostly ends by itself after a dozen
# What is asked for: weekly, monthly, stop and resume. Batches, jumps and drift look too much like them on paper.
ASKED = slice(Variation._fields.index("weekly"), Variation._fields.index("resume") + 1)
DOUBT: FloatArray = np.array([1.0, 1.5, 0.5, 0.5])  # standard deviations of their logs around the usual ones
LOWEST: FloatArray = np.log([0.02, 0.005, 0.01 / YEAR, 0.01 / YEAR])
HIGHEST: FloatArray = np.log([10.0, 5.0, 0.6 / YEAR, 2.0 / YEAR])
IMPOSSIBLE = 1e-30
STEADY = 0.25  # of a doubt: finer differences are beyond what lines tell, and one line more must not move a region


def likeliest_variation(told: Stretches, pooled: Pooled, p_dead: float, rows: IntArray) -> Variation:
    """Find the variation that the order lines of some positions make likeliest.

    Parameters
    ----------
    told : Stretches
        Of all positions.
    pooled : Pooled
        What is believed of their rates beforehand.
    p_dead : float
        Chance beforehand that a position isn't used.
    rows : ndarray of int64
        Positions that may speak, those that are asked first first; the others' lines tell too little of when what was
        used.

    Returns
    -------
    Variation
        The usual one where nobody speaks.
    """
    sample = np.sort(rows[:SAMPLE])
    usual = np.log(of_lines(USUAL))
    centre = usual[ASKED]

    def supposed(doubts: FloatArray) -> Variation:
        logs = usual.copy()
        logs[ASKED] += DOUBT * doubts
        return Variation(*(float(one) for one in np.exp(logs)))

    def surprise(doubts: FloatArray) -> float:
        v = supposed(doubts)
        each = log_chances(told, sample, pooled.grid, pooled.prior, pooled.fresh, p_dead, v)
        return float(0.5 * (doubts**2).sum() - logsumexp(each, axis=1, b=COMMON).sum())

    found = minimize(
        surprise,
        np.zeros(len(centre)),
        method="L-BFGS-B",
        bounds=list(zip((LOWEST - centre) / DOUBT, (HIGHEST - centre) / DOUBT, strict=True)),
        options={"maxiter": STEPS, "eps": 1e-4},
    )
    return of_use(supposed(STEADY * np.rint(found.x / STEADY)))


def lumpiness(told: Stretches, pooled: Pooled, p_dead: float, v: Variation) -> FloatArray:
    """Chance of each lumpiness for every position, shape (n_positions, len(LUMPIER)); parameters as above."""
    every = np.arange(len(told.step))
    each = log_chances(told, every, pooled.grid, pooled.prior, pooled.fresh, p_dead, of_lines(v))
    chance: FloatArray = COMMON * np.exp(each - logsumexp(each, axis=1, b=COMMON, keepdims=True))
    return chance


def log_chances(
    told: Stretches,
    rows: IntArray,
    grid: FloatArray,
    prior: FloatArray,
    fresh: FloatArray,
    p_dead: float,
    v: Variation,
) -> FloatArray:
    """Log chance of the lines of some positions under each lumpiness.

    Parameters
    ----------
    told : Stretches
        Of all positions.
    rows : ndarray of int64, shape (n,)
        Which positions.
    grid, prior : ndarray of float64, shape (n_positions, RATES)
        Rates, units a day, and their chance beforehand.
    fresh : ndarray of float64, shape (RATES,)
        Where a jump or a return lands.
    p_dead : float
        Chance beforehand that a position isn't used.
    v : Variation
        How use varies, the lumpiness of lines included.

    Returns
    -------
    ndarray of float64, shape (n, len(LUMPIER))
    """
    return in_threads(lambda some: _log_chances(told, some, grid, prior, fresh, p_dead, v), rows)


@njit(cache=True, nogil=True)
def _log_chances(
    told: Stretches,
    rows: IntArray,
    grid: FloatArray,
    prior: FloatArray,
    fresh: FloatArray,
    p_dead: float,
    v: Variation,
) -> FloatArray:
    found = np.zeros((len(rows), len(LUMPIER)))
    room = _Room(np.empty(RATES + 1), np.empty(RATES), np.empty(RATES), np.empty((2, RATES)))
    for place in range(len(rows)):
        row = rows[place]
        for kind in range(len(LUMPIER)):
            room.chance[:RATES] = prior[row] * (1.0 - p_dead)
            room.chance[RATES] = p_dead
            found[place, kind] = _log_chance(told, row, grid[row], fresh, v, LUMPIER[kind], room)
    return found


class _Room(NamedTuple):
    """To work in."""

    chance: FloatArray  # (RATES + 1,) of each rate, and of no use
    likelihood: FloatArray  # (RATES,)
    dispersion: FloatArray  # (RATES,)
    more: FloatArray  # (2, RATES)


@lean
def _log_chance(
    told: Stretches, row: int, grid: FloatArray, fresh: FloatArray, v: Variation, lumpier: float, room: _Room
) -> float:
    chance, likelihood, dispersion = room.chance, room.likelihood, room.dispersion
    total = 0.0
    for at in range(told.start[row], told.start[row + 1]):
        days = told.usual_days[at]
        age_rates(chance, fresh, passing(told.days[at], v.stop, v.resume, v.jump, v.drift / GRID_STEP**2))
        for rate in range(RATES):
            dispersion[rate] = line_dispersion(told, row, at, grid[rate], v, lumpier)
        fill_likelihood(likelihood, grid, dispersion, told.units[at], days, room.more)
        total += math.log(max(learn(chance, likelihood, told.units[at]), IMPOSSIBLE))
    return total + math.log(max(_p_silence(told, row, grid, chance, v, lumpier), IMPOSSIBLE))


@lean
def line_dispersion(told: Stretches, row: int, at: int, rate: float, v: Variation, lumpier: float) -> float:
    """Variance over mean of what stretch ``at`` of a position shows of use at a rate, units a day."""
    days = told.usual_days[at]
    # A line rounds the use at both ends: to whole cards, but no more than goes between two order days.
    rounding = min(float(told.line_step[at]), rate * told.order_gap[row])
    lumps = lumpier * (v.base - 1.0 + 7.0 * rate * _growth(days / 7.0, v))
    return float(max(1.0 + lumps + rounding**2 / (6.0 * rate * days), MIN_DISPERSION))


@lean
def _growth(weeks: float, v: Variation) -> float:
    """Variance of the mean pace of some weeks, times these weeks: a month's pace has its say only as it passes."""
    month = float(WEEKS_HELD)
    held = weeks - weeks**2 / (3.0 * month) if weeks < month else month - month**2 / (3.0 * weeks)
    return float(v.weekly * min(weeks, 1.0) + v.monthly * held)


@lean
def _p_silence(told: Stretches, row: int, grid: FloatArray, chance: FloatArray, v: Variation, lumpier: float) -> float:
    """Chance that too little went for another line since the last one."""
    days, cap = told.silent_days[row], told.step[row] - 1
    p_stays = math.exp(-v.stop * days)
    growth = v.weekly + WEEKS_HELD * v.monthly
    total = chance[RATES] * math.exp(-v.resume * days)
    for rate in range(RATES):
        if chance[rate] < NEGLIGIBLE:
            continue
        spread = max(1.0 + lumpier * (v.base - 1.0 + 7.0 * grid[rate] * growth), MIN_DISPERSION)
        mean = grid[rate] * told.silent_usual_days[row]
        # Use may have stopped at any time on the way: a quarter and three quarters stand for it.
        stopped = chance_at_most(cap, 0.25 * mean, spread) + chance_at_most(cap, 0.75 * mean, spread)
        total += chance[rate] * (p_stays * chance_at_most(cap, mean, spread) + (1.0 - p_stays) * 0.5 * stopped)
    return total
