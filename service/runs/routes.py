"""Runs: sent, listed, followed, stopped."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.encoders import jsonable_encoder
from fastapi.responses import PlainTextResponse
from sqlalchemy.orm import Session

from service.access.callers import Administers
from service.answers.paging import AskedPage, Page, page_of
from service.answers.repeats import Answer, Change, IdempotencyKey, take_effect
from service.answers.tags import tag_of
from service.answers.texts_in import Id
from service.lists.answer import AskedList, list_answer, list_answers
from service.runs.folders import JobFolder
from service.runs.jobs import ask_to_cancel
from service.runs.receiving import UPLOAD_FORM, take_upload, upload_of
from service.runs.rejected_rows import REJECTED, log_of, rejected_rows
from service.runs.store import all_runs, run_of
from service.runs.tables import Job, Run
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["runs"])
RunId = Annotated[Id, Path(alias="id", description="The run's id.")]
_LOG: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}, "description": "The log."}}


@router.post("/runs", status_code=202, openapi_extra=UPLOAD_FORM)
async def post_run(who: Administers, here: Here, request: Request, key: IdempotencyKey = None) -> Response:
    """Send extracts: they are checked at once, and a run on them waits for its turn."""
    async with upload_of(request) as upload:
        return await run_in_threadpool(take_upload, here, request, who, key, upload, accepted)


@router.get("/runs")
def read_runs(who: Administers, here: Here, page: AskedPage) -> Page:  # noqa: ARG001 - declares who may call
    """All runs, the newest first; those no longer kept only as a line."""
    with here.database.reading() as session:
        return page_of(session, all_runs(), page, shown)


@router.get("/runs/{id}")
def read_run(run_id: RunId, who: Administers, here: Here, response: Response) -> dict[str, Any]:  # noqa: ARG001
    """One run: how far it is, what the check of its extracts found, and what its record says."""
    with here.database.reading() as session:
        run = run_of(session, run_id)
        body = {**shown(run), **work_shown(session.get(Job, run.id)), "record": run.record}
    response.headers["ETag"] = tag_of(body)
    return body


@router.post("/runs/{id}/cancel", status_code=202)
def cancel_run(run_id: RunId, who: Administers, here: Here, request: Request, key: IdempotencyKey = None) -> Response:
    """Stop a run that waits or is under way; the run that is served stays."""

    def effect(session: Session) -> Answer:
        run = run_of(session, run_id)
        ask_to_cancel(session, run, who.principal.id)
        return Answer(202, jsonable_encoder(shown(run)))

    return take_effect(here.database, Change.of(request, who.principal, key), effect)


@router.get("/runs/{id}/log", responses=_LOG, response_class=PlainTextResponse)
def read_log(run_id: RunId, who: Administers, here: Here) -> str:  # noqa: ARG001
    """What the worker said."""
    with here.database.reading() as session:
        run = run_of(session, run_id)
    return log_of(JobFolder.of(here.settings, run.id))


@router.get("/runs/{id}/rejected-rows", responses=list_answers("RejectedRow", REJECTED))
def read_rejected_rows(run_id: RunId, who: Administers, here: Here, asked: AskedList) -> Response:  # noqa: ARG001
    """The rows of the extracts that can't be used, each with what to do about it."""
    with here.database.reading() as session:
        run = run_of(session, run_id)
    return list_answer(asked, run, REJECTED, rejected_rows(JobFolder.of(here.settings, run.id)), run.id)


def accepted(run: Run) -> Answer:
    """Say that a run waits, and where it can be followed."""
    return Answer(202, jsonable_encoder(shown(run)), {"Location": f"{router.prefix}/runs/{run.id}"})


def shown(run: Run) -> dict[str, Any]:
    """Return what answers say of a run."""
    return {
        "id": run.id,
        "state": run.state,
        "run_id": run.run_id,
        "as_of": run.as_of,
        "version": run.version,
        "requested_at": run.requested_at,
        "finished_at": run.finished_at,
        "served_from": run.served_from,
        "progress": run.progress,
        "problem": run.problem,
        "kept": run.kept,
    }


def work_shown(job: Job | None) -> dict[str, Any]:
    """Return what answers say of the work behind a run; nothing for one that came without any."""
    if job is None:
        return {}
    names = ("kind", "step", "lang", "files", "report", "flowed_back", "cancel_asked_at")
    return {name: getattr(job, name) for name in names}
