"""Findings for purchasing, as far as somebody's wards are concerned."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from service.access.grants import Reach
from service.lists.views import PURCHASING, Row, rows_of
from service.places.store import wards_in_reach
from service.runs.tables import Run

_SEP = ";"


def findings_in_reach(session: Session, run: Run, reach: Reach) -> list[Row]:
    """Read the findings; a limited grant sees those about its own wards, and no other ward in them.

    Notes
    -----
    Saving and sentence of a finding are about all its wards together: where some lie out of reach, what is said in
    figures about them is left blank rather than told.
    """
    rows = rows_of(session, run, PURCHASING)
    if reach.everywhere:
        return rows
    mine = {ward.ward_id for ward in wards_in_reach(session, run, reach)}
    return list(_narrowed(rows, mine))


def _narrowed(rows: Iterable[Row], mine: set[str]) -> Iterable[Row]:
    for row in rows:
        wards = str(row["wards"] or "").split(_SEP)
        own = [ward for ward in wards if ward in mine]
        if len(own) == len(wards):
            yield row
        elif own:
            unsaid = {"detail": None, "saving_dkk_per_year": None, "saving_co2e_kg_per_year": None}
            yield {**row, **unsaid, "wards": _SEP.join(own)}
