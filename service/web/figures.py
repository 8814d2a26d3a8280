"""Main figures of wards, added up by the database: things to do, goods at risk of expiring, of running out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.lists.tables import ListRow
from service.runs.tables import Run

LIKELY = 0.5  # a smaller chance is no news that deserves a counter


@dataclass(frozen=True, slots=True)
class Figures:
    """What the lists of some wards add up to.

    Attributes
    ----------
    things : int
        Lines of the trim list.
    saving_dkk : float
        What they save a year, kroner that an accountant would find.
    out_of_date : int
        Positions with goods that are probably out of date.
    broken, mended : int
        Positions whose promised fill rate is broken today, and those that the new levels help.
    expiring, expiring_dkk : int, float
        Positions that probably lose something, and what is expected to be lost in all, DKK.
    risks : int
        Positions that probably run out before goods ordered now arrive.
    """

    things: int = 0
    saving_dkk: float = 0.0
    out_of_date: int = 0
    broken: int = 0
    mended: int = 0
    expiring: int = 0
    expiring_dkk: float = 0.0
    risks: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Add up two."""
        return Figures(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))


def figures_of_wards(session: Session, run: Run, ward_id: str | None = None) -> dict[str, Figures]:
    """Add up the lists of each ward, or of one; a ward with nothing on its lists may be missing."""
    wanted: dict[str, dict[str, Any]] = {
        "trim_list": {"things": func.count(), "saving_dkk": _sum("saving_dkk_per_year")},
        "out_of_date": {"out_of_date": func.count()},
        "levels": {
            "broken": _count(_broken()),
            "mended": _count(_broken() & (_number("new_fill_rate") >= _number("min_fill_rate"))),
        },
        "expiry_flags": {
            "expiring": _count(_number("p_expire") >= LIKELY),
            "expiring_dkk": _sum("expected_expired_dkk"),
        },
        "supply_risk": {"risks": _count(_number("p_stockout") >= LIKELY)},
    }
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, sums in wanted.items():
        query = select(ListRow.ward_id, *sums.values()).where(
            ListRow.run == run.id, ListRow.name == name, ListRow.ward_id.is_not(None)
        )
        if ward_id is not None:
            query = query.where(ListRow.ward_id == ward_id)
        for ward, *values in session.execute(query.group_by(ListRow.ward_id)):
            found[ward] |= {key: value or 0 for key, value in zip(sums, values, strict=True)}
    return {ward: Figures(**values) for ward, values in found.items()}


def total_of(figures: Mapping[str, Figures], ward_ids: Iterable[str]) -> Figures:
    """Add up some wards."""
    return sum((figures[ward_id] for ward_id in ward_ids if ward_id in figures), Figures())


def _number(column: str) -> Any:  # noqa: ANN401 - an expression of the database
    return ListRow.cells[column].as_float()


def _sum(column: str) -> Any:  # noqa: ANN401 - as above
    return func.sum(_number(column))


def _count(condition: Any) -> Any:  # noqa: ANN401 - as above
    return func.sum(case((condition, 1), else_=0))


def _broken() -> Any:  # noqa: ANN401 - as above
    return _number("fill_rate") < _number("min_fill_rate")
