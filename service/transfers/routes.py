"""Routes of transfers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, field_validator
from sqlalchemy.orm import Session

from brikopt.contract.personal_numbers import hide_personal_numbers
from service.access.callers import Administers, MakesReviews, ReadsReviews
from service.answers.paging import AskedPage, Page
from service.answers.repeats import Answer, Change, IdempotencyKey, IfMatch, take_effect
from service.answers.tags import require_match
from service.answers.texts_in import Id, Words
from service.refusals import NewerRun
from service.runs.store import served_run
from service.runs.tables import Run
from service.setup import Here
from service.transfers.ends import Decided
from service.transfers.store import (
    Transfer,
    decide,
    names_of_items,
    page_of_transfers,
    take_back,
    transfer_in_reach,
)

router = APIRouter(prefix="/api/v1/transfers", tags=["transfers"])
TransferId = Annotated[Id, Path(alias="id", description="The transfer's id.")]


class DecisionSent(BaseModel):
    """What becomes of a move; ``run_id`` names the result whose list was seen."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"state": "declined", "reason": "Skabet er fuldt"}]},
    )

    state: Decided
    reason: Words | None = None
    run_id: Id | None = None

    @field_validator("reason")
    @classmethod
    def _no_patients(cls, reason: str | None) -> str | None:
        if reason is not None and hide_personal_numbers(reason) != reason:
            raise ValueError("reason holds a personal number; there is no place for patients here")
        return reason


@router.get("")
def read_transfers(who: ReadsReviews, here: Here, page: AskedPage) -> Page:
    """The moves that the served run proposes, and what became of them."""
    with here.database.reading() as session:
        run = served_run(session)
        moves, total = page_of_transfers(session, run, who.reach, page)
        names = names_of_items(session, run.id, moves)
        shown = [_shown(move, names) for move in moves]
    return Page(items=shown, page=page.page, page_size=page.page_size, total=total)


@router.get("/{id}")
def read_transfer(transfer_id: TransferId, who: ReadsReviews, here: Here, response: Response) -> dict[str, Any]:
    """One move."""
    with here.database.reading() as session:
        move = transfer_in_reach(session, transfer_id, who.reach)
        response.headers["ETag"] = move.etag
        return _shown(move, names_of_items(session, move.giver.run, [move]))


@router.post("/{id}", operation_id="answer_transfer")
def post_transfer(
    transfer_id: TransferId,
    sent: DecisionSent,
    who: MakesReviews,
    here: Here,
    request: Request,
    match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Accept or decline a move for the ends that the caller reaches, or say that they have done their part."""
    change = Change.of(request, who.principal, key, sent.model_dump(mode="json"))

    def effect(session: Session) -> Answer:
        move = transfer_in_reach(session, transfer_id, who.reach)
        require_match(match, move.etag)
        run = session.get_one(Run, move.giver.run)
        served = served_run(session)
        if sent.run_id is not None and sent.run_id != served.run_id:
            raise NewerRun(str(served.run_id), [])
        after = decide(session, move, sent.state, sent.reason, who, run.run_id or "")
        names = names_of_items(session, run.id, [after])
        return Answer(200, _shown(after, names), {"ETag": after.etag})

    return take_effect(here.database, change, effect)


@router.delete("/{id}/done", operation_id="take_back_transfer")
def delete_done(
    transfer_id: TransferId,
    who: Administers,
    here: Here,
    request: Request,
    match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Take back that a move is done; both ends' yes stands."""
    change = Change.of(request, who.principal, key)

    def effect(session: Session) -> Answer:
        move = transfer_in_reach(session, transfer_id, who.reach)
        require_match(match, move.etag)
        after = take_back(session, move, who)
        return Answer(200, _shown(after, names_of_items(session, move.giver.run, [after])), {"ETag": after.etag})

    return take_effect(here.database, change, effect)


def _shown(move: Transfer, names: dict[str, str]) -> dict[str, Any]:
    decided = move.decided
    plain: dict[str, Any] = jsonable_encoder(
        {
            "id": move.id,
            **move.cells,
            "name": names.get(move.cells["item_id"]),
            "from_ward_id": move.giver.ward_id,
            "to_ward_id": move.taker.ward_id,
            "state": move.state,
            "giver_agreed": move.agreed.giver,
            "taker_agreed": move.agreed.taker,
            "agreed": move.agreed.both,
            "giver_done": move.carried_out.giver,
            "taker_done": move.carried_out.taker,
            "reason": decided.reason if decided else None,
            "decided_at": decided.decided_at if decided else None,
            "decided_by": decided.decided_by if decided else None,
            "etag": move.etag,
        }
    )
    return plain
