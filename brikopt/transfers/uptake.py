"""What a position could take: units it will probably use before their date, after its own stock."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import betainc

from brikopt.transfers.handling import FloatArray, IntArray, TextArray

# Just above 1, so that the formula of the negative binomial holds; at this value it is all but a Poisson.
_LEAST_DISPERSION = 1.0001
# Standard deviations above the mean; more use than that has a chance below 1 / (1 + 7²) = 2 % (Cantelli).
_FAR = 7.0


@dataclass(frozen=True, slots=True)
class Takers:
    """Positions that could take; arrays of shape (n,)."""

    cabinet_id: TextArray
    item_id: TextArray
    ward_id: TextArray
    hospital: TextArray
    unit: TextArray
    stock: FloatArray  # units on hand and on order
    rate_mean: FloatArray  # units used a day
    rate_var: FloatArray  # variance of that rate: how unsure it is
    dispersion: FloatArray  # variance of a day's use over its mean
    room_units: FloatArray  # units up to the max level

    def take(self, rows: IntArray) -> Takers:
        """Return some of the positions, in the order of ``rows``."""
        return Takers(*(getattr(self, field.name)[rows] for field in fields(self)))


def use_chances(takers: Takers, days: IntArray, n_units: int) -> FloatArray:
    """Return the chance that each unit taken is used in time, 0 where there is no room for it.

    Parameters
    ----------
    takers : Takers
        Positions that could take.
    days : ndarray of int, shape (n,)
        Days on which a unit taken can be used.
    n_units : int
        Units looked at.

    Returns
    -------
    ndarray of float, shape (n, n_units)
        P(use in ``days`` ≥ stock + j + 1) for the unit ``j`` (from 0): own stock is used first.

    Notes
    -----
    Use is negative binomial with mean ``rate_mean × days`` and variance ``dispersion × mean + rate_var ×
    days²``. With r = mean² / (variance - mean), P(use ≥ k) is the regularised incomplete beta function
    I(k, r) at 1 - mean / variance. Chances below 2 % may be given as 0: they are not worth working out.
    """
    usable = np.maximum(days, 0)
    mean = takers.rate_mean * usable
    variance = np.maximum(takers.dispersion, _LEAST_DISPERSION) * mean + takers.rate_var * usable**2
    ratio = np.divide(mean, variance, out=np.zeros_like(mean), where=mean > 0)
    unit = np.arange(1, n_units + 1)
    wanted = np.ceil(np.maximum(takers.stock, 0.0))[:, None] + unit
    fits = (unit <= np.floor(takers.room_units)[:, None]) & (mean > 0)[:, None]
    row, column = np.nonzero(fits & (wanted <= (mean + _FAR * np.sqrt(variance))[:, None]))
    chances = np.zeros(wanted.shape)
    shape = mean[row] * ratio[row] / (1.0 - ratio[row])
    chances[row, column] = betainc(wanted[row, column], shape, 1.0 - ratio[row])
    return chances
