"""The page of findings for purchasing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from service.access.callers import ReadsPurchasing
from service.lists.purchasing import findings_in_reach
from service.places.store import item_names, wards_in_reach
from service.runs.store import served_run
from service.setup import Here
from service.web.pages import page, pages_router
from service.web.paging import cut
from service.web.visit import visit_of

router = pages_router()


@router.get("/indkoeb")
def show_purchasing(
    request: Request,
    who: ReadsPurchasing,
    here: Here,
    finding: Annotated[str, Query(max_length=50)] = "",
    side: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What purchasing could change, the most worthwhile first."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        rows = findings_in_reach(session, run, who.reach)
        wards = {ward.ward_id for ward in wards_in_reach(session, run, who.reach)}
        kinds = sorted({row["finding"] for row in rows})
        wanted = [row for row in rows if finding in ("", row["finding"])]
        shown = cut(wanted, side)
        names = item_names(session, run.id, (row["item_id"] for row in shown.rows))
    return page(visit, "purchasing", run=run, shown=shown, names=names, kinds=kinds, finding=finding, wards=wards)
