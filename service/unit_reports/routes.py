"""The route of reports on units."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response

from service.access.callers import AnyRole
from service.answers.forms import MEDIA_TYPES, Form, form_of
from service.answers.texts_in import Id
from service.runs.store import served_run
from service.setup import Here
from service.texts import language_of
from service.unit_reports.figures import unit_report
from service.unit_reports.paper import report_pdf
from service.unit_reports.words import told
from service.web.words import Speech

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)
_FORMS: dict[str, Any] = {"enum": ["json", "pdf"]}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPES[Form.PDF]: {}}, "description": "The report, its figures as JSON or as a PDF."}
}


@router.get("/{unit}", responses=_ANSWERS)
def read_report(
    unit: Annotated[Id, Path(description="Name of a unit, or * for the region.")],
    who: AnyRole,
    here: Here,
    request: Request,
    period: Annotated[
        date | None, Query(ge=_FIRST, le=_LAST, description="Deadline of a period; else the last.")
    ] = None,
    format: Annotated[str | None, Query(description="Else by Accept.", json_schema_extra=_FORMS)] = None,  # noqa: ARG001
) -> Response:
    """How a unit stands in a period of the agreement, what was decided there, and what is left."""
    form, lang = form_of(request, (Form.JSON, Form.PDF)), language_of(request)
    with here.database.reading() as session:
        run = served_run(session)
        report = unit_report(session, run, who.reach, unit, period)
        words = told(report, run, Speech(lang))
        figures = {
            **{name: value for name, value in asdict(report).items() if name not in ("left", "reasons")},
            "reasons": [{"reason": why, "times": times} for why, times in report.reasons],
            "left": [{"ward_id": ward.ward_id, "kind": kind, "week": week} for ward, kind, week in report.left],
            "conclusion": words.lead,
        }
    if form is Form.PDF:
        headers = {"Content-Disposition": 'inline; filename="report.pdf"', "Vary": "Accept, Accept-Language"}
        return Response(report_pdf(words, lang), media_type=MEDIA_TYPES[Form.PDF], headers=headers)
    return JSONResponse(jsonable_encoder(figures), headers={"Vary": "Accept, Accept-Language"})
