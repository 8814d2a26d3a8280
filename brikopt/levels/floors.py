"""What new levels may not do, whatever it saves: break a promise that holds, or meet less where it is broken."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brikopt.levels.candidates import Settings

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

AS_WRITTEN = 4  # decimals of a fill rate in the tables: a promise holds if it holds as it is written


def keeps_promise(fill_rate: FloatArray, promised: float) -> BoolArray:
    """Whether the promise holds.

    Examples
    --------
    >>> keeps_promise(np.array([0.94996, 0.9499]), 0.95).tolist()
    [True, False]
    """
    holds: BoolArray = np.round(fill_rate, AS_WRITTEN) >= promised
    return holds


def lowers(settings: Settings) -> BoolArray:
    """Tell which settings are less than the first one: a smaller max, or as large a one with a smaller min."""
    fewer: BoolArray = (settings.max_level < settings.max_level[0]) | (
        (settings.max_level == settings.max_level[0]) & (settings.min_level < settings.min_level[0])
    )
    return fewer


def keeps_floors(
    settings: Settings,
    fill_rate: FloatArray,
    promised: float,
    *,
    critical: bool,
    may_break: bool,
    gain: FloatArray | None = None,
) -> BoolArray:
    """Whether each setting may be proposed, by what it means for the promise.

    Parameters
    ----------
    settings : Settings
        Today's first.
    fill_rate : ndarray of float64, shape (n_settings,)
        Units met over units wanted, in the same futures for all.
    promised : float
        Fill rate.
    critical : bool
        A critical item isn't trimmed to a level that breaks its promise, even where today's does.
    may_break : bool
        Whether the policy lets a promise be broken where that is cheaper; never of a critical item.
    gain : ndarray of float64, shape (n_settings,), optional
        What each fill rate is above today's, where that is known better than the two; their difference by default.

    Returns
    -------
    ndarray of bool, shape (n_settings,)
        Where today's keeps the promise a setting has to keep it; where it is broken already, less than today is never
        met. Today's may always stay; what is removed is promised nothing.

    Examples
    --------
    >>> today_and_less = Settings(*(np.array(units) for units in ([10, 5], [20, 10], [10, 5], [2, 2])))
    >>> keeps_floors(today_and_less, np.array([0.96, 0.93]), 0.95, critical=False, may_break=False).tolist()
    [True, False]
    >>> keeps_floors(today_and_less, np.array([0.93, 0.92]), 0.95, critical=False, may_break=False).tolist()
    [True, False]
    """
    written = np.round(fill_rate, AS_WRITTEN)
    no_less = written >= written[0] if gain is None else gain >= 0
    fine = keeps_promise(fill_rate, promised) | no_less
    if critical:
        fine &= keeps_promise(fill_rate, promised) | ~lowers(settings)
    elif may_break:
        fine = np.ones(len(fine), dtype=np.bool_)
    fine[0] = True
    allowed: BoolArray = fine | (settings.max_level == 0)
    return allowed
