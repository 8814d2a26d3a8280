"""Which run is served, and the list of all."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.refusals import NothingPublished, Unknown
from service.runs.tables import Run

_NEWEST = (Run.served_number.desc(), Run.id)


def served_run(session: Session) -> Run:
    """Return the run that was put in front last.

    Raises
    ------
    NothingPublished
        If there is none yet.
    """
    run = session.scalars(select(Run).where(Run.served_number.is_not(None)).order_by(*_NEWEST).limit(1)).first()
    if run is None:
        raise NothingPublished
    return run


def served_ids(session: Session) -> tuple[str, str | None] | None:
    """Return the served run's id, and the name of its result; None before the first."""
    query = select(Run.id, Run.run_id).where(Run.served_number.is_not(None)).order_by(*_NEWEST).limit(1)
    found = session.execute(query).first()
    return None if found is None else (found.id, found.run_id)


def served_run_id(session: Session) -> str | None:
    """Return the name of the served run's result; None before the first."""
    return session.scalars(select(Run.run_id).where(Run.served_number.is_not(None)).order_by(*_NEWEST).limit(1)).first()


def as_of(run: Run) -> date:
    """Return the moment of decision of a published run."""
    if run.as_of is None:
        raise NothingPublished
    return run.as_of


def run_of(session: Session, run_id: str) -> Run:
    """Return any run by its id in the service; Unknown if there is none."""
    run = session.get(Run, run_id)
    if run is None:
        raise Unknown(what="run", id=run_id)
    return run


def all_runs() -> Select[Run]:
    """Ask for all runs, the newest request first."""
    return select(Run).order_by(Run.requested_at.desc(), Run.id)
