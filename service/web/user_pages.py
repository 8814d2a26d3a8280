"""The administrator's pages of people and keys: who is let in, what they may, and keys made and revoked."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brikopt.errors import BadInput
from service.access.callers import Administers
from service.access.grants import Grant, Role
from service.access.keys import make_key
from service.access.tables import PersonRow, PrincipalRow
from service.access.users import GrantsSent, User, all_users, let_go, set_grants, user_of, user_with
from service.answers.repeats import Answer, Change, take_effect
from service.answers.tags import require_match
from service.answers.texts_in import Id
from service.audit.people import PERSON
from service.places.store import wards_in_reach
from service.refusals import AlreadySettled, NothingPublished, Stale
from service.runs.store import served_run
from service.runs.tables import Run
from service.setup import Here
from service.web.fields import Fields
from service.web.pages import page, pages_router
from service.web.paging import ROWS, Cut
from service.web.visit import Visit, visit_of

router = pages_router()
_PEOPLE, _KEYS = "/brugere", "/noegler"
_TOLD = ("changed", "gone", "stale", "not_fit", "revoked")
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
_KEY = "key"


@router.get(_PEOPLE)
def show_people(
    request: Request,
    who: Administers,
    here: Here,
    svar: Annotated[str, Query(max_length=20)] = "",
    uden: Annotated[str, Query(max_length=5)] = "",
    side: PageNumber = 1,
) -> Response:
    """Everybody who was let in, with their grants; ``uden=1``: those that have none."""
    visit = visit_of(request, who)
    query = all_users().where(PrincipalRow.kind == PERSON)
    if uden == "1":
        query = query.where(~PrincipalRow.grants.any(), PrincipalRow.id.in_(select(PersonRow.principal)))
    with here.database.reading() as session:
        run, places = _served(session, visit)
        rows = session.scalars(query.offset((side - 1) * ROWS).limit(ROWS)).all()
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        users = [user_of(session, row) for row in rows]
        # Read while the session is open: the template asks for grants and states.
        shown = Cut([(user.row, user.state, user.grants, user.etag) for user in users], side, total)
    return page(
        visit,
        "people",
        run=run,
        shown=shown,
        places=places,
        roles=list(Role),
        only_without=uden == "1",
        told=svar if svar in _TOLD else "",
    )


@router.post(f"{_PEOPLE}/{{id}}")
def change_person(id: Id, request: Request, who: Administers, here: Here, fields: Fields) -> Response:
    """Give somebody one grant more, take what an administrator gave, or forget them."""
    visit_of(request, who)
    step = fields.get("step", "")

    def effect(session: Session) -> Answer:
        user = user_with(session, id)
        require_match(fields.get("etag"), user.etag)
        if step == "forget":
            let_go(session, user, by=who.principal.id)
        else:
            set_grants(session, user, _grants(user, fields, add=step == "add"), by=who.principal.id)
        return Answer(200, {})

    try:
        take_effect(here.database, Change.of(request, who.principal, None), effect)
    except (Stale, AlreadySettled):
        return _to(_PEOPLE, "stale")
    except ValidationError:
        return _to(_PEOPLE, "not_fit")
    return _to(_PEOPLE, "gone" if step == "forget" else "changed")


@router.get(_KEYS)
def show_keys(
    request: Request,
    who: Administers,
    here: Here,
    svar: Annotated[str, Query(max_length=20)] = "",
    side: PageNumber = 1,
) -> Response:
    """All keys of machines, the newest last."""
    return _keys_page(visit_of(request, who), here, side, told=svar if svar in _TOLD else "")


@router.post(_KEYS)
def add_key(request: Request, who: Administers, here: Here, fields: Fields) -> Response:
    """Make a key, as ``brikopt key add`` does, and show it this once."""
    visit, made = visit_of(request, who), ""
    try:
        role = Role(fields.get("role", ""))
        last_day = date.fromisoformat(fields["last_day"]) if fields.get("last_day") else None
        limits = {
            name: frozenset({fields[name].strip()} if fields.get(name, "").strip() else ())
            for name in ("units", "hospitals", "wards")
        }
        with here.database.writing() as session:
            name = fields.get("name", "").strip()[:200]
            made = make_key(session, name, Grant(role, **limits), last_day, by=who.principal.id)
    except (ValueError, BadInput):
        return _keys_page(visit, here, 1, told="not_fit", status=422)
    return _keys_page(visit, here, 1, made=made)


@router.post(f"{_KEYS}/{{id}}")
def revoke(id: Id, request: Request, who: Administers, here: Here, fields: Fields) -> Response:
    """Revoke a key: it is refused from the next request on."""
    visit_of(request, who)

    def effect(session: Session) -> Answer:
        user = user_with(session, id)
        require_match(fields.get("etag"), user.etag)
        let_go(session, user, by=who.principal.id)
        return Answer(200, {})

    try:
        take_effect(here.database, Change.of(request, who.principal, None), effect)
    except (Stale, AlreadySettled):
        return _to(_KEYS, "stale")
    return _to(_KEYS, "revoked")


def _keys_page(visit: Visit, here: Here, side: int, *, told: str = "", made: str = "", status: int = 200) -> Response:
    query = all_users().where(PrincipalRow.kind == _KEY)
    with here.database.reading() as session:
        run, places = _served(session, visit)
        rows = session.scalars(query.offset((side - 1) * ROWS).limit(ROWS)).all()
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        users = [user_of(session, row) for row in rows]
        shown = Cut([(user.row, user.key, user.state, user.grants, user.etag) for user in users], side, total)
    response = page(
        visit, "keys", run=run, status=status, shown=shown, places=places, roles=list(Role), told=told, made=made
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _grants(user: User, fields: dict[str, str], *, add: bool) -> GrantsSent:
    """What an administrator gave already, with one more; or nothing."""
    given = [
        {name: one[name] for name in ("role", "units", "hospitals", "wards")}
        for one in user.grants
        if not one["from_groups"]
    ]
    limits = {name: [fields[name].strip()] if fields.get(name, "").strip() else [] for name in _LIMITS}
    return GrantsSent.model_validate({"grants": [*given, {"role": fields.get("role"), **limits}] if add else []})


_LIMITS = ("units", "hospitals", "wards")


def _served(session: Session, visit: Visit) -> tuple[Run | None, dict[str, list[str]]]:
    """The served run, and the names of its places to choose from."""
    try:
        run = served_run(session)
    except NothingPublished:
        return None, {name: [] for name in _LIMITS}
    wards = wards_in_reach(session, run, visit.reach(Administers))
    return run, {
        "units": sorted({ward.unit for ward in wards}),
        "hospitals": sorted({ward.hospital for ward in wards}),
        "wards": [ward.ward_id for ward in wards],
    }


def _to(place: str, told: str) -> Response:
    return RedirectResponse(f"{place}?svar={told}", 303)
