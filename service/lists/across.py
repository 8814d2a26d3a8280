"""A list across wards: filtered, sorted and cut into pages by the database, with names beside the ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import Column, Kind
from service.access.grants import Reach
from service.answers.paging import PageAsked
from service.answers.texts_in import Id
from service.lists.tables import ListRow
from service.lists.views import AcrossWards, Row, completed
from service.places.tables import Item, Ward
from service.refusals import Unfit
from service.runs.tables import Run

_NUMBERS = (Kind.UNITS, Kind.FLAG, Kind.DKK, Kind.NUMBER, Kind.RATE)
_DEEP = 10_000  # rows before a page
_ESCAPE = "\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows and columns somebody wants, and in what order; a filter only narrows.

    Attributes
    ----------
    unit, hospital, ward, category : str or None
        Where, and what sort of goods.
    text : str or None
        What stands somewhere in the name of the item, or is its number.
    critical : bool or None
        Only items that are critical, or only others.
    min_probability, min_dkk : float
        Least of the list's chance and of its kroner.
    sort : str or None
        A column, falling where a ``-`` stands before it; else as the list has it.
    columns : tuple of str
        Those to show; none is all.
    """

    unit: str | None = None
    hospital: str | None = None
    ward: str | None = None
    category: str | None = None
    text: str | None = None
    critical: bool | None = None
    min_probability: float = 0.0
    min_dkk: float = 0.0
    sort: str | None = None
    columns: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """The column to sort by; empty where the list's own order will do."""
        return (self.sort or "").removeprefix("-")

    @property
    def falling(self) -> bool:
        """Whether the largest comes first."""
        return (self.sort or "").startswith("-")

    def whole(self) -> Filter:
        """The same rows with all columns."""
        return replace(self, columns=())

    def as_query(self) -> list[tuple[str, str]]:
        """Return it as parameters of an address, which both the pages and the API read."""
        numbers = {"min_probability": self.min_probability, "min_dkk": self.min_dkk}
        texts = {name: getattr(self, name) for name in ("unit", "hospital", "ward", "category", "text")}
        asked = [(name, value) for name, value in texts.items() if value]
        asked += [] if self.critical is None else [("critical", str(int(self.critical)))]
        asked += [(name, f"{value:g}") for name, value in numbers.items() if value]
        asked += [("sort", self.sort)] if self.sort else []
        return asked + [("column", name) for name in self.columns]


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows of a list, and how many it has in all."""

    rows: list[Row]
    total: int


def asked_of(view: AcrossWards) -> Callable[..., Awaitable[Filter]]:
    """Make the dependency that reads a filter of one list, and tells the OpenAPI by which columns it can be sorted."""
    names = [column.name for column in view.sortable]
    sorts: dict[str, Any] = {"enum": [*names, *(f"-{name}" for name in names)]}
    shows: dict[str, Any] = {"items": {"type": "string", "enum": [column.name for column in view.columns]}}

    async def asked(
        unit: Annotated[Id | None, Query()] = None,
        hospital: Annotated[Id | None, Query()] = None,
        ward: Annotated[Id | None, Query(description="Id of a ward.")] = None,
        category: Annotated[Id | None, Query(description="Category of the goods.")] = None,
        text: Annotated[Id | None, Query(description="Part of the item's name, or its number.")] = None,
        critical: Annotated[bool | None, Query(description="Only critical items, or only others.")] = None,
        min_probability: Annotated[float, Query(ge=0, le=1)] = 0.0,
        min_dkk: Annotated[float, Query(ge=0, le=1e12)] = 0.0,
        sort: str | None = Query(None, description="A column; - before it: falling.", json_schema_extra=sorts),
        column: list[str] = Query([], description="Columns to show; else all.", json_schema_extra=shows),  # noqa: B008
    ) -> Filter:
        return Filter(
            unit=unit,
            hospital=hospital,
            ward=ward,
            category=category,
            text=text,
            critical=critical,
            min_probability=min_probability,
            min_dkk=min_dkk,
            sort=sort,
            columns=tuple(column),
        )

    return asked


def columns_of(view: AcrossWards, wanted: Filter) -> tuple[Column, ...]:
    """Return the columns that somebody wants, in the order of the list.

    Raises
    ------
    Unfit
        If the list has no such column, or can't be sorted by it.
    """
    _refuse_others("query.sort", [wanted.by] if wanted.by else [], view.sortable)
    _refuse_others("query.column", wanted.columns, view.columns)
    return tuple(column for column in view.columns if not wanted.columns or column.name in wanted.columns)


def rows_across(
    session: Session, run: Run, view: AcrossWards, reach: Reach, wanted: Filter, page: PageAsked | None = None
) -> Found:
    """Read the rows of a list in all wards that somebody may see.

    Parameters
    ----------
    session : Session
    run : Run
    view : AcrossWards
    reach : Reach
    wanted : Filter
    page : PageAsked, optional
        One page; else all rows.

    Returns
    -------
    Found
        Rows with the wanted columns.

    Raises
    ------
    Unfit
        If it is to be sorted by, or to show, a column that the list doesn't have.

    Notes
    -----
    The database filters, counts, sorts and cuts: a region's list of 200,000 rows is never in memory for one page.
    Blank cells come last either way; equal ones stay in the list's own order.
    """
    names = [column.name for column in columns_of(view, wanted)]
    query = _narrowed(_placed(run, view, reach), view, wanted)
    total = -1 if page is None else _count(session, query)
    query = query.order_by(*_order(view, wanted))
    if page is not None and page.offset <= _DEEP:
        query = query.offset(page.offset).limit(page.page_size)
    elif page is not None:
        # Sorted by their numbers alone: so far in, whole rows of a region would be carried through the sorting.
        places = query.with_only_columns(ListRow.row).offset(page.offset).limit(page.page_size)
        query = query.where(ListRow.row.in_(session.scalars(places).all()))
    found = [_row(*cells) for cells in session.execute(query)]
    rows = [{name: row.get(name) for name in names} for row in completed(session, run, view, found)]
    return Found(rows, len(rows) if page is None else total)


def count_across(session: Session, run: Run, view: AcrossWards, reach: Reach, wanted: Filter) -> int:
    """Count what `rows_across` would find."""
    return _count(session, _narrowed(_placed(run, view, reach), view, replace(wanted, sort=None)))


def categories_of(session: Session, run: Run) -> list[str]:
    """Name the categories of a run's items."""
    query = select(Item.category).where(Item.run == run.id, Item.category.is_not(None)).distinct()
    return sorted(name for name in session.scalars(query) if name)


def _refuse_others(where: str, names: Sequence[str], known: Sequence[Column]) -> None:
    has = [column.name for column in known]
    if any(name not in has for name in names):
        raise Unfit([{"where": where, "wrong": f"the list has no such column; it has {', '.join(has)}"}])


def _placed(run: Run, view: AcrossWards, reach: Reach) -> Select[Any]:
    """The rows in reach, with their ward and their item; what lies in no ward is for who sees all of them."""
    anywhere = ListRow.ward_id.is_(None) if reach.everywhere else false()
    return (
        select(ListRow.cells, Ward.ward_id, Ward.ward_name, Item.name, Item.critical, Item.category)
        .join(Ward, (Ward.run == ListRow.run) & (Ward.ward_id == ListRow.ward_id), isouter=True)
        .join(Item, (Item.run == ListRow.run) & (Item.item_id == ListRow.item_id), isouter=True)
        .where(ListRow.run == run.id, ListRow.name == view.source)
        .where(or_(and_(Ward.ward_id.is_not(None), reach.condition(Ward)), anywhere))
    )


def _narrowed(query: Select[Any], view: AcrossWards, wanted: Filter) -> Select[Any]:
    columns = (
        (Ward.unit, wanted.unit),
        (Ward.hospital, wanted.hospital),
        (Ward.ward_id, wanted.ward),
        (Item.category, wanted.category),
        (Item.critical, wanted.critical),
    )
    for column, value in columns:
        query = query if value is None else query.where(column == value)
    if wanted.text:
        sought = wanted.text.strip().replace(_ESCAPE, 2 * _ESCAPE).replace("%", rf"{_ESCAPE}%").replace("_", r"\_")
        named = Item.name.ilike(f"%{sought}%", escape=_ESCAPE)
        query = query.where(or_(named, ListRow.item_id == wanted.text.strip()))
    for name, least in ((view.probability, wanted.min_probability), (view.dkk, wanted.min_dkk)):
        if least:
            query = query.where(false() if name is None else ListRow.cells[name].as_float() >= least)
    return query


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(query.with_only_columns(func.count())) or 0


def _order(view: AcrossWards, wanted: Filter) -> list[ColumnElement[Any]]:
    if not wanted.by:
        return [*(_value(view, name).asc().nulls_last() for name in view.order), ListRow.row.asc()]
    value = _value(view, wanted.by)
    return [(value.desc() if wanted.falling else value.asc()).nulls_last(), ListRow.row.asc()]


def _value(view: AcrossWards, name: str) -> Any:  # noqa: ANN401 - an expression of the database
    own = {"ward_id": Ward.ward_id, "ward_name": Ward.ward_name, "name": Item.name, "critical": Item.critical}
    if name in own:
        return own[name]
    if name == "band":
        name = "earliest_expiry"  # a band is a span of dates
    kind = next(column.kind for column in view.columns if column.name == name)
    return ListRow.cells[name].as_float() if kind in _NUMBERS else ListRow.cells[name].as_string()


def _row(
    cells: dict[str, Any],
    ward_id: str | None,
    ward_name: str | None,
    name: str | None,
    critical: bool | None,
    category: str | None,
) -> Row:
    flag = None if critical is None else int(critical)
    placed = {"ward_id": ward_id, "ward_name": ward_name, "name": name, "critical": flag, "category": category}
    return {**cells, **placed}
