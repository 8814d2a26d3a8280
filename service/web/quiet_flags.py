"""Goods that may expire, apart: those that say something, and those that somebody has handled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import EXPIRY_FLAGS
from brikopt.expiry.handled import Flag, stays_silent
from service.lists.tables import ListRow
from service.reviews.tables import Review
from service.runs.tables import Run

Row = Mapping[str, Any]
Place = tuple[str, str]  # cabinet and item


def quiet_places(session: Session, run: Run, flags: Sequence[Row], reviews: Sequence[Review]) -> set[Place]:
    """Name the positions whose flag somebody has handled, and that say nothing new since.

    Parameters
    ----------
    session : Session
    run : Run
        The served one.
    flags : sequence of mapping
        Its flags of the ward.
    reviews : sequence of Review
        Of the ward, the newest first; undone ones don't count.

    Returns
    -------
    set of (str, str)
        A flag handled under a result that isn't kept any more speaks again: nobody can say whether it changed.
    """
    decided = _newest_decisions(reviews)
    before = _flags_of(session, {review for review in decided.values() if review != run.run_id}, decided)
    quiet = set()
    for flag in flags:
        place = flag["cabinet_id"], flag["item_id"]
        handled = decided.get(place)
        if handled == run.run_id or (place in before and stays_silent(before[place], _flag(flag))):
            quiet.add(place)
    return quiet


def _newest_decisions(reviews: Sequence[Review]) -> dict[Place, str]:
    """The result that the newest decision about each position answers to."""
    decided: dict[Place, str] = {}
    for review in reviews:
        if review.undone_at is None:
            for one in review.decisions:
                decided.setdefault((one["cabinet_id"], one["item_id"]), review.run_id)
    return decided


def _flags_of(session: Session, run_ids: set[str], decided: Mapping[Place, str]) -> dict[Place, Flag]:
    """The flags of earlier results, each from the one in which its position was decided."""
    if not run_ids:
        return {}
    cabinets = sorted({cabinet for cabinet, _ in decided})
    query = (
        select(Run.run_id, ListRow.cells)
        .join(ListRow, ListRow.run == Run.id)
        .where(Run.run_id.in_(sorted(run_ids)), ListRow.name == EXPIRY_FLAGS.name, ListRow.cabinet_id.in_(cabinets))
    )
    found = ((run_id, (cells["cabinet_id"], cells["item_id"]), cells) for run_id, cells in session.execute(query))
    return {place: _flag(cells) for run_id, place, cells in found if decided.get(place) == run_id}


def _flag(cells: Row) -> Flag:
    return Flag(cells["earliest_expiry"], float(cells["expected_expired_units"] or 0.0))
