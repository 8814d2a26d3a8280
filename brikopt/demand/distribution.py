"""Total use over any number of days, for many positions at once: rates that are not known, use that is lumpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.stats import nbinom

from brikopt.demand.rates import GRID_STEP, age_rates, passing
from brikopt.demand.variation import USUAL, Variation

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

ENOUGH = 60  # halvings: more than any whole number needs


@dataclass(frozen=True, slots=True)
class TotalUse:
    """Units used in some days, as a mixture of negative binomials; arrays of shape (n_positions, n_rates).

    Parameters
    ----------
    weight : ndarray of float64
        Chance of each rate; what is left to 1 is the chance that nothing is used.
    expected : ndarray of float64
        Units expected at each rate, above 0.
    dispersion : ndarray of float64
        Variance over mean at each rate, above 1.
    """

    weight: FloatArray
    expected: FloatArray
    dispersion: FloatArray

    def mean(self) -> FloatArray:
        """Units expected; shape (n_positions,)."""
        total: FloatArray = (self.weight * self.expected).sum(axis=1)
        return total

    def variance(self) -> FloatArray:
        """Variance of the units, that of the rate among it; shape (n_positions,)."""
        second = (self.weight * (self.dispersion * self.expected + self.expected**2)).sum(axis=1)
        spread: FloatArray = second - self.mean() ** 2
        return spread

    def at_most(self, units: npt.ArrayLike) -> FloatArray:
        """Chance that no more than so many units are used.

        Parameters
        ----------
        units : array-like of shape (n_positions,)
            One number for each position.

        Returns
        -------
        ndarray of float64, shape (n_positions,)
        """
        x = np.asarray(units, dtype=np.float64)[:, None]
        used = (self.weight * nbinom.cdf(x, self._size, 1.0 / self.dispersion)).sum(axis=1)
        chance: FloatArray = used + np.where(x[:, 0] >= 0, self._p_none, 0.0)
        return chance

    def pmf(self, most: int) -> FloatArray:
        """Chance of each number of units from 0 to ``most``; shape (n_positions, most + 1)."""
        units = np.arange(most + 1)
        chance = np.zeros((len(self.weight), most + 1))
        for rate in range(self.weight.shape[1]):
            size, success = self._size[:, rate, None], 1.0 / self.dispersion[:, rate, None]
            chance += self.weight[:, rate, None] * nbinom.pmf(units, size, success)
        chance[:, 0] += self._p_none
        return chance

    def quantiles(self, probs: npt.ArrayLike) -> IntArray:
        """Fewest units that are enough with each chance.

        Parameters
        ----------
        probs : array-like of shape (n_probs,)
            Between 0 and 1.

        Returns
        -------
        ndarray of int64, shape (n_positions, n_probs)
        """
        return np.stack([self._quantile(float(prob)) for prob in np.atleast_1d(probs)], axis=1)

    def draws(self, rng: np.random.Generator, count: int) -> IntArray:
        """Draw totals; shape (n_positions, count)."""
        reached = np.cumsum(self.weight, axis=1)
        point = rng.random((len(self.weight), count))
        rate = (point[:, :, None] >= reached[:, None, :]).sum(axis=2)
        last = self.weight.shape[1] - 1
        row = np.arange(len(self.weight))[:, None]
        at = np.minimum(rate, last)
        lumps = self.dispersion[row, at] - 1.0
        pace = rng.gamma(self.expected[row, at] / lumps, lumps)
        return np.where(rate > last, 0, rng.poisson(pace)).astype(np.int64)

    @property
    def _size(self) -> FloatArray:
        return self.expected / (self.dispersion - 1.0)

    @property
    def _p_none(self) -> FloatArray:
        return np.clip(1.0 - self.weight.sum(axis=1), 0.0, 1.0)

    def _quantile(self, prob: float) -> IntArray:
        low = np.full(len(self.weight), -1, dtype=np.int64)
        high = np.ones(len(self.weight), dtype=np.int64)
        while (short := self.at_most(high) < prob).any():
            high[short] *= 2
        for _ in range(ENOUGH):
            if (high - low <= 1).all():
                break
            middle = (low + high) // 2
            enough = self.at_most(middle) >= prob
            high, low = np.where(enough, middle, high), np.where(enough, low, middle)
        return high


def total_use(
    chance: FloatArray,
    grid: FloatArray,
    dispersion: FloatArray,
    fresh: FloatArray,
    days: float,
    usual_days: float = 0.0,
    v: Variation = USUAL,
) -> TotalUse:
    """Total use over the days to come, from what is believed of the rates now.

    Parameters
    ----------
    chance : ndarray of float64, shape (n_positions, RATES + 1)
        Probability of each rate today; the last entry is "not used any more".
    grid, dispersion : ndarray of float64, shape (n_positions, RATES)
        Rates, units a day, and variance over mean of use at each.
    fresh : ndarray of float64, shape (RATES,)
        Where a jump or a return lands.
    days : float
        How far.
    usual_days : float, optional
        The same, counted by the use that the season puts into these days; by default ``days``.
    v : Variation, optional
        How rates change.

    Returns
    -------
    TotalUse

    Notes
    -----
    Rates are taken as they will be half-way: drifted, jumped, stopped and resumed. So the range widens with the days.

    Examples
    --------
    >>> from brikopt.demand.rates import RATES
    >>> sure = np.zeros((1, RATES + 1)); sure[0, 3] = 1.0
    >>> ahead = total_use(sure, np.ones((1, RATES)), np.full((1, RATES), 2.0), np.full(RATES, 1 / RATES), days=30)
    >>> ahead.quantiles([0.5, 0.9]).tolist()
    [[29, 40]]
    """
    if days <= 0:
        nothing = np.zeros_like(grid)
        return TotalUse(nothing, np.ones_like(grid), dispersion)
    half_way = _aged(np.array(chance, dtype=np.float64), fresh, 0.5 * days, v)
    return TotalUse(half_way[:, :-1], grid * (usual_days or days), dispersion)


@njit(cache=True)
def _aged(chance: FloatArray, fresh: FloatArray, days: float, v: Variation) -> FloatArray:
    """Let time pass for every position; changes and returns ``chance``."""
    time = passing(days, v.stop, v.resume, v.jump, v.drift / GRID_STEP**2)
    for row in range(len(chance)):
        age_rates(chance[row], fresh, time)
    return chance
