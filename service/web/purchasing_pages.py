"""The page of findings for purchasing: filtered, decided about, and what came of it."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from service.access.callers import DecidesPurchasing, ReadsPurchasing
from service.answers.repeats import Answer, Change, take_effect
from service.lists.views import FINDINGS
from service.places.store import wards_in_reach
from service.purchasing.decisions import FindingDecisionSent, decide_finding, outcomes
from service.purchasing.findings import OPEN, STATES, FindingFilter, findings_in_reach
from service.refusals import NewerRun, Unknown
from service.runs.store import served_run
from service.setup import Here
from service.web.fields import Fields
from service.web.listed import number_in, text_in
from service.web.names import names_of
from service.web.pages import page, pages_router
from service.web.paging import cut
from service.web.visit import visit_of

router = pages_router()
_PAGE = "/indkoeb"
_TOLD = ("accepted", "rejected", "postponed", "agreed", "reopened", "not_fit", "newer")
_SORTS = ("saving_dkk_per_year", "saving_co2e_kg_per_year", "name", "finding", "decided_on")
_ALL = "all"


@router.get(_PAGE)
def show_purchasing(
    request: Request,
    who: ReadsPurchasing,
    here: Here,
    svar: Annotated[str, Query(max_length=20)] = "",
    side: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What purchasing could change, the most worthwhile first; at first what waits for an answer."""
    visit, wanted = visit_of(request, who), _wanted(request.query_params)
    with here.database.reading() as session:
        run = served_run(session)
        wards = {ward.ward_id: ward for ward in wards_in_reach(session, run, who.reach)}
        kinds = sorted({row["finding"] for row in findings_in_reach(session, run, who.reach)})
        shown = cut(findings_in_reach(session, run, who.reach, wanted), side)
        decided = outcomes(session, run, who.reach)
        names = names_of(session, (one.decision.decided_by for one in decided), visit)
    return page(
        visit,
        "purchasing",
        run=run,
        shown=shown,
        kinds=kinds,
        states=STATES,
        sorts=_SORTS,
        wanted=wanted,
        wards=wards,
        units=sorted({ward.unit for ward in wards.values()}),
        decided=decided,
        names=names,
        decides=visit.may(DecidesPurchasing),
        told=svar if svar in _TOLD else "",
        once=secrets.token_urlsafe(12),
        # A page's own "all" is no state of the API, where no state means all.
        kept=_kept(wanted),
        asked=urlencode(wanted.as_query()),
    )


@router.post(f"{_PAGE}/afgoerelse")
def decide(request: Request, who: DecidesPurchasing, here: Here, fields: Fields) -> Response:
    """Decide about a finding, as ``POST /api/v1/purchasing/decisions`` does."""
    visit_of(request, who)
    names = ("item_id", "finding", "decision", "reason", "run_id")
    days = {"postponed": "until", "agreed": "agreed_on"}
    body = {name: fields.get(name) or None for name in names}
    if (day := days.get(fields.get("decision", ""))) is not None:
        body[day] = fields.get("day") or None
    try:
        sent = FindingDecisionSent.model_validate(body)
    except ValidationError:
        return _back("not_fit", fields)

    def effect(session: Session) -> Answer:
        decide_finding(session, sent, who)
        return Answer(201, {})

    change = Change.of(request, who.principal, fields.get("once") or None, sent.model_dump(mode="json"))
    try:
        take_effect(here.database, change, effect)
    except (NewerRun, Unknown):
        return _back("newer", fields)
    return _back(sent.decision, fields)


def _wanted(asked: QueryParams) -> FindingFilter:
    """Read an address, forgiving; without a state, what waits for an answer."""
    state, sort = asked.get("state", OPEN), asked.get("sort", "")
    columns = [column.name for column in FINDINGS.columns]
    return FindingFilter(
        **{name: text_in(asked, name) for name in ("finding", "unit", "hospital", "ward", "text")},
        min_dkk=number_in(asked, "min_dkk"),
        state=state if state in STATES else None,
        sort=sort if sort.removeprefix("-") in columns else None,
    )


def _kept(wanted: FindingFilter) -> list[tuple[str, str]]:
    return [*wanted.as_query(), *([] if wanted.state else [("state", _ALL)])]


def _back(told: str, fields: dict[str, str]) -> Response:
    """To the list as it was shown."""
    asked = [one for one in QueryParams(fields.get("kept", "")).multi_items() if one[0] != "svar"]
    return RedirectResponse(f"{_PAGE}?{urlencode([*asked, ('svar', told)])}", 303)
