"""How use varies around its rate, and how the rate itself changes: what one region's wards have in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brikopt.demand.rates import MIN_DISPERSION

FloatArray = npt.NDArray[np.float64]

YEAR = 365.0
WEEKS_HELD = 4  # weeks for which one monthly pace holds
# How much lumpier than usual a position may be, and how common that is: a log-normal spread of about 0.7.
LUMPIER: FloatArray = np.array([0.4, 1.0, 2.5])
COMMON: FloatArray = np.array([0.25, 0.5, 0.25])


class Variation(NamedTuple):
    """How use varies and changes.

    A week's use is negative binomial: batches come at Poisson times, at a pace that is multiplied with gamma variables
    of mean 1, one for each week and one for each four weeks. Its log rate drifts, and now and then it jumps, stops or
    resumes.
    """

    base: float  # variance over mean of use, from batches alone
    weekly: float  # variance of what the pace of a week is multiplied with
    monthly: float  # the same of four weeks
    stop: float  # hazards a day
    resume: float
    jump: float
    drift: float  # variance of the log rate a day


USUAL = Variation(1.8, 0.25, 0.025, 0.05 / YEAR, 0.06 / YEAR, 0.15 / YEAR, 0.10 / YEAR)


# Nobody scans by the clock, so lines are lumpier than use: by so much, or by as much as use itself where that is less.
# On simulated regions of usual habits, half of what lines show kept what was promised, and of bursts nearly all.
SCANNING_WEEKLY, SCANNING_MONTHLY = USUAL.weekly, USUAL.monthly


def of_lines(v: Variation) -> Variation:
    """What the order lines show of how use varies.

    Examples
    --------
    >>> lines = of_lines(USUAL._replace(weekly=2.0))
    >>> lines.weekly, lines.monthly
    (2.25, 0.05)
    """
    return v._replace(
        weekly=v.weekly + min(v.weekly, SCANNING_WEEKLY), monthly=v.monthly + min(v.monthly, SCANNING_MONTHLY)
    )


def of_use(v: Variation) -> Variation:
    """How use varies of which the order lines show so much; undoes `of_lines`."""
    return v._replace(
        weekly=max(0.5 * v.weekly, v.weekly - SCANNING_WEEKLY),
        monthly=max(0.5 * v.monthly, v.monthly - SCANNING_MONTHLY),
    )


def dispersion_at(rate: FloatArray, lumpier: FloatArray, v: Variation) -> FloatArray:
    """Variance over mean of use in the long run.

    Parameters
    ----------
    rate : ndarray of float64, shape (n, n_rates)
        Units a day.
    lumpier : ndarray of float64, shape (n, len(LUMPIER))
        Chance of each lumpiness.
    v : Variation
        How use varies.

    Returns
    -------
    ndarray of float64, shape (n, n_rates)

    Examples
    --------
    >>> dispersion_at(np.array([[1.0]]), np.array([[0.0, 1.0, 0.0]]), USUAL._replace(monthly=0.0)).round(6)
    array([[3.55]])
    """
    usual = v.base - 1.0 + 7.0 * rate * (v.weekly + WEEKS_HELD * v.monthly)
    dispersion: FloatArray = np.maximum(1.0 + (lumpier @ LUMPIER)[:, None] * usual, MIN_DISPERSION)
    return dispersion
