"""The pages of wards: the list, one ward, and one cabinet."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from service.access.callers import AnyRole
from service.answers.texts_in import Id
from service.coverage.standing import end_of_today, standing_at, ward_standings
from service.lists.views import LEVEL, rows_of
from service.places.store import cabinet_in_reach, wards_in_reach
from service.places.tables import Ward
from service.runs.store import served_run
from service.setup import Here
from service.web.figures import Figures, figures_of_wards
from service.web.pages import page, pages_router
from service.web.visit import visit_of
from service.web.ward_page import Told, ward_page

router = pages_router()


@router.get("/afsnit")
def show_wards(
    request: Request,
    who: AnyRole,
    here: Here,
    unit: Annotated[str, Query(max_length=200)] = "",
    hospital: Annotated[str, Query(max_length=200)] = "",
    reviewed: Literal["", "yes", "no"] = "",
    text: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The wards that somebody may see, filtered."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        wards = wards_in_reach(session, run, who.reach)
        standings = ward_standings(standing_at(session, run, end_of_today()))
        figures = here.of_runs.get_or(("figures", run.id), lambda: figures_of_wards(session, run))
    wanted = [
        ward
        for ward in wards
        if unit in ("", ward.unit)
        and hospital in ("", ward.hospital)
        and (not reviewed or standings[ward.ward_id].reviewed(None) == (reviewed == "yes"))
        and _is_like(ward, text)
    ]
    rows = [(ward, standings[ward.ward_id], figures.get(ward.ward_id, Figures())) for ward in wanted]
    choices = {"unit": sorted({ward.unit for ward in wards}), "hospital": sorted({ward.hospital for ward in wards})}
    chosen = {"unit": unit, "hospital": hospital, "reviewed": reviewed, "text": text}
    return page(visit, "wards", run=run, rows=rows, choices=choices, chosen=chosen)


@router.get("/afsnit/{ward_id:path}")
def show_ward(
    ward_id: Id,
    request: Request,
    who: AnyRole,
    here: Here,
    gemt: Annotated[str, Query(max_length=100)] = "",
    fortrudt: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """One ward: what to do, what may expire or run out, moves, and who has reviewed."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        return ward_page(session, ward_id, visit, Told(saved=gemt, undone=fortrudt))


@router.get("/skab/{cabinet_id}")
def show_cabinet(cabinet_id: Id, request: Request, who: AnyRole, here: Here) -> Response:
    """All levels of a cabinet, those that stay as well, each with its reason."""
    visit = visit_of(request, who)
    with here.database.reading() as session:
        run = served_run(session)
        cabinet = cabinet_in_reach(session, run, cabinet_id, who.reach)
        ward = session.get_one(Ward, (run.id, cabinet.ward_id))
        rows = rows_of(session, run, LEVEL, cabinet_id=cabinet.cabinet_id)
    return page(visit, "cabinet", run=run, cabinet=cabinet, ward=ward, rows=rows)


def _is_like(ward: Ward, text: str) -> bool:
    return text.strip().casefold() in f"{ward.ward_name} {ward.ward_id}".casefold()
