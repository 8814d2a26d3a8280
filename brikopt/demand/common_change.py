"""A change of use that many positions share: of an item in several wards, or of a ward in most of its goods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import logsumexp

from brikopt.demand.between_lines import Stretches
from brikopt.demand.last_change import GRID, LOG_RATE_SD, STEP, line_chances
from brikopt.demand.variation import YEAR, Variation
from brikopt.parallel import in_threads

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Odds = npt.NDArray[np.float32]

PART_DAYS, PARTS = 28, 26  # a change is dated to four weeks of two years
LATEST_PARTS = 4  # no change is told of them: holidays would be taken for one
FACTORS: IntArray = np.array([-20, -15, -11, -8, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 8, 11, 15, 20])
FACTOR_SD = 0.5  # of the logs of common factors, beforehand
HAZARD = 0.1 / YEAR  # of a common change, a day
ONE_SAYS = 5.0  # most that one position may add to the log odds: what it does alone isn't common
JOINS = 0.8  # of the positions of a group, those that change when it does: one that doesn't is no proof against it
CHUNK = 20_000  # positions at a time
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class CommonChange:
    """The likeliest change of each group; arrays of shape (n_groups,).

    Parameters
    ----------
    chance : ndarray of float64
        That use changed by at least what is asked for, in that direction.
    first_day, last_day : ndarray of float64
        Between which it came, in nine cases of ten; days since 1970-01-01.
    factor, factor_sd : ndarray of float64
        Use after over use before, and how far off its log may be.
    positions : ndarray of int64
        How many say so, each by itself.
    """

    chance: FloatArray
    first_day: FloatArray
    last_day: FloatArray
    factor: FloatArray
    factor_sd: FloatArray
    positions: IntArray


def shared_odds(told: Stretches, lumpier: FloatArray, v: Variation) -> Odds:
    """Say for each position how likely its lines are with a change, of each day and factor, beside none.

    Parameters
    ----------
    told : Stretches
        Uses between lines, of all positions.
    lumpier, v
        As for `brikopt.demand.last_change.last_change`.

    Returns
    -------
    ndarray of float32, shape (n_positions, PARTS, len(FACTORS))
        Log odds, at most ONE_SAYS; 0 where there is no line.
    """
    odds = np.zeros((len(told.step), PARTS, len(FACTORS)), dtype=np.float32)
    spoken = np.flatnonzero(told.start[1:] > told.start[:-1])
    for rows in np.split(spoken, np.arange(CHUNK, len(spoken), CHUNK)):
        if len(rows):
            found = in_threads(lambda some: _odds(told, some, lumpier, v), rows)
            # Scaled rather than cut, so that its day and factor stay as they are.
            most = np.maximum(found.max(axis=(1, 2), keepdims=True), ONE_SAYS)
            odds[rows] = np.log(1.0 - JOINS + JOINS * np.exp(found * (ONE_SAYS / most)))
    return odds


def common_change(shared: Odds, group: IntArray, as_of: int, telling: float) -> CommonChange:
    """Find the change that the positions of each group share.

    Parameters
    ----------
    shared : ndarray of float32, shape (n_positions, PARTS, len(FACTORS))
        As from `shared_odds`.
    group : ndarray of int64, shape (n_positions,)
        From 0; -1 where a position belongs to none.
    as_of : int
        Days since 1970-01-01.
    telling : float
        Times as much, or as little, as before.

    Returns
    -------
    CommonChange
        A row a group.

    Notes
    -----
    Each position has a rate of its own, and all rates are multiplied by one factor on one day. What a position adds to
    the odds is capped, so that a change of one alone is never taken for a change of all.
    """
    groups = int(group.max(initial=-1)) + 1
    odds, yes = np.zeros((groups, PARTS, len(FACTORS))), np.zeros((groups, PARTS, len(FACTORS)), dtype=np.int64)
    member = np.flatnonzero(group >= 0)
    np.add.at(odds, group[member], shared[member])
    np.add.at(yes, group[member], shared[member] > 0)
    factor = STEP * FACTORS
    prior = np.exp(-0.5 * (factor / FACTOR_SD) ** 2)
    log_prior = np.log(HAZARD * PART_DAYS * prior / prior.sum())
    odds[:, PARTS - LATEST_PARTS :] = -np.inf
    belief = odds + log_prior[None, None, :]
    none = np.log1p(-HAZARD * PART_DAYS * PARTS)
    total = np.logaddexp(logsumexp(belief, axis=(1, 2)), none) if groups else np.zeros(0)
    chance = np.exp(belief - total[:, None, None])
    rising = chance[:, :, factor > 0].sum(axis=(1, 2)) >= chance[:, :, factor < 0].sum(axis=(1, 2))
    told_factor = np.where(rising[:, None], factor >= np.log(telling) - 1e-9, factor <= -np.log(telling) + 1e-9)
    kept = chance * told_factor[:, None, :]
    by_part, by_factor, sure = kept.sum(axis=2), kept.sum(axis=1), kept.sum(axis=(1, 2))
    scale = np.maximum(sure, 1e-300)[:, None]
    mean = (by_factor / scale) @ factor
    spread = np.sqrt(np.maximum((by_factor / scale) @ factor**2 - mean**2, 0.0) + STEP**2 / 12)
    edges = as_of - PART_DAYS * np.arange(PARTS, -1, -1)
    reached = np.cumsum(by_part / scale, axis=1)
    low, high = (np.minimum((reached < share - 1e-9).sum(axis=1), PARTS - 1) for share in (LOW, HIGH))
    likeliest = kept.reshape(groups, -1).argmax(axis=1) if groups else np.zeros(0, dtype=np.int64)
    return CommonChange(
        chance=sure,
        first_day=edges[low] - PART_DAYS / 2,
        last_day=edges[high] + PART_DAYS / 2,
        factor=np.exp(mean),
        factor_sd=spread,
        positions=yes.reshape(groups, -1)[np.arange(groups), likeliest],
    )


@njit(cache=True, nogil=True)
def _odds(told: Stretches, rows: IntArray, lumpier: FloatArray, v: Variation) -> FloatArray:
    """Log odds of each day and factor against no change, of some positions, shape (n, PARTS, n_factors).

    Parts count up to now; a change lies at the beginning of its part. A stretch belongs to the side on which most of it
    lies.
    """
    odds = np.zeros((len(rows), PARTS, len(FACTORS)))
    prior = -0.5 * (STEP * (np.arange(GRID) - GRID // 2) / LOG_RATE_SD) ** 2
    for place in range(len(rows)):
        row = rows[place]
        chances = line_chances(told, row, lumpier[row], v)
        first, count = told.start[row], len(chances.logs)
        before = np.zeros((count + 1, GRID))
        for at in range(count):
            before[at + 1] = before[at] + chances.logs[at]
        whole = before[count]
        one = _summed(prior + whole)
        # Days back from now to the middle of each stretch.
        middle, back = np.empty(count), told.silent_days[row]
        middle[count - 1] = back / 2.0
        for at in range(count - 2, -1, -1):
            middle[at] = back + told.days[first + at] / 2.0
            back += told.days[first + at]
        for part in range(PARTS):
            ago = PART_DAYS * (PARTS - part)
            cut = 0
            while cut < count and middle[cut] > ago:
                cut += 1
            if cut in (0, count):
                continue
            for which in range(len(FACTORS)):
                shift = FACTORS[which]
                logs = np.full(GRID, -1e300)
                for rate in range(GRID):
                    later = min(max(rate + shift, 0), GRID - 1)
                    logs[rate] = prior[rate] + before[cut, rate] + whole[later] - before[cut, later]
                odds[place, part, which] = _summed(logs) - one
    return odds


@njit(cache=True, nogil=True)
def _summed(logs: FloatArray) -> float:
    """Log of the sum of exponentials."""
    top = logs.max()
    return float(top + np.log(np.exp(logs - top).sum()))
