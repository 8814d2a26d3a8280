"""Answers to moves outlive the run that proposed them: a yes counts in the next run too."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.chain import record
from service.audit.digests import row_digest
from service.lists.tables import ListRow
from service.runs.kept_rows import Cells, decided_move
from service.runs.tables import Run
from service.transfers.store import ACCEPTED, WHOLE
from service.transfers.tables import TransferState

DECLINED = "declined"
# Of each digest: a region carries thousands of answers into one entry.
_SIGNS = 32
Way = tuple[str, str, str]  # from, to, item


def latest_answers(session: Session) -> list[tuple[TransferState, Cells]]:
    """Return the latest answer to each way of an item, with the line of the run that it answers to; in their order."""
    query = select(TransferState).order_by(TransferState.sequence, TransferState.id)
    found: dict[Way, tuple[TransferState, Cells]] = {}
    for state in session.scalars(query):
        cells = decided_move(session, state)
        if cells is not None:
            found[_way(cells)] = (state, cells)
    return [found[way] for way in sorted(found)]


def carry_accepted(session: Session, run: Run, *, by: str) -> None:
    """Say of a new run's moves what was said to the same ones before: yes, by both ends or by one.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    run : Run
        With its rows, and not in front yet.
    by : str
        Who publishes.
    """
    accepted = {
        _way(cells): (state, cells)
        for state, cells in latest_answers(session)
        # What one end has carried out is finished where it was begun.
        if state.state == ACCEPTED and state.giver_done_at is None and state.taker_done_at is None
    }
    if not accepted:
        return
    carried: list[TransferState] = []
    for row in session.scalars(select(ListRow).where(ListRow.run == run.id, ListRow.name == "transfers")):
        state, cells = accepted.get(_way(row.cells), (None, {}))
        if state is not None and cells["units"] == row.cells["units"]:
            carried.append(
                TransferState(
                    id=f"{run.id}-{row.row}",
                    run_id=run.run_id or "",
                    state=ACCEPTED,
                    reason=state.reason,
                    sequence=state.sequence,
                    decided_at=state.decided_at,
                    decided_by=state.decided_by,
                    version=1,
                    giver_agreed=state.giver_agreed,
                    taker_agreed=state.taker_agreed,
                )
            )
    session.add_all(carried)
    session.flush()
    if carried:
        digests = {one.id: row_digest(one, WHOLE)[:_SIGNS] for one in carried}
        record(session, by, "transfers.carried", run.id, after={"moves": len(carried), "carried": digests})


def _way(cells: Cells) -> Way:
    return cells["from_cabinet_id"], cells["to_cabinet_id"], cells["item_id"]
