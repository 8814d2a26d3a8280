"""Moves between cabinets, as pages show them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.access.grants import Reach
from service.runs.tables import Run
from service.transfers.store import ACCEPTED, Transfer, names_of_items
from service.web.names import names_of
from service.web.visit import Visit

# How a move stands: its state, and of an accepted one whose yes is still missing, or which end has done its part. In
# the order of a page.
STANDINGS = ("proposed", "awaits_taker", "awaits_giver", "accepted", "sent", "received", "declined", "done")


@dataclass(frozen=True, slots=True)
class MoveShown:
    """A move, how it stands, the name of its goods, who decided last, and what may be answered.

    ``once`` is for the form.
    """

    move: Transfer
    standing: str
    name: str
    who: str | None
    answers: tuple[str, ...]
    once: str


def moves_shown(session: Session, run: Run, moves: Sequence[Transfer], visit: Visit) -> list[MoveShown]:
    """Make moves ready for a page."""
    items = names_of_items(session, run.id, list(moves))
    people = names_of(session, (move.decided.decided_by for move in moves if move.decided), visit)
    return [
        MoveShown(
            move,
            standing_of(move),
            items.get(move.cells["item_id"], move.cells["item_id"]),
            people[move.decided.decided_by] if move.decided else None,
            answers_to(move, visit.makes_reviews),
            secrets.token_urlsafe(16),
        )
        for move in moves
    ]


def standing_of(move: Transfer) -> str:
    """Return how a move stands."""
    if move.state != ACCEPTED:
        return move.state
    if move.carried_out.any:
        return "sent" if move.carried_out.giver else "received"
    if move.agreed.both:
        return move.state
    return "awaits_taker" if move.agreed.giver else "awaits_giver"


def answers_to(move: Transfer, reach: Reach) -> tuple[str, ...]:
    """List what may be answered to a move.

    Parameters
    ----------
    move : Transfer
    reach : Reach
        Where the visitor decides.

    Returns
    -------
    tuple of str
        Nothing for whoever decides at neither end. Yes only where an end in reach has not said it.
    """
    mine, standing = move.ends_in(reach), standing_of(move)
    yes = ("accepted",) if mine.without(move.agreed).any else ()
    if not mine.any or standing == "done":
        return ()
    if move.carried_out.any:
        return ("done",) if mine.without(move.carried_out).any else ()
    if standing == "declined":
        return yes
    return ("done", "declined") if standing == "accepted" else (*yes, "declined")
