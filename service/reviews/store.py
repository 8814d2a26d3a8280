"""Make reviews, find them, undo them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.access.callers import Caller
from service.access.grants import Reach
from service.answers.tags import tag_of
from service.audit.chain import next_number, record
from service.audit.digests import row_digest
from service.clock import danish_day, now
from service.places.store import ward_in_reach
from service.refusals import AlreadySettled, OutOfScope, Unfit, Unknown
from service.reviews.enough import handled_by
from service.reviews.fitting import faults_in
from service.reviews.schemas import DATED, PARTS, ReviewSent
from service.reviews.seen_advice import refuse_other_advice
from service.reviews.tables import Review
from service.runs.store import served_run

# All of a review but who made it and how often it changed, which retention may change; see ``row_digest``.
WHOLE = (
    *("id", "ward_id", "unit", "hospital", "kind", "reviewed_at", "reviewed_on", "run_id", "sequence"),
    *("decisions", "shelf_dates", "counts", "discards", "seen"),
    *("enough_because", "rows_listed", "rows_handled", "counts_for_target", "undone_at", "undone_on"),
)


def make_review(session: Session, sent: ReviewSent, who: Caller) -> Review:
    """Keep a review of a ward.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    sent : ReviewSent
    who : Caller

    Returns
    -------
    Review

    Raises
    ------
    Unknown, OutOfScope
        As for any ward.
    NewerRun, RunMissing
        If its decisions are about other advice than the served one (see ``seen_advice``).
    Unfit
        If something in it doesn't fit the ward as the served run knows it (see ``fitting``).

    Notes
    -----
    Where too little of the ward's list was handled it is kept as a visit, and counts for no target (see ``enough``).
    """
    run = served_run(session)
    ward = ward_in_reach(session, run, sent.ward_id, who.reach)
    refuse_other_advice(session, run, sent)
    moment = now()
    faults = faults_in(session, run, ward, sent, danish_day(moment))
    if faults:
        raise Unfit(faults)
    handled = handled_by(session, run, sent)
    review = Review(
        id=secrets.token_hex(8),
        ward_id=ward.ward_id,
        unit=ward.unit,
        hospital=ward.hospital,
        kind=sent.kind,
        reviewed_at=moment,
        reviewed_on=danish_day(moment),
        reviewer=who.principal.id,
        run_id=run.run_id or "",
        sequence=next_number(session),
        decisions=[one.model_dump(mode="json", exclude_none=True) for one in sent.decisions],
        **{
            part: [_dated(one, day_name, danish_day(moment).isoformat()) for one in getattr(sent, part)]
            for part, day_name in DATED.items()
        },
        seen=[one.model_dump(mode="json") for one in sent.seen],
        enough_because=sent.enough_because,
        rows_listed=handled.listed,
        rows_handled=handled.handled,
        counts_for_target=handled.enough,
        version=1,
    )
    session.add(review)
    session.flush()
    record(session, who.principal.id, "review.made", review.id, after=_summary(review))
    return review


def review_in_reach(session: Session, review_id: str, reach: Reach) -> Review:
    """Find a review that somebody may see; Unknown or OutOfScope otherwise."""
    review = session.get(Review, review_id)
    if review is None:
        raise Unknown(what="review", id=review_id)
    if not reach.covers(review):
        raise OutOfScope(what="review", id=review_id)
    return review


def reviews_in_reach(reach: Reach, ward_id: str | None, kind: str | None) -> Select[Review]:
    """Ask for the reviews that somebody may see, the newest first; undone ones stay among them."""
    query = select(Review).where(reach.condition(Review)).order_by(Review.sequence.desc())
    if ward_id is not None:
        query = query.where(Review.ward_id == ward_id)
    return query if kind is None else query.where(Review.kind == kind)


def undo_review(session: Session, review: Review, who: Caller) -> None:
    """Undo a review: it stays in every list, and counts no more.

    Raises
    ------
    AlreadySettled
        If it was undone before.
    """
    if review.undone_at is not None:
        raise AlreadySettled(what="review", id=review.id, state="undone")
    before = _summary(review)
    moment = now()
    review.undone_at, review.undone_on = moment, danish_day(moment)
    review.undone_by = who.principal.id
    review.version += 1
    session.flush()
    record(session, who.principal.id, "review.undone", review.id, before=before, after=_summary(review))


def etag_of(review: Review) -> str:
    """Return the ETag of a review's present version."""
    return tag_of("review", review.id, review.version)


def _dated(one: BaseModel, day_name: str, today: str) -> dict[str, Any]:
    return {day_name: today, **one.model_dump(mode="json", exclude_none=True)}


def content_digest(review: Review, parts: Sequence[str]) -> str:
    """Return the digest of what was found, as the audit keeps it."""
    content = json.dumps([getattr(review, part) for part in parts], sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


def _summary(review: Review) -> dict[str, Any]:
    """What the audit keeps: no free text, but digests that show a change of any of it."""
    return {
        "ward_id": review.ward_id,
        "kind": review.kind,
        **{part: len(getattr(review, part)) for part in PARTS},
        "counts_for_target": review.counts_for_target,
        "content": content_digest(review, PARTS),
        "whole": row_digest(review, WHOLE),
        "version": review.version,
    }
