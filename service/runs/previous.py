"""The served run as the next one goes by it: its advice is repeated as long as nothing is clearly better."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.flows.previous import Previous, previous_of_rows
from service.lists.tables import ListRow
from service.refusals import NothingPublished
from service.runs.store import served_run


def previous_run(session: Session, as_of: date) -> Previous | None:
    """Read the levels of the run that is served.

    Parameters
    ----------
    session : Session
    as_of : date
        The next run's moment of decision.

    Returns
    -------
    Previous or None
        None before the first run, where its rows are no longer kept, or where it is of a later day.
    """
    try:
        run = served_run(session)
    except NothingPublished:
        return None
    if not run.kept or run.as_of is None or run.as_of > as_of:
        return None
    levels, shifts, stock = (
        session.scalars(select(ListRow.cells).where(ListRow.run == run.id, ListRow.name == name)).all()
        for name in ("levels", "shifts", "stock")
    )
    record = {**run.record, "run_id": run.run_id, "as_of": run.as_of.isoformat()}
    return previous_of_rows(record, levels, shifts, stock)
