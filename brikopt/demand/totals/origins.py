"""Past periods from which a forecast could have been made, and what came after them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.demand.totals.history import History

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FEWEST, MOST = 4, 12  # periods of history before the first origin: a quarter of the history, within these


@dataclass(frozen=True, slots=True)
class Past:
    """What happened after past origins.

    Parameters
    ----------
    origins : ndarray of int64, shape (n_origins,)
        Periods in rising order, half a horizon apart.
    totals : ndarray of float64, shape (n, n_origins)
        Steps used in the horizon's periods from the origin on.
    usable : ndarray of bool, shape (n, n_origins)
        The series had a history then, with use in it.
    worth : float
        Observations that an origin counts for: neighbours share half of their periods.
    """

    origins: IntArray
    totals: FloatArray
    usable: BoolArray
    worth: float


def past_origins(history: History, horizon: int, rows: int) -> Past:
    """List the newest origins whose horizon is over by now.

    Parameters
    ----------
    history : History
    horizon : int
        Periods.
    rows : int
        About as many rows (series × origins) as wanted; each series gets at least 4 origins where it has them.

    Returns
    -------
    Past
        Without origins where the history is too short.
    """
    size, periods = history.steps.shape
    first = max(FEWEST, min(MOST, periods // 4))
    apart = max(1, horizon // 2)
    origins = np.arange(periods - horizon, first - 1, -apart)[: max(4, rows // max(size, 1))][::-1]
    sums = np.zeros((size, periods + 1))
    np.cumsum(history.steps, axis=1, out=sums[:, 1:])
    old = origins[None, :] - history.start[:, None] >= first
    usable = old & (sums[:, origins] > 0)
    return Past(origins, sums[:, origins + horizon] - sums[:, origins], usable, apart / horizon)
