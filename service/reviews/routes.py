"""Routes of reviews."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from sqlalchemy.orm import Session

from service.access.callers import MakesReviews, ReadsReviews
from service.answers.paging import AskedPage, Page, page_of
from service.answers.repeats import Answer, Change, IdempotencyKey, IfMatch, take_effect
from service.answers.tags import require_match
from service.answers.texts_in import Id
from service.reviews.schemas import PARTS, Kind, ReviewSent
from service.reviews.store import etag_of, make_review, review_in_reach, reviews_in_reach, undo_review
from service.reviews.tables import Review
from service.setup import Here

router = APIRouter(prefix="/api/v1/reviews", tags=["reviews"])
_STANDING = ("enough_because", "rows_listed", "rows_handled", "counts_for_target")
ReviewId = Annotated[Id, Path(alias="id", description="The review's id.")]


@router.post("", status_code=201)
def post_review(
    sent: ReviewSent, who: MakesReviews, here: Here, request: Request, key: IdempotencyKey = None
) -> Response:
    """Keep the review of a ward in one kind of goods."""
    change = Change.of(request, who.principal, key, sent.model_dump(mode="json"))

    def effect(session: Session) -> Answer:
        review = make_review(session, sent, who)
        place = {"ETag": etag_of(review), "Location": f"{router.prefix}/{review.id}"}
        return Answer(201, _shown(review), place)

    return take_effect(here.database, change, effect)


@router.get("")
def read_reviews(
    who: ReadsReviews,
    here: Here,
    page: AskedPage,
    ward_id: Annotated[Id | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
) -> Page:
    """The reviews made in the service, the newest first, undone ones among them."""
    with here.database.reading() as session:
        return page_of(session, reviews_in_reach(who.reach, ward_id, kind), page, _shown)


@router.get("/{id}")
def read_review(review_id: ReviewId, who: ReadsReviews, here: Here, response: Response) -> dict[str, Any]:
    """One review."""
    with here.database.reading() as session:
        review = review_in_reach(session, review_id, who.reach)
        response.headers["ETag"] = etag_of(review)
        return _shown(review)


@router.delete("/{id}")
def delete_review(
    review_id: ReviewId,
    who: MakesReviews,
    here: Here,
    request: Request,
    match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Undo a review; it stays in the list."""
    change = Change.of(request, who.principal, key)

    def effect(session: Session) -> Answer:
        review = review_in_reach(session, review_id, who.reach)
        require_match(match, etag_of(review))
        undo_review(session, review, who)
        return Answer(200, _shown(review), {"ETag": etag_of(review)})

    return take_effect(here.database, change, effect)


def _shown(review: Review) -> dict[str, Any]:
    names = ("id", "ward_id", "kind", "reviewed_at", "reviewed_on", "reviewer", "run_id")
    shown = {name: getattr(review, name) for name in (*names, *PARTS, *_STANDING, "undone_at", "undone_by")}
    plain: dict[str, Any] = jsonable_encoder({**shown, "etag": etag_of(review)})
    return plain
