"""The page of one ward, as it was asked for or with a form that could not be kept as it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from service.access.callers import AnyRole
from service.places.store import ward_in_reach
from service.reviews.tables import Review
from service.runs.store import served_run
from service.web.names import names_of
from service.web.pages import page
from service.web.review_form import Fault, FormSent
from service.web.sheet import SheetRow
from service.web.visit import Visit
from service.web.ward_view import SheetShown, WardView, ward_view


class Meanwhile(Exception):
    """Something has changed since the page was made.

    Parameters
    ----------
    code : {"newer_run", "meanwhile"}
        Other figures are shown now, or somebody else has reviewed.
    review : Review, optional
        The other's.
    """

    def __init__(self, code: str, review: Review | None = None) -> None:
        super().__init__(code)
        self.code, self.review = code, review


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a ward's page tells before anything else; all of it is usually empty.

    Attributes
    ----------
    saved, undone : str
        Id of a review just made or undone.
    form : FormSent or None
        What was typed and is not kept yet.
    faults : sequence of Fault
        What doesn't fit in it.
    other : Meanwhile or None
        What changed while it was typed.
    """

    saved: str = ""
    undone: str = ""
    form: FormSent | None = None
    faults: Sequence[Fault] = ()
    other: Meanwhile | None = None

    @property
    def status(self) -> int:
        """HTTP status of the page."""
        return 409 if self.other else 422 if self.faults else 200


@dataclass(frozen=True, slots=True)
class FaultShown:
    """A fault and the row of the page it lies in; None where the newest figures don't have the row."""

    code: str
    row: SheetRow | None


def ward_page(session: Session, ward_id: str, visit: Visit, told: Told) -> Response:
    """Make the page of a ward.

    Parameters
    ----------
    session : Session
    ward_id : str
    visit : Visit
    told : Told

    Returns
    -------
    Response

    Raises
    ------
    Unknown, OutOfScope
        As for any ward.
    """
    run = served_run(session)
    view = ward_view(session, run, ward_in_reach(session, run, ward_id, visit.reach(AnyRole)), visit)
    shown: dict[str, Any] = {
        "saved": _review(view, told.saved),
        "undone": _review(view, told.undone),
        "sent_kind": told.form.kind if told.form else None,
        "typed": told.form.typed if told.form else {},
        "typed_enough": told.form.enough if told.form else "",
        "faults": _placed(told, view.sheets),
        "other": told.other,
        "others_name": _name(session, told.other, visit),
    }
    return page(visit, "ward", run=run, status=told.status, view=view, **shown)


def _review(view: WardView, review_id: str) -> Review | None:
    return next((one.review for one in view.reviews if one.review.id == review_id), None)


def _placed(told: Told, sheets: Sequence[SheetShown]) -> list[FaultShown]:
    rows = {row.id: row for sheet in sheets for row in sheet.rows}
    ids = {row.place: row.id for row in told.form.rows} if told.form else {}
    return [FaultShown(fault.code, rows.get(ids.get(fault.row, ""))) for fault in told.faults]


def _name(session: Session, other: Meanwhile | None, visit: Visit) -> str:
    review = other.review if other else None
    return names_of(session, [review.reviewer], visit)[review.reviewer] if review else ""
