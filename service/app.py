"""The service: everything it is made of, put together."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware.gzip import GZipMiddleware

from brikopt import __version__
from service.access.callers import by_bearer_key, refuse_undeclared
from service.access.routes import router as access
from service.access.sessions import by_session
from service.answers.body_limit import BodyLimit
from service.answers.from_memory import FromMemory
from service.audit.routes import router as audit
from service.audit.witness import Witness
from service.coverage.routes import router as coverage
from service.db.database import Database
from service.described import PROBLEMS, Described, operation_id
from service.envelope import Envelope, Measures
from service.errors import add_handlers
from service.flowback.routes import router as new_levels
from service.health import router as health
from service.lists.routes import router as lists
from service.logs import set_up_logs
from service.operation.retention import sweep_daily
from service.places.routes import router as places
from service.purchasing.routes import router as purchasing
from service.recalls.routes import router as recalls
from service.reviews.routes import router as reviews
from service.runs.routes import router as runs
from service.runs.supervisor import Supervisor
from service.scans.routes import router as scans
from service.settings import Settings
from service.setup import Service
from service.transfers.routes import router as transfers
from service.unit_reports.routes import router as unit_reports
from service.web.pages import answer_people
from service.web.routes import router as pages

ROUTERS = (
    access,
    places,
    lists,
    purchasing,
    reviews,
    new_levels,
    transfers,
    recalls,
    coverage,
    unit_reports,
    runs,
    audit,
    scans,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the service.

    Parameters
    ----------
    settings : Settings, optional
        By default those of the environment.

    Returns
    -------
    FastAPI
        Its database is opened by the first request, and closed at shutdown. `brikopt serve` and `brikopt publish`
        bring its tables up to date, not this: an app that is only looked at changes nothing.

    Raises
    ------
    RuntimeError
        If a route doesn't declare who may call it.
    """
    settings = settings or Settings()
    app = Described(
        title="brikopt",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        # These pages load their scripts from elsewhere; the document itself is enough.
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=operation_id,
    )
    witness = Witness.of(settings)
    database = Database(settings.url, settings.patience_seconds, witness)
    app.state.service = Service(settings, database, (by_bearer_key, by_session), witness)
    app.state.measures = Measures()
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router, responses=PROBLEMS)
    app.include_router(health)
    app.include_router(pages)
    answer_people(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(FromMemory)
    app.add_middleware(Envelope)
    # Outermost of what makes answers: a ward's page is ten times smaller on a slow network.
    app.add_middleware(GZipMiddleware, minimum_size=1400, compresslevel=5)
    app.add_middleware(CorrelationIdMiddleware, header_name="X-Request-Id", generator=lambda: uuid.uuid4().hex)
    refuse_undeclared(app)
    set_up_logs()
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    supervisor = Supervisor(service.database, service.settings)
    if service.settings.run_worker:
        supervisor.start()
    sweeping = asyncio.create_task(sweep_daily(service))
    yield
    sweeping.cancel()
    with suppress(asyncio.CancelledError):
        await sweeping
    # Stopping waits for a worker, which may take seconds; the answers under way go on meanwhile.
    await run_in_threadpool(supervisor.stop)
    service.database.close()
