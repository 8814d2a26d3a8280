"""What the calendar does: quiet weeks, closed weekends, and the days on which a cabinet is gone through."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.habits import USUAL, Habits
from brikopt.world.names import CLOSED
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import NEVER
from brikopt.world.streams import KeyArray, key, pick, uniform

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FlagArray = NDArray[np.uint8]

# What happens in a cabinet on a day; flags that add up.
CHECK, COUNT, BY_LOT, READ = 1, 2, 4, 8


def days_of(settings: WorldSettings) -> pd.DatetimeIndex:
    """List the days that are lived through."""
    return pd.date_range(settings.first_day, periods=settings.n_days, freq="D", unit="s")


def months_of(days: pd.DatetimeIndex) -> IntArray:
    """Count months from the first day's, for each day."""
    months = np.asarray(days.year * 12 + days.month, dtype=np.int64)
    return np.asarray(months - months[0], dtype=np.int64)


def activity(days: pd.DatetimeIndex, seed: int, n_wards: int) -> FloatArray:
    """How busy each ward is each day, compared with an ordinary weekday.

    Parameters
    ----------
    days : DatetimeIndex of length n_days
        The days.
    seed : int
        The region's seed.
    n_wards : int
        Number of wards.

    Returns
    -------
    ndarray of float64, shape (n_wards, n_days)
        0 where the ward is closed; July and Christmas are quiet.
    """
    ward = np.arange(n_wards)
    day_of_year = np.asarray(days.day_of_year, dtype=np.float64)
    swing = 0.25 * uniform(key(seed, "season swing", ward))
    winter = 1 + swing[:, None] * np.cos(2 * np.pi * (day_of_year - 30) / 365.25)
    july = np.asarray((days.isocalendar().week >= 28) & (days.isocalendar().week <= 31))
    christmas = np.asarray((day_of_year >= 357) | (day_of_year <= 2))
    quiet = np.where(july | christmas, 0.55 + 0.3 * uniform(key(seed, "holiday", ward))[:, None], 1.0)
    closed = uniform(key(seed, "closed weekends", ward)) < 0.25
    weekend = np.where(closed, 0.0, 0.4 + 0.5 * uniform(key(seed, "weekend", ward)))
    week = np.where(np.asarray(days.day_of_week) >= 5, weekend[:, None], 1.0)
    return np.where(_on_holiday(days, seed, n_wards), 0.0, winter * quiet * week)


def closing_days(wards: pd.DataFrame, first_day: date) -> IntArray:
    """Return the day on which each ward closes for good.

    Parameters
    ----------
    wards : DataFrame
        valid_to and excluded_reason of each ward.
    first_day : date
        The day of day number 0.

    Returns
    -------
    ndarray of int64, shape (n_wards,)
        Far away unless the ward was excluded because it closed.
    """
    day = (wards["valid_to"] - pd.Timestamp(first_day)).dt.days
    closes = (wards["excluded_reason"] == CLOSED) & day.notna()
    return np.where(closes, day.fillna(0), NEVER).astype(np.int64)


def _on_holiday(days: pd.DatetimeIndex, seed: int, n_wards: int) -> NDArray[np.bool_]:
    """One ward in eight closes for two to four weeks each summer, one in eight between Christmas and New Year."""
    ward = np.arange(n_wards)[:, None]
    week, year = (np.asarray(part) for part in (days.isocalendar().week, days.year))
    first = 27 + pick(key(seed, "summer closure", ward, year), 3)
    last = first + 1 + pick(key(seed, "summer weeks", ward, year), 3)
    summer = (uniform(key(seed, "closes in summer", ward)) < 1 / 8) & (first <= week) & (week <= last)
    # From the day before Christmas to the day after New Year's Day.
    new_year = np.asarray((days.day_of_year >= 358) | (days.day_of_year <= 2))
    return np.asarray(summer | ((uniform(key(seed, "closes at Christmas", ward)) < 1 / 8) & new_year), dtype=np.bool_)


def visits(days: pd.DatetimeIndex, seed: int, n_cabinets: int, habits: Habits = USUAL) -> FlagArray:
    """On which days each cabinet is checked for dates, counted, or has its earliest dates noted.

    Returns
    -------
    ndarray of uint8, shape (n_cabinets, n_days)
        Sum of CHECK, COUNT, BY_LOT and READ.
    """
    cabinet = np.arange(n_cabinets)
    flags = np.zeros((n_cabinets, len(days)), dtype=np.uint8)
    shortest, longest = habits.check_every_days
    every = shortest + pick(key(seed, "check interval", cabinet), longest - shortest)
    gaps = np.array(habits.count_every_days)[pick(key(seed, "counts a year", cabinet), len(habits.count_every_days))]
    for number in cabinet:
        read = READ if uniform(key(seed, "reads dates", number))[0] < habits.notes_dates else 0
        flags[number, _rounds(key(seed, "checks", number, np.arange(len(days))), every[number])] |= CHECK | read
        counted = _rounds(key(seed, "counts", number, np.arange(len(days))), int(gaps[number]))
        by_lot = np.where(uniform(key(seed, "count by lot", number, counted)) < habits.count_by_lot, BY_LOT, 0)
        flags[number, counted] |= (COUNT | by_lot).astype(np.uint8)
    return flags


def _rounds(keys: KeyArray, every: int) -> IntArray:
    """Days of rounds about ``every`` days apart, each moved by up to a tenth either way."""
    first = int(uniform(keys[:1])[0] * every)
    planned = np.arange(first, len(keys), every)
    moved = planned + np.round((uniform(keys[planned]) - 0.5) * 0.2 * every).astype(np.int64)
    return np.unique(moved[(moved >= 0) & (moved < len(keys))])
