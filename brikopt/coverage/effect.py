"""What reviews changed: difference in differences, with a range from drawing the wards anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from brikopt.coverage.comparison import Comparison

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LEAST_REVIEWS, LEAST_OTHERS = 3, 3
DRAWS = 999
CHANCE = 0.90  # of the range


@dataclass(frozen=True, slots=True)
class Effect:
    """What the reviews of a group changed a month at a place, on average; arrays of shape (n_measures,).

    Parameters
    ----------
    reviews, others : int
        Places reviewed, and places compared with.
    before, after : ndarray of float64
        At the reviewed places.
    expected : ndarray of float64
        What the reviewed places would have had after, had they changed like the others.
    change, low, high : ndarray of float64
        ``after - expected``, with its 90 % range.
    """

    reviews: int
    others: int
    before: FloatArray
    after: FloatArray
    expected: FloatArray
    change: FloatArray
    low: FloatArray
    high: FloatArray


def effect(compared: Comparison, wards: IntArray, *, seed: int = 0) -> Effect | None:
    """Estimate what the reviews changed: difference in differences, and a bootstrap over wards.

    Parameters
    ----------
    compared : Comparison
        Reviews of one group.
    wards : ndarray of int64, shape (n_places,)
        Number of each place's ward: a ward is drawn with all its places.
    seed : int
        The same seed gives the same range.

    Returns
    -------
    Effect or None
        None with fewer than `LEAST_REVIEWS` reviews or `LEAST_OTHERS` others.

    Notes
    -----
    change = mean over reviews of (after - before) - (weighted mean over others of (after - before)). The range has the
    width of the bootstrap's spread, widened for few wards by Student's t.
    """
    if len(compared.place) < LEAST_REVIEWS or compared.others < LEAST_OTHERS:
        return None
    own = compared.after - compared.before
    theirs = compared.other_after - compared.other_before
    once = np.ones((1, len(wards)))
    change = _changes(compared, own, theirs, once)[0]
    drawn = _changes(compared, own, theirs, _draws(wards, seed))
    n_wards = len(np.unique(wards[compared.place]))
    reach = _reach(n_wards) * np.nanstd(drawn, axis=0)
    after = compared.after.mean(axis=0)
    return Effect(
        reviews=len(compared.place),
        others=compared.others,
        before=compared.before.mean(axis=0),
        after=after,
        expected=after - change,
        change=change,
        low=change - reach,
        high=change + reach,
    )


def _changes(compared: Comparison, own: FloatArray, theirs: FloatArray, draws: FloatArray) -> FloatArray:
    """Mean change beyond that of the others, for each draw of places; shape (n_draws, n_measures)."""
    weights = draws @ compared.weight.T
    counted = np.where(weights > 0, draws[:, compared.place], 0.0)
    total = counted.sum(axis=1)
    changes = np.empty((len(draws), own.shape[1]))
    for measure in range(own.shape[1]):
        their = draws @ (compared.weight * theirs[:, :, measure]).T
        beyond = own[:, measure] - np.divide(their, weights, out=np.zeros_like(their), where=weights > 0)
        changes[:, measure] = np.divide(
            (counted * beyond).sum(axis=1), total, out=np.full(len(draws), np.nan), where=total > 0
        )
    return changes


def _draws(wards: IntArray, seed: int) -> FloatArray:
    """How often each place is drawn, when wards are drawn with replacement; shape (DRAWS, n_places)."""
    _, number = np.unique(wards, return_inverse=True)
    n = int(number.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    return drawn[:, number].astype(np.float64)


def _reach(n_wards: int) -> float:
    """Half the width of the range in standard errors; the bootstrap's own lacks a ward's worth of spread."""
    freedom = max(n_wards - 1, 1)
    return float(stats.t.ppf(0.5 + CHANCE / 2, freedom) * np.sqrt(n_wards / freedom))
