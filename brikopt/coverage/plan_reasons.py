"""Why each ward stands where it does in the plan of reviews, and what the plan comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.coverage.packing import UNPLACED, first_fit, last_week
from brikopt.coverage.progress import REGION
from brikopt.coverage.review_schedule import Schedule, fastest_first
from brikopt.coverage.review_task import Need
from brikopt.coverage.review_weeks import Weeks
from brikopt.coverage.scope import KINDS
from brikopt.coverage.visits import Visits
from brikopt.reason import Reason

IntArray = npt.NDArray[np.int64]
Numbers = dict[str, int | float | str | date]

MOST_EXTRA_HOURS = 512  # a week at each hospital


@dataclass(frozen=True, slots=True)
class Planned:
    """All that the words of a plan are made from.

    Parameters
    ----------
    visits : Visits
        What was to be planned.
    weeks : Weeks
        The weeks ahead.
    lacking : DataFrame
        Coverage rows that lack wards, earliest deadline first.
    needs : sequence of Need
        One a row of ``lacking``.
    schedule : Schedule
        What was found.
    """

    visits: Visits
    weeks: Weeks
    lacking: pd.DataFrame
    needs: Sequence[Need]
    schedule: Schedule


def row_reasons(planned: Planned, at: Sequence[int], kinds: Sequence[int]) -> Iterator[Reason]:
    """Say of each row which target it is needed for, as the plan goes on.

    Parameters
    ----------
    planned : Planned
        The plan.
    at, kinds : sequence of int
        Visit and kind of each row, in the order of the plan.

    Yields
    ------
    Reason
        One a row: in time, late, overdue, beyond the target, or without hours.
    """
    visits, rows = planned.visits, planned.lacking
    left = rows["gap_wards"].tolist()
    deadlines = [stamp.date() for stamp in rows["deadline"]]
    for visit, kind in zip(at, kinds, strict=True):
        helped = [row for row, need in enumerate(planned.needs) if need.kind == kind and _inside(need, visits, visit)]
        needed = [row for row in helped if left[row] > 0]
        for row in helped:
            left[row] -= 1
        numbers: Numbers = {
            "positions": int(visits.positions[visit, kind]),
            "hours": float(visits.minutes[visit]) / 60,
            "saving_dkk": float(visits.saving_dkk[visit, kind]),
            "broken": int(visits.broken[visit, kind]),
            "mended": int(visits.mended[visit, kind]),
            "hospital": str(visits.hospital[visit]),
        }
        if needed:
            numbers["deadline"] = deadlines[needed[0]]
        saving = float(visits.saving_dkk[visit, kind])
        yield Reason(_code(planned, visit, deadlines[needed[0]] if needed else None, saving), numbers)


def _inside(need: Need, visits: Visits, visit: int) -> bool:
    return need.unit in (REGION, visits.unit[visit])


def _code(planned: Planned, visit: int, deadline: date | None, saving_dkk: float) -> str:
    end = int(planned.schedule.end[visit])
    if end == UNPLACED:
        return "review_no_hours"
    if deadline is None:
        return "review_beyond" if saving_dkk >= 1 else "review_beyond_nothing"
    if deadline < planned.weeks.as_of:
        return "review_overdue"
    return "review_in_time" if planned.weeks.ends(end) <= deadline else "review_late"


def findings(planned: Planned, place: IntArray, capacity: IntArray) -> list[Reason]:
    """Sum up a plan: all of it, and when it meets each of the region's rows that lack wards.

    Parameters
    ----------
    planned : Planned
        The plan.
    place : ndarray of int64, shape (n_visits,)
        Row of each visit's hospital in ``capacity``.
    capacity : ndarray of int64, shape (n_hospitals, n_weeks)
        Minutes of review in each week.

    Returns
    -------
    list of Reason
        None where nothing is left to review.
    """
    return [_whole(planned), *_targets(planned, place, capacity)] if len(planned.visits) else []


def _whole(planned: Planned) -> Reason:
    visits, placed = planned.visits, planned.schedule.end != UNPLACED
    numbers: Numbers = {
        "wards": len(visits),
        "hours": float(visits.minutes.sum()) / 60,
        "last": planned.weeks.name(int(planned.schedule.end.max())) if placed.any() else "–",
        "unplaced": int((~placed).sum()),
    }
    return Reason("found_plan" if placed.all() else "found_plan_no_hours", numbers)


def _targets(planned: Planned, place: IntArray, capacity: IntArray) -> Iterator[Reason]:
    """Say when the plan meets each of the region's rows that lack wards, and what it would take to be in time."""
    for need, deadline in zip(planned.needs, planned.lacking["deadline"], strict=True):
        if need.unit != REGION:
            continue
        ends = np.sort(planned.schedule.end[planned.visits.left[:, need.kind] & (planned.schedule.end != UNPLACED)])
        met = int(ends[need.wards - 1]) if need.wards <= len(ends) else UNPLACED
        numbers: Numbers = {
            "deadline": deadline.date(),
            "week": planned.weeks.name(met) if met != UNPLACED else "–",
            "short": need.wards - int((ends <= need.week).sum()),
        }
        kind = KINDS[need.kind]
        passed = deadline.date() < planned.weeks.as_of
        if met == UNPLACED:
            code = "found_plan_passed_never" if passed else "found_plan_never"
            yield Reason(f"{code}_{kind}", numbers | {"wards": need.wards - len(ends)})
        elif passed:
            yield Reason(f"found_plan_passed_{kind}", numbers | {"wards": need.wards})
        elif met <= need.week:
            yield Reason(f"found_plan_met_{kind}", numbers)
        elif extra := _extra_hours(need, planned, place, capacity):
            yield Reason(f"found_plan_short_{kind}", numbers | {"hours": extra})
        else:
            yield Reason(f"found_plan_late_{kind}", numbers)


def _extra_hours(need: Need, planned: Planned, place: IntArray, capacity: IntArray) -> int:
    """Fewest hours a week more at each hospital with which the fastest order meets a need; 0 where none is enough."""
    visits = planned.visits
    helps = np.flatnonzero(need.helped_by(visits))
    order = [int(visit) for visit in fastest_first(visits) if visit in set(helps.tolist())]
    until = slice(None, need.week + 1)

    def enough(hours: int) -> bool:
        more = capacity[:, until] + np.floor(60 * hours * planned.weeks.share[until] + 1e-9).astype(np.int64)
        start = first_fit(order, visits.minutes, place, more.copy(), more)
        return int((last_week(start, visits.minutes, place, more) != UNPLACED).sum()) >= need.wards

    low, high = 0, MOST_EXTRA_HOURS
    if not enough(high):
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
