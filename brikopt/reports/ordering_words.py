"""How people order an item today, as a phrase."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH

Say = Callable[[Reason], str]

# People speak of days below a week, of weeks up to two months, and of months beyond.
_FEWEST_LINES = 3  # two lines have one gap between them, which is no habit yet
_WEEK_FROM, _WEEKS_FROM, _MONTHS_FROM = 6.0, 10.5, 56.0


def habit_words(habit: Mapping[Any, Any], say: Say) -> Reason:
    """Say what is ordered at a time, how often, and how many lines that rests on.

    Parameters
    ----------
    habit : mapping
        A row as from `brikopt.demand.habit.order_habits`.
    say : callable
        Puts a reason into words; the phrase for how often is part of the whole.

    Returns
    -------
    Reason
    """
    lines = int(habit["habit_lines"])
    if lines == 0:
        return Reason("habit_none", {})
    numbers = {
        "quantity": float(habit["habit_quantity"]),
        "lines": lines,
        "last_ordered": habit["last_ordered"].date(),
    }
    gap = float(habit["habit_gap_days"])
    if lines < _FEWEST_LINES or math.isnan(gap):
        return Reason("habit_silent_few" if habit["silent"] else "habit_few", numbers)
    often = say(how_often(gap))
    return Reason("habit_silent" if habit["silent"] else "habit_steady", numbers | {"often": often})


def how_often(gap_days: float) -> Reason:
    """Say how often something happens.

    Parameters
    ----------
    gap_days : float
        Days from one time to the next, at least 1.

    Returns
    -------
    Reason

    Examples
    --------
    >>> how_often(21.0)
    Reason(code='every_weeks', numbers={'count': 3})
    """
    if gap_days < _WEEK_FROM:
        days = round(gap_days)
        return Reason("every_days", {"count": days}) if days > 1 else Reason("every_day", {})
    if gap_days < _WEEKS_FROM:
        return Reason("every_week", {})
    if gap_days < _MONTHS_FROM:
        return Reason("every_weeks", {"count": round(gap_days / 7)})
    return Reason("every_months", {"count": round(gap_days / DAYS_PER_MONTH)})
