"""Moves proposed by the served run, and what people decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.access.callers import Caller
from service.access.grants import Reach
from service.answers.paging import PageAsked
from service.answers.tags import tag_of
from service.audit.chain import next_number, record
from service.audit.digests import row_digest
from service.clock import now
from service.lists.tables import ListRow
from service.places.store import item_names
from service.places.tables import Cabinet, Ward
from service.refusals import AlreadySettled, NotAgreed, OutOfScope, Unknown
from service.runs.tables import Run
from service.transfers.ends import Decided, Ends, agreed_after
from service.transfers.tables import TransferState

PROPOSED, ACCEPTED, DONE = "proposed", "accepted", "done"
_LIST = "transfers"
# All of an answer but who gave it and how often it changed, which retention may change; see ``row_digest``.
WHOLE = (
    *("id", "run_id", "state", "reason", "decided_at", "sequence"),
    *("giver_agreed", "taker_agreed", "giver_done_at", "taker_done_at"),
)


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
        """proposed, accepted, declined or done: what was said last, by whichever end."""
        return self.decided.state if self.decided else PROPOSED

    @property
    def agreed(self) -> Ends:
        """The ends that have said yes."""
        return Ends(self.decided.giver_agreed, self.decided.taker_agreed) if self.decided else Ends()

    @property
    def carried_out(self) -> Ends:
        """The ends that have done their part: the giver sent the goods, the taker received them."""
        if self.decided is None:
            return Ends()
        return Ends(self.decided.giver_done_at is not None, self.decided.taker_done_at is not None)

    @property
    def etag(self) -> str:
        """ETag of the present version."""
        return tag_of(_LIST, self.id, self.decided.version if self.decided else 0)

    def seen_by(self, reach: Reach) -> bool:
        """Whether the giver or the taker lies in reach."""
        return self.ends_in(reach).any

    def ends_in(self, reach: Reach) -> Ends:
        """Return the ends that lie in reach."""
        return Ends(reach.covers(self.giver), reach.covers(self.taker))

    def awaits(self, reach: Reach) -> bool:
        """Whether it waits for the answer of an end in reach."""
        return self.state in (PROPOSED, ACCEPTED) and self.ends_in(reach).without(self.agreed).any


def transfers_in_reach(session: Session, run: Run, reach: Reach) -> list[Transfer]:
    """List the served run's moves whose giver or taker somebody may see."""
    return [_transfer(*row) for row in session.execute(_moves(run.id, reach))]


def page_of_transfers(session: Session, run: Run, reach: Reach, asked: PageAsked) -> tuple[list[Transfer], int]:
    """List one page of those moves, and count all of them."""
    query = _moves(run.id, reach)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.offset(asked.offset).limit(asked.page_size))
    return [_transfer(*row) for row in rows], total


def transfer_in_reach(session: Session, transfer_id: str, reach: Reach) -> Transfer:
    """Find one move of any run that is kept; Unknown or OutOfScope otherwise."""
    run, _, number = transfer_id.partition("-")
    row = session.get(ListRow, (run, _LIST, int(number))) if number.isdecimal() and len(number) < 9 else None
    if row is None or _id(row) != transfer_id:
        raise Unknown(what="transfer", id=transfer_id)
    giver, taker = (_ward_of(session, run, row.cells[f"{end}_cabinet_id"]) for end in ("from", "to"))
    move = _transfer(row, giver, taker, session.get(TransferState, transfer_id))
    if not move.seen_by(reach):
        raise OutOfScope(what="transfer", id=transfer_id)
    return move


def decide(session: Session, move: Transfer, state: Decided, reason: str | None, who: Caller, run_id: str) -> Transfer:
    """Set what becomes of a move, for the ends in reach of whoever decides.

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
        If the ends in reach have done their part: goods that were moved can't be unmoved here.
    NotAgreed
        If it is said to be done before both ends have said yes.
    """
    speaks_for, before = move.ends_in(who.reach), _said(move)
    mine_left = speaks_for.without(move.carried_out).any
    if move.state == DONE or not mine_left or (state != "done" and move.carried_out.any):
        raise AlreadySettled(what="transfer", id=move.id, state=DONE)
    if state == "done" and not agreed_after(move.agreed, state, speaks_for).both:
        raise NotAgreed(id=move.id)
    agreed = agreed_after(move.agreed, state, speaks_for)
    decided = move.decided or TransferState(id=move.id, run_id=run_id, version=0)
    decided.reason, decided.decided_at, decided.decided_by = reason, now(), who.principal.id
    decided.giver_agreed, decided.taker_agreed = agreed.giver, agreed.taker
    if state == "done":
        _carry_out(decided, speaks_for)
    both_done = decided.giver_done_at is not None and decided.taker_done_at is not None
    decided.state = ACCEPTED if state == "done" and not both_done else state
    decided.version += 1
    decided.sequence = next_number(session)
    session.add(decided)
    session.flush()
    moved = Transfer(move.id, move.cells, move.giver, move.taker, decided)
    after = {**_said(moved), "end": speaks_for.name, "whole": row_digest(decided, WHOLE)}
    record(session, who.principal.id, "transfer.decided", move.id, before=before, after=after)
    return moved


def take_back(session: Session, move: Transfer, who: Caller) -> Transfer:
    """Take back what was said to be done; both ends' yes stands.

    Raises
    ------
    NotAgreed
        If neither end has said that it is done.
    """
    decided = move.decided
    if decided is None or not move.carried_out.any:
        raise NotAgreed(id=move.id)
    before = _said(move)
    decided.giver_done_at = decided.taker_done_at = None
    decided.state = ACCEPTED
    decided.decided_at, decided.decided_by = now(), who.principal.id
    decided.version += 1
    decided.sequence = next_number(session)
    session.flush()
    after = {**_said(move), "whole": row_digest(decided, WHOLE)}
    record(session, who.principal.id, "transfer.taken_back", move.id, before=before, after=after)
    return move


def _carry_out(decided: TransferState, speaks_for: Ends) -> None:
    """Each end says for itself that its part is done; the first word stands."""
    moment = decided.decided_at
    if speaks_for.giver:
        decided.giver_done_at = decided.giver_done_at or moment
    if speaks_for.taker:
        decided.taker_done_at = decided.taker_done_at or moment


def names_of_items(session: Session, run: str, moves: list[Transfer]) -> dict[str, str]:
    """Return the names of the items that are moved."""
    return item_names(session, run, (move.cells["item_id"] for move in moves))


def _said(move: Transfer) -> dict[str, str]:
    return {"state": move.state, "agreed": move.agreed.name, "done": move.carried_out.name}


def _moves(run: str, reach: Reach) -> Select[ListRow, Ward, Ward, TransferState | None]:
    """Ask for moves in the run's order, each with the wards at its ends and what was decided."""
    giver, taker = aliased(Ward), aliased(Ward)
    query = select(ListRow, giver, taker, TransferState).where(ListRow.run == run, ListRow.name == _LIST)
    for end, ward in (("from", giver), ("to", taker)):
        cabinet = aliased(Cabinet)
        at_end = ListRow.cells[f"{end}_cabinet_id"].as_string()
        query = query.join(cabinet, and_(cabinet.run == run, cabinet.cabinet_id == at_end))
        query = query.join(ward, and_(ward.run == run, ward.ward_id == cabinet.ward_id))
    decided = TransferState.id == ListRow.run + "-" + cast(ListRow.row, String)
    query = query.outerjoin(TransferState, decided).order_by(ListRow.row)
    return query.where(or_(reach.condition(giver), reach.condition(taker)))


def _ward_of(session: Session, run: str, cabinet_id: str) -> Ward:
    return session.get_one(Ward, (run, session.get_one(Cabinet, (run, cabinet_id)).ward_id))


def _id(row: ListRow) -> str:
    return f"{row.run}-{row.row}"


def _transfer(row: ListRow, giver: Ward, taker: Ward, decided: TransferState | None) -> Transfer:
    return Transfer(_id(row), row.cells, giver, taker, decided)
