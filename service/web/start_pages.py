"""The first page: what to do in one's wards, and how far the review has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from service.access.callers import Administers, AnyRole, ReadsCoverage, ReadsPurchasing, ReadsReviews
from service.access.grants import Role
from service.clock import danish_day, now
from service.coverage.standing import Standing, end_of_today, standing_at, ward_standings
from service.lists.views import REVIEW_PLAN, rows_of
from service.places.store import wards_in_reach
from service.places.tables import Ward
from service.purchasing.findings import OPEN, FindingFilter, findings_in_reach
from service.runs.store import served_run
from service.runs.tables import Run
from service.setup import Here
from service.transfers.store import transfers_in_reach
from service.web.coverage_pages import coverage_in_reach
from service.web.figures import Figures, figures_of_wards, total_of
from service.web.pages import page, pages_router
from service.web.today import Task, for_admin, for_logistics, for_programme, for_purchasing
from service.web.visit import Visit, visit_of

router = pages_router()
_MOST_WARDS, _MOST_PLANNED = 12, 8


@router.get("/")
def show_start(request: Request, who: AnyRole, here: Here) -> Response:
    """What to do in the visitor's wards."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        wards = wards_in_reach(session, run, who.reach)
        standing = standing_at(session, run, end_of_today())
        figures = here.of_runs.get_or(("figures", run.id), lambda: figures_of_wards(session, run))
        total = total_of(figures, (ward.ward_id for ward in wards))
        coverage = coverage_in_reach(session, run, visit, standing) if visit.may(ReadsCoverage) else []
        shown: dict[str, Any] = {
            "tasks": list(_tasks(session, run, visit, total, coverage)),
            "wards": [(ward, figures.get(ward.ward_id, Figures())) for ward in wards[:_MOST_WARDS]],
            "ward_count": len(wards),
            "total": total,
            "standings": ward_standings(standing),
            "plan": _plan(session, run, visit, standing),
            "coverage": coverage,
            "today": danish_day(now()),
        }
    return page(visit, "start", run=run, **shown)


def _tasks(
    session: Session, run: Run, visit: Visit, total: Figures, coverage: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, list[Task]]]:
    """What needs the visitor, by role; who has none of these roles sees what lies at the cabinets."""
    say = visit.say
    roles = set(visit.roles)
    if Role.ADMIN in roles:
        yield Role.ADMIN.value, list(for_admin(session, run, say)) if visit.may(Administers) else []
    if Role.PROGRAMME in roles:
        yield Role.PROGRAMME.value, list(for_programme(session, coverage, say))
    if Role.PURCHASING in roles:
        findings = findings_in_reach(session, run, visit.reach(ReadsPurchasing), FindingFilter(state=OPEN))
        yield Role.PURCHASING.value, list(for_purchasing(findings, say))
    if roles - {Role.ADMIN, Role.PROGRAMME, Role.PURCHASING}:
        yield Role.LOGISTICS.value, list(for_logistics(total, _waiting(session, run, visit), say))


def _waiting(session: Session, run: Run, visit: Visit) -> int | None:
    """Moves that wait for one of the visitor's wards; None for who may not see moves."""
    if not visit.may(ReadsReviews):
        return None
    reach = visit.reach(ReadsReviews)
    return sum(move.awaits(reach) for move in transfers_in_reach(session, run, reach))


def _plan(session: Session, run: Run, visit: Visit, standing: Standing) -> list[tuple[dict[str, Any], Ward]] | None:
    """The next wards of the plan that haven't been reviewed since; None for who may not see the plan."""
    if not visit.may(ReadsCoverage):
        return None
    wards = {ward.ward_id: ward for ward in wards_in_reach(session, run, visit.reach(ReadsCoverage))}
    done = ward_standings(standing)
    left = (
        (row, wards[row["ward_id"]])
        for row in rows_of(session, run, REVIEW_PLAN)
        if row["ward_id"] in wards and not done[row["ward_id"]].reviewed(row["kind"])
    )
    return [one for one, _ in zip(left, range(_MOST_PLANNED), strict=False)]
