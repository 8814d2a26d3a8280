"""Decisions of reviews that settle levels, each with what it makes of its position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.flowback.answered import answered_runs
from service.flowback.settled_levels import Settled, settled_levels
from service.reviews.tables import Review
from service.runs.kept_rows import Place


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that settles levels, and where it comes from."""

    place: Place
    settled: Settled
    decision: str
    review_id: str
    decided_on: date


def decisions(session: Session, reviews: Sequence[Review]) -> Iterator[Decision]:
    """Work out which levels some reviews settle.

    Parameters
    ----------
    session : Session
    reviews : sequence of Review
        The oldest first.

    Yields
    ------
    Decision
        In the same order.
    """
    runs = answered_runs(session)
    for review in reviews:
        run = runs.get(review.run_id)
        for one in review.decisions:
            place = (one["cabinet_id"], one["item_id"])
            row = run.levels.get(place) if run else None
            settled = settled_levels(one, row) if row else None
            if settled:
                yield Decision(place, settled, one["decision"], review.id, review.reviewed_on)
