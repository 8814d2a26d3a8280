"""Routes of the served run's lists."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from service.access.callers import AnyRole, Caller, ReadsCoverage
from service.answers.forms import MEDIA_TYPES, Form, form_of
from service.answers.recall import Place
from service.answers.texts_in import Id
from service.lists.across import Filter, asked_of, columns_of, rows_across
from service.lists.answer import AskedList, ListAsked, list_answer, list_answers, made_answer, make_page
from service.lists.chosen import filter_words
from service.lists.guides import guide_answer, guide_of
from service.lists.views import (
    ALL_COUNTS,
    ALL_DEAD,
    ALL_EXPIRING,
    ALL_LEVELS,
    ALL_OUT,
    ALL_RISK,
    ALL_SHIFTS,
    EXPIRING,
    LEVEL,
    REVIEW_PLAN,
    RISK,
    TRIM,
    AcrossWards,
    View,
    rows_of,
)
from service.places.store import cabinet_in_reach, ward_in_reach, wards_in_reach
from service.runs.store import served_run
from service.setup import Here, Service

router = APIRouter(prefix="/api/v1", tags=["lists"])
WardId = Annotated[Id, Path(description="The ward's id.")]
AskedAllExpiring = Annotated[Filter, Depends(asked_of(ALL_EXPIRING))]
AskedAllRisk = Annotated[Filter, Depends(asked_of(ALL_RISK))]
AskedAllDead = Annotated[Filter, Depends(asked_of(ALL_DEAD))]
AskedAllOut = Annotated[Filter, Depends(asked_of(ALL_OUT))]
AskedAllLevels = Annotated[Filter, Depends(asked_of(ALL_LEVELS))]
AskedAllShifts = Annotated[Filter, Depends(asked_of(ALL_SHIFTS))]
AskedAllCounts = Annotated[Filter, Depends(asked_of(ALL_COUNTS))]
_GUIDE_FORMS = (Form.HTML, Form.PDF, Form.JSON, Form.CSV, Form.XLSX)
# As sent: a page where nothing else is asked for.
_TEXT, _BYTES, _PAGE = {"type": "string"}, {"type": "string", "format": "binary"}, {"$ref": "#/components/schemas/Page"}
_GUIDE_SCHEMAS = {Form.HTML: _TEXT, Form.CSV: _TEXT, Form.PDF: _BYTES, Form.XLSX: _BYTES, Form.JSON: _PAGE}
_GUIDE_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPES[form]: {"schema": schema} for form, schema in _GUIDE_SCHEMAS.items()},
        "description": "The guide.",
    }
}


@router.get("/wards/{ward_id:path}/trim-list", responses=list_answers("Task", TRIM))
async def read_trim_list(ward_id: WardId, who: AnyRole, here: Here, asked: AskedList, request: Request) -> Response:
    """What to do at the ward's cabinets, the most worthwhile first."""
    return await _list_of_ward(ward_id, TRIM, who, here, asked, request)


@router.get("/wards/{ward_id:path}/expiring", responses=list_answers("WardExpiring", EXPIRING))
async def read_expiring(ward_id: WardId, who: AnyRole, here: Here, asked: AskedList, request: Request) -> Response:
    """What may go out of date in the ward, the earliest date first."""
    return await _list_of_ward(ward_id, EXPIRING, who, here, asked, request)


@router.get("/wards/{ward_id:path}/supply-risk", responses=list_answers("WardRisk", RISK))
async def read_supply_risk(ward_id: WardId, who: AnyRole, here: Here, asked: AskedList, request: Request) -> Response:
    """What may run out in the ward before goods ordered now arrive."""
    return await _list_of_ward(ward_id, RISK, who, here, asked, request)


@router.get("/wards/{ward_id:path}/guide", responses=_GUIDE_ANSWERS, response_class=Response)
async def read_guide(ward_id: WardId, who: AnyRole, here: Here, asked: AskedList, request: Request) -> Response:
    """The trimming guide to take to the shelf; as JSON, CSV or workbook the ward's trim list."""
    form = form_of(request, _GUIDE_FORMS)
    if form not in (Form.HTML, Form.PDF):
        return await _list_of_ward(ward_id, TRIM, who, here, ListAsked(form, asked.page, asked.lang, asked.by), request)
    return await run_in_threadpool(_guide, ward_id, form, who, here)


@router.get("/cabinets/{cabinet_id}/levels", responses=list_answers("CabinetLevel", LEVEL))
def read_levels(
    cabinet_id: Annotated[Id, Path(description="The cabinet's id.")], who: AnyRole, here: Here, asked: AskedList
) -> Response:
    """Today's and the proposed levels of one cabinet."""
    with here.database.reading() as session:
        run = served_run(session)
        cabinet = cabinet_in_reach(session, run, cabinet_id, who.reach)
        rows = rows_of(session, run, LEVEL, cabinet_id=cabinet.cabinet_id)
    return list_answer(asked, run, LEVEL, rows, cabinet_id)


@router.get("/expiring", responses=list_answers("Expiring", ALL_EXPIRING))
def read_all_expiring(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllExpiring) -> Response:
    """What may go out of date in all wards in reach, the earliest date first."""
    return list_across(ALL_EXPIRING, who, here, asked, wanted)


@router.get("/supply-risk", responses=list_answers("Risk", ALL_RISK))
def read_all_supply_risk(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllRisk) -> Response:
    """What may run out in all wards in reach before goods ordered now arrive."""
    return list_across(ALL_RISK, who, here, asked, wanted)


@router.get("/dead-stock", responses=list_answers("Dead", ALL_DEAD))
def read_all_dead_stock(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllDead) -> Response:
    """What may never be used again in all wards in reach."""
    return list_across(ALL_DEAD, who, here, asked, wanted)


@router.get("/out-of-date", responses=list_answers("OutOfDate", ALL_OUT))
def read_all_out_of_date(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllOut) -> Response:
    """What is out of date, or probably so, and still lies there, in all wards in reach."""
    return list_across(ALL_OUT, who, here, asked, wanted)


@router.get("/counts-worth-making", responses=list_answers("CountWorthMaking", ALL_COUNTS))
def read_all_counts(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllCounts) -> Response:
    """Where a count, or a look at the date, is worth its minutes, in all wards in reach."""
    return list_across(ALL_COUNTS, who, here, asked, wanted)


@router.get("/levels", responses=list_answers("Level", ALL_LEVELS))
def read_all_levels(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllLevels) -> Response:
    """Today's and the proposed levels of all positions in reach."""
    return list_across(ALL_LEVELS, who, here, asked, wanted)


@router.get("/shifts", responses=list_answers("Shift", ALL_SHIFTS))
def read_all_shifts(who: AnyRole, here: Here, asked: AskedList, wanted: AskedAllShifts) -> Response:
    """Changes of use and stock, the new ones first; of items in all wards for whoever reaches all of them."""
    return list_across(ALL_SHIFTS, who, here, asked, wanted)


@router.get("/review-plan", responses=list_answers("Visit", REVIEW_PLAN))
def read_review_plan(
    who: ReadsCoverage, here: Here, asked: AskedList, unit: Annotated[Id | None, Query()] = None
) -> Response:
    """The wards still to review, in the order in which it pays."""
    with here.database.reading() as session:
        run = served_run(session)
        reached = {ward.ward_id for ward in wards_in_reach(session, run, who.reach, unit=unit)}
        rows = [row for row in rows_of(session, run, REVIEW_PLAN) if row["ward_id"] in reached]
    return list_answer(asked, run, REVIEW_PLAN, rows)


def list_across(view: AcrossWards, who: Caller, here: Service, asked: ListAsked, wanted: Filter) -> Response:
    """Answer with a list across wards: a page of JSON, or all its rows as a file that says how they were chosen."""
    with here.database.reading() as session:
        run = served_run(session)
        found = rows_across(session, run, view, who.reach, wanted, asked.rows_wanted)
        chosen = () if asked.form is Form.JSON else filter_words(session, run, wanted, asked.lang)
    return list_answer(asked, run, view, found.rows, chosen=chosen, columns=columns_of(view, wanted), total=found.total)


def _guide(ward_id: str, form: Form, who: Caller, here: Service) -> Response:
    with here.database.reading() as session:
        run = served_run(session)
        ward = ward_in_reach(session, run, ward_id, who.reach)
        content = guide_of(session, run, ward.ward_id, form)
    return guide_answer(content, form)


async def _list_of_ward(
    ward_id: str, view: View, who: Caller, here: Service, asked: ListAsked, request: Request
) -> Response:
    """Answer from memory where the same page was made before; else ask the database."""
    if asked.form is Form.JSON:
        made = here.pages.get(_page_key(request.state.served, view, ward_id, asked))
        if made is not None and made.place is not None and who.reach.covers(made.place):
            return made_answer(made)
    return await run_in_threadpool(_make_list_of_ward, ward_id, view, who, here, asked)


def _make_list_of_ward(ward_id: str, view: View, who: Caller, here: Service, asked: ListAsked) -> Response:
    with here.database.reading() as session:
        run = served_run(session)
        ward = ward_in_reach(session, run, ward_id, who.reach)
        rows = rows_of(session, run, view, ward_id=ward.ward_id)
    if asked.form is not Form.JSON:
        return list_answer(asked, run, view, rows, ward_id)
    made = make_page(rows, asked.page, Place(ward.unit, ward.hospital, ward.ward_id))
    here.pages.keep(_page_key(run.id, view, ward_id, asked), made)
    return made_answer(made)


def _page_key(run: str | None, view: View, ward_id: str, asked: ListAsked) -> tuple[object, ...]:
    return run, view.name, ward_id, asked.page.page, asked.page.page_size
