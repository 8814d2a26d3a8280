"""Decisions are bound to the advice that was seen: what a newer run says otherwise is told, never taken for agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.lists.tables import ListRow
from service.refusals import NewerRun, RunMissing, Unfit
from service.reviews.schemas import ReviewSent
from service.runs.tables import Run

Line = tuple[str | None, str | None, str]
# What somebody who decides about a line goes by.
_SAYS = ("from", "to")


def refuse_other_advice(session: Session, served: Run, sent: ReviewSent) -> None:
    """Refuse decisions about advice that isn't served any more.

    Parameters
    ----------
    session : Session
        Of a writing transaction: what is served now is so when it commits.
    served : Run
    sent : ReviewSent

    Raises
    ------
    NewerRun
        If the result that was seen isn't the one served; with the lines of the decisions that say something else now.
    RunMissing
        If decisions don't name what was seen, and it may have been another result than the one served.
    Unfit
        If there never was such a result.
    """
    if sent.run_id is None:
        if sent.decisions and _results(session) > 1:
            raise RunMissing
        return
    if sent.run_id == served.run_id:
        return
    seen = session.scalars(select(Run).where(Run.run_id == sent.run_id).order_by(Run.served_number.desc())).first()
    if seen is None:
        raise Unfit([{"where": "run_id", "wrong": "there is no such run"}])
    raise NewerRun(str(served.run_id), list(_changed(session, seen, served, sent)))


def _results(session: Session) -> int:
    """Different results that were served so far."""
    query = select(func.count(Run.run_id.distinct())).where(Run.served_number.is_not(None))
    return session.scalar(query) or 0


def _changed(session: Session, seen: Run, served: Run, sent: ReviewSent) -> Iterator[dict[str, Any]]:
    """The decided lines that say something else now, or nothing any more."""
    before, after = (_lines(session, run, sent.ward_id) for run in (seen, served))
    for one in sent.decisions:
        line = (one.cabinet_id, one.item_id, one.action)
        was, now = before.get(line), after.get(line)
        if was != now:
            yield {
                "cabinet_id": one.cabinet_id,
                "item_id": one.item_id,
                "action": one.action,
                "was": dict(was) if was else None,
                "now": dict(now) if now else None,
            }


def _lines(session: Session, run: Run, ward_id: str) -> dict[Line, Mapping[str, Any]]:
    query = select(ListRow).where(ListRow.run == run.id, ListRow.name == "trim_list", ListRow.ward_id == ward_id)
    return {
        (row.cabinet_id, row.item_id, row.cells["action"]): {name: row.cells[name] for name in _SAYS}
        for row in session.scalars(query)
    }
