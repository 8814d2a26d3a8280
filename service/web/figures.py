"""Main figures of wards, added up by the database: things to do, goods at risk of expiring, of running out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from service.lists.tables import ListRow
from service.runs.tables import Run


@dataclass(frozen=True, slots=True)
class Figures:
    """What the lists of some wards add up to.

    Attributes
    ----------
    things : int
        Lines of the trim list.
    saving_dkk : float
        What they save a year, DKK.
    expiring, expiring_dkk : int, float
        Positions that may lose something, and what is expected to be lost, DKK.
    risks : int
        Positions that may run out before goods ordered now arrive.
    """

    things: int = 0
    saving_dkk: float = 0.0
    expiring: int = 0
    expiring_dkk: float = 0.0
    risks: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Add up two."""
        return Figures(
            self.things + other.things,
            self.saving_dkk + other.saving_dkk,
            self.expiring + other.expiring,
            self.expiring_dkk + other.expiring_dkk,
            self.risks + other.risks,
        )


def figures_of_wards(session: Session, run: Run, ward_id: str | None = None) -> dict[str, Figures]:
    """Add up the lists of each ward, or of one; a ward with nothing on its lists may be missing."""
    things = _sums(session, run, "trim_list", "saving_dkk_per_year", ward_id)
    expiring = _sums(session, run, "expiry_flags", "expected_expired_dkk", ward_id)
    risks = _sums(session, run, "supply_risk", None, ward_id)
    return {
        ward: Figures(*things.get(ward, (0, 0.0)), *expiring.get(ward, (0, 0.0)), risks.get(ward, (0, 0.0))[0])
        for ward in {*things, *expiring, *risks}
    }


def total_of(figures: Mapping[str, Figures], ward_ids: Iterable[str]) -> Figures:
    """Add up some wards."""
    return sum((figures[ward_id] for ward_id in ward_ids if ward_id in figures), Figures())


def _sums(
    session: Session, run: Run, name: str, column: str | None, ward_id: str | None
) -> dict[str, tuple[int, float]]:
    total: Any = func.sum(ListRow.cells[column].as_float()) if column else literal(0.0)
    query: Select[Any] = select(ListRow.ward_id, func.count(), total).where(
        ListRow.run == run.id, ListRow.name == name, ListRow.ward_id.is_not(None)
    )
    if ward_id is not None:
        query = query.where(ListRow.ward_id == ward_id)
    return {ward: (count, float(dkk or 0.0)) for ward, count, dkk in session.execute(query.group_by(ListRow.ward_id))}
