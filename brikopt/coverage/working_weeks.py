"""How much of a working week each day holds in Denmark: reviews stand still on days off and crawl in July."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Days after Easter Sunday: Maundy Thursday, Good Friday, Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER = (-3, -2, 1, 39, 50)
_PRAYER_DAY, _LAST_PRAYER_DAY_YEAR = 26, 2023  # Store bededag was a holiday for the last time in 2023.
# New Year, then days on which offices are closed although not all are public holidays.
_FIXED = ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))
JULY_PACE = 0.5  # Half of the staff is away at any time in July.


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
    calendar = [first + timedelta(days=day) for day in range(days)]
    off = frozenset[date]().union(*(days_off(year) for year in {day.year for day in calendar}))
    return np.array([_day(day, off) for day in calendar], dtype=np.float64)


def _day(day: date, off: frozenset[date]) -> float:
    if day.weekday() >= 5 or day in off:
        return 0.0
    return 0.2 * (JULY_PACE if day.month == 7 else 1.0)
