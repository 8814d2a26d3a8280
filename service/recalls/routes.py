"""Routes of recalls."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.access.callers import AnyRole, MakesReviews
from service.answers.paging import AskedPage, Page
from service.answers.repeats import Answer, Change, IdempotencyKey, take_effect
from service.answers.texts_in import Id
from service.recalls.store import ShelfShown, items_named, look_at, shelves_of
from service.recalls.tables import RecallLook
from service.runs.store import served_run
from service.setup import Here

router = APIRouter(prefix="/api/v1/recalls", tags=["recalls"])


class LookSent(BaseModel):
    """Somebody has looked at a shelf for a recalled item, or for one of its lots."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"item_id": "1686294", "lot": "L4711", "cabinet_id": "S10009"}]},
    )

    item_id: Id
    lot: Id | None = None
    cabinet_id: Id
    units_found: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None


@router.get("")
def read_recall(
    who: AnyRole,
    here: Here,
    page: AskedPage,
    item: Annotated[Id | None, Query(description="The item's number.")] = None,
    gtin: Annotated[Id | None, Query(description="The number in its bar code.")] = None,
    lot: Annotated[Id | None, Query(description="One of its lots; else all of it.")] = None,
) -> Page:
    """Every shelf on which a recalled item or lot may lie, ward by ward, and who has looked at it.

    Where no item is named, nothing is recalled.
    """
    if item is None and gtin is None:
        return Page(items=[], page=page.page, page_size=page.page_size, total=0)
    with here.database.reading() as session:
        run = served_run(session)
        shelves = shelves_of(session, run, items_named(session, run, item, gtin), lot, who.reach)
        first = (page.page - 1) * page.page_size
        shown = [_shown(one) for one in shelves[first : first + page.page_size]]
    return Page(items=shown, page=page.page, page_size=page.page_size, total=len(shelves))


@router.post("", status_code=201)
def post_look(sent: LookSent, who: MakesReviews, here: Here, request: Request, key: IdempotencyKey = None) -> Response:
    """Say that a shelf has been looked at."""
    change = Change.of(request, who.principal, key, sent.model_dump(mode="json"))

    def effect(session: Session) -> Answer:
        run = served_run(session)
        look = look_at(session, run, sent.item_id, sent.lot, sent.cabinet_id, sent.units_found, who)
        return Answer(201, _look(look))

    return take_effect(here.database, change, effect)


def _shown(one: ShelfShown) -> dict[str, Any]:
    found = one.found
    looked = dict.fromkeys(("looked_at", "looked_by", "units_found"))
    if one.look is not None:
        looked = {name: _look(one.look)[name] for name in looked}
    return {
        "ward_id": one.ward.ward_id,
        "ward_name": one.ward.ward_name,
        "cabinet_id": found.cabinet_id,
        "item_id": found.item_id,
        "name": one.name,
        "lot": found.lot or None,
        "expiry": found.expiry or None,
        "basis": found.basis,
        "p_there": round(found.p_there, 4),
        "units": round(found.units, 4),
        **looked,
    }


def _look(look: RecallLook) -> dict[str, Any]:
    names = ("id", "item_id", "lot", "cabinet_id", "ward_id", "units_found", "looked_at", "looked_by")
    shown: dict[str, Any] = jsonable_encoder({name: getattr(look, name) for name in names})
    return shown
