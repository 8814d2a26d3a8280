"""Moves proposed by the served run, and what people decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.callers import Caller
from service.access.grants import Reach
from service.answers.tags import tag_of
from service.audit.chain import record
from service.clock import now
from service.lists.tables import ListRow
from service.places.store import item_names, wards_of_cabinets
from service.places.tables import Ward
from service.refusals import AlreadySettled, OutOfScope, Unknown
from service.runs.tables import Run
from service.transfers.tables import TransferState

PROPOSED, DONE = "proposed", "done"
Decided = Literal["accepted", "declined", "done"]
_LIST = "transfers"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One proposed move, between two wards, and its state.

    Attributes
    ----------
    id : str
        The run's id and the row of its list.
    cells : mapping
        As the run wrote them.
    giver, taker : Ward
        Where the goods lie and where they would be used.
    decided : TransferState or None
        None while nobody has decided.
    """

    id: str
    cells: Mapping[str, Any]
    giver: Ward
    taker: Ward
    decided: TransferState | None

    @property
    def state(self) -> str:
        """proposed, accepted, declined or done."""
        return self.decided.state if self.decided else PROPOSED

    @property
    def etag(self) -> str:
        """ETag of the present version."""
        return tag_of(_LIST, self.id, self.decided.version if self.decided else 0)

    def seen_by(self, reach: Reach) -> bool:
        """Whether the giver or the taker lies in reach."""
        return reach.covers(self.giver) or reach.covers(self.taker)


def transfers_in_reach(session: Session, run: Run, reach: Reach) -> list[Transfer]:
    """List the served run's moves whose giver or taker somebody may see."""
    wards = wards_of_cabinets(session, run.id)
    rows = session.scalars(_rows(run.id).order_by(ListRow.row)).all()
    states = {one.id: one for one in session.scalars(select(TransferState).where(TransferState.id.like(f"{run.id}-%")))}
    moves = [_transfer(row, wards, states.get(_id(row))) for row in rows]
    return [move for move in moves if move.seen_by(reach)]


def transfer_in_reach(session: Session, transfer_id: str, reach: Reach) -> Transfer:
    """Find one move of any run that is kept; Unknown or OutOfScope otherwise."""
    run, _, number = transfer_id.partition("-")
    row = session.get(ListRow, (run, _LIST, int(number))) if number.isdecimal() and len(number) < 9 else None
    if row is None or _id(row) != transfer_id:
        raise Unknown(what="transfer", id=transfer_id)
    move = _transfer(row, wards_of_cabinets(session, run), session.get(TransferState, transfer_id))
    if not move.seen_by(reach):
        raise OutOfScope(what="transfer", id=transfer_id)
    return move


def decide(session: Session, move: Transfer, state: Decided, reason: str | None, who: Caller, run_id: str) -> Transfer:
    """Set what becomes of a move.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    move : Transfer
    state : {"accepted", "declined", "done"}
    reason : str or None
    who : Caller
    run_id : str
        The result that proposed it.

    Returns
    -------
    Transfer

    Raises
    ------
    AlreadySettled
        If it is done: goods that were moved can't be unmoved here.
    """
    if move.state == DONE:
        raise AlreadySettled(what="transfer", id=move.id, state=DONE)
    before = {"state": move.state}
    decided = move.decided or TransferState(id=move.id, run_id=run_id, version=0)
    decided.state, decided.reason = state, reason
    decided.decided_at, decided.decided_by = now(), who.principal.id
    decided.version += 1
    session.add(decided)
    session.flush()
    record(session, who.principal.id, "transfer.decided", move.id, before=before, after={"state": state})
    return Transfer(move.id, move.cells, move.giver, move.taker, decided)


def names_of_items(session: Session, run: str, moves: list[Transfer]) -> dict[str, str]:
    """Return the names of the items that are moved."""
    return item_names(session, run, (move.cells["item_id"] for move in moves))


def _rows(run: str) -> Any:  # noqa: ANN401 - a query
    return select(ListRow).where(ListRow.run == run, ListRow.name == _LIST)


def _id(row: ListRow) -> str:
    return f"{row.run}-{row.row}"


def _transfer(row: ListRow, wards: Mapping[str, Ward], decided: TransferState | None) -> Transfer:
    giver, taker = (wards[row.cells[f"{end}_cabinet_id"]] for end in ("from", "to"))
    return Transfer(_id(row), row.cells, giver, taker, decided)
