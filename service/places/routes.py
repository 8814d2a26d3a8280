"""The list of wards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from service.access.callers import AnyRole
from service.answers.paging import AskedPage, Page, page_among
from service.answers.texts_in import Id
from service.coverage.standing import WardStanding, end_of_today, standing_at, ward_standings
from service.places.store import wards_in_reach
from service.places.tables import Ward
from service.runs.store import served_run
from service.setup import Here

router = APIRouter(prefix="/api/v1", tags=["wards"])


@router.get("/wards")
def read_wards(
    who: AnyRole,
    here: Here,
    page: AskedPage,
    unit: Annotated[Id | None, Query(description="Name of a unit.")] = None,
    hospital: Annotated[Id | None, Query(description="Name of a hospital.")] = None,
    reviewed: Annotated[bool | None, Query(description="Only wards that have (not) been reviewed.")] = None,
    kind: Annotated[
        Literal["brik", "non_brik"] | None, Query(description="Reviewed in this kind; else in any.")
    ] = None,
) -> Page:
    """The wards that somebody may see, and how far their review has come."""
    with here.database.reading() as session:
        run = served_run(session)
        wards = wards_in_reach(session, run, who.reach, unit=unit, hospital=hospital)
        standings = ward_standings(standing_at(session, run, end_of_today()))
    rows = [_shown(ward, standings[ward.ward_id], kind) for ward in wards]
    return page_among([row for row in rows if reviewed in (None, row["reviewed"])], page)


def _shown(ward: Ward, standing: WardStanding, kind: str | None) -> dict[str, Any]:
    return {
        "ward_id": ward.ward_id,
        "ward_name": ward.ward_name,
        "hospital": ward.hospital,
        "unit": ward.unit,
        "sor_code": ward.sor_code,
        "in_scope": standing.in_scope,
        "reviewed_on": standing.reviewed_on,
        "reviewed": standing.reviewed(kind),
    }
