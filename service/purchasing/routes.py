"""Routes of purchasing: findings, decisions about them, and what came of those."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from sqlalchemy.orm import Session

from service.access.callers import DecidesPurchasing, ReadsPurchasing
from service.answers.paging import AskedPage, Page, page_among
from service.answers.repeats import Answer, Change, IdempotencyKey, take_effect
from service.answers.texts_in import Id
from service.lists.answer import AskedList, list_answer, list_answers
from service.lists.chosen import phrases
from service.lists.views import FINDINGS
from service.purchasing.decisions import FindingDecisionSent, Outcome, decide_finding, outcomes
from service.purchasing.findings import FindingFilter, findings_in_reach
from service.runs.store import served_run
from service.setup import Here

router = APIRouter(prefix="/api/v1/purchasing", tags=["purchasing"])
_SORTS: dict[str, Any] = {"enum": [way + column.name for column in FINDINGS.columns for way in ("", "-")]}


async def _asked(
    finding: Annotated[Id | None, Query(description="Kind of finding.")] = None,
    unit: Annotated[Id | None, Query()] = None,
    hospital: Annotated[Id | None, Query()] = None,
    ward: Annotated[Id | None, Query(description="Id of a ward.")] = None,
    text: Annotated[Id | None, Query(description="Part of the item's name, or its number.")] = None,
    min_dkk: Annotated[float, Query(ge=0, le=1e12)] = 0.0,
    state: Annotated[
        Literal["open", "later", "settled"] | None, Query(description="Waits for an answer or not.")
    ] = None,
    sort: str | None = Query(None, description="A column; - before it: falling.", json_schema_extra=_SORTS),
) -> FindingFilter:
    return FindingFilter(
        finding=finding, unit=unit, hospital=hospital, ward=ward, text=text, min_dkk=min_dkk, state=state, sort=sort
    )


AskedFindings = Annotated[FindingFilter, Depends(_asked)]


@router.get("", responses=list_answers("Finding", FINDINGS))
def read_purchasing(who: ReadsPurchasing, here: Here, asked: AskedList, wanted: AskedFindings) -> Response:
    """Findings for purchasing; a limited grant sees those about its own wards, and no other ward in them."""
    with here.database.reading() as session:
        run = served_run(session)
        rows = findings_in_reach(session, run, who.reach, wanted)
    chosen = phrases(dict(wanted.as_query()), asked.lang)
    return list_answer(asked, run, FINDINGS, rows, chosen=chosen)


@router.get("/decisions")
def read_finding_decisions(who: ReadsPurchasing, here: Here, page: AskedPage) -> Page:
    """What was decided, the newest first, with each finding's figures then and now."""
    with here.database.reading() as session:
        rows = [jsonable_encoder(one.shown()) for one in outcomes(session, served_run(session), who.reach)]
    return page_among(rows, page)


@router.post("/decisions", status_code=201, operation_id="decide_finding")
def post_finding_decision(
    sent: FindingDecisionSent, who: DecidesPurchasing, here: Here, request: Request, key: IdempotencyKey = None
) -> Response:
    """Accept, reject, postpone or agree on a finding; ``reopened`` takes the last decision back."""
    change = Change.of(request, who.principal, key, sent.model_dump(mode="json"))

    def effect(session: Session) -> Answer:
        one = decide_finding(session, sent, who)
        return Answer(201, jsonable_encoder(Outcome(one, None, None, newer=False).shown()))

    return take_effect(here.database, change, effect)
