"""Weigh memories and kinds of lumpiness by how well they would have foreseen the past, of a series and of the crowd."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.totals.history import History
from brikopt.demand.totals.levels import MEMORIES, levels_at
from brikopt.demand.totals.origins import past_origins

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

# Variance of a total over its mean: 1 + LUMPS + SPREADS × mean. Wide grids: the data choose.
LUMPS = np.array([0.02, 1.0, 5.0, 25.0, 125.0])  # steps; batches
SPREADS = np.array([0.003, 0.02, 0.1, 0.3, 0.7, 1.5, 3.0])  # squared relative error of the level, and bursts
CROWD = 5.0  # series' worth of "all alike" beside the crowd
ROUNDS = 40  # of expectation and maximisation
KEPT = 6  # hypotheses of a series that carry its forecast
ROWS = 20_000  # series × origins


@dataclass(frozen=True, slots=True)
class Mixture:
    """Negative binomials and their weights; arrays of shape (n, n_kept).

    Parameters
    ----------
    weight : ndarray of float64
        Sums to 1 over each row.
    mean, variance : ndarray of float64
        Steps in the whole horizon; the variance is above the mean.
    """

    weight: FloatArray
    mean: FloatArray
    variance: FloatArray


def weigh_hypotheses(history: History, horizon: int) -> Mixture:
    """What each series will use in the horizon, as its likeliest hypotheses have it.

    Parameters
    ----------
    history : History
    horizon : int
        Periods.

    Returns
    -------
    Mixture

    Notes
    -----
    A hypothesis is a memory, a lumpiness and a spread. Its likelihood is that of the totals after past origins; how
    common it is comes from all series of the call by expectation-maximisation (empirical Bayes; Robbins 1956). So a
    short history leans on the crowd, and a long one speaks for itself.
    """
    past = past_origins(history, horizon, ROWS)
    before = horizon * levels_at(history, past.origins)
    now = horizon * levels_at(history, np.array([history.steps.shape[1]]))[:, 0]
    chance = _posterior(log_likelihood(past.totals, past.usable, before, LUMPS, SPREADS) * past.worth)
    kept = np.argsort(-chance, axis=1, kind="stable")[:, :KEPT]
    weight = np.take_along_axis(chance, kept, axis=1)
    memory, lump, spread = np.unravel_index(kept, (len(MEMORIES), len(LUMPS), len(SPREADS)))
    mean = np.take_along_axis(now, memory, axis=1)
    return Mixture(
        weight / weight.sum(axis=1, keepdims=True), mean, mean * (1.0 + LUMPS[lump] + SPREADS[spread] * mean)
    )


def _posterior(log_likelihood: FloatArray) -> FloatArray:
    """Chance of each hypothesis for each series, with the crowd's shares as the prior; shape (n, n_hypotheses)."""
    count = log_likelihood.shape[1]
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    share = np.full(count, 1.0 / count)
    chance = likelihood
    for _ in range(ROUNDS):
        chance = likelihood * share
        chance /= chance.sum(axis=1, keepdims=True)
        share = (chance.sum(axis=0) + CROWD / count) / (len(chance) + CROWD)
    return chance


@njit(cache=True)
def log_likelihood(
    totals: FloatArray, usable: npt.NDArray[np.bool_], before: FloatArray, lumps: FloatArray, spreads: FloatArray
) -> FloatArray:
    """Of each series under each hypothesis, but for what is the same in all of them; shape (n, n_hypotheses)."""
    size, origins, memories = before.shape
    out = np.zeros((size, memories * len(lumps) * len(spreads)))
    for row in range(size):
        for origin in range(origins):
            if not usable[row, origin]:
                continue
            total = totals[row, origin]
            place = 0
            for memory in range(memories):
                mean = before[row, origin, memory]
                for lump in lumps:
                    for spread in spreads:
                        excess = lump + spread * mean  # variance over mean, less 1
                        shape = mean / excess
                        log = -shape * math.log1p(excess)
                        if total > 0.0:
                            log += total * math.log(excess / (1.0 + excess)) + _log_rising(shape, total)
                        out[row, place] += log
                        place += 1
    return out


@njit(cache=True)
def _log_rising(shape: float, total: float) -> float:
    """Logarithm of shape × (shape + 1) × … × (shape + total − 1)."""
    if total > 12.0:
        return math.lgamma(shape + total) - math.lgamma(shape)
    product = 1.0
    for factor in range(int(total)):
        product *= shape + factor
    return math.log(product)
