"""What is known about people goes when it isn't needed any more: at the start, and once a day."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, exists, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.access.people import forget_unseen
from service.access.sessions import end_old_sessions
from service.access.tables import BlockedRow, GrantRow, PersonRow, PrincipalRow
from service.access.throttle import forget_old_tries
from service.access.through_provider import forget_old_sign_ins
from service.answers.remembered import Remembered
from service.answers.repeats import forget_old_answers
from service.audit.chain import record
from service.audit.people import ERASED, PERSON, SOMEBODY, erase_people
from service.audit.tables import EntryPerson
from service.clock import now
from service.db.migrate import is_current
from service.purchasing.tables import FindingDecision
from service.recalls.tables import RecallLook
from service.refusals import Unavailable
from service.reviews.tables import Review
from service.runs.tables import Run
from service.settings import Settings
from service.setup import Service
from service.transfers.tables import TransferState

BY_RETENTION = "retention"
_DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Doer:
    """Where the id of whoever did something stands, and when that was.

    Attributes
    ----------
    column, moment : column
        The id, and the moment.
    version : column or None
        Counts what its ETag stands for: where the id is erased, it shows something else from there on.
    """

    column: InstrumentedAttribute[Any]
    moment: InstrumentedAttribute[Any]
    version: InstrumentedAttribute[int] | None = None


_DOERS = (
    Doer(Review.reviewer, Review.reviewed_at, Review.version),
    Doer(Review.undone_by, Review.undone_at, Review.version),
    Doer(TransferState.decided_by, TransferState.decided_at, TransferState.version),
    Doer(FindingDecision.decided_by, FindingDecision.decided_at),
    Doer(Run.requested_by, Run.requested_at),
    Doer(RecallLook.looked_by, RecallLook.looked_at),
)
_log = structlog.get_logger("service.retention")


def sweep(service: Service) -> int:
    """Delete what holds no more, forget people not seen for long, and erase who made old decisions.

    Parameters
    ----------
    service : Service
        Its settings say how long; a database without this version's tables is left alone.

    Returns
    -------
    int
        People forgotten. Their ids stay in reviews and in the audit and stand for nobody any more, until these
        are erased too.
    """
    with service.database.reading() as session:
        if not is_current(session):
            return 0
    with service.database.writing() as session:
        end_old_sessions(session, service.settings)
        forget_old_sign_ins(session)
        forget_old_tries(session)
        forget_old_answers(session, service.settings)
        forgotten = forget_unseen(session, service.settings, by=BY_RETENTION)
        erase_old_ids(session, service.settings)
    return forgotten


def erase_old_ids(session: Session, settings: Settings) -> None:
    """Erase the ids of people from decisions and from the audit, after the days that the settings say.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    settings : Settings

    Notes
    -----
    What was decided, where and when, stays; so does the audit's chain (see ``service.audit.people``). An id that
    stands nowhere any more goes as well.
    """
    long_ago = now() - timedelta(days=settings.keep_user_ids_days)
    for doer in _DOERS:
        _erase(session, doer, long_ago)
    session.execute(update(BlockedRow).where(BlockedRow.at <= long_ago).values(principal=""))
    last = erase_people(session, long_ago)
    if last:
        record(session, BY_RETENTION, ERASED, "audit", after={"up_to": last})
    named = (PersonRow.principal, GrantRow.principal, Remembered.principal, EntryPerson.person)
    stands = [exists().where(column == PrincipalRow.id) for column in (*named, *(doer.column for doer in _DOERS))]
    gone = PrincipalRow.kind == PERSON, PrincipalRow.created_at <= long_ago, *(~one for one in stands)
    session.execute(delete(PrincipalRow).where(*gone).execution_options(synchronize_session=False))


async def sweep_daily(service: Service, *, every_seconds: float = _DAY_SECONDS) -> None:
    """Sweep now, and again each day until cancelled; a day on which the database is away is made up for later."""
    while True:
        with suppress(SQLAlchemyError, Unavailable, OSError):
            forgotten = await asyncio.to_thread(sweep, service)
            _log.info("swept", forgotten=forgotten)
        await asyncio.sleep(every_seconds)


def _erase(session: Session, doer: Doer, long_ago: datetime) -> None:
    old = doer.column.startswith(f"{PERSON}-"), doer.moment <= long_ago
    values: dict[Any, Any] = {doer.column: SOMEBODY}
    if doer.version is not None:
        values[doer.version] = doer.version + 1
    session.execute(update(doer.column.class_).where(*old).values(values).execution_options(synchronize_session=False))
