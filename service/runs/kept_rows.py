"""Rows of runs that people decided about: kept for as long as the decisions count, also when the run is let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.lists.tables import ListRow
from service.reviews.tables import Review
from service.runs.tables import Run
from service.transfers.tables import TransferState

Place = tuple[str, str]  # cabinet and item
Cells = dict[str, Any]
DECIDED = "decided_"
_LISTS = ("levels", "trim_list")
_MOVES = "transfers"


def reviews_in_force(session: Session) -> Sequence[Review]:
    """Return the reviews that were not undone, the oldest first."""
    query = select(Review).where(Review.undone_at.is_(None)).order_by(Review.sequence)
    return session.scalars(query).all()


def keep_decided(session: Session, run: Run) -> None:
    """Copy what people decided about, before the rows of a run are taken away.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    run : Run
        The run that is let go.
    """
    places = {
        (one["cabinet_id"], one["item_id"])
        for review in reviews_in_force(session)
        if review.run_id == run.run_id
        for one in review.decisions
    }
    query = select(ListRow).where(ListRow.run == run.id, ListRow.name.in_(_LISTS))
    kept = [row for row in session.scalars(query) if (row.cabinet_id, row.item_id) in places] if places else []
    for row in [*kept, *_decided_moves(session, run)]:
        session.merge(_copy(row))
    session.flush()


def decided_move(session: Session, state: TransferState) -> Cells | None:
    """Return the line of the transfer that somebody decided about."""
    run, _, number = state.id.rpartition("-")
    for name in (_MOVES, f"{DECIDED}{_MOVES}"):
        row = session.get(ListRow, (run, name, int(number)))
        if row is not None:
            return dict(row.cells)
    return None


def _decided_moves(session: Session, run: Run) -> list[ListRow]:
    ids = session.scalars(select(TransferState.id).where(TransferState.id.like(f"{run.id}-%"))).all()
    found = (session.get(ListRow, (run.id, _MOVES, int(one.rpartition("-")[2]))) for one in ids)
    return [row for row in found if row is not None]


def _copy(row: ListRow) -> ListRow:
    names = ("run", "row", "ward_id", "cabinet_id", "item_id", "cells")
    return ListRow(name=f"{DECIDED}{row.name}", **{name: getattr(row, name) for name in names})
