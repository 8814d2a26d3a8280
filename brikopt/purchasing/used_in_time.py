"""How much of what is bought gets used before its date."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaincinv

FloatArray = NDArray[np.float64]

DAYS_PER_YEAR = 365.0
# Just above 1, so that the formula of the negative binomial holds; at this value it is all but a Poisson.
_LEAST_DISPERSION = 1.0001
_LEAST_MEAN = 1e-9  # units; below it nothing is used
RATE_POINTS = 9  # equally likely rates that stand for how unsure a rate is


def expected_use(mean: ArrayLike, dispersion: ArrayLike, units: ArrayLike) -> FloatArray:
    """Return how many of some units are used, on average.

    Parameters
    ----------
    mean : array-like
        Units wanted until their date, on average.
    dispersion : array-like
        Variance of what is wanted over its mean; below 1 counts as 1.
    units : array-like of whole numbers
        Units there are.

    Returns
    -------
    ndarray of float
        E[min(wanted, units)], what is wanted being negative binomial; shapes are broadcast.

    Examples
    --------
    >>> float(expected_use(1000.0, 1.0, 5).round(6))
    5.0
    """
    mean, dispersion = np.maximum(mean, _LEAST_MEAN), np.maximum(dispersion, _LEAST_DISPERSION)
    units = np.asarray(units, dtype=np.float64)
    size, chance = mean / (dispersion - 1.0), 1.0 / dispersion
    below = betainc(size, np.maximum(units, 1.0), chance)  # P(wanted < units)
    # k P(k) of one negative binomial is the mean times P(k - 1) of the next.
    used_up = mean * np.where(units > 1, betainc(size + 1.0, np.maximum(units - 1.0, 1.0), chance), 0.0)
    return np.asarray(np.where(units > 0, used_up + units * (1.0 - below), 0.0), dtype=np.float64)


def chance_left(mean: ArrayLike, dispersion: ArrayLike, units: ArrayLike) -> FloatArray:
    """Return the chance that at least one of some units is not used in time; arguments as in `expected_use`."""
    mean, dispersion = np.maximum(mean, _LEAST_MEAN), np.maximum(dispersion, _LEAST_DISPERSION)
    below = betainc(mean / (dispersion - 1.0), np.maximum(units, 1.0), 1.0 / dispersion)
    return np.asarray(np.where(np.asarray(units) > 0, below, 0.0), dtype=np.float64)


def likely_rates(mean: ArrayLike, sd: ArrayLike) -> FloatArray:
    """Return equally likely rates that stand for an uncertain one.

    Parameters
    ----------
    mean, sd : array-like of shape (n,)
        Mean above 0, and standard deviation of the rate.

    Returns
    -------
    ndarray of float, shape (n, RATE_POINTS)
        Mid-quantiles of a gamma distribution, scaled so that their mean is right.
    """
    mean = np.asarray(mean, dtype=np.float64)[:, None]
    shape = np.clip((mean / np.maximum(np.asarray(sd)[:, None], 1e-9)) ** 2, 0.05, 1e6)
    points = gammaincinv(shape, (np.arange(RATE_POINTS) + 0.5) / RATE_POINTS)
    rates: FloatArray = mean * points / points.mean(axis=1, keepdims=True)
    return rates


def expired_per_year(rate: ArrayLike, dispersion: ArrayLike, days: ArrayLike, units: ArrayLike) -> FloatArray:
    """Return the units a year that go out of date where a lot is bought whenever the last one has gone.

    Parameters
    ----------
    rate : array-like
        Units used a day.
    dispersion : array-like
        Variance of use over its mean.
    days : array-like
        Days on which a unit can be used after it came.
    units : array-like
        Units in a lot.

    Returns
    -------
    ndarray of float
        365 × rate × (units − used) / used, with ``used = expected_use(rate × days)``.

    Notes
    -----
    A lot lasts until it is used up or its date comes, whichever is first. Rate × E[how long it lasts] is what
    is used of it (Wald), so lots are bought at rate / used a day, and each loses ``units − used``. Without any
    use a lot is replaced at each date: 365 × units / days.

    Examples
    --------
    >>> float(expired_per_year(0.0, 1.0, 730.0, 500).round(1))
    250.0
    """
    rate, days = np.maximum(rate, _LEAST_MEAN), np.asarray(days, dtype=np.float64)
    used = expected_use(rate * days, dispersion, units)
    expired: FloatArray = DAYS_PER_YEAR * rate * np.maximum(np.asarray(units) - used, 0.0) / used
    return expired
