"""Levels that the ordering system was told and that were undone since: what stands again goes back there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.flowback.decisions import Decision
from service.flowback.settled_levels import Levels, Settled, standing
from service.flowback.tables import ExportedLevel
from service.reviews.tables import Review
from service.runs.kept_rows import Place

UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A position whose level goes back, or went back with the last file.

    Attributes
    ----------
    decision : Decision
        From what the ordering system had been told to what stands again; decided by undoing a review.
    told : ExportedLevel
        The last row that the ordering system got.
    exported_on : date or None
        None where no file holds it yet.
    """

    decision: Decision
    told: ExportedLevel
    exported_on: date | None


def taken_back(session: Session, in_force: Iterable[Decision]) -> dict[Place, TakenBack]:
    """Find what goes back to the ordering system.

    Parameters
    ----------
    session : Session
    in_force : iterable of Decision
        All that is settled and not undone, the oldest first.

    Returns
    -------
    dict of (cabinet_id, item_id) to TakenBack
        Without positions for which newer levels are settled that no file holds yet: these go there anyway.
    """
    told: dict[Place, list[ExportedLevel]] = defaultdict(list)
    for row in session.scalars(select(ExportedLevel).order_by(ExportedLevel.number, ExportedLevel.row)):
        told[row.cabinet_id, row.item_id].append(row)
    newest = {one.place: one.review_id for one in in_force}
    undone = {review.id: review for review in session.scalars(select(Review).where(Review.undone_at.is_not(None)))}
    found = {
        place: _taken_back(place, rows, undone)
        for place, rows in told.items()
        if place not in newest or newest[place] in {row.review for row in rows}
    }
    return {place: one for place, one in found.items() if one is not None}


def _taken_back(place: Place, rows: Sequence[ExportedLevel], undone: dict[str, Review]) -> TakenBack | None:
    handed = [row for row in rows if row.cells["decision"] != UNDONE]
    last, levels = rows[-1], Levels.of(rows[-1].cells, "new_")
    stands = standing([(_settled(row), row.review in undone) for row in handed])
    if stands != levels:
        newest = max((undone[row.review] for row in handed if row.review in undone), key=_undone_at)
        return _back(place, Settled(levels, stands), newest, last, None)
    if last.cells["decision"] == UNDONE and last.review in undone:
        return _back(place, _settled(last), undone[last.review], last, last.exported_on)
    return None


def _back(place: Place, settled: Settled, review: Review, told: ExportedLevel, exported_on: date | None) -> TakenBack:
    assert review.undone_on is not None  # noqa: S101 - for the types
    return TakenBack(Decision(place, settled, UNDONE, review.id, review.undone_on), told, exported_on)


def _settled(row: ExportedLevel) -> Settled:
    return Settled(Levels.of(row.cells), Levels.of(row.cells, "new_"))


def _undone_at(review: Review) -> tuple[object, str]:
    return review.undone_at, review.id
