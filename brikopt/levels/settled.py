"""Settle on one setting for a position: today's, what was advised before, or a new one that is clearly worth it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CLEAR = 1.5  # standard errors by which a saving has to be clear of nothing
CLEAR_MENDING = 0.5  # where it keeps a promise that is broken today: rare shortages are known less well than they cost
MENDING_WORTH = 0.5  # of what the preferred setting saves that one may save at least that keeps a promise broken today
CLEARER = 3.0  # by which something has to be better than what was advised before, be it to leave all as it is
AGAIN = 3.0  # times what a change has to save, where an earlier result saw no reason for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Settings priced with fresh futures; arrays of shape (n_settings,), today's first.

    Parameters
    ----------
    saving, error : ndarray of float64
        DKK in two years that each saves on today's, and the standard error of it.
    fine, safe : ndarray of bool
        Whether it may be proposed, and whether it still might if its fill rate were a standard error lower.
    mends : ndarray of bool
        Whether it keeps a promise that today's breaks.
    order : sequence of int
        New settings, the preferred one first.
    advised, removal : int, optional
        The setting that was proposed before (today's where nothing was to change), and that of removal.
    """

    saving: FloatArray
    error: FloatArray
    fine: BoolArray
    safe: BoolArray
    mends: BoolArray
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
    >>> yes = np.ones(2, dtype=bool)
    >>> two = Offered(saving=np.array([0.0, 120.0]), error=np.array([0.0, 10.0]), fine=yes, safe=yes, mends=~yes,
    ...               order=[1], advised=None, removal=None)
    >>> settled_on(two, 100.0, may_keep=True), settled_on(two, 150.0, may_keep=True)
    (1, 0)
    """
    saving, error, fine, advised = offered.saving, offered.error, offered.fine, offered.advised
    if advised is not None and advised > 0 and fine[advised] and saving[advised] >= 0:
        better = saving - saving[advised] > worthwhile + CLEARER * (error + error[advised])
        if not (better & fine)[list(offered.order)].any():
            return advised
    # Where an earlier result left all as it is, it takes news to change that.
    news = advised == 0
    if offered.removal is not None and saving[offered.removal] >= (CLEARER * error[offered.removal] if news else 0.0):
        return offered.removal
    clear = np.where(offered.mends, CLEAR_MENDING, CLEAR)
    least = AGAIN * worthwhile + CLEARER * error if news else np.maximum(worthwhile, clear * error)
    # What keeps its promise by chance alone doesn't stand.
    worth_it = [
        row for row in offered.order if row > 0 and fine[row] and offered.safe[row] and saving[row] >= least[row]
    ]
    if worth_it:
        mending = [row for row in worth_it if offered.mends[row]]
        keeps = [row for row in mending if saving[row] >= MENDING_WORTH * saving[worth_it[0]]]
        return (keeps or worth_it)[0]
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
