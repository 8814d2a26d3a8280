"""The pages of the administrator: runs, and the log of changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy import func, select

from service.access.callers import Administers, routes_of
from service.audit.people import about
from service.audit.tables import Entry
from service.refusals import NothingPublished
from service.runs.store import all_runs, served_run
from service.runs.tables import Run
from service.setup import Here
from service.web.names import names_of
from service.web.pages import page, pages_router
from service.web.paging import ROWS, Cut
from service.web.visit import visit_of

router = pages_router()
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/koersler")
def show_runs(request: Request, who: Administers, here: Here, side: PageNumber = 1) -> Response:
    """All runs, the newest first, and where to upload extracts."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        try:
            served = served_run(session)
        except NothingPublished:
            served = None
        rows = session.scalars(all_runs().offset((side - 1) * ROWS).limit(ROWS)).all()
        shown = Cut(rows, side, session.scalar(select(func.count()).select_from(Run)) or 0)
        names = names_of(session, (run.requested_by for run in rows), visit)
    return page(visit, "runs", run=served, shown=shown, names=names, uploads=_takes_uploads(request))


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
        run = session.scalars(select(Run).where(Run.served_from.is_not(None)).order_by(Run.served_from.desc())).first()
        rows = session.scalars(Entry.newest().where(*chosen).offset((side - 1) * ROWS).limit(ROWS)).all()
        total = session.scalar(select(func.count()).select_from(Entry).where(*chosen)) or 0
        names = names_of(session, (entry.who_known for entry in rows), visit)
    return page(visit, "audit", run=run, shown=Cut(rows, side, total), names=names, subject=subject)


def _takes_uploads(request: Request) -> bool:
    return any(route.path == "/api/v1/runs" and "POST" in (route.methods or ()) for route in routes_of(request.app))
