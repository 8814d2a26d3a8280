"""The page of coverage: shares against targets, what is to be expected, and the plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from brikopt.coverage.progress import REGION
from service.access.callers import ReadsCoverage
from service.coverage.standing import Standing, coverage_rows, end_of_today, standing_at
from service.lists.views import REVIEW_PLAN, rows_of
from service.places.store import wards_in_reach
from service.runs.store import served_run
from service.runs.tables import Run
from service.setup import Here
from service.web.bars import share_bar
from service.web.pages import page, pages_router
from service.web.visit import Visit, visit_of
from service.web.words import Speech

router = pages_router()
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)


@router.get("/daekning")
def show_coverage(
    request: Request, who: ReadsCoverage, here: Here, as_of: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """Coverage on any day; without one, up to now."""
    visit, day = visit_of(request, who), _day(as_of)
    with here.database.reading() as session:
        run = served_run(session)
        wards = {ward.ward_id: ward for ward in wards_in_reach(session, run, who.reach)}
        rows = coverage_in_reach(session, run, visit, standing_at(session, run, day or end_of_today()))
        plan = [row for row in rows_of(session, run, REVIEW_PLAN) if row["ward_id"] in wards]
    return page(visit, "coverage", run=run, coverage=rows, plan=plan, wards=wards, day=day)


def coverage_in_reach(session: Session, run: Run, visit: Visit, standing: Standing) -> list[dict[str, Any]]:
    """Return the coverage that somebody may see, with a bar to each row; the region first."""
    reach = visit.reach(ReadsCoverage)
    units = reach.units(wards_in_reach(session, run, reach))
    seen = units | {REGION} if reach.everywhere else units
    rows = [row for row in coverage_rows(standing, run) if row["unit"] in seen]
    return [{**row, "bar": share_bar(row["share"], row["target"], bar_words(row, visit.say))} for row in rows]


def bar_words(row: dict[str, Any], say: Speech) -> str:
    """Put a row of the coverage into words."""
    line: str = say.texts["coverage"]["line"]
    words = line.format(
        reviewed=say.count(row["wards_reviewed"]),
        scope=say.count(row["wards_in_scope"]),
        share=say.percent(row["share"]),
        target=say.percent(row["target"]),
        deadline=say.day(row["deadline"]),
    )
    return f"{say.texts['kinds'][row['kind']]}: {words}"


def _day(text: str) -> date | None:
    """Read a day; what is none, or lies outside the years that count, is no choice."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None
