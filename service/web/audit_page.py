"""The page of the log of changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy import func, select

from service.access.callers import Administers
from service.audit.people import about
from service.audit.tables import Entry
from service.runs.tables import Run
from service.setup import Here
from service.web.names import names_of
from service.web.pages import page, pages_router
from service.web.paging import ROWS, Cut
from service.web.visit import visit_of

router = pages_router()
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/revision")
def show_audit(
    request: Request,
    who: Administers,
    here: Here,
    subject: Annotated[str, Query(max_length=200)] = "",
    side: PageNumber = 1,
) -> Response:
    """Every change, the newest first."""
    visit = visit_of(request, who)
    chosen = [about(subject.strip())] if subject.strip() else []
    with here.database.reading() as session:
        run = session.scalars(
            select(Run).where(Run.served_number.is_not(None)).order_by(Run.served_number.desc())
        ).first()
        rows = session.scalars(Entry.newest().where(*chosen).offset((side - 1) * ROWS).limit(ROWS)).all()
        total = session.scalar(select(func.count()).select_from(Entry).where(*chosen)) or 0
        names = names_of(session, (entry.who_known for entry in rows), visit)
    return page(visit, "audit", run=run, shown=Cut(rows, side, total), names=names, subject=subject)
