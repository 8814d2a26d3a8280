"""What is known about people goes when it isn't needed any more: at the start, and once a day."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.access.people import forget_unseen, unseen
from service.access.sessions import end_old_sessions
from service.access.tables import BlockedRow, GrantRow, PersonRow, PrincipalRow
from service.access.throttle import forget_old_tries
from service.access.through_provider import forget_old_sign_ins
from service.answers.remembered import Remembered
from service.answers.repeats import forget_old_answers
from service.audit.chain import record
from service.audit.people import ERASED, PERSON, SOMEBODY, erase_people
from service.audit.tables import Entry, EntryPerson
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

BY_RETENTION, PLANNED = "retention", "retention.planned"
# A clock may be a little behind the newest entry, and a service idle for half a year; more is a wrong clock.
_BACK, _AHEAD = timedelta(hours=1), timedelta(days=190)
_WAIT, _TOO_OLD = timedelta(days=1), timedelta(days=8)
_FEW, _SHARE = 3, 0.2
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

    Notes
    -----
    Erasing can't be undone, so a clock alone doesn't decide it. Nothing goes while the clock is far from the newest
    entry of the audit, nor more than a share of the people at once. What is due is first written into the audit
    (``retention.planned``), and goes a day later: as of that entry, if it is not too old.
    """
    with service.database.reading() as session:
        if not is_current(session):
            return 0
        newest = session.scalars(Entry.newest().limit(1)).first()
    if newest is not None and not -_BACK <= now() - newest.at <= _AHEAD:
        _log.warning("retention_refused", why="clock", newest_entry=newest.at.isoformat())
        return 0
    with service.database.writing() as session:
        end_old_sessions(session, service.settings)
        forget_old_sign_ins(session)
        forget_old_tries(session)
        forget_old_answers(session, service.settings)
        return _erase_planned(session, service.settings)


def _erase_planned(session: Session, settings: Settings) -> int:
    """Erase what was planned a day ago, and plan what has come due since."""
    planned, forgotten = _plan(session), 0
    if planned is not None:
        going, all_people = len(unseen(session, settings, planned)), _count(session, PersonRow)
        if going > max(_FEW, _SHARE * all_people):
            _log.warning("retention_refused", why="share", going=going, people=all_people)
            return 0
        forgotten = forget_unseen(session, settings, planned, by=BY_RETENTION)
        erase_old_ids(session, settings, planned)
    people, entries = len(unseen(session, settings, now())), _old_marks(session, settings)
    if (people or entries) and (planned is not None or not _waits(session)):
        record(session, BY_RETENTION, PLANNED, "people", after={"people": people, "entries": entries})
        _log.info("retention_planned", people=people, entries=entries)
    return forgotten


def _plan(session: Session) -> datetime | None:
    """Return the moment of the plan whose day has come; None without one."""
    last = _last_plan(session)
    return last if last is not None and _WAIT <= now() - last <= _TOO_OLD else None


def _waits(session: Session) -> bool:
    """Say whether a plan still waits for its day."""
    last = _last_plan(session)
    return last is not None and timedelta(0) <= now() - last < _WAIT


def _last_plan(session: Session) -> datetime | None:
    return session.scalar(select(func.max(Entry.at)).where(Entry.what == PLANNED))


def _old_marks(session: Session, settings: Settings) -> int:
    """Count the entries whose people are due to be erased."""
    long_ago = now() - timedelta(days=settings.keep_user_ids_days)
    query = select(func.count()).select_from(EntryPerson).join(Entry, Entry.number == EntryPerson.number)
    return session.scalar(query.where(Entry.at <= long_ago)) or 0


def _count(session: Session, table: type[PersonRow]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def erase_old_ids(session: Session, settings: Settings, moment: datetime) -> None:
    """Erase the ids of people from decisions and from the audit, after the days that the settings say.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    settings : Settings
    moment : datetime
        From which the days count back.

    Notes
    -----
    What was decided, where and when, stays; so does the audit's chain (see ``service.audit.people``). An id that
    stands nowhere any more goes as well.
    """
    long_ago = moment - timedelta(days=settings.keep_user_ids_days)
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
