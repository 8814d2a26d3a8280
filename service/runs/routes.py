"""The list of runs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from service.access.callers import Administers
from service.answers.paging import AskedPage, Page, page_of
from service.answers.tags import tag_of
from service.answers.texts_in import Id
from service.refusals import Unknown
from service.runs.store import all_runs
from service.runs.tables import Run
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["runs"])


@router.get("/runs")
def read_runs(who: Administers, here: Here, page: AskedPage) -> Page:  # noqa: ARG001 - declares who may call
    """All runs, the newest first; those no longer kept only as a line."""
    with here.database.reading() as session:
        return page_of(session, all_runs(), page, shown)


@router.get("/runs/{id}")
def read_run(
    id: Annotated[Id, Path()],
    who: Administers,  # noqa: ARG001
    here: Here,
    response: Response,
) -> dict[str, Any]:
    """One run, with what its record says."""
    with here.database.reading() as session:
        run = session.get(Run, id)
        if run is None:
            raise Unknown(what="run", id=id)
        body = {**shown(run), "record": run.record}
    response.headers["ETag"] = tag_of(body)
    return body


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
