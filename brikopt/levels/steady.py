"""Among settings that are equally good within what can be known: the one nearest to today's, then the plainest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brikopt.levels.candidates import Settings, is_round

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

WITHIN_ERROR = 0.5  # standard errors within which nobody can tell which of two settings is cheaper
ALIKE = 0.1  # of a log of units: distances that differ by less are one
A_STEP = 1e-3  # DKK between equally good settings, so that the preferred one is the cheapest


def steadied(
    settings: Settings,
    cost: FloatArray,
    error: FloatArray,
    open_rows: IntArray,
    anchor: int,
    tolerance: float,
    pack: int,
) -> FloatArray:
    """Price settings that can't be told apart alike, but for a preference.

    Parameters
    ----------
    settings : Settings
        Today's first.
    cost, error : ndarray of float64, shape (n_settings,)
        DKK in two years, and the standard error of how far each is from the best.
    open_rows : ndarray of int64
        Settings that may be chosen.
    anchor : int
        The setting to stay near: what was advised before, else today's.
    tolerance : float
        DKK in two years that don't matter.
    pack : int
        Units in a pack.

    Returns
    -------
    ndarray of float64, shape (n_settings,)
        The cost, where settings nearly as good as the best cost as much as it, a little more the farther they are from
        the anchor, the more of the cards change, and the less round they are.

    Examples
    --------
    >>> three = Settings(*(np.array(units) for units in ([10, 5, 6], [20, 10, 12], [10, 5, 6], [2, 2, 2])))
    >>> cost = np.array([100.0, 50.0, 51.0])
    >>> steadied(three, cost, np.zeros(3), np.arange(3), anchor=0, tolerance=5.0, pack=1).tolist()
    [100.0, 50.001, 50.0]
    """
    best = float(cost[open_rows].min())
    near = open_rows[cost[open_rows] - best <= np.maximum(tolerance, WITHIN_ERROR * error[open_rows])]
    away = np.abs(np.log1p(settings.max_level) - np.log1p(settings.max_level[anchor]))
    away += np.abs(np.log1p(settings.min_level) - np.log1p(settings.min_level[anchor]))
    cards = np.abs(settings.brik_count - settings.brik_count[anchor])
    odd = ~np.array([is_round(int(units), pack) for units in np.where(settings.brik_count > 0, settings.brik_qty, 0)])
    order = np.lexsort((near, odd[near], cards[near], np.rint(away[near] / ALIKE)))
    flat = cost.copy()
    flat[near[order]] = best + A_STEP * np.arange(len(near))
    return flat
