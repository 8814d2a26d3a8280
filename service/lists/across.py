"""A list across wards: filtered, sorted, with the names of items and wards beside the ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.grants import Reach
from service.answers.texts_in import Id
from service.lists.tables import ListRow
from service.lists.views import AcrossWards, Row, completed
from service.places.tables import Item, Ward
from service.refusals import Unfit
from service.runs.tables import Run


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows somebody wants, and in what order; a filter only narrows.

    Attributes
    ----------
    unit, hospital, ward : str or None
        Where.
    critical : bool or None
        Only items that are critical, or only others.
    min_probability, min_dkk : float
        Least of the list's chance and of its kroner.
    sort : str or None
        A column, falling where a ``-`` stands before it; else as the list has it.
    """

    unit: str | None
    hospital: str | None
    ward: str | None
    critical: bool | None
    min_probability: float
    min_dkk: float
    sort: str | None


def asked_of(view: AcrossWards) -> Callable[..., Awaitable[Filter]]:
    """Make the dependency that reads a filter of one list, and tells the OpenAPI by which columns it can be sorted."""
    names = [column.name for column in view.columns]
    sorts: dict[str, Any] = {"enum": [*names, *(f"-{name}" for name in names)]}

    async def asked(
        unit: Annotated[Id | None, Query()] = None,
        hospital: Annotated[Id | None, Query()] = None,
        ward: Annotated[Id | None, Query(description="Id of a ward.")] = None,
        critical: Annotated[bool | None, Query(description="Only critical items, or only others.")] = None,
        min_probability: Annotated[float, Query(ge=0, le=1)] = 0.0,
        min_dkk: Annotated[float, Query(ge=0, le=1e12)] = 0.0,
        sort: str | None = Query(None, description="A column; - before it: falling.", json_schema_extra=sorts),
    ) -> Filter:
        return Filter(unit, hospital, ward, critical, min_probability, min_dkk, sort)

    return asked


def rows_across(session: Session, run: Run, view: AcrossWards, reach: Reach, wanted: Filter) -> list[Row]:
    """Read the rows of a list in all wards that somebody may see.

    Parameters
    ----------
    session : Session
    run : Run
    view : AcrossWards
    reach : Reach
    wanted : Filter

    Returns
    -------
    list of dict
        With the view's columns.

    Raises
    ------
    Unfit
        If it is to be sorted by a column that the list doesn't have.
    """
    names = [column.name for column in view.columns]
    by = (wanted.sort or "").removeprefix("-")
    if by and by not in names:
        raise Unfit([{"where": "query.sort", "wrong": f"the list has no such column; it has {', '.join(names)}"}])
    rows = completed(session, run, view, list(_placed(session, run, view, reach, wanted)))
    shown = [{name: row.get(name) for name in names} for row in rows if _is_wanted(row, view, wanted)]
    return _sorted(shown, by, falling=(wanted.sort or "").startswith("-")) if by else shown


def _placed(session: Session, run: Run, view: AcrossWards, reach: Reach, wanted: Filter) -> Iterator[Row]:
    """The rows in reach, with their ward and their item."""
    query = (
        select(ListRow.cells, Ward.ward_id, Ward.ward_name, Item.name, Item.critical)
        .join(Ward, (Ward.run == ListRow.run) & (Ward.ward_id == ListRow.ward_id))
        .join(Item, (Item.run == ListRow.run) & (Item.item_id == ListRow.item_id))
        .where(ListRow.run == run.id, ListRow.name == view.source, reach.condition(Ward))
    )
    for column, value in ((Ward.unit, wanted.unit), (Ward.hospital, wanted.hospital), (Ward.ward_id, wanted.ward)):
        query = query if value is None else query.where(column == value)
    if wanted.critical is not None:
        query = query.where(Item.critical == wanted.critical)
    for cells, ward_id, ward_name, name, critical in session.execute(query.order_by(ListRow.row)):
        yield {**cells, "ward_id": ward_id, "ward_name": ward_name, "name": name, "critical": int(critical)}


def _is_wanted(row: Mapping[str, Any], view: AcrossWards, wanted: Filter) -> bool:
    limits = ((view.probability, wanted.min_probability), (view.dkk, wanted.min_dkk))
    return all(not least or (name is not None and (row[name] or 0) >= least) for name, least in limits)


def _sorted(rows: list[Row], by: str, *, falling: bool) -> list[Row]:
    """Blank cells come last either way; equal ones stay in the list's own order."""
    filled = [row for row in rows if row[by] is not None]
    return sorted(filled, key=lambda row: row[by], reverse=falling) + [row for row in rows if row[by] is None]
