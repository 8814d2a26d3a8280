"""The administrator's pages of runs: send extracts, follow a run, stop it."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.access.callers import Administers
from service.answers.repeats import Answer, Change, take_effect
from service.answers.texts_in import Id
from service.refusals import AlreadySettled, NothingPublished
from service.runs.comparing import compare_runs, kept_runs
from service.runs.folders import JobFolder
from service.runs.jobs import EXTRACTS, ask_to_cancel
from service.runs.receiving import take_upload, upload_of
from service.runs.store import all_runs, run_of, served_run
from service.runs.tables import Job, Run
from service.setup import Here
from service.web.names import names_of
from service.web.pages import page, pages_router
from service.web.paging import ROWS, Cut
from service.web.visit import visit_of

router = pages_router()
_PAGE = "/koersler"
_TOLD = ("sent", "cancelled", "settled")


@router.get(_PAGE)
def show_runs(
    request: Request, who: Administers, here: Here, side: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> Response:
    """All runs, the newest first, and where to send extracts."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        rows = session.scalars(all_runs().offset((side - 1) * ROWS).limit(ROWS)).all()
        shown = Cut(rows, side, session.scalar(select(func.count()).select_from(Run)) or 0)
        names = names_of(session, (run.requested_by for run in rows), visit)
        served = _served(session)
    return page(
        visit,
        "runs",
        run=served,
        shown=shown,
        names=names,
        most_mb=here.settings.upload_mb,
        once=secrets.token_urlsafe(16),
    )


@router.post(_PAGE)
async def send_extracts(request: Request, who: Administers, here: Here) -> Response:
    """Take extracts, as ``POST /api/v1/runs`` does."""
    visit_of(request, who)
    async with upload_of(request) as upload:
        once = str((await request.form()).get("once") or "")[:200] or None
        return await run_in_threadpool(take_upload, here, request, who, once, upload, _sent)


@router.get("/sammenlign")
def show_comparison(
    request: Request,
    who: Administers,
    here: Here,
    a: Annotated[str, Query(max_length=40)] = "",
    b: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Two of the runs whose rows are kept, side by side; by default the served one and the one before."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        kept = {run.id: run for run in kept_runs(session)}
        newest = list(kept.values())
        later = kept.get(b) or (newest[0] if newest else None)
        others = [run for run in newest if run is not later]
        earlier = kept.get(a) or (others[0] if others else None)
        compared = compare_runs(session, earlier, later) if earlier and later else None
    return page(
        visit,
        "comparison",
        run=newest[0] if newest else None,
        kept=newest,
        earlier=earlier,
        later=later,
        compared=compared,
    )


@router.get(f"{_PAGE}/{{id}}")
def show_run(
    id: Id, request: Request, who: Administers, here: Here, svar: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """One run: how far it is, and what the check of its extracts found."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        one = run_of(session, id)
        job = session.get(Job, id)
        names = names_of(session, [one.requested_by], visit)
        served = _served(session)
    folder = JobFolder.of(here.settings, one.id)
    return page(
        visit,
        "run",
        run=served,
        one=one,
        job=job,
        names=names,
        under_way=one.state in ("queued", "running"),
        can_be_cancelled=one.state in ("queued", "running") and job is not None and job.kind == EXTRACTS,
        has_log=folder.log.is_file(),
        has_rows=folder.rejected.is_file(),
        told=svar if svar in _TOLD else "",
    )


@router.post(f"{_PAGE}/{{id}}/afbryd")
def cancel_run(id: Id, request: Request, who: Administers, here: Here) -> Response:
    """Stop a run, as ``POST /api/v1/runs/{id}/cancel`` does."""
    visit_of(request, who)

    def effect(session: Session) -> Answer:
        ask_to_cancel(session, run_of(session, id), who.principal.id)
        return Answer(202, {})

    try:
        take_effect(here.database, Change.of(request, who.principal, None), effect)
    except AlreadySettled:
        return _to(id, "settled")
    return _to(id, "cancelled")


def _served(session: Session) -> Run | None:
    try:
        return served_run(session)
    except NothingPublished:
        return None


def _sent(run: Run) -> Answer:
    return Answer(303, {}, {"Location": f"{_PAGE}/{run.id}?svar=sent"})


def _to(run_id: str, told: str) -> Response:
    return RedirectResponse(f"{_PAGE}/{run_id}?svar={told}", 303)
