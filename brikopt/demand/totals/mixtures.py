"""Quantiles of mixtures of negative binomials."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from brikopt.demand.totals.hypotheses import Mixture

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def mixture_quantiles(mixture: Mixture, quantiles: FloatArray) -> FloatArray:
    """The fewest steps that are enough with each chance.

    Parameters
    ----------
    mixture : Mixture
        Of n series.
    quantiles : ndarray of float64, shape (n_quantiles,)
        Chances in (0, 1), in rising order.

    Returns
    -------
    ndarray of float64, shape (n, n_quantiles)
        Whole steps.
    """
    found = np.zeros((len(mixture.mean), len(quantiles)))
    below = np.full(len(found), -1.0)
    for place, quantile in enumerate(quantiles):
        found[:, place] = _one_quantile(mixture, quantile, below)
        below = found[:, place] - 1.0
    return found


def _one_quantile(mixture: Mixture, quantile: float, below: FloatArray) -> FloatArray:
    """Halve the range until one step is left; ``below`` is known to be too few."""
    mean = (mixture.weight * mixture.mean).sum(axis=1)
    square = (mixture.weight * (mixture.variance + mixture.mean**2)).sum(axis=1)
    # Cantelli's inequality: no quantile lies farther above the mean.
    reach = np.sqrt(np.maximum(square - mean**2, 0.0) * quantile / (1.0 - quantile))
    low, high = below.copy(), np.maximum(np.ceil(mean + reach) + 1.0, below + 1.0)
    while True:
        (row,) = np.nonzero(high - low > 1.0)
        if len(row) == 0:
            return high
        middle = np.floor(0.5 * (low[row] + high[row]))
        enough = _chance_at_most(mixture, row, middle) >= quantile
        high[row] = np.where(enough, middle, high[row])
        low[row] = np.where(enough, low[row], middle)


def _chance_at_most(mixture: Mixture, row: IntArray, steps: FloatArray) -> FloatArray:
    mean, variance = mixture.mean[row], mixture.variance[row]
    chance = betainc(mean**2 / (variance - mean), steps[:, None] + 1.0, mean / variance)
    total: FloatArray = (mixture.weight[row] * chance).sum(axis=1)
    return total
