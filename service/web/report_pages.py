"""The page of a unit's report."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response

from service.access.callers import AnyRole
from service.answers.texts_in import Id
from service.coverage.standing import targets_of
from service.runs.store import served_run
from service.setup import Here
from service.unit_reports.figures import unit_report
from service.unit_reports.words import told
from service.web.pages import page, pages_router
from service.web.visit import visit_of

router = pages_router()


@router.get("/rapport/{unit}")
def show_report(
    unit: Id, request: Request, who: AnyRole, here: Here, period: Annotated[date | None, Query()] = None
) -> Response:
    """How a unit stands in a period, as one page to read and print."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        report = unit_report(session, run, who.reach, unit, period)
        words = told(report, run, visit.say)
    deadlines = [target.deadline for target in targets_of(run)]
    return page(visit, "report", run=run, report=words, unit=unit, period=report.deadline, deadlines=deadlines)
