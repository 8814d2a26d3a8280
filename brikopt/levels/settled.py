"""Settle on one setting for a position: today's, what was advised before, or a new one that is clearly worth it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CLEAR = 1.5  # standard errors by which a saving has to be clear of nothing
CLEARER = 2.0  # by which something has to be better than what was advised before
AGAIN = 2.0  # times what a change has to save, where an earlier result saw no reason for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Settings priced with fresh futures; arrays of shape (n_settings,), today's first.

    Parameters
    ----------
    saving, error : ndarray of float64
        DKK in two years that each saves on today's, and the standard error of it.
    fine : ndarray of bool
        Whether it may be proposed.
    order : sequence of int
        New settings, the preferred one first.
    advised, removal : int, optional
        The setting that was proposed before (today's where nothing was to change), and that of removal.
    """

    saving: FloatArray
    error: FloatArray
    fine: BoolArray
    order: Sequence[int]
    advised: int | None
    removal: int | None


def settled_on(offered: Offered, worthwhile: float, *, may_keep: bool) -> int:
    """Choose a setting.

    Parameters
    ----------
    offered : Offered
        What there is.
    worthwhile : float
        DKK in two years that a change has to save.
    may_keep : bool
        Whether the rules let today's setting stay.

    Returns
    -------
    int
        The one advised before as long as nothing is clearly better; removal where it costs nothing; else the first that
        is worth it and clear of its error; else today's.

    Examples
    --------
    >>> two = Offered(saving=np.array([0.0, 120.0]), error=np.array([0.0, 10.0]), fine=np.array([True, True]),
    ...               order=[1], advised=None, removal=None)
    >>> settled_on(two, 100.0, may_keep=True), settled_on(two, 150.0, may_keep=True)
    (1, 0)
    """
    saving, fine = offered.saving, offered.fine
    least = worthwhile
    if offered.advised == 0:
        least = AGAIN * worthwhile
    elif offered.advised is not None and fine[offered.advised] and saving[offered.advised] >= 0:
        better = saving - saving[offered.advised] > worthwhile + CLEARER * (
            offered.error + offered.error[offered.advised]
        )
        if not (better & fine)[list(offered.order)].any():
            return offered.advised
    if offered.removal is not None and saving[offered.removal] >= 0:
        return offered.removal
    for row in offered.order:
        if row > 0 and fine[row] and saving[row] >= max(least, CLEAR * offered.error[row]):
            return row
    if may_keep:
        return 0
    allowed = [row for row in offered.order if row > 0 and fine[row]] or [row for row in offered.order if row > 0]
    return allowed[0] if allowed else 0


def kept_for(offered: Offered, worthwhile: float, best: int) -> str:
    """What keeps today's setting: ``wanted``, ``promise``, or nothing in particular."""
    if offered.removal is not None and offered.saving[offered.removal] < 0:
        return "wanted"
    if not offered.fine[best] and offered.saving[best] >= worthwhile:
        return "promise"
    return ""
