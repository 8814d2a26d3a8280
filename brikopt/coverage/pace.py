"""How fast wards are reviewed, how sure that is, and what it promises: a Gamma–Poisson pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from brikopt.coverage.working_weeks import working_weeks

HALF_LIFE_WEEKS = 6.0  # A review six weeks ago says half as much about today's pace as one of yesterday.
REVIEWS_A_VISIT = 2.0  # Wards come in pairs, so two reviews tell no more about the pace than one would alone.
MIN_HISTORY_DAYS = 28  # A programme that began on Monday has no pace yet by Wednesday.
MAX_HISTORY_DAYS = 364  # Older days weigh less than 1/400.
PRIOR_REVIEWS = 0.5  # Weak: half a review's worth of evidence ...
PRIOR_WEEKS_PER_WARD = 52.0  # ... for each ward being reviewed about once a year.
POOLED_WEEKS = 8.0  # What the region does counts for a unit as so many working weeks of its own.


@dataclass(frozen=True, slots=True)
class Pace:
    """First reviews per working week: Gamma with ``reviews`` as shape and ``weeks`` as rate."""

    reviews: float
    weeks: float

    @property
    def mean(self) -> float:
        """First reviews per working week, in expectation."""
        return self.reviews / self.weeks

    def chance(self, wards: int | NDArray[np.int64], weeks_left: float) -> NDArray[np.float64]:
        """Return the chance that so many more wards are reviewed in time.

        Parameters
        ----------
        wards : int or ndarray of int
            Wards still needed, at least 1.
        weeks_left : float
            Working weeks left.

        Returns
        -------
        ndarray of float
            Same shape as ``wards``.

        Notes
        -----
        The wait for the k-th event of a Poisson process whose pace is Gamma(shape, rate) is rate times a
        beta prime variable with parameters k and shape.

        Examples
        --------
        >>> float(Pace(reviews=1.0, weeks=1.0).chance(1, 1.0))  # 1 - 1 / (1 + 1)
        0.5
        """
        return np.asarray(betainc(wards, self.reviews, weeks_left / (self.weeks + weeks_left)), dtype=np.float64)

    def expected(self, wards_left: int, weeks_left: float) -> float:
        """Return the wards reviewed in the weeks left, in expectation and at most ``wards_left``."""
        if wards_left == 0:
            return 0.0
        return float(self.chance(np.arange(1, wards_left + 1), weeks_left).sum())

    def median_weeks(self, wards: int) -> float:
        """Return the working weeks after which so many more wards are as likely as not reviewed."""
        part = float(betaincinv(wards, self.reviews, 0.5))
        return np.inf if part >= 1.0 else self.weeks * part / (1.0 - part)


@dataclass(frozen=True, slots=True)
class History:
    """Past working days and what a day weighs; arrays of shape (n_days,), oldest first."""

    days: NDArray[np.datetime64]
    weight: NDArray[np.float64]
    weeks: float  # weighted working weeks

    def weighed(self, reviewed_on: NDArray[np.datetime64]) -> float:
        """Count the visits behind first reviews, older ones in part."""
        known = reviewed_on[reviewed_on >= self.days[0]]
        return float(self.weight[np.searchsorted(self.days, known)].sum())


def history(reviewed_on: NDArray[np.datetime64], as_of: date) -> History:
    """Lay out the days from the first review to the day before ``as_of``, with their weights.

    Parameters
    ----------
    reviewed_on : ndarray of datetime64[D]
        First reviews, all before ``as_of``.
    as_of : date
        Moment of decision.

    Returns
    -------
    History
        At least four weeks, so that a start yesterday does not look like a flood; with no weeks where there
        are no reviews: a programme that has not begun says nothing about its pace.
    """
    today = np.datetime64(as_of, "D")
    started = int((today - reviewed_on.min()).astype(int)) if reviewed_on.size else 0
    n_days = min(max(started, MIN_HISTORY_DAYS), MAX_HISTORY_DAYS)
    days = today - np.arange(n_days, 0, -1)
    weight = 0.5 ** (np.arange(n_days, 0, -1) / (7 * HALF_LIFE_WEEKS)) / REVIEWS_A_VISIT
    weeks = float((weight * working_weeks(days[0].item(), n_days)).sum()) if reviewed_on.size else 0.0
    return History(days, weight, weeks)


def region_pace(reviews: float, weeks: float, wards: int) -> Pace:
    """Combine the region's weighed reviews with a weak prior.

    Parameters
    ----------
    reviews, weeks : float
        Weighed first reviews and weighed working weeks.
    wards : int
        Wards in scope, at least 1.

    Returns
    -------
    Pace
        With no reviews at all, the prior alone: each ward about once a year, and very unsure.
    """
    return Pace(PRIOR_REVIEWS + reviews, PRIOR_REVIEWS * PRIOR_WEEKS_PER_WARD / wards + weeks)


def unit_pace(region: Pace, reviews: float, weeks: float, share_left: float) -> Pace:
    """Combine a unit's weighed reviews with its part of the region's pace.

    Parameters
    ----------
    region : Pace
        The region's pace.
    reviews, weeks : float
        The unit's weighed first reviews, and weighed working weeks.
    share_left : float
        The unit's share of the region's wards still to review, above 0: where the reviewers have yet to go.

    Returns
    -------
    Pace
        The region's part counts as ``POOLED_WEEKS`` of history, or less: never surer than the region's pace.
    """
    pooled = min(POOLED_WEEKS, region.weeks / share_left)
    return Pace(region.mean * share_left * pooled + reviews, pooled + weeks)
