"""The reviews of a ward: who made them, and what they decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.callers import ReadsReviews
from service.places.tables import Ward
from service.reviews.store import etag_of, reviews_in_reach
from service.reviews.tables import Review
from service.web.names import names_of
from service.web.sheet import Decided, standing_decisions
from service.web.visit import Visit

_MOST_REVIEWS = 50


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """A review, who made it and who undid it, and how to undo it."""

    review: Review
    who: str
    undone_by: str | None
    etag: str

    def decided(self, decision: str) -> int:
        """Count the decisions of one kind."""
        return sum(one["decision"] == decision for one in self.review.decisions)


def reviews_of_ward(session: Session, ward: Ward, visit: Visit) -> list[ReviewShown]:
    """List the newest reviews of a ward that somebody may see, undone ones among them."""
    query = reviews_in_reach(visit.reach(ReadsReviews), ward.ward_id, None).limit(_MOST_REVIEWS)
    found = session.scalars(query).all()
    names = names_of(session, (one for review in found for one in (review.reviewer, review.undone_by)), visit)
    return [ReviewShown(one, names[one.reviewer], names.get(one.undone_by or ""), etag_of(one)) for one in found]


def newest_of(session: Session, ward_id: str, kind: str) -> Review | None:
    """Find the newest review of a ward in one kind that stands."""
    query = select(Review).where(Review.ward_id == ward_id, Review.kind == kind, Review.undone_at.is_(None))
    return session.scalars(query.order_by(Review.sequence.desc()).limit(1)).first()


def decisions_of(
    reviews: Sequence[ReviewShown], counts: Callable[[Review], bool]
) -> dict[tuple[str, str, str], Decided]:
    """The newest decision about each line, of the reviews that stand and count."""
    standing = (one for one in reviews if one.review.undone_at is None and counts(one.review))
    return standing_decisions((one.review.id, one.who, one.review.decisions) for one in standing)
