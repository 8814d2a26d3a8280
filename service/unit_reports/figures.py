"""What a report on a unit rests on: coverage, decisions, and what the lists promised for those that were followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.coverage.progress import REGION
from brikopt.policy import Target
from service.access.grants import Reach
from service.coverage.standing import Standing, coverage_rows, end_of_today, standing_at, targets_of, ward_standings
from service.lists.tables import ListRow
from service.lists.views import REVIEW_PLAN, rows_of
from service.places.tables import Ward
from service.refusals import OutOfScope, Unfit, Unknown
from service.reviews.tables import Review
from service.runs.kept_rows import DECIDED
from service.runs.tables import Run

_TRIM = "trim_list"
_FOLLOWED = ("accepted", "changed")


@dataclass(frozen=True, slots=True)
class UnitReport:
    """One unit, or the region (``*``), in one period.

    Attributes
    ----------
    unit : str
    begins : date or None
        First day on which a review counts; None where the period has no beginning.
    deadline, as_of : date
        Last day of the period; reviews before ``as_of`` count.
    coverage : list of dict
        Its rows of the coverage, one a kind.
    reviews, visits, wards : int
        Reviews that count for the target, other visits, and wards with either, in the service and the period.
    followed, changed, rejected : int
        Decisions.
    reasons : list of (str, int)
        Why advice was not followed, the commonest first.
    saving_dkk, saving_co2e_kg : float
        What the lists promised a year for the advice that was followed as it was.
    thrown_units : int
        Goods that were thrown away at the visits.
    left : list of (Ward, str, str)
        Wards of the plan still to review, their kind and week.
    """

    unit: str
    begins: date | None
    deadline: date
    as_of: date
    coverage: list[dict[str, Any]]
    reviews: int
    visits: int
    wards: int
    followed: int
    changed: int
    rejected: int
    reasons: list[tuple[str, int]]
    saving_dkk: float
    saving_co2e_kg: float
    thrown_units: int
    left: list[tuple[Ward, str, str]]


def unit_report(session: Session, run: Run, reach: Reach, unit: str, period: date | None) -> UnitReport:
    """Gather what is known of a unit in a period.

    Parameters
    ----------
    session : Session
    run : Run
        Whose wards and targets count.
    reach : Reach
        All wards of the unit must lie in it: a report on half a unit would be read as one on all of it.
    unit : str
        Its name, or ``*`` for the region.
    period : date, optional
        The deadline of the period; by default the last one of the policy.

    Returns
    -------
    UnitReport

    Raises
    ------
    Unknown
        If the run has no such unit.
    OutOfScope
        If a ward of it lies out of reach.
    Unfit
        If the policy has no such period.
    """
    query = select(Ward).where(Ward.run == run.id).order_by(Ward.ward_id)
    members = [ward for ward in session.scalars(query) if unit in (REGION, ward.unit)]
    if not members:
        raise Unknown(what="unit", id=unit)
    if not all(reach.covers(ward) for ward in members):
        raise OutOfScope(what="unit", id=unit)
    target = _target(targets_of(run), period)
    standing = standing_at(session, run, end_of_today())
    ids = {ward.ward_id: ward for ward in members}
    visits = [one for one in _visits(session, target, standing) if one.ward_id in ids]
    decisions = [(one, decision) for one in visits for decision in one.decisions]
    counted = Counter(decision["decision"] for _, decision in decisions)
    dkk, co2e = _promised(session, visits)
    return UnitReport(
        unit=unit,
        begins=target.from_,
        deadline=target.deadline,
        as_of=standing.as_of,
        coverage=[
            row
            for row in coverage_rows(standing, run)
            if row["unit"] == unit and row["deadline"] == target.deadline.isoformat()
        ],
        reviews=sum(one.counts_for_target for one in visits),
        visits=sum(not one.counts_for_target for one in visits),
        wards=len({one.ward_id for one in visits}),
        followed=counted["accepted"],
        changed=counted["changed"],
        rejected=counted["rejected"],
        reasons=Counter(
            decision.get("reason") or "" for _, decision in decisions if decision["decision"] == "rejected"
        ).most_common(10),
        saving_dkk=dkk,
        saving_co2e_kg=co2e,
        thrown_units=sum(int(one["quantity"]) for visit in visits for one in visit.discards),
        left=_left(session, run, ids, standing),
    )


def _target(targets: Sequence[Target], period: date | None) -> Target:
    known = [one for one in targets if period in (None, one.deadline)]
    if not known:
        deadlines = ", ".join(one.deadline.isoformat() for one in targets)
        raise Unfit([{"where": "query.period", "wrong": f"the policy has no such period; it has {deadlines}"}])
    return known[-1]


def _visits(session: Session, target: Target, standing: Standing) -> list[Review]:
    """Those of the period, also after its last day: what is made up for late belongs to it."""
    query = select(Review).where(Review.undone_at.is_(None), Review.reviewed_on < standing.as_of)
    if target.from_ is not None:
        query = query.where(Review.reviewed_on >= target.from_)
    return list(session.scalars(query.order_by(Review.sequence)))


def _promised(session: Session, visits: Sequence[Review]) -> tuple[float, float]:
    """Kroner and kg CO2e a year that the lists promised for the lines that were followed as they were."""
    dkk = co2e = 0.0
    runs = dict(session.execute(select(Run.run_id, Run.id).order_by(Run.served_number)).all())
    for visit in visits:
        wanted = {
            (one["cabinet_id"], one["item_id"], one.get("action"))
            for one in visit.decisions
            if one["decision"] == "accepted"
        }
        if not wanted:
            continue
        query = select(ListRow.cells).where(
            ListRow.run == runs.get(visit.run_id),
            ListRow.name.in_((_TRIM, f"{DECIDED}{_TRIM}")),
            ListRow.ward_id == visit.ward_id,
        )
        for cells in session.scalars(query):
            if (cells["cabinet_id"], cells["item_id"], cells["action"]) in wanted:
                dkk += cells["saving_dkk_per_year"] or 0.0
                co2e += cells["saving_co2e_kg_per_year"] or 0.0
    return dkk, co2e


def _left(session: Session, run: Run, wards: dict[str, Ward], standing: Standing) -> list[tuple[Ward, str, str]]:
    done = ward_standings(standing)
    return [
        (wards[row["ward_id"]], row["kind"], row["week"])
        for row in rows_of(session, run, REVIEW_PLAN)
        if row["ward_id"] in wards and not done[row["ward_id"]].reviewed(row["kind"])
    ]
