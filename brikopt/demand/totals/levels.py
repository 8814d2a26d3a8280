"""How high a series' use is, seen from a past or present period with longer and shorter memories."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.totals.history import History

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

# Periods that a memory reaches back, doubling; the last one weighs the whole history alike.
MEMORIES = np.array([1.5, 3.0, 6.0, 12.0, 24.0, 60.0, np.inf])
OWN_WEIGHT = 1.0  # periods' worth of the series' whole past in each memory
CROWD_WEIGHT = 0.3  # periods' worth of the usual series in the whole past


def levels_at(history: History, origins: IntArray) -> FloatArray:
    """Mean use a period as each memory has it at the start of some periods, from what was known then.

    Parameters
    ----------
    history : History
        Use in steps.
    origins : ndarray of int64, shape (n_origins,)
        Periods in rising order; the units of these and later ones are not looked at.

    Returns
    -------
    ndarray of float64, shape (n, n_origins, n_memories)
        Steps a period, above 0.
    """
    keep = np.where(np.isinf(MEMORIES), 1.0, 1.0 - 1.0 / MEMORIES)
    return _levels(history.steps, history.start, origins, keep, usual_level(history))


def usual_level(history: History) -> float:
    """Steps a period of the usual series: the geometric mean of those with any use."""
    total = history.steps.sum(axis=1)
    periods = history.steps.shape[1] - history.start
    used = total > 0
    if not used.any():
        return 1.0 / (1.0 + float(periods.sum()))  # never sure that nothing will ever be used
    return float(np.exp(np.log(total[used] / periods[used]).mean()))


@njit(cache=True)
def _levels(steps: FloatArray, start: IntArray, origins: IntArray, keep: FloatArray, usual: float) -> FloatArray:
    memories = len(keep)
    out = np.zeros((len(steps), len(origins), memories))
    units, weight = np.zeros(memories), np.zeros(memories)
    for row in range(len(steps)):
        units[:], weight[:] = 0.0, 0.0
        period = start[row]
        for at in range(len(origins)):
            while period < origins[at]:
                for memory in range(memories):
                    units[memory] = keep[memory] * units[memory] + steps[row, period]
                    weight[memory] = keep[memory] * weight[memory] + 1.0
                period += 1
            own = (units[-1] + CROWD_WEIGHT * usual) / (weight[-1] + CROWD_WEIGHT)
            for memory in range(memories):
                out[row, at, memory] = (units[memory] + OWN_WEIGHT * own) / (weight[memory] + OWN_WEIGHT)
    return out
