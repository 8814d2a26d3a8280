"""Who am I, and who is let in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from service.access.callers import Administers, AnyRole
from service.access.tables import PrincipalRow
from service.access.users import GrantsSent, all_users, let_go, let_in_again, set_grants, user_of, user_with
from service.answers.paging import AskedPage, Page, page_of
from service.answers.repeats import Answer, Change, IdempotencyKey, IfMatch, take_effect
from service.answers.tags import require_match
from service.answers.texts_in import Id
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["access"])
UserId = Annotated[Id, Path(alias="id", description="The id of a person or key.")]


@router.get("/me")
def read_me(who: AnyRole) -> dict[str, Any]:
    """Who is asking, and what they may."""
    principal = who.principal
    roles = sorted({grant.role.value for grant in principal.grants})
    return {
        "id": principal.id,
        "kind": principal.kind,
        "name": principal.name,
        "roles": roles,
        "grants": [grant.as_dict() for grant in principal.grants],
    }


@router.get("/users")
def read_users(
    who: Administers,  # noqa: ARG001 - declares who may call
    here: Here,
    page: AskedPage,
    kind: Annotated[str | None, Query(pattern="^(person|key)$")] = None,
) -> Page:
    """Everybody and everything that was ever let in, with their grants."""
    query = all_users() if kind is None else all_users().where(PrincipalRow.kind == kind)
    with here.database.reading() as session:
        return page_of(session, query, page, lambda row: user_of(session, row).shown())


@router.get("/users/{id}")
def read_user(
    user_id: UserId,
    who: Administers,  # noqa: ARG001 - declares who may call
    here: Here,
    response: Response,
) -> dict[str, Any]:
    """One person or key."""
    with here.database.reading() as session:
        user = user_with(session, user_id)
        response.headers["ETag"] = user.etag
        return user.shown()


@router.put("/users/{id}/grants")
def put_grants(
    user_id: UserId,
    sent: GrantsSent,
    who: Administers,
    here: Here,
    request: Request,
    match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Replace what an administrator gave a person; what comes from groups stays."""
    change = Change.of(request, who.principal, key, [one.grant.as_dict() for one in sent.grants])

    def effect(session: Session) -> Answer:
        user = user_with(session, user_id)
        require_match(match, user.etag)
        changed = set_grants(session, user, sent, by=who.principal.id)
        return Answer(200, changed.shown(), {"ETag": changed.etag})

    return take_effect(here.database, change, effect)


@router.delete("/users/{id}")
def delete_user(
    user_id: UserId,
    who: Administers,
    here: Here,
    request: Request,
    match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Revoke a key, or forget a person, whom the identity provider can't bring back; the bare id stays."""
    change = Change.of(request, who.principal, key)

    def effect(session: Session) -> Answer:
        user = user_with(session, user_id)
        require_match(match, user.etag)
        gone = let_go(session, user, by=who.principal.id)
        return Answer(200, gone.shown(), {"ETag": gone.etag})

    return take_effect(here.database, change, effect)


@router.delete("/users/{id}/block")
def delete_block(
    user_id: UserId, who: Administers, here: Here, request: Request, key: IdempotencyKey = None
) -> Response:
    """Let somebody in again who was let go; they come as somebody new."""
    change = Change.of(request, who.principal, key)

    def effect(session: Session) -> Answer:
        let_in_again(session, user_id, by=who.principal.id)
        return Answer(200, {"id": user_id})

    return take_effect(here.database, change, effect)
