"""The reviewed share day by day, and the band in which it will probably go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.coverage.pace import Pace
from brikopt.coverage.progress import Standing, pace_of
from brikopt.coverage.scope import ReviewKind
from brikopt.coverage.working_weeks import working_weeks
from brikopt.policy import Target

AHEAD_DAYS = 182  # looked ahead where the deadline has passed or is near
_STEP_DAYS = 7
_LOW, _MIDDLE, _HIGH = 0.9, 0.5, 0.1  # chance of at least so many
_USUAL_BEFORE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Curve:
    """How a share has risen, and may rise.

    Attributes
    ----------
    past : list of (date, int)
        Days on which wards were first reviewed, and how many had been at the day's end; begins with the period.
    ahead : list of (date, float, float, float)
        Days to come with the number of reviewed wards: 10 %, half and 90 % of the chances lie below.
    in_scope : int
        Wards that the target covers.
    target : float
        Share to reach.
    deadline, as_of : date
    """

    past: list[tuple[date, int]]
    ahead: list[tuple[date, float, float, float]]
    in_scope: int
    target: float
    deadline: date
    as_of: date


def curve_of(
    wards: pd.DataFrame,
    cabinets: pd.DataFrame,
    reviews: pd.DataFrame,
    target: Target,
    kind: ReviewKind,
    unit: str,
    as_of: date,
) -> Curve:
    """Draw up the curve of a unit, or of the region (``*``), in a kind.

    Parameters
    ----------
    wards, cabinets, reviews : DataFrame
        Checked tables.
    target : Target
        One period of the policy.
    kind : {"brik", "non_brik"}
    unit : str
    as_of : date
        Moment of decision.

    Returns
    -------
    Curve
        With today's scope throughout.

    Notes
    -----
    The chance of k more wards by a day is that of `Pace.chance`, whose weeks count no holidays and July half.
    """
    now, pace, share = pace_of(wards, cabinets, reviews, target, kind, unit, as_of)
    return Curve(
        past=_past(now, target, as_of),
        ahead=_ahead(now, pace, target.deadline, as_of),
        in_scope=now.in_scope,
        target=share,
        deadline=target.deadline,
        as_of=as_of,
    )


def _past(now: Standing, target: Target, as_of: date) -> list[tuple[date, int]]:
    days: list[date] = now.reviewed_on.astype("datetime64[D]").tolist()
    usual = min([target.deadline - _USUAL_BEFORE, as_of - _USUAL_BEFORE, *days])
    counted = {day: number for number, day in enumerate(days, start=1)}  # the last of a day stays
    return [(target.from_ or usual, 0), *counted.items(), (as_of, len(days))]


def _ahead(now: Standing, pace: Pace, deadline: date, as_of: date) -> list[tuple[date, float, float, float]]:
    if not now.left:
        return []
    n_days = max((deadline - as_of).days, AHEAD_DAYS) + 1
    weeks = np.cumsum(working_weeks(as_of, n_days))
    days = [*range(0, n_days, _STEP_DAYS), n_days - 1]
    more = np.arange(1, now.left + 1)
    found = []
    for day in dict.fromkeys(days):
        chance = pace.chance(more, float(weeks[day]))
        low, middle, high = (now.reviewed + _at_least(chance, surely) for surely in (_LOW, _MIDDLE, _HIGH))
        found.append((as_of + timedelta(days=day), low, middle, high))
    return found


def _at_least(chance: NDArray[np.float64], surely: float) -> float:
    """How many more are reviewed with at least this chance; the chances fall with the number."""
    return float((chance >= surely).sum())
