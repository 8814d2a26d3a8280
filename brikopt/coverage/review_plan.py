"""The plan of reviews: which wards in which week, and what it takes to meet the targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.outputs import REVIEW_PLAN
from brikopt.coverage.packing import UNPLACED
from brikopt.coverage.plan_reasons import Planned, findings, row_reasons
from brikopt.coverage.review_needs import due_weeks, lacking
from brikopt.coverage.review_schedule import fastest_first, schedule
from brikopt.coverage.review_task import Need
from brikopt.coverage.review_weeks import Weeks, review_weeks
from brikopt.coverage.scope import KINDS
from brikopt.coverage.visits import visits_left
from brikopt.policy import Reviews
from brikopt.reason import Reason

IntArray = npt.NDArray[np.int64]

HORIZON_DAYS = 3650  # A region that needs more than ten years has no plan.
LEAST_AHEAD, MOST_AHEAD = 26, 60  # weeks weighed against each other
CLOSING_DAYS = 91  # A ward that closes within a quarter is not worth a review, where no deadline says otherwise.


@dataclass(frozen=True, slots=True)
class Plan:
    """Reviews by week.

    Parameters
    ----------
    table : DataFrame
        Columns of ``review_plan.csv`` but ``reason``, in the order of the plan.
    reasons : sequence of Reason
        One a row.
    findings : sequence of Reason
        What the plan comes to, and what the targets would take.
    gap : float
        How far the kroner lost by waiting may lie above the least possible, as a share.
    """

    table: pd.DataFrame
    reasons: Sequence[Reason]
    findings: Sequence[Reason]
    gap: float


def review_plan(
    wards: pd.DataFrame,
    cabinets: pd.DataFrame,
    reviews: pd.DataFrame,
    by_ward: pd.DataFrame,
    covered: pd.DataFrame,
    terms: Reviews,
    as_of: date,
) -> Plan:
    """Plan the reviews of all wards in scope that are left.

    Parameters
    ----------
    wards, cabinets, reviews : DataFrame
        Checked tables.
    by_ward : DataFrame
        ``ward_id``, ``kind``, ``positions`` and ``saving_dkk`` (DKK a year, what the ward's list would save).
    covered : DataFrame
        As from `brikopt.coverage.progress.coverage`.
    terms : Reviews
        Hours a week, minutes a ward and a position: assumptions of the region.
    as_of : date
        Moment of decision.

    Returns
    -------
    Plan
        One row a ward and kind; a ward's kinds together. ``order`` counts within the week, hospital by hospital so
        that neighbours are visited one after another, and there the most kroner first. ``week`` is the ISO week in
        which the visit begins, blank where the hospital has no hours.

    Notes
    -----
    The targets hold a coverage row each: the region's rows come first, the rows of units next, kroner last. A
    deadline that has passed is made up for as soon as the hours allow. Days off hold no hours and July half.
    """
    rows = lacking(covered, as_of)
    deadlines = sorted({stamp.date() for stamp in covered["deadline"] if stamp.date() >= as_of})
    open_until = deadlines[0] if deadlines else as_of + timedelta(days=CLOSING_DAYS)
    visits = visits_left(wards, cabinets, reviews, by_ward, terms, as_of, open_until=open_until)
    weeks = review_weeks(as_of, HORIZON_DAYS, deadlines)
    hospitals = sorted(set(visits.hospital))
    capacity = _capacity(weeks, hospitals, terms)
    place = np.searchsorted(np.array(hospitals, dtype=object), visits.hospital)
    due = due_weeks(rows, weeks, visits, place, fastest_first(visits), capacity)
    needs = [
        Need(unit, KINDS.index(kind), int(week), int(gap))
        for unit, kind, week, gap in zip(rows["unit"], rows["kind"], due, rows["gap_wards"], strict=True)
    ]
    ahead = int(np.clip(max(due, default=0) + 1, LEAST_AHEAD, MOST_AHEAD))
    near = [need for need in needs if 0 <= need.week < ahead]
    found = schedule(visits, hospitals, capacity, weeks.last, near, ahead)
    planned = Planned(visits, weeks, rows, needs, found)
    table, reasons = _listed(planned)
    return Plan(table, reasons, findings(planned, place, capacity), found.gap)


def _capacity(weeks: Weeks, hospitals: Sequence[str], terms: Reviews) -> IntArray:
    hours = np.array([terms.hospital_hours.get(name, terms.hours_per_week) for name in hospitals])
    minutes: IntArray = np.floor(60 * np.outer(hours, weeks.share) + 1e-9).astype(np.int64)
    return minutes


def _listed(planned: Planned) -> tuple[pd.DataFrame, list[Reason]]:
    visits, found = planned.visits, planned.schedule
    never = found.start == UNPLACED
    by = (visits.ward_id, -visits.at_stake, visits.hospital, found.start, never)
    rows = [(visit, kind) for visit in np.lexsort(by) for kind in np.flatnonzero(visits.left[visit])]
    at, kind = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)) if rows else (_NONE, _NONE)
    table = pd.DataFrame(
        {
            "week": pd.array(
                ["" if never[visit] else planned.weeks.name(int(found.start[visit])) for visit in at], "str"
            ),
            "ward_id": pd.array(visits.ward_id[at], "str"),
            "kind": pd.array([KINDS[one] for one in kind], "str"),
            "expected_saving_dkk": visits.saving_dkk[at, kind],
        }
    )
    table.insert(1, "order", table.groupby("week", sort=False).cumcount() + 1)
    columns = [column.name for column in REVIEW_PLAN.columns if column.name != "reason"]
    return table[columns], list(row_reasons(planned, at.tolist(), kind.tolist()))


_NONE = np.empty(0, dtype=np.int64)
