"""Is the service alive, is it ready, and how is it doing: for machines that watch over it."""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from service.access.callers import everybody
from service.db.migrate import is_current
from service.refusals import NotSignedIn, Unavailable
from service.runs.store import served_run_id
from service.setup import Here

router = APIRouter(tags=["health"], dependencies=[everybody])


@router.get("/health/live")
def read_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", responses={503: {"description": "Not ready; the body says what is missing."}})
def read_ready(here: Here) -> Response:
    """The database answers, its tables are of this version, and there is a run to serve."""
    checks: dict[str, Any] = {"database": False, "migrations": False, "run": False}
    try:
        with here.database.reading() as session:
            checks["database"] = True
            checks["migrations"] = is_current(session)
            checks["run"] = checks["migrations"] and served_run_id(session) is not None
    except (SQLAlchemyError, OSError, Unavailable):
        # What is wrong stands in the log of the database; this answer is open to everybody.
        checks["database"] = False
    ready = all(checks.values())
    return JSONResponse({"status": "ok" if ready else "not ready", "checks": checks}, 200 if ready else 503)


@router.get("/metrics", include_in_schema=False)
def read_metrics(here: Here, request: Request) -> Response:
    """Counts and times; only with the token of the settings."""
    token = here.settings.metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        raise NotSignedIn
    return Response(generate_latest(request.app.state.measures.registry), media_type=CONTENT_TYPE_LATEST)
