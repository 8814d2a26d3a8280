"""What everybody may read: how accessible the pages are."""

from __future__ import annotations

from fastapi import Request, Response

from service.access.callers import everybody
from service.web.pages import page, pages_router
from service.web.visit import known_visit

router = pages_router()


@router.get("/tilgaengelighed", dependencies=[everybody])
def show_accessibility(request: Request) -> Response:
    """The accessibility statement."""
    return page(known_visit(request), "accessibility")
