"""The route of coverage."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from brikopt.coverage.progress import REGION
from service.access.callers import ReadsCoverage
from service.answers.texts_in import Id
from service.coverage.standing import coverage_rows, end_of_today, standing_at
from service.lists.answer import AskedList, list_answer, list_answers
from service.lists.views import COVERAGE
from service.places.store import wards_in_reach
from service.runs.store import served_run
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["coverage"])
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)


@router.get("/coverage", responses=list_answers("Coverage", COVERAGE))
def read_coverage(
    who: ReadsCoverage,
    here: Here,
    asked: AskedList,
    as_of: Annotated[date | None, Query(ge=_FIRST, le=_LAST, description="Reviews before this day count.")] = None,
    unit: Annotated[Id | None, Query(description="Name of a unit.")] = None,
) -> Response:
    """The reviewed share of the wards, by unit and kind, on any day; without a day, up to now.

    A limited grant sees the units in which it reaches a ward, and no row of the region.
    """
    with here.database.reading() as session:
        run = served_run(session)
        rows = list(coverage_rows(standing_at(session, run, as_of or end_of_today()), run))
        units = who.reach.units(wards_in_reach(session, run, who.reach))
    seen = units | {REGION} if who.reach.everywhere else units
    shown = [row for row in rows if row["unit"] in seen and unit in (None, row["unit"])]
    return list_answer(asked, run, COVERAGE, shown)
