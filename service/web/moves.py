"""Moves between cabinets, as pages show them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.runs.tables import Run
from service.transfers.store import DONE, Transfer, names_of_items
from service.web.names import names_of
from service.web.visit import Visit

# State -> what may be said of a move in it.
_ANSWERS = {
    "proposed": ("accepted", "declined"),
    "accepted": ("done", "declined"),
    "declined": ("accepted",),
    DONE: (),
}


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A move, the name of its goods, who decided last, and what may be answered; ``once`` is for the form."""

    move: Transfer
    name: str
    who: str | None
    answers: tuple[str, ...]
    once: str


def moves_shown(session: Session, run: Run, moves: Sequence[Transfer], visit: Visit) -> list[MoveShown]:
    """Make moves ready for a page; whoever may decide at neither end gets no answers to choose from."""
    items = names_of_items(session, run.id, list(moves))
    people = names_of(session, (move.decided.decided_by for move in moves if move.decided), visit)
    return [
        MoveShown(
            move,
            items.get(move.cells["item_id"], move.cells["item_id"]),
            people[move.decided.decided_by] if move.decided else None,
            _ANSWERS.get(move.state, ()) if move.seen_by(visit.makes_reviews) else (),
            secrets.token_urlsafe(16),
        )
        for move in moves
    ]
