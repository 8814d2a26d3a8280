"""Pages of lists across wards: filters and order in the address, and files of exactly what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from service.access.callers import AnyRole
from service.answers.paging import PageAsked
from service.lists.across import categories_of, columns_of, count_across, rows_across
from service.places.store import wards_in_reach
from service.runs.store import served_run
from service.setup import Here
from service.web.listed import LISTED, Listed
from service.web.pages import page, pages_router
from service.web.paging import ROWS, Cut
from service.web.visit import visit_of

router = pages_router()
_MOST_WARDS = 500  # names that a browser offers while one types
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/lister")
def show_lists(request: Request, who: AnyRole, here: Here) -> Response:
    """All lists across wards, and how long each is."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        counts = here.of_runs.get_or(
            ("counts", run.id, who.reach),
            lambda: [(one, count_across(session, run, one.view, who.reach, one.first())) for one in LISTED],
        )
    return page(visit, "lists", run=run, counts=counts)


def _shows(listed: Listed) -> Callable[..., Response]:
    """Make the page of one list."""

    def show(request: Request, who: AnyRole, here: Here, side: PageNumber = 1) -> Response:
        visit, wanted = visit_of(request, who), listed.filter_of(request.query_params)
        with here.database.reading() as session:
            run = served_run(session)
            found = rows_across(
                session, run, listed.view, who.reach, wanted.whole(), PageAsked(page=side, page_size=ROWS)
            )
            wards = wards_in_reach(session, run, who.reach)
            categories = categories_of(session, run)
        choices = {
            "unit": sorted({ward.unit for ward in wards}),
            "hospital": sorted({ward.hospital for ward in wards}),
            "category": categories,
        }
        return page(
            visit,
            "list",
            run=run,
            listed=listed,
            wanted=wanted,
            columns=sorted(columns_of(listed.view, wanted), key=lambda column: column.name != "name"),
            shown=Cut(found.rows, side, found.total),
            choices=choices,
            wards=wards if len(wards) <= _MOST_WARDS else [],
            kept=wanted.as_query(),
            asked=urlencode(wanted.as_query()),
        )

    show.__doc__ = f"The list {listed.name} across wards."
    return show


for _one in LISTED:
    router.add_api_route(_one.path, _shows(_one), methods=["GET"])
