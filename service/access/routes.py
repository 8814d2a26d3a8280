"""Who am I, and who is let in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select

from service.access.callers import Administers, AnyRole
from service.access.keys import principal_of
from service.access.tables import KeyRow, PrincipalRow
from service.answers.paging import AskedPage, Page, page_of
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["access"])


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
def read_users(who: Administers, here: Here, page: AskedPage) -> Page:  # noqa: ARG001 - declares who may call
    """Everybody and everything that was ever let in, with their grants."""
    with here.database.reading() as session:
        keys = {key.principal: key for key in session.scalars(select(KeyRow))}

        def show(row: PrincipalRow) -> dict[str, Any]:
            key = keys.get(row.id)
            return {
                "id": row.id,
                "kind": row.kind,
                "name": row.name,
                "created_at": row.created_at,
                "last_day": key.last_day if key else None,
                "revoked_at": key.revoked_at if key else None,
                "grants": [grant.as_dict() for grant in principal_of(session, row.id).grants],
            }

        return page_of(session, select(PrincipalRow).order_by(PrincipalRow.created_at, PrincipalRow.id), page, show)
