"""Everything decided in the service that the next run should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.clock import danish_day
from service.flowback.decisions import Decision, decisions
from service.flowback.taken_back import taken_back
from service.reviews.tables import Review
from service.runs.kept_rows import decided_move, reviews_in_force
from service.transfers.tables import TransferState

Row = dict[str, Any]
# What a review asks of discards is why goods had been left over until they were out of date.
_CAUSED = "expired"


@dataclass(frozen=True, slots=True)
class Decided:
    """What flows back.

    Attributes
    ----------
    levels : sequence of Decision
        Of each position the oldest first.
    rows : dict of str to list of dict
        Rows for the tables of the contract, by table; dates as date.
    superseded : sequence of dict
        Counts of which a later review says something else about the same position and day; they are in no table.
    """

    levels: Sequence[Decision]
    rows: dict[str, list[Row]]
    superseded: Sequence[Row] = ()


def gather(session: Session, before: date | None = None) -> Decided:
    """Gather what was decided and not undone.

    Parameters
    ----------
    session : Session
    before : date, optional
        Levels count only where they were settled on an earlier day; rows carry their own dates.

    Returns
    -------
    Decided
    """
    reviews = reviews_in_force(session)
    counts, superseded = _last_words([_amount(one, "counted_at") for review in reviews for one in review.counts])
    rows: dict[str, list[Row]] = {
        "reviews": [_review(review) for review in reviews if review.counts_for_target],
        "shelf_dates": [_shelf_date(one) for review in reviews for one in review.shelf_dates],
        "counts": counts,
        "discards": [
            {**_amount(one, "discarded_at"), "reason": _CAUSED} for review in reviews for one in review.discards
        ],
    }
    for table, moved in _moves(session):
        rows.setdefault(table, []).append(moved)
    settled = list(decisions(session, reviews))
    settled += [one.decision for one in taken_back(session, settled).values()]
    return Decided([one for one in settled if before is None or one.decided_on < before], rows, superseded)


def _last_words(counts: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The last count of each position and day, and those that said something else; counts come in order of commit."""
    told = [((one["counted_at"], one["cabinet_id"], one["item_id"]), one) for one in counts]
    last = dict(told)
    return list(last.values()), [one for key, one in told if one["quantity"] != last[key]["quantity"]]


def _review(review: Review) -> Row:
    # The reviewer's id says nothing about the person, and the run needs to know no one.
    return {"reviewed_at": review.reviewed_on, "ward_id": review.ward_id, "kind": review.kind}


def _shelf_date(one: Row) -> Row:
    dates = {name: date.fromisoformat(one[name]) for name in ("checked_at", "earliest_expiry")}
    return {**dates, "cabinet_id": one["cabinet_id"], "item_id": one["item_id"]}


def _amount(one: Row, dated: str) -> Row:
    found = {name: one[name] for name in ("cabinet_id", "item_id", "quantity")}
    return {dated: date.fromisoformat(one[dated]), **found}


def _moves(session: Session) -> Iterator[tuple[str, Row]]:
    """Goods that were moved: gone from one shelf when they were sent, delivered to the other when they were received.

    What was only agreed still lies where it lay.
    """
    moved = or_(TransferState.giver_done_at.is_not(None), TransferState.taker_done_at.is_not(None))
    for state in session.scalars(select(TransferState).where(moved).order_by(TransferState.sequence, TransferState.id)):
        cells = decided_move(session, state)
        if cells is None:
            continue
        expiry = date.fromisoformat(cells["earliest_expiry"]) if cells["earliest_expiry"] else None
        what = {"item_id": cells["item_id"], "quantity": int(cells["units"]), "expiry_date": expiry}
        if state.giver_done_at is not None:
            gone = {"discarded_at": danish_day(state.giver_done_at), "cabinet_id": cells["from_cabinet_id"]}
            yield "discards", {**gone, "reason": "other", **what}
        if state.taker_done_at is not None:
            come = {"delivered_at": danish_day(state.taker_done_at), "cabinet_id": cells["to_cabinet_id"]}
            # An order number of its own keeps it from being taken for the delivery of an open order line.
            yield "deliveries", {**come, "order_id": f"moved-{state.id}", **what}
