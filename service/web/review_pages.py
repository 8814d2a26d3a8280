"""The forms of a ward's page: a review finished or undone."""

from __future__ import annotations

import json
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from service.access.callers import MakesReviews
from service.answers.repeats import Answer, Change, take_effect
from service.answers.tags import require_match
from service.answers.texts_in import Id
from service.refusals import Unfit
from service.reviews.store import etag_of, make_review, review_in_reach, undo_review
from service.runs.store import served_run
from service.setup import Here, Service
from service.web.fields import Fields
from service.web.pages import pages_router
from service.web.review_form import FormSent, faults_of, read_form, review_of
from service.web.visit import SENT, Visit, visit_of
from service.web.ward_page import Meanwhile, Told, ward_page
from service.web.ward_reviews import newest_of

router = pages_router()


@router.post(f"/afsnit/{{ward_id:path}}{SENT}")
def finish_review(ward_id: Id, request: Request, who: MakesReviews, here: Here, fields: Fields) -> Response:
    """Keep a review, as ``POST /api/v1/reviews`` does; where anything doesn't fit, show the form again as typed."""
    visit, form = visit_of(request, who), read_form(fields)
    sent, faults = review_of(ward_id, form)
    if sent is None:
        return _again(visit, here, ward_id, Told(form=form, faults=faults))

    def effect(session: Session) -> Answer:
        _refuse_meanwhile(session, ward_id, form)
        seen = sent.model_copy(update={"run_id": served_run(session).run_id})
        return Answer(201, {"id": make_review(session, seen, who).id})

    change = Change.of(request, who.principal, form.once or None, sent.model_dump(mode="json"))
    try:
        answer = take_effect(here.database, change, effect)
    except Meanwhile as other:
        return _again(visit, here, ward_id, Told(form=form, other=other))
    except Unfit as refusal:
        return _again(visit, here, ward_id, Told(form=form, faults=faults_of(refusal, form, sent)))
    return _back(ward_id, f"?gemt={json.loads(bytes(answer.body))['id']}")


@router.post("/gennemgange/{id}/fortryd")
def undo(id: Id, request: Request, who: MakesReviews, here: Here, fields: Fields) -> Response:
    """Undo a review, as ``DELETE /api/v1/reviews/{id}`` does."""
    visit_of(request, who)

    def effect(session: Session) -> Answer:
        review = review_in_reach(session, id, who.reach)
        require_match(fields.get("etag"), etag_of(review))
        undo_review(session, review, who)
        return Answer(200, {"ward_id": review.ward_id})

    answer = take_effect(here.database, Change.of(request, who.principal, None), effect)
    return _back(json.loads(bytes(answer.body))["ward_id"], f"?fortrudt={quote(id, safe='')}")


def _refuse_meanwhile(session: Session, ward_id: str, form: FormSent) -> None:
    """Refuse what was decided on a page that no longer says what is so."""
    if served_run(session).id != form.run:
        raise Meanwhile("newer_run")
    newest = newest_of(session, ward_id, form.kind)
    if newest is not None and newest.id != form.seen:
        session.expunge(newest)
        raise Meanwhile("meanwhile", newest)


def _again(visit: Visit, here: Service, ward_id: str, told: Told) -> Response:
    with here.database.reading() as session:
        return ward_page(session, ward_id, visit, told)


def _back(ward_id: str, query: str) -> Response:
    return RedirectResponse(f"/afsnit/{quote(ward_id, safe='')}{query}", 303)
