"""How much of a working week each day holds in Denmark: reviews stand still on days off and crawl in July."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Days after Easter Sunday: Maundy Thursday, Good Friday, Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER = (-3, -2, 1, 39, 50)
_PRAYER_DAY, _LAST_PRAYER_DAY_YEAR = 26, 2023  # Store bededag was a holiday for the last time in 2023.
# New Year, then days on which offices are closed although not all are public holidays.
_FIXED = ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))
JULY_PACE = 0.5  # Half of the staff is away at any time in July.


@cache
def days_off(year: int) -> frozenset[date]:
    """Return the Danish days off of one year, weekends not included.

    Parameters
    ----------
    year : int
        Calendar year.

    Returns
    -------
    frozenset of date
        Public holidays, Constitution Day, 24 and 31 December.

    Examples
    --------
    >>> date(2025, 4, 17) in days_off(2025)  # Maundy Thursday
    True
    """
    easter = (pd.Timestamp(year, 1, 1) + pd.offsets.Easter()).date()
    after = _AFTER_EASTER + ((_PRAYER_DAY,) if year <= _LAST_PRAYER_DAY_YEAR else ())
    movable = {easter + timedelta(days=days) for days in after}
    return frozenset(movable | {date(year, month, day) for month, day in _FIXED})


def working_weeks(first: date, days: int) -> NDArray[np.float64]:
    """Return the part of a working week that each day holds.

    Parameters
    ----------
    first : date
        The first day.
    days : int
        Number of days.

    Returns
    -------
    ndarray of float, shape (days,)
        0.2 on a working day, half of it in July, 0 on weekends and days off.

    Examples
    --------
    >>> working_weeks(date(2025, 3, 3), 7).tolist()  # a Monday
    [0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0]
    """
    calendar = np.datetime64(first, "D") + np.arange(days)
    last = first + timedelta(days=days)
    off = sorted(frozenset[date]().union(*(days_off(year) for year in range(first.year, last.year + 1))))
    open_ = np.is_busday(calendar, holidays=np.array(off, dtype="datetime64[D]"))
    july = calendar.astype("datetime64[M]").astype(np.int64) % 12 == 6
    parts: NDArray[np.float64] = np.where(open_, np.where(july, 0.2 * JULY_PACE, 0.2), 0.0)
    return parts
