"""Is the service alive, is it ready, and how is it doing: for machines that watch over it."""

from __future__ import annotations

import hmac
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from brikopt.contract.rules import Language
from service.access.callers import everybody
from service.db.damage import is_damage
from service.db.migrate import is_current, later_revision
from service.refusals import NotSignedIn, Unavailable
from service.runs.store import served_run_id
from service.setup import Here, Service
from service.texts import language_of, texts_of

router = APIRouter(tags=["health"], dependencies=[everybody])


@router.get("/health/live")
async def read_live() -> dict[str, str]:
    """The process answers; that needs none of the threads that others wait for."""
    return {"status": "ok"}


@router.get("/health/ready", responses={503: {"description": "Not ready; the body says what is missing."}})
async def read_ready(here: Here, request: Request) -> Response:
    """The database answers and is whole, its tables are of this version, and there is a run to serve."""
    # Threads of its own: whoever watches over the service isn't to wait for those that it serves.
    return await to_thread.run_sync(_ready, here, language_of(request), limiter=CapacityLimiter(1))


def _ready(here: Service, lang: Language) -> Response:
    checks: dict[str, Any] = {"database": False, "migrations": False, "run": False}
    later = damaged = False
    try:
        with here.database.reading() as session:
            checks["migrations"] = is_current(session)
            later = later_revision(session) is not None
            checks["run"] = checks["migrations"] and served_run_id(session) is not None
        damaged = here.wholeness.is_damaged(here.database)
        checks["database"] = not damaged
    except DatabaseError as error:
        # What is wrong stands in the log of the database; this answer is open to everybody.
        damaged = is_damage(error)
    except (SQLAlchemyError, OSError, Unavailable):
        pass
    if all(checks.values()):
        return JSONResponse({"status": "ok", "checks": checks})
    # The first of it that somebody has to mend.
    fault = "damaged" if damaged else "later" if later else next(name for name, good in checks.items() if not good)
    advice = texts_of(lang)["ready"][fault]
    return JSONResponse({"status": "not ready", "checks": checks, "advice": advice}, 503)


@router.get("/metrics", include_in_schema=False)
def read_metrics(here: Here, request: Request) -> Response:
    """Counts and times; only with the token of the settings."""
    token = here.settings.metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        raise NotSignedIn
    return Response(generate_latest(request.app.state.measures.registry), media_type=CONTENT_TYPE_LATEST)
