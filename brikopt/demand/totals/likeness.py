"""Learn from the crowd what followed when another series looked as this one does now: look up a forest's leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.demand.totals.features import Moments, moments_at
from brikopt.demand.totals.history import History
from brikopt.demand.totals.origins import past_origins

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

TREES = 40
LEAF = 20  # past moments in a leaf, at least
ROWS = 4_000  # past moments learned from, at most
FEWEST_SERIES, FEWEST_ROWS = 20, 400  # fewer are no crowd


@dataclass(frozen=True, slots=True)
class Likeness:
    """What followed in the most similar moments.

    Parameters
    ----------
    mean : ndarray of float64, shape (n,)
    quantiles : ndarray of float64, shape (n, n_quantiles)
        Both in steps in the whole horizon.
    """

    mean: FloatArray
    quantiles: FloatArray


def learn_likeness(history: History, horizon: int, quantiles: FloatArray) -> Likeness | None:
    """Forecast each series from the moments of all series that looked alike.

    Parameters
    ----------
    history : History
    horizon : int
        Periods.
    quantiles : ndarray of float64, shape (n_quantiles,)
        Chances in (0, 1).

    Returns
    -------
    Likeness or None
        None where there are too few series or past moments to learn from.

    Notes
    -----
    Extremely randomised trees (Geurts, Ernst & Wehenkel 2006) on the square root of the relative total; then the mean
    over the trees of the quantiles in the leaf, as in Meinshausen's forests (2006) but tree by tree.
    """
    past = past_origins(history, horizon, ROWS)
    before = moments_at(history, past.origins, horizon)
    usable = past.usable & (before.periods_used >= 2)
    if len(history.steps) < FEWEST_SERIES or usable.sum() < FEWEST_ROWS:
        return None
    every = -(-int(usable.sum()) // ROWS)  # a large crowd is thinned
    table, scale = before.table[usable][::every], before.scale[usable][::every]
    relative = past.totals[usable][::every] / (horizon * scale)
    now = moments_at(history, np.array([history.steps.shape[1]]), horizon)
    return _leaf_lookup(table, relative, np.sqrt(scale), now, horizon, quantiles)


def _leaf_lookup(
    table: npt.NDArray[np.float32],
    relative: FloatArray,
    weight: FloatArray,
    now: Moments,
    horizon: int,
    quantiles: FloatArray,
) -> Likeness:
    from sklearn.ensemble import ExtraTreesRegressor  # noqa: PLC0415 - slow to import, and needed for crowds only

    forest = ExtraTreesRegressor(TREES, min_samples_leaf=LEAF, max_features=0.5, random_state=0)
    forest.fit(table, np.sqrt(relative), sample_weight=weight)
    learned, asked = forest.apply(table), forest.apply(now.table[:, 0])
    mean, found = np.zeros(len(asked)), np.zeros((len(asked), len(quantiles)))
    for tree in range(TREES):
        order = np.lexsort((relative, learned[:, tree]))
        leaves, first, count = np.unique(learned[order, tree], return_index=True, return_counts=True)
        leaf = np.searchsorted(leaves, asked[:, tree])
        mean += (np.add.reduceat(relative[order], first) / count)[leaf]
        found += _quantiles_of_leaves(relative[order], first, count, quantiles)[leaf]
    scale = horizon * now.scale[:, 0] / TREES
    return Likeness(scale * mean, scale[:, None] * found)


def _quantiles_of_leaves(rising: FloatArray, first: IntArray, count: IntArray, quantiles: FloatArray) -> FloatArray:
    """Interpolated within each leaf's stretch of ``rising``; shape (n_leaves, n_quantiles)."""
    place = (count[:, None] - 1) * quantiles
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, count[:, None] - 1)
    low, high = rising[first[:, None] + lower], rising[first[:, None] + upper]
    between: FloatArray = low + (place - lower) * (high - low)
    return between
