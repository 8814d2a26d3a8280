"""The page of moves between cabinets, and the answers to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from brikopt.contract.personal_numbers import hide_personal_numbers
from service.access.callers import MakesReviews, ReadsReviews
from service.answers.repeats import Answer, Change, take_effect
from service.answers.tags import require_match
from service.answers.texts_in import Id
from service.refusals import AlreadySettled, NotAgreed, Stale
from service.runs.store import served_run
from service.runs.tables import Run
from service.setup import Here
from service.transfers.routes import DecisionSent
from service.transfers.store import decide, transfer_in_reach, transfers_in_reach
from service.web.fields import Fields
from service.web.moves import STANDINGS, moves_shown, standing_of
from service.web.pages import page, pages_router
from service.web.paging import cut
from service.web.visit import visit_of

router = pages_router()
_PAGE = "/flytninger"
_TOLD = ("accepted", "declined", "done", "stale", "personal_number", "not_fit")


@router.get(_PAGE)
def show_transfers(
    request: Request,
    who: ReadsReviews,
    here: Here,
    svar: Annotated[str, Query(max_length=20)] = "",
    side: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The moves whose giver or taker somebody may see: those that wait for them first, then as they stand."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        found = transfers_in_reach(session, run, who.reach)
        found.sort(key=lambda move: (not move.awaits(who.reach), STANDINGS.index(standing_of(move))))
        shown = cut(found, side)
        moves = moves_shown(session, run, shown.rows, visit)
    return page(visit, "transfers", run=run, moves=moves, shown=shown, told=svar if svar in _TOLD else "")


@router.post(f"{_PAGE}/{{id}}")
def answer_transfer(id: Id, request: Request, who: MakesReviews, here: Here, fields: Fields) -> Response:
    """Answer a move, as ``POST /api/v1/transfers/{id}`` does."""
    visit_of(request, who)
    reason = fields.get("reason", "")
    if hide_personal_numbers(reason) != reason:
        return _back("personal_number")
    try:
        sent = DecisionSent.model_validate({"state": fields.get("state"), "reason": reason or None})
    except ValidationError:
        return _back("not_fit")

    def effect(session: Session) -> Answer:
        move = transfer_in_reach(session, id, who.reach)
        require_match(fields.get("etag"), move.etag)
        run = session.get_one(Run, move.giver.run)
        decide(session, move, sent.state, sent.reason, who, run.run_id or "")
        return Answer(200, {})

    change = Change.of(request, who.principal, fields.get("once") or None, sent.model_dump(mode="json"))
    try:
        take_effect(here.database, change, effect)
    except (Stale, AlreadySettled, NotAgreed):
        return _back("stale")
    return _back(sent.state)


def _back(told: str) -> Response:
    return RedirectResponse(f"{_PAGE}?svar={told}", 303)
