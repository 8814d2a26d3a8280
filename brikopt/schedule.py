"""Order days and delivery days: which weekday comes next, and when an order placed on a day arrives."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

DAYS_PER_MONTH = 365 / 12  # for figures "a month" that people read

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


def weekday_mask(weekdays: str) -> BoolArray:
    """Turn ISO weekdays into a mask.

    Parameters
    ----------
    weekdays : str
        ISO weekdays parted by commas, ``"1,3,5"``; Monday is 1.

    Returns
    -------
    ndarray of bool, shape (7,)
        Monday first.

    Examples
    --------
    >>> weekday_mask("1,7").tolist()
    [True, False, False, False, False, False, True]
    """
    mask = np.zeros(7, dtype=np.bool_)
    mask[[int(day) - 1 for day in weekdays.split(",")]] = True
    return mask


@lru_cache(maxsize=1024)
def order_rhythm(order_days: str, as_of: int) -> tuple[float, int]:
    """Mean days from one order day to the next, and the last order day before a day.

    Parameters
    ----------
    order_days : str
        ISO weekdays parted by commas.
    as_of : int
        Days since 1970-01-01.

    Examples
    --------
    >>> order_rhythm("1,4", 7)  # the Thursday after 1970-01-01; the Monday before it
    (3.5, 4)
    """
    mask = weekday_mask(order_days)
    # 1970-01-01 was a Thursday.
    weekdays = (as_of + 3 - np.arange(1, 8)) % 7
    return 7.0 / int(mask.sum()), as_of - 1 - int(np.argmax(mask[weekdays]))


def days_until(mask: ArrayLike) -> IntArray:
    """Days from each weekday to the first day of the mask on or after it.

    Parameters
    ----------
    mask : array-like of bool, shape (7,)
        Monday first; at least one day is set.

    Returns
    -------
    ndarray of int64, shape (7,)
        0 where the weekday itself is in the mask.

    Raises
    ------
    ValueError
        If no weekday is set.

    Examples
    --------
    >>> days_until(weekday_mask("1,3")).tolist()
    [0, 1, 0, 4, 3, 2, 1]
    """
    days = np.flatnonzero(mask)
    if not days.size:
        raise ValueError("no weekday is set, but something has to happen on some day")
    wait: IntArray = ((days[None, :] - np.arange(7)[:, None]) % 7).min(axis=1)
    return wait


@lru_cache(maxsize=1024)
def wait_for(weekdays: str) -> IntArray:
    """Days from each weekday to the next of these, as `days_until`; everybody gets the same array, and leaves it as is.

    Examples
    --------
    >>> wait_for("1,3").tolist()
    [0, 1, 0, 4, 3, 2, 1]
    """
    return days_until(weekday_mask(weekdays))


def planned_arrival(as_of: date, order_mask: ArrayLike, delivery_mask: ArrayLike, lead_time_days: float) -> int:
    """Days from ``as_of`` to the arrival of an order placed on the first order day.

    Parameters
    ----------
    as_of : date
        The day from which an order can be placed.
    order_mask, delivery_mask : array-like of bool, shape (7,)
        The ward's order and delivery days, Monday first.
    lead_time_days : float
        Mean lead time; at least one day is counted, rounded to whole days.

    Returns
    -------
    int
        Days after ``as_of``: the first delivery day on or after first order day + max(1, lead time).

    Notes
    -----
    Contract, section 5, "would arrive". Halves round up, so 2.5 days are 3.

    Examples
    --------
    >>> planned_arrival(date(2025, 3, 1), weekday_mask("1"), weekday_mask("4"), 1)  # a Saturday
    5
    """
    weekday = as_of.weekday()
    ordered = int(days_until(order_mask)[weekday])
    earliest = ordered + max(1, int(np.floor(lead_time_days + 0.5)))
    return earliest + int(days_until(delivery_mask)[(weekday + earliest) % 7])
