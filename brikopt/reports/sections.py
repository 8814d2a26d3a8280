"""The sections of a trim list, in the order of what matters."""

from __future__ import annotations

import pandas as pd

TAKE_OUT, EXPIRES, PROMISE, SAVES, COUNT = "take_out", "expires", "promise", "saves", "count"
SECTIONS = (TAKE_OUT, EXPIRES, PROMISE, SAVES, COUNT)  # what may reach a patient first, what only informs last
_OF_ACTION = {"take_out": TAKE_OUT, "use_first": EXPIRES, "move": EXPIRES, "count": COUNT}
_PLACES = 4  # decimals of a fill rate in the tables: a promise is broken where they show it


def promises(levels: pd.DataFrame) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Say of each position whether its promise is broken today, and whether its new level keeps it again.

    Parameters
    ----------
    levels : DataFrame
        ``fill_rate``, ``new_fill_rate`` and ``min_fill_rate`` (the promise), as in ``levels.csv``.

    Returns
    -------
    broken, mended : Series of bool
        What is mended was broken.
    """
    promised = levels["min_fill_rate"].round(_PLACES)
    broken = levels["fill_rate"].round(_PLACES) < promised
    return broken, broken & (levels["new_fill_rate"].round(_PLACES) >= promised)


def promise_broken(fill_rate: float, promised: float) -> bool:
    """Whether less of what is wanted is met than was promised, as far as the tables show.

    Examples
    --------
    >>> promise_broken(0.9499, 0.95), promise_broken(0.94999, 0.95)
    (True, False)
    """
    return round(fill_rate, _PLACES) < round(promised, _PLACES)


def section_of(action: str, fill_rate: float, promised: float) -> str:
    """Name the section that a line belongs to.

    Parameters
    ----------
    action : str
        Of ``trim_list.csv``.
    fill_rate, promised : float
        The position's fill rate today, and what is promised.

    Returns
    -------
    str
        A raise mends a promise that is broken today, or is one of the changes that are worth their kroner.

    Examples
    --------
    >>> section_of("raise", 0.9, 0.95), section_of("raise", 0.97, 0.95), section_of("trim", 0.9, 0.95)
    ('promise', 'saves', 'saves')
    """
    if action == "raise" and promise_broken(fill_rate, promised):
        return PROMISE
    return _OF_ACTION.get(action, SAVES)
