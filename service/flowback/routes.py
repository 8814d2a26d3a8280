"""Routes of the file for the ordering system."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from service.access.callers import HandsOver, ReadsNewLevels
from service.answers.repeats import Answer, Change, IdempotencyKey, take_effect
from service.answers.texts_in import Id
from service.flowback.new_levels import NEW_LEVELS, exported_levels, hand_over, levels_since, levels_to_hand_over
from service.lists.answer import AskedList, list_answer, list_answers
from service.runs.store import served_run
from service.setup import Here

router = APIRouter(prefix="/api/v1/new-levels", tags=["new levels"])
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)


@router.get("", responses=list_answers("NewLevel", NEW_LEVELS))
def read_new_levels(
    who: ReadsNewLevels,
    here: Here,
    asked: AskedList,
    since: Annotated[
        date | None, Query(ge=_FIRST, le=_LAST, description="All settled on this day or later, exported or not.")
    ] = None,
    export: Annotated[Id | None, Query(description="The very rows of an earlier export.")] = None,
) -> Response:
    """Levels accepted or set in reviews, or standing again since one was undone; by default those in no export yet."""
    with here.database.reading() as session:
        run = served_run(session)
        if export is not None:
            rows = exported_levels(session, who.reach, export)
        elif since is not None:
            rows = levels_since(session, who.reach, since)
        else:
            rows = levels_to_hand_over(session, who.reach)
    return list_answer(asked, run, NEW_LEVELS, rows, export or "")


@router.post("/exports", status_code=201)
def post_export(who: HandsOver, here: Here, request: Request, key: IdempotencyKey = None) -> Response:
    """Make a file of all new levels that no export holds yet; fetch it at `Location`, as often as you like."""

    def effect(session: Session) -> Answer:
        export, rows = hand_over(session, who)
        body = {"id": export if rows else None, "rows": rows}
        return Answer(201, body, {"Location": f"{router.prefix}?export={export}"} if rows else {})

    return take_effect(here.database, Change.of(request, who.principal, key), effect)
