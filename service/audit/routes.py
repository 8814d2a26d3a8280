"""The route of the audit."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from service.access.callers import Administers
from service.answers.paging import AskedPage, Page, page_of
from service.answers.texts_in import Id
from service.audit.people import about
from service.audit.tables import Entry
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/audit")
def read_audit(
    who: Administers,  # noqa: ARG001 - declares who may call
    here: Here,
    page: AskedPage,
    subject: Annotated[Id | None, Query(description="Id of what was changed.")] = None,
) -> Page:
    """Every change, the newest first."""
    query = Entry.newest()
    if subject is not None:
        query = query.where(about(subject))
    with here.database.reading() as session:
        return page_of(session, query, page, _shown)


def _shown(entry: Entry) -> dict[str, Any]:
    names = ("number", "at", "what", "before", "after", "run_id", "previous", "digest")
    shown = {name: getattr(entry, name) for name in names}
    return {**shown, "who": entry.who_known, "subject": entry.subject_known}
