"""In which form somebody wants an answer: ``?format=``, else ``Accept``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from fastapi import Request

from service.refusals import NoSuchForm


class Form(StrEnum):
    """A form of an answer."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"


MEDIA_TYPES = {
    Form.JSON: "application/json",
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.HTML: "text/html",
    Form.PDF: "application/pdf",
}


def form_of(request: Request, offered: Sequence[Form]) -> Form:
    """Choose the form of an answer.

    Parameters
    ----------
    request : Request
    offered : sequence of Form
        What there is; the first is given where anything will do.

    Returns
    -------
    Form

    Raises
    ------
    NoSuchForm
        If nothing offered is wanted.
    """
    asked = request.query_params.get("format")
    if asked is not None:
        chosen = next((form for form in offered if form == asked.lower()), None)
    else:
        chosen = _accepted(request.headers.get("Accept", "*/*"), offered)
    if chosen is None:
        raise NoSuchForm(forms=", ".join(offered))
    return chosen


def _accepted(header: str, offered: Sequence[Form]) -> Form | None:
    """Pick the offered form that is liked best (RFC 9110, 12.5.1); of equals the first offered."""
    liking = _liking(header)
    liked = [(_like(liking, MEDIA_TYPES[form]), -place, form) for place, form in enumerate(offered)]
    best = max(liked, default=None)
    return best[2] if best and best[0] > 0 else None


def _liking(header: str) -> dict[str, float]:
    liking = {}
    for part in header.split(","):
        media_type, *parameters = (word.strip().lower() for word in part.split(";"))
        liking[media_type] = next((_weight(word[2:]) for word in parameters if word.startswith("q=")), 1.0)
    return liking


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _like(liking: dict[str, float], media_type: str) -> float:
    """What the closest range says: the type itself, then its family, then anything."""
    family = media_type.split("/", maxsplit=1)[0]
    return next((liking[name] for name in (media_type, f"{family}/*", "*/*") if name in liking), 0.0)
