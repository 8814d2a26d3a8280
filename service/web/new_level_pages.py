"""The page of new levels for the ordering system."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from service.access.callers import HandsOver, ReadsNewLevels
from service.answers.repeats import Answer, Change, take_effect
from service.flowback.new_levels import files_made, hand_over, levels_to_hand_over
from service.runs.store import served_run
from service.setup import Here
from service.web.pages import page, pages_router
from service.web.paging import cut
from service.web.visit import visit_of

router = pages_router()
_PAGE = "/nye-niveauer"


@router.get(_PAGE)
def show_new_levels(
    request: Request,
    who: ReadsNewLevels,
    here: Here,
    fil: Annotated[str, Query(max_length=40)] = "",
    side: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What is still to be handed over, and the file that was just made."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        shown = cut(levels_to_hand_over(session, who.reach), side)
        made = files_made(session, who.reach)
    return page(
        visit,
        "new_levels",
        run=run,
        shown=shown,
        file=fil if fil.isalnum() else "",
        hands_over=visit.may(HandsOver),
        made=made,
    )


@router.post(_PAGE)
def make_file(request: Request, who: HandsOver, here: Here) -> Response:
    """Make the file, as ``POST /api/v1/new-levels/exports`` does."""
    visit_of(request, who)
    made: list[str] = []

    def effect(session: Session) -> Answer:
        export, rows = hand_over(session, who)
        made.extend([export] if rows else [])
        return Answer(201, {})

    take_effect(here.database, Change.of(request, who.principal, None), effect)
    return RedirectResponse(f"{_PAGE}?fil={made[0]}" if made else _PAGE, 303)
