"""The page of a recall: where it may lie, and a tick for each shelf that has been looked at."""

from __future__ import annotations

import secrets
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.access.callers import AnyRole, MakesReviews
from service.answers.repeats import Answer, Change, take_effect
from service.recalls.routes import LookSent
from service.recalls.store import ShelfShown, items_named, look_at, shelves_of
from service.refusals import Unknown
from service.runs.store import served_run
from service.setup import Here
from service.web.fields import Fields
from service.web.names import names_of
from service.web.pages import page, pages_router
from service.web.visit import visit_of

router = pages_router()
_PAGE = "/tilbagekaldelse"


@router.get(_PAGE)
def show_recall(
    request: Request,
    who: AnyRole,
    here: Here,
    vare: Annotated[str, Query(max_length=200)] = "",
    lot: Annotated[str, Query(max_length=200)] = "",
    svar: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every shelf on which a recalled item or lot may lie; ``vare`` is its number or that of its bar code."""
    visit = visit_of(request, who)
    item, number = vare.strip().replace("\x00", ""), lot.strip().replace("\x00", "")
    shelves: list[ShelfShown] = []
    names: list[str] = []
    unknown = False
    with here.database.reading() as session:
        run = served_run(session)
        if item:
            try:
                items = items_named(session, run, item, item)
                shelves = shelves_of(session, run, items, number, who.reach)
                names = [one.name for one in items]
            except Unknown:
                unknown = True
        mine = visit.makes_reviews
        wards = [list(rows) for _, rows in groupby(shelves, key=lambda one: one.ward.ward_id)]
        return page(
            visit,
            "recalls",
            run=run,
            item=item,
            lot=number,
            names=names,
            wards=wards,
            shelves=shelves,
            looked=sum(one.look is not None for one in shelves),
            unknown=unknown,
            ticks={rows[0].ward.ward_id for rows in wards if mine.covers(rows[0].ward)},
            people=names_of(session, (one.look.looked_by for one in shelves if one.look), visit),
            once=secrets.token_urlsafe(12),
            told=svar if svar in ("kept", "not_fit") else "",
        )


@router.post(_PAGE)
def tick_shelf(request: Request, who: MakesReviews, here: Here, fields: Fields) -> Response:
    """Keep that a shelf has been looked at, as ``POST /api/v1/recalls`` does."""
    visit_of(request, who)
    told = {name: fields.get(name, "").strip() or None for name in ("item_id", "lot", "cabinet_id", "units_found")}
    back = {"vare": fields.get("vare", ""), "lot": fields.get("lot", "")}
    try:
        sent = LookSent.model_validate(told)
    except ValidationError:
        return _back(back, "not_fit")

    def effect(session: Session) -> Answer:
        run = served_run(session)
        look_at(session, run, sent.item_id, sent.lot, sent.cabinet_id, sent.units_found, who)
        return Answer(200, {})

    key = f"{fields['once']}-{sent.cabinet_id}-{sent.item_id}"[:200] if fields.get("once") else None
    take_effect(here.database, Change.of(request, who.principal, key, sent.model_dump(mode="json")), effect)
    return _back(back, "kept")


def _back(asked: dict[str, str], told: str) -> Response:
    return RedirectResponse(f"{_PAGE}?{urlencode(asked | {'svar': told})}", 303)
