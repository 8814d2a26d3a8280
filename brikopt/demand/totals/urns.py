"""Draw the totals of the next periods of series that are more even than chance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import ndtri

from brikopt.demand.totals.hypotheses import Mixture
from brikopt.demand.totals.levels import MEMORIES
from brikopt.demand.totals.mixtures import mixture_quantiles
from brikopt.demand.totals.regularity import (
    CYCLES,
    SURPRISES,
    URNS,
    Regularity,
    alike,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

PATHS = 1_000
EVEN, AS_CHANCE = 0.3, 0.6  # variance of a total over that by chance: up to here even, from here on no more than chance
CERTAIN = 0.98  # as good as certain that a series is regular
SURPRISE_TABLE = (np.arange(64) + 0.5) / 64  # chances at which a surprise is tabled


def lean_on_regularity(
    regulars: Mapping[int, Regularity],
    mixture: Mixture,
    luck: FloatArray,
    quantiles: FloatArray,
    mean: FloatArray,
    found: FloatArray,
) -> None:
    """Move the forecasts of regular series towards what their own repetitions say, as far as those are sure.

    Parameters
    ----------
    regulars : mapping of int to Regularity
        Rows of the series that may be regular, and what is known of them.
    mixture : Mixture
        Totals of the horizon by chance.
    luck : ndarray of float64, shape (n_paths, horizon, 2)
        Chances in [0, 1); the same for every series.
    quantiles : ndarray of float64, shape (n_quantiles,)
        Chances in (0, 1).
    mean : ndarray of float64, shape (n,)
    found : ndarray of float64, shape (n, n_quantiles)
        Both in steps in the whole horizon; changed in place.
    """
    by_chance = (mixture.weight * mixture.mean).sum(axis=1)
    variance = (mixture.weight * (mixture.variance + mixture.mean**2)).sum(axis=1) - by_chance**2
    for row, regular in regulars.items():
        totals = draw_totals(regular, luck)
        evenness = (AS_CHANCE - totals.var() / variance[row]) / (AS_CHANCE - EVEN)
        sure = regular.sure * min(max(evenness, 0.0), 1.0)
        sure = 1.0 if sure > CERTAIN else sure  # whole steps stay whole
        mean[row] += sure * (totals.mean() - mean[row])
        found[row] += sure * (np.quantile(totals, quantiles, method="inverted_cdf") - found[row])


def draw_luck(horizon: int) -> FloatArray:
    """Chances for the paths over a horizon, the same at every call; shape (n_paths, horizon, 2)."""
    return np.random.default_rng(20).random((PATHS, horizon, 2))


def draw_totals(regular: Regularity, luck: FloatArray) -> FloatArray:
    """Totals of the horizon, each path under one of the hypotheses, in number by their weights.

    Parameters
    ----------
    regular : Regularity
    luck : ndarray of float64, shape (n_paths, horizon, 2)
        Chances in [0, 1).

    Returns
    -------
    ndarray of float64, shape (n_paths,)
        Whole steps.
    """
    paths, horizon = luck.shape[:2]
    place = (np.arange(paths) + 0.5) / paths
    kind = np.minimum(np.searchsorted(np.cumsum(regular.weight), place), len(regular.weight) - 1)
    totals = np.zeros(paths)
    urns, even = np.nonzero(kind < URNS)[0], np.nonzero(kind >= URNS)[0]
    table = mixture_quantiles(regular.surprise, SURPRISE_TABLE)[0]
    totals[urns] = _urn_totals(regular.steps, kind[urns], table, luck[urns], CYCLES, SURPRISES)
    memory = kind[even] - URNS
    gain = 1.0 / np.minimum(MEMORIES, len(regular.steps))
    ahead = (1.0 + gain[:, None] * np.arange(horizon)) ** 2  # each error also moves the level of the periods after it
    width = np.sqrt(regular.variance * ahead.sum(axis=1))[memory]
    chance = (np.argsort(np.argsort(luck[even, 0, 0], kind="stable"), kind="stable") + 0.5) / max(len(even), 1)
    totals[even] = np.maximum(np.rint(horizon * regular.level[memory] + width * ndtri(chance)), 0.0)
    return totals


@njit(cache=True)
def _urn_totals(
    steps: FloatArray, kinds: IntArray, table: FloatArray, luck: FloatArray, cycles: IntArray, surprises: FloatArray
) -> FloatArray:
    """Total of each path; what is drawn goes back into the urn twice, so that the path learns from it."""
    periods, horizon = len(steps), luck.shape[1]
    out = np.zeros(len(kinds))
    context = np.zeros((periods + horizon, 2))
    path_steps = np.zeros(periods + horizon)
    path_steps[:periods] = steps
    last = np.full(periods + horizon + 1, -1)
    matches = np.zeros(periods + horizon, dtype=np.int64)
    filled = -1
    for path in range(len(kinds)):
        kind, surprise = kinds[path] // len(surprises), surprises[kinds[path] % len(surprises)]
        if kind != filled:
            for period in range(periods):
                context[period] = alike(path_steps, period, kind, cycles, last)
                last[period + 1] = period if steps[period] > 0.0 else last[period]
            filled = kind
        for period in range(periods, periods + horizon):
            context[period] = alike(path_steps, period, kind, cycles, last)
            similar = 0
            for past in range(period):
                if context[past, 0] == context[period, 0] and context[past, 1] == context[period, 1]:
                    matches[similar] = past
                    similar += 1
            drawn, which = luck[path, period - periods, 0] * (similar + surprise), luck[path, period - periods, 1]
            if drawn < similar:
                path_steps[period] = path_steps[matches[int(drawn)]]
            elif drawn < similar + 0.5 * surprise:
                path_steps[period] = path_steps[int(which * period)]
            else:
                path_steps[period] = table[int(which * len(table))]
            last[period + 1] = period if path_steps[period] > 0.0 else last[period]
            out[path] += path_steps[period]
    return out
