"""How fast wards are reviewed, how sure that is, and what it promises: a Gamma–Poisson pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from brikopt.coverage.working_weeks import working_weeks

HALF_LIFE_WEEKS = 8.0  # A review eight weeks ago says half as much about today's pace as one of yesterday.
REVIEWS_A_VISIT = 2.0  # Wards come in pairs, so two reviews tell no more about the pace than one would alone …
BLOCKS_OF_THAT = 4.0  # … which counts as so many weeks of evidence, beside what the programme's own weeks show.
DRIFT = 0.08  # Variance of the pace to come over the recent one: it differs by 28 % or so, however well that is known.
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

    def drifting(self) -> Pace:
        """Return the pace to come: the same mean, less sure, for no programme goes on exactly as it went."""
        surer_by = 1.0 + DRIFT * self.reviews
        return Pace(self.reviews / surer_by, self.weeks / surer_by)

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
        Weights are shares of a visit; see `reviews_a_visit`. At least four weeks, so that a start yesterday does not
        look like a flood; with no weeks where there are no reviews: a programme that has not begun says nothing
        about its pace.
    """
    today = np.datetime64(as_of, "D")
    started = int((today - reviewed_on.min()).astype(int)) if reviewed_on.size else 0
    n_days = min(max(started, MIN_HISTORY_DAYS), MAX_HISTORY_DAYS)
    days = today - np.arange(n_days, 0, -1)
    week_parts = working_weeks(days[0].item(), n_days)
    reviews = np.bincount((reviewed_on[reviewed_on >= days[0]] - days[0]).astype(np.int64), minlength=n_days)
    weight = 0.5 ** (np.arange(n_days, 0, -1) / (7 * HALF_LIFE_WEEKS)) / reviews_a_visit(reviews, week_parts)
    return History(days, weight, float((weight * week_parts).sum()) if reviewed_on.size else 0.0)


def reviews_a_visit(reviews: NDArray[np.int64], week_parts: NDArray[np.float64]) -> float:
    """Estimate how many reviews come at a time: by how much their weekly numbers vary.

    Parameters
    ----------
    reviews : ndarray of int64, shape (n_days,)
        First reviews a day.
    week_parts : ndarray of float64, shape (n_days,)
        Part of a working week that each day holds.

    Returns
    -------
    float
        At least 1. Pearson's dispersion of the weeks, leaning on ``REVIEWS_A_VISIT`` while they are few: wards that
        come in clumps, or in campaigns, say less about the pace than their number.

    Examples
    --------
    >>> reviews_a_visit(np.array([7, 0, 0, 0, 0, 0, 0] * 4), np.full(28, 1 / 7))  # as even as can be
    1.1428571428571428
    """
    n_weeks = len(reviews) // 7
    first = len(reviews) - 7 * n_weeks
    seen, held = (days[first:].reshape(n_weeks, 7).sum(axis=1) for days in (reviews, week_parts))
    seen, held = seen[held > 0], held[held > 0]
    meant = seen.sum() / max(float(held.sum()), 1e-9) * held
    spread = float(((seen - meant) ** 2 / np.maximum(meant, 1e-9)).sum()) if seen.any() else 0.0
    weeks = max(len(seen) - 1, 0) if seen.any() else 0
    return max(1.0, (BLOCKS_OF_THAT * REVIEWS_A_VISIT + spread) / (BLOCKS_OF_THAT + weeks))


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
