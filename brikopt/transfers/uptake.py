"""What a position could take: units that it will probably use before their date, its own goods looked after."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
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
    stock: FloatArray  # units on hand, moved in or its own
    moved_in: FloatArray  # of those, units moved in; they go out of date before all that is still to be moved
    own_days: FloatArray  # days on which its own oldest units can be used; inf where they never go out of date
    newest_first: FloatArray  # share of the picks that leave the oldest lying
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
        For the unit ``j`` (from 0): where the taker's own goods go out of date first, P(use in ``days`` ≥ stock + j +
        1), as they are used first. Where they keep longer, P(use of the oldest in ``days`` ≥ moved_in + j + 1) × P(use
        in ``own_days`` ≥ stock + j + 1): the unit is used before them, and they still have to be used in their time.

    Notes
    -----
    Both events tend to happen together, so their product is a little too careful. Of the picks, ``newest_first``
    leave the oldest lying. Chances below 2 % may be given as 0: they are not worth working out.
    """
    usable, unit = np.maximum(days, 0).astype(np.float64), np.arange(1.0, n_units + 1.0)
    own, moved = (np.ceil(np.maximum(units, 0.0))[:, None] + unit for units in (takers.stock, takers.moved_in))
    fits = unit <= np.floor(takers.room_units)[:, None]
    first = takers.own_days >= usable
    share = np.where(first, 1.0 - takers.newest_first, 1.0)
    used = _chance_of_use(takers, usable, share, np.where(first[:, None], moved, own), fits)
    # Goods that never go out of date can wait for ever.
    waits = (first & np.isfinite(takers.own_days))[:, None]
    own_days = np.where(np.isfinite(takers.own_days), takers.own_days, 0.0)
    still_used = _chance_of_use(takers, own_days, np.ones(len(share)), own, fits & waits)
    return np.where(waits, used * still_used, used)


def _chance_of_use(
    takers: Takers, days: FloatArray, share: FloatArray, wanted: FloatArray, asked: NDArray[np.bool_]
) -> FloatArray:
    """P(a share of the use in ``days`` ≥ ``wanted``), worked out where asked for and 0 elsewhere.

    Use is negative binomial with mean ``rate_mean × days`` and variance ``dispersion × mean + rate_var × days²``; of a
    share, each unit is drawn by itself. With r = mean² / (variance - mean), P(use ≥ k) is the regularised incomplete
    beta function I(k, r) at 1 - mean / variance.
    """
    rate = share * takers.rate_mean
    mean = rate * days
    dispersion = np.maximum(1.0 + share * (takers.dispersion - 1.0), _LEAST_DISPERSION)
    variance = dispersion * mean + share**2 * takers.rate_var * days**2
    ratio = np.divide(mean, variance, out=np.zeros_like(mean), where=mean > 0)
    near = wanted <= (mean + _FAR * np.sqrt(variance))[:, None]
    row, column = np.nonzero(asked & near & (mean > 0)[:, None])
    chances = np.zeros(wanted.shape)
    shape = mean[row] * ratio[row] / (1.0 - ratio[row])
    chances[row, column] = betainc(wanted[row, column], shape, 1.0 - ratio[row])
    return chances
