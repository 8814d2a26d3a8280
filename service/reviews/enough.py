"""Whether a review looked at enough of its list to count for the targets (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.policy import Reviews
from service.lists.tables import ListRow
from service.places.tables import Cabinet
from service.reviews.schemas import DATED, ReviewSent
from service.reviews.tables import Review
from service.runs.tables import Run

_LOOKS = (*DATED, "seen")
Line = tuple[str | None, str | None, str]  # cabinet, item and action


@dataclass(frozen=True, slots=True)
class Handled:
    """How much of its list a review handled.

    Attributes
    ----------
    listed, handled : int
        Rows of the list, and those of them that were decided or looked at.
    enough : bool
        Whether it counts for the target.
    """

    listed: int
    handled: int
    enough: bool


def handled_by(session: Session, run: Run, sent: ReviewSent) -> Handled:
    """Hold a review against the rows of its ward's list in its kind.

    Parameters
    ----------
    session : Session
    run : Run
        The result that was seen; its policy says which share is enough.
    sent : ReviewSent

    Returns
    -------
    Handled
        A position that was counted, or whose date was read, was looked at. A list without rows is handled by a look.
        What earlier reviews and visits of the same list handled counts too: a ward is often gone through in parts.
    """
    lines = _lines(session, run, sent)
    earlier = _earlier(session, run, sent)
    decisions = [one.model_dump() for one in sent.decisions] + [one for past in earlier for one in past.decisions]
    decided = {(one["cabinet_id"], one["item_id"], one["action"]) for one in decisions}
    looked_at = {(one.cabinet_id, one.item_id) for part in _LOOKS for one in getattr(sent, part)}
    looked_at |= {
        (one["cabinet_id"], one["item_id"]) for past in earlier for part in _LOOKS for one in getattr(past, part)
    }
    handled = sum(line in decided or line[:2] in looked_at for line in lines)
    share = least_share(run)
    return Handled(len(lines), handled, sent.enough_because is not None or handled >= share * len(lines))


def _earlier(session: Session, run: Run, sent: ReviewSent) -> list[Review]:
    query = select(Review).where(
        Review.run_id == run.run_id,
        Review.ward_id == sent.ward_id,
        Review.kind == sent.kind,
        Review.undone_at.is_(None),
    )
    return list(session.scalars(query))


def least_share(run: Run) -> float:
    """Share of the rows that a review has to handle, as the run's policy says; the default where it is silent."""
    written = (run.record or {}).get("policy", {}).get("reviews", {})
    return float(written.get("least_share", Reviews().least_share))


def _lines(session: Session, run: Run, sent: ReviewSent) -> list[Line]:
    cabinets = select(Cabinet.cabinet_id).where(
        Cabinet.run == run.id, Cabinet.ward_id == sent.ward_id, Cabinet.kind == sent.kind
    )
    query = select(ListRow.cabinet_id, ListRow.item_id, ListRow.cells).where(
        ListRow.run == run.id,
        ListRow.name == "trim_list",
        ListRow.ward_id == sent.ward_id,
        ListRow.cabinet_id.in_(cabinets),
    )
    return [(cabinet, item, cells["action"]) for cabinet, item, cells in session.execute(query)]
