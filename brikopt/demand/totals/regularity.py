"""Find series more even than chance, such as standing orders, and how sure their own past is that they stay so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import gammaln, logsumexp, ndtr

from brikopt.demand.totals.history import History
from brikopt.demand.totals.hypotheses import LUMPS, SPREADS, Mixture, log_likelihood
from brikopt.demand.totals.levels import MEMORIES, levels_at

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

# What the next period depends on: the place in a cycle of so many periods, the period before, or the last use and the
# periods since. A cycle of 1 depends on nothing.
CYCLES = np.array([1, 2, 3, 4, 5, 6, 7, 12], dtype=np.int64)
PERIOD_BEFORE, LAST_USE = len(CYCLES), len(CYCLES) + 1
SURPRISES = np.array([0.03, 0.1, 0.3])  # periods' worth of "something else than ever before"
URNS = (len(CYCLES) + 2) * len(SURPRISES)
NEWEST = 160  # periods that are looked at
FEWEST = 5  # periods of which anything can be said
EVEN = 0.7  # variance over mean of steps; above it chance is as good an explanation
EVEN_GAPS = 0.25  # variance of gaps over their squared mean; 1 by chance
PRIOR = 0.1  # chance, before anything is seen, that a series is regular
# Log odds a period that repetition has to be better by: lumpy uses in usual sizes repeat a little too, and sizes are
# news to a negative binomial.
BETTER = 0.3
NEGLIGIBLE = 1e-3  # of a chance that a series is regular
KEPT = 6  # hypotheses by chance that say what a surprise is like


@dataclass(frozen=True, slots=True)
class Regularity:
    """What is known of one series that may be regular.

    Parameters
    ----------
    sure : float
        Chance that it is.
    weight : ndarray of float64, shape (URNS + n_memories,)
        Of the urns, then of the even levels by memory; sums to 1.
    steps : ndarray of float64, shape (n_periods,)
        The newest periods.
    level, variance : ndarray of float64, shape (n_memories,)
        Steps a period now, and variance of one period around the level before it.
    surprise : Mixture
        One row: one period as chance has it.
    """

    sure: float
    weight: FloatArray
    steps: FloatArray
    level: FloatArray
    variance: FloatArray
    surprise: Mixture


def find_regular(history: History) -> dict[int, Regularity]:
    """What is known of each series that may be regular, by its row in the history."""
    weighed = {int(row): weigh_regularity(history, int(row)) for row in maybe_regular(history)}
    return {row: regular for row, regular in weighed.items() if regular.sure > NEGLIGIBLE}


def maybe_regular(history: History) -> IntArray:
    """Rows of series that vary clearly less than by chance, as such or from one cycle or gap to the next.

    Parameters
    ----------
    history : History

    Returns
    -------
    ndarray of int64
        In rising order.

    Notes
    -----
    Half the mean squared difference of two periods is their variance, and a Poisson law's is its mean. Differences of
    periods a cycle apart see the variance within the cycle.
    """
    periods = history.steps.shape[1]
    age = periods - history.start
    mean = history.steps.sum(axis=1) / np.maximum(age, 1)
    found = _even_gaps(history)
    for cycle in CYCLES[periods > CYCLES]:
        inside = np.arange(cycle, periods) - cycle >= history.start[:, None]
        squares = np.where(inside, (history.steps[:, cycle:] - history.steps[:, :-cycle]) ** 2, 0.0).sum(axis=1)
        found |= (age >= 2 * cycle) & (squares < 2.0 * EVEN * mean * (age - cycle))
    return np.nonzero(found & (age >= FEWEST) & (mean > 0.0))[0]


def _even_gaps(history: History) -> npt.NDArray[np.bool_]:
    """Series whose uses lie about equally far apart."""
    row, period = np.nonzero(history.steps)
    within = row[1:] == row[:-1]
    gap, row = np.diff(period)[within].astype(np.float64), row[1:][within]
    size = len(history.steps)
    many = np.bincount(row, minlength=size)
    mean = np.bincount(row, gap, size) / np.maximum(many, 1)
    square = np.bincount(row, gap**2, size) / np.maximum(many, 1)
    even: npt.NDArray[np.bool_] = (many >= FEWEST - 1) & (square - mean**2 < EVEN_GAPS * mean**2)
    return even


def weigh_regularity(history: History, row: int) -> Regularity:
    """How well a series' own repetitions foresaw its past, beside negative binomials that did the same.

    Parameters
    ----------
    history : History
    row : int

    Returns
    -------
    Regularity

    Notes
    -----
    Every period is foreseen from those before it (prequentially; Dawid 1984). An urn is a Pólya urn: it draws one of
    the past periods alike, or with a weight of its own a surprise (a Dirichlet process; Ferguson 1973). An even level
    is a rounded normal law around one of the memories, with the variance of its past errors.
    """
    steps = history.steps[row, max(int(history.start[row]), history.steps.shape[1] - NEWEST) :]
    alone = History(
        history.series_id[[row]], history.shown[:1], steps[None], np.zeros(1, np.int64), history.step[[row]]
    )
    levels = levels_at(alone, np.arange(len(steps) + 1))[0]
    by_chance, surprise = _by_chance(steps, levels)
    even, variance = _even_levels(steps, levels)
    evidence = np.concatenate([urn_evidence(steps, np.exp(by_chance), CYCLES, SURPRISES).ravel(), even])
    total = float(logsumexp(evidence)) - math.log(len(evidence))
    odds = total - float(by_chance[1:].sum()) - BETTER * (len(steps) - 1) + math.log(PRIOR / (1.0 - PRIOR))
    sure = 1.0 / (1.0 + math.exp(-min(max(odds, -50.0), 50.0)))
    return Regularity(sure, np.exp(evidence - logsumexp(evidence)), steps, levels[-1], variance, surprise)


def _by_chance(steps: FloatArray, levels: FloatArray) -> tuple[FloatArray, Mixture]:
    """Log chance of each period as negative binomials foresaw it, shape (n_periods,); and what they foresee now."""
    always = np.ones((len(steps), 1), dtype=np.bool_)
    each = log_likelihood(steps[:, None], always, levels[:-1, None], LUMPS, SPREADS) - gammaln(steps + 1.0)[:, None]
    each[0] = 0.0  # nothing was known then
    known = np.cumsum(each, axis=0)
    before = known - each
    chance = logsumexp(known, axis=1) - logsumexp(before, axis=1)
    kept = np.argsort(-known[-1], kind="stable")[:KEPT]
    weight = np.exp(known[-1, kept] - logsumexp(known[-1, kept]))
    memory, lump, spread = np.unravel_index(kept, (len(MEMORIES), len(LUMPS), len(SPREADS)))
    mean = levels[-1, memory]
    variance = mean * (1.0 + LUMPS[lump] + SPREADS[spread] * mean)
    return chance, Mixture(weight[None], mean[None], variance[None])


def _even_levels(steps: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Log chance of all periods but the first, and the variance of one by now; both of shape (n_memories,)."""
    squares = np.zeros_like(levels)
    np.cumsum((steps[1:, None] - levels[1:-1]) ** 2, axis=0, out=squares[2:])
    errors = np.maximum(np.arange(len(levels)) - 1.0, 0.0)[:, None]
    variance = (squares + levels) / (errors + 1.0)  # begins with a Poisson law's, worth one error
    off, width = steps[1:, None] - levels[1:-1], np.sqrt(variance[1:-1])
    chance = ndtr((0.5 - np.abs(off)) / width) - ndtr((-0.5 - np.abs(off)) / width)
    return np.log(np.maximum(chance, 1e-12)).sum(axis=0), variance[-1]


@njit(cache=True)
def alike(steps: FloatArray, period: int, kind: int, cycles: IntArray, last: IntArray) -> FloatArray:
    """What a period depends on under a kind of urn, as two numbers; ``last`` is the newest use before each period."""
    if kind < len(cycles):
        return np.array([float(period % cycles[kind]), 0.0])
    if kind == len(cycles):
        return np.array([steps[period - 1] if period > 0 else -1.0, 0.0])
    if last[period] < 0:
        return np.array([-1.0, 0.0])
    return np.array([steps[last[period]], float(period - last[period])])


@njit(cache=True)
def urn_evidence(steps: FloatArray, by_chance: FloatArray, cycles: IntArray, surprises: FloatArray) -> FloatArray:
    """Log chance of all periods but the first under each urn; shape (n_cycles + 2, n_surprises).

    Half of a surprise is one of all past periods, the other half is what chance brings.
    """
    periods = len(steps)
    last = np.full(periods + 1, -1)
    for period in range(periods):
        last[period + 1] = period if steps[period] > 0.0 else last[period]
    out = np.zeros((len(cycles) + 2, len(surprises)))
    context = np.zeros((periods, 2))
    for kind in range(len(cycles) + 2):
        for period in range(periods):
            context[period] = alike(steps, period, kind, cycles, last)
        for period in range(1, periods):
            similar, same, everywhere = 0.0, 0.0, 0.0
            for past in range(period):
                equal = steps[past] == steps[period]
                everywhere += equal
                if context[past, 0] == context[period, 0] and context[past, 1] == context[period, 1]:
                    similar += 1.0
                    same += equal
            other = 0.5 * (everywhere / period + by_chance[period])
            for place, surprise in enumerate(surprises):
                out[kind, place] += math.log((same + surprise * other) / (similar + surprise))
    return out
