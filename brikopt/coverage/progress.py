"""The reviewed share of the wards against the targets, and where it is heading."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.outputs import COVERAGE
from brikopt.coverage.pace import Pace, history, region_pace, unit_pace
from brikopt.coverage.scope import KINDS, BoolArray, DayArray, ReviewKind, first_reviews, in_scope
from brikopt.coverage.working_weeks import working_weeks
from brikopt.policy import Target

REGION = "*"
_AHEAD_DAYS = 3653  # A projection more than ten years ahead says "never".


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the wards in scope of one unit, or of the region, have come in one kind."""

    in_scope: int
    reviewed_on: DayArray  # first reviews, sorted; shape (n_reviewed,)

    @property
    def reviewed(self) -> int:
        """Wards in scope that have been reviewed."""
        return len(self.reviewed_on)

    @property
    def left(self) -> int:
        """Wards in scope still to review."""
        return self.in_scope - self.reviewed

    @property
    def share(self) -> float:
        """Reviewed share; NaN without wards in scope."""
        return self.reviewed / self.in_scope if self.in_scope else math.nan

    def by(self, day: date) -> Standing:
        """Return the standing at the end of an earlier day."""
        return Standing(self.in_scope, self.reviewed_on[self.reviewed_on <= np.datetime64(day, "D")])


@dataclass(frozen=True, slots=True)
class Projection:
    """Where a unit will be at the deadline."""

    share: float  # NaN without wards in scope
    reach_date: date | None
    p_reach: float


@dataclass(frozen=True, slots=True)
class _Group:
    """A unit, or the region, in one kind: where it stands and how fast it goes."""

    unit: str
    kind: ReviewKind
    wards: BoolArray  # members, in scope or not; shape (n_wards,)
    now: Standing
    pace: Pace


@dataclass(frozen=True, slots=True)
class _Records:
    """What is known of the wards and their reviews at the moment of decision."""

    wards: pd.DataFrame
    cabinets: pd.DataFrame
    reviews: pd.DataFrame
    as_of: date
    # Every unit of a kind asks for the same.
    scopes: dict[tuple[ReviewKind, date], BoolArray] = field(default_factory=dict)
    first: dict[ReviewKind, DayArray] = field(default_factory=dict)

    def standing(self, kind: ReviewKind, members: BoolArray, scope_day: date) -> Standing:
        """Count members in scope on a day, and their first reviews known today."""
        if (kind, scope_day) not in self.scopes:
            self.scopes[kind, scope_day] = in_scope(self.wards, self.cabinets, kind, scope_day)
        if kind not in self.first:
            self.first[kind] = first_reviews(self.wards, self.reviews, kind, self.as_of)
        scope = self.scopes[kind, scope_day] & members
        reviewed_on = self.first[kind][scope]
        return Standing(int(scope.sum()), np.sort(reviewed_on[~np.isnat(reviewed_on)]))


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Working weeks to come: ``weeks[d]`` from the moment of decision to the end of the d-th day after it."""

    as_of: date
    weeks: NDArray[np.float64]

    def weeks_until(self, deadline: date) -> float:
        return float(self.weeks[min((deadline - self.as_of).days, _AHEAD_DAYS - 1)])

    def day_after(self, weeks: float) -> date | None:
        days = int(np.searchsorted(self.weeks, weeks))
        return self.as_of + timedelta(days=days) if days < _AHEAD_DAYS else None


def wards_needed(target: float, wards: int) -> int:
    """Return the number of wards that makes a target.

    Parameters
    ----------
    target : float
        Share between 0 and 1, as it is written in the policy.
    wards : int
        Wards in scope.

    Returns
    -------
    int
        ⌈target × wards⌉ on the decimal fraction itself: 0.07 of 100 wards is 7, though the
        floats multiply to more.

    Examples
    --------
    >>> wards_needed(0.9, 11)
    10
    """
    return math.ceil(Fraction(str(float(target))) * wards)


def coverage(
    wards: pd.DataFrame,
    cabinets: pd.DataFrame,
    reviews: pd.DataFrame,
    targets: Sequence[Target],
    as_of: date,
) -> pd.DataFrame:
    """Count the reviewed wards against every target, and project to its deadline.

    Parameters
    ----------
    wards, cabinets, reviews : DataFrame
        Checked tables.
    targets : sequence of Target
        Periods of the policy, each with its shares and its deadline.
    as_of : date
        Moment of decision; a review on this day does not count yet.

    Returns
    -------
    DataFrame
        Columns of ``coverage.csv``; for each period and kind the region (``*``), then every unit by name. A
        unit without wards in scope has a row with 0 wards and blank shares.

    Notes
    -----
    Scope and gap: contract, section 5. Only wards in scope count as reviewed, and any earlier review of the
    kind counts, from the period's beginning on where it has one. Units may have targets of their own.

    ``projected_share`` is the expected share at the end of the deadline day with today's scope, and
    ``p_reach_target`` the chance of the target by then, from a Gamma–Poisson pace of first reviews per
    working week: recent weeks weigh more, days off count nothing and July half, and a unit leans on the
    region. The pace to come differs from the recent one by a quarter or so, and reviews that come in clumps tell
    less than their number. Nothing is assumed of a last spurt before the deadline. Without any review the pace is
    a weak prior: each ward about once a year, and very unsure.
    ``projected_reach_date`` is the day by which the target is as likely as not reached (blank beyond ten
    years), or the day on which it was reached. After the deadline, share and chance (then 0 or 1) are
    those of the deadline day, with the scope of that day.
    """
    outlook = _Outlook(as_of, np.cumsum(working_weeks(as_of, _AHEAD_DAYS)))
    rows = [
        _row(group, target, _projection(group, target, records, outlook))
        for target in targets
        for records in [_Records(wards, cabinets, _of_the_period(reviews, target), as_of)]
        for kind in KINDS
        for group in _groups(records, kind)
    ]
    return _typed(pd.DataFrame(rows, columns=[column.name for column in COVERAGE.columns]))


def pace_of(
    wards: pd.DataFrame,
    cabinets: pd.DataFrame,
    reviews: pd.DataFrame,
    target: Target,
    kind: ReviewKind,
    unit: str,
    as_of: date,
) -> tuple[Standing, Pace, float]:
    """Return where a unit, or the region, stands in a kind, its pace to come, and the share that it is to reach.

    Parameters
    ----------
    wards, cabinets, reviews : DataFrame
        Checked tables.
    target : Target
        One period of the policy.
    kind : {"brik", "non_brik"}
    unit : str
        Its name, or ``*`` for the region.
    as_of : date
        Moment of decision.

    Raises
    ------
    KeyError
        If there is no such unit.
    """
    records = _Records(wards, cabinets, _of_the_period(reviews, target), as_of)
    found = {group.unit: group for group in _groups(records, kind)}
    return found[unit].now, found[unit].pace, _wanted(target, found[unit])


def _groups(records: _Records, kind: ReviewKind) -> Iterator[_Group]:
    everyone = np.ones(len(records.wards), dtype=np.bool_)
    region = records.standing(kind, everyone, records.as_of)
    past = history(region.reviewed_on, records.as_of)
    pace = region_pace(past.weighed(region.reviewed_on), past.weeks, max(1, region.in_scope))
    yield _Group(REGION, kind, everyone, region, pace.drifting())
    for unit in sorted(records.wards["unit"].unique()):
        member = np.asarray(records.wards["unit"] == unit, dtype=np.bool_)
        now = records.standing(kind, member, records.as_of)
        share_left = max(1, now.left) / max(1, region.left)  # A finished unit needs a pace, and never uses it.
        own = unit_pace(pace, past.weighed(now.reviewed_on), past.weeks, share_left)
        yield _Group(str(unit), kind, member, now, own.drifting())


def _projection(group: _Group, target: Target, records: _Records, outlook: _Outlook) -> Projection:
    wanted = _wanted(target, group)
    reach = _reach_date(group, wanted, outlook)
    if target.deadline >= records.as_of:
        return _before_deadline(group, wanted, outlook.weeks_until(target.deadline), reach)
    then = records.standing(group.kind, group.wards, target.deadline).by(target.deadline)
    return Projection(then.share, reach, float(then.reviewed >= wards_needed(wanted, then.in_scope)))


def _before_deadline(group: _Group, wanted: float, weeks_left: float, reach: date | None) -> Projection:
    now, gap = group.now, _gap(group.now, wanted)
    p_reach = float(group.pace.chance(gap, weeks_left)) if gap else 1.0
    if not now.in_scope:
        return Projection(math.nan, reach, p_reach)
    projected = now.reviewed + group.pace.expected(now.left, weeks_left)
    return Projection(projected / now.in_scope, reach, p_reach)


def _reach_date(group: _Group, wanted: float, outlook: _Outlook) -> date | None:
    need, gap = wards_needed(wanted, group.now.in_scope), _gap(group.now, wanted)
    if need == 0:
        return None
    if gap:
        return outlook.day_after(group.pace.median_weeks(gap))
    reached: date = group.now.reviewed_on[need - 1].item()
    return reached


def _gap(now: Standing, wanted: float) -> int:
    return max(0, wards_needed(wanted, now.in_scope) - now.reviewed)


def _wanted(target: Target, group: _Group) -> float:
    return target.share(group.kind, None if group.unit == REGION else group.unit)


def _of_the_period(reviews: pd.DataFrame, target: Target) -> pd.DataFrame:
    """A review before a period begins fulfils nothing in it."""
    return reviews if target.from_ is None else reviews[reviews["reviewed_at"] >= pd.Timestamp(target.from_)]


def _row(group: _Group, target: Target, projection: Projection) -> tuple[object, ...]:
    wanted, now = _wanted(target, group), group.now
    counted = (group.unit, group.kind, now.in_scope, now.reviewed, now.share)
    aim = (wanted, target.deadline, _gap(now, wanted))
    return (*counted, *aim, projection.share, projection.reach_date, projection.p_reach)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    dates = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("deadline", "projected_reach_date")}
    return frame.assign(**dates).astype({"unit": "str", "kind": "str", "wards_in_scope": "int64", "gap_wards": "int64"})
