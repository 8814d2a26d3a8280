"""What two moments of two series have in common: levels, lumpiness and age, all relative to the series' own scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.demand.totals.history import History
from brikopt.demand.totals.levels import levels_at

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

WINDOWS = (1, 2, 4)  # horizons looked back over
OLDEST = 60  # periods; older is all alike


@dataclass(frozen=True, slots=True)
class Moments:
    """Series at origins.

    Parameters
    ----------
    table : ndarray of float32, shape (n, n_origins, n_features)
        Known before the origin.
    scale : ndarray of float64, shape (n, n_origins)
        Mean steps a period up to then.
    periods_used : ndarray of float64, shape (n, n_origins)
        Periods with use up to then.
    """

    table: npt.NDArray[np.float32]
    scale: FloatArray
    periods_used: FloatArray


def moments_at(history: History, origins: IntArray, horizon: int) -> Moments:
    """Describe every series as it was known at the start of some periods.

    Parameters
    ----------
    history : History
    origins : ndarray of int64, shape (n_origins,)
        Rising.
    horizon : int
        Periods.

    Returns
    -------
    Moments
    """
    age = np.maximum(origins[None, :] - history.start[:, None], 0).astype(np.float64)
    units, squares, used = (_up_to(amount) for amount in (history.steps, history.steps**2, history.steps > 0))
    total, many = units[:, origins], used[:, origins]
    scale = (total + 0.5) / (age + 1.0)
    size = total / np.maximum(many, 1.0)
    size_spread = np.sqrt(np.maximum(squares[:, origins] / np.maximum(many, 1.0) - size**2, 0.0))
    spread = squares[:, origins] / np.maximum(age, 1.0) - (total / np.maximum(age, 1.0)) ** 2
    columns = [np.log(scale), _silence(history)[:, origins], many / np.maximum(age, 1.0), np.log1p(size)]
    columns += [size_spread / np.maximum(size, 1e-9), spread / scale**2, np.minimum(age, OLDEST)]
    for back in (window * horizon for window in WINDOWS):
        since = np.maximum(origins - back, 0)
        columns += [(total - units[:, since]) / (back * scale), (many - used[:, since]) / back]
    table = np.concatenate([levels_at(history, origins) / scale[..., None], np.stack(columns, axis=-1)], axis=-1)
    return Moments(table.astype(np.float32), scale, many)


def _up_to(amount: npt.NDArray[np.generic]) -> FloatArray:
    """Sum before each period; shape (n, n_periods + 1)."""
    sums = np.zeros((amount.shape[0], amount.shape[1] + 1))
    np.cumsum(amount, axis=1, out=sums[:, 1:])
    return sums


def _silence(history: History) -> FloatArray:
    """Periods since the last use, or since the start; shape (n, n_periods + 1)."""
    size, periods = history.steps.shape
    last = np.zeros((size, periods + 1))
    last[:, 1:] = np.where(history.steps > 0, np.arange(1, periods + 1), 0)
    np.maximum.accumulate(last, axis=1, out=last)
    silent: FloatArray = np.maximum(np.arange(periods + 1) - np.maximum(last, history.start[:, None]), 0)
    return silent
