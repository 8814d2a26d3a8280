"""What is known about people goes when it isn't needed any more: at the start, and once a day."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.access.people import forget_unseen
from service.access.sessions import end_old_sessions
from service.access.throttle import forget_old_tries
from service.access.through_provider import forget_old_sign_ins
from service.db.migrate import is_current
from service.refusals import Unavailable
from service.setup import Service

_DAY_SECONDS = 24 * 60 * 60
BY_RETENTION = "retention"
_log = structlog.get_logger("service.retention")


def sweep(service: Service) -> int:
    """Delete sessions, sign-ins and counts that hold no more, and forget people not seen for long.

    Parameters
    ----------
    service : Service
        Its settings say how long; a database without this version's tables is left alone.

    Returns
    -------
    int
        People forgotten. Their ids stay in reviews and in the audit, and stand for nobody any more.
    """
    with service.database.reading() as session:
        if not is_current(session):
            return 0
    with service.database.writing() as session:
        end_old_sessions(session, service.settings)
        forget_old_sign_ins(session)
        forget_old_tries(session)
        return forget_unseen(session, service.settings, by=BY_RETENTION)


async def sweep_daily(service: Service, *, every_seconds: float = _DAY_SECONDS) -> None:
    """Sweep now, and again each day until cancelled; a day on which the database is away is made up for later."""
    while True:
        with suppress(SQLAlchemyError, Unavailable, OSError):
            forgotten = await asyncio.to_thread(sweep, service)
            _log.info("swept", forgotten=forgotten)
        await asyncio.sleep(every_seconds)
