"""When each position can be ordered, and when the goods come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.schedule import days_until, weekday_mask

IntArray = NDArray[np.int64]

_THURSDAY = 3  # 1970-01-01


@dataclass(frozen=True, slots=True)
class Calendars:
    """Order days and arrivals of each position; Monday first.

    Parameters
    ----------
    orders : ndarray of bool, shape (n_positions, 7)
        Whether it can be ordered on the weekday.
    arrival : ndarray of int64, shape (n_positions, 7)
        Days until what is ordered on the weekday arrives.
    """

    orders: NDArray[np.bool_]
    arrival: IntArray

    @property
    def longest_wait(self) -> IntArray:
        """Days from the worst day for running low to the arrival, shape (n_positions,)."""
        # Seen from each weekday: first the wait for the next order day, then the goods' way.
        later = (np.arange(7)[:, None] + np.arange(7)) % 7
        wait = np.where(self.orders[:, later], np.arange(7) + self.arrival[:, later], np.iinfo(np.int64).max)
        longest: IntArray = wait.min(axis=2).max(axis=1)
        return longest


def calendars(positions: pd.DataFrame) -> Calendars:
    """Look up when each position can be ordered, and when the goods come.

    Parameters
    ----------
    positions : DataFrame
        With ``order_days``, ``delivery_days`` and ``lead_time_days_mean``.

    Returns
    -------
    Calendars
    """
    keys = pd.MultiIndex.from_frame(positions[["order_days", "delivery_days", "lead_time_days_mean"]])
    codes, distinct = pd.factorize(keys)
    orders = np.array([weekday_mask(days) for days, _, _ in distinct]).reshape(-1, 7)
    arrival = np.array([_arrivals(days, lead) for _, days, lead in distinct], dtype=np.int64).reshape(-1, 7)
    return Calendars(orders[codes], arrival[codes])


def _arrivals(delivery_days: str, lead_time_days: float) -> IntArray:
    lead = max(1, int(np.floor(lead_time_days + 0.5)))
    there = (np.arange(7) + lead) % 7
    arrivals: IntArray = lead + days_until(weekday_mask(delivery_days))[there]
    return arrivals


def weekday_of(day: IntArray) -> IntArray:
    """Return the weekday of days since 1970-01-01, Monday 0.

    Examples
    --------
    >>> weekday_of(np.array([0, 4])).tolist()
    [3, 0]
    """
    return (day + _THURSDAY) % 7
