"""What each list shows: where its rows come from, its columns, and what is added for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import (
    COUNTS_WORTH_MAKING,
    DEAD_STOCK,
    EXPIRY_FLAGS,
    LENDERS,
    LEVELS,
    OUT_OF_DATE,
    OUTPUTS,
    SHIFTS,
    SUPPLY_RISK,
    TRIM_LIST,
    Column,
    Kind,
    Output,
)
from brikopt.expiry.bands import band_of
from service.lists.tables import ListRow
from service.places.store import item_names
from service.runs.store import as_of
from service.runs.tables import Run

Row = dict[str, Any]
_NAME = Column("name", Kind.TEXT)
_BAND = Column("band", Kind.TEXT)
_SPARE = Column("spare_units", Kind.UNITS)
_MOST_CABINETS = 500


@dataclass(frozen=True, slots=True)
class View:
    """A list as the service shows it.

    Attributes
    ----------
    name : str
        Key of its title, and its file name.
    source : str
        The run's list that it comes from.
    columns : tuple of Column
        In order.
    """

    name: str
    source: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class AcrossWards(View):
    """A list as the service shows it across wards.

    Attributes
    ----------
    probability, dkk : str or None
        The columns that a least chance and least kroner are held against.
    order : tuple of str
        By what the list is sorted by itself; else as the run wrote it.
    """

    probability: str | None = None
    dkk: str | None = None
    order: tuple[str, ...] = ()

    @property
    def sortable(self) -> tuple[Column, ...]:
        """The columns that the list can be sorted by: all but what is added row by row."""
        return tuple(column for column in self.columns if column != _SPARE)


def _with(output: Output, place: int, *columns: Column) -> tuple[Column, ...]:
    return (*output.columns[:place], *columns, *output.columns[place:])


def _own(name: str) -> tuple[Column, ...]:
    """The columns of a list by its name."""
    return next(output.columns for output in OUTPUTS if output.name == name)


OUT = View("out_of_date", "out_of_date", _with(OUT_OF_DATE, 2, _NAME))
TRIM = View("trim_list", "trim_list", TRIM_LIST.columns)
EXPIRING = View("expiring", "expiry_flags", _with(EXPIRY_FLAGS, 2, _NAME, _BAND))
RISK = View("supply_risk", "supply_risk", (*_with(SUPPLY_RISK, 2, _NAME), _SPARE))
LEVEL = View("levels", "levels", _with(LEVELS, 2, _NAME))
PURCHASING = View("purchasing", "purchasing", _own("purchasing"))
FINDINGS = View(
    "purchasing",
    "purchasing",
    (
        *PURCHASING.columns,
        _NAME,
        Column("state", Kind.TEXT),
        Column("answer", Kind.TEXT),
        Column("decided_on", Kind.DATE),
        Column("decision_reason", Kind.TEXT),
        Column("until", Kind.DATE),
        Column("agreed_on", Kind.DATE),
    ),
)
_WHERE = (Column("ward_id", Kind.TEXT), Column("ward_name", Kind.TEXT))
_CATEGORY = Column("category", Kind.TEXT)


def _across(
    view: View, *, probability: str | None = None, dkk: str | None = None, order: tuple[str, ...] = ()
) -> AcrossWards:
    """The same list with the ward of each row, and the category of its item."""
    own = tuple(column for column in view.columns if column not in _WHERE)
    return AcrossWards(view.name, view.source, (*_WHERE, *own, _CATEGORY), probability, dkk, order)


ALL_EXPIRING = _across(
    EXPIRING,
    probability="p_expire",
    dkk="expected_expired_dkk",
    order=("earliest_expiry", "cabinet_id", "item_id"),
)
ALL_RISK = _across(RISK, probability="p_stockout")
ALL_DEAD = _across(View("dead_stock", "dead_stock", _with(DEAD_STOCK, 2, _NAME)), probability="p_dead", dkk="value_dkk")
ALL_COUNTS = _across(
    View("counts_worth_making", "counts_worth_making", _with(COUNTS_WORTH_MAKING, 2, _NAME)), dkk="value_dkk_per_year"
)
ALL_OUT = _across(OUT, probability="p_out_of_date", dkk="value_dkk")
ALL_LEVELS = _across(LEVEL, dkk="saving_dkk_per_year")
ALL_SHIFTS = AcrossWards(
    "shifts", "shifts", (*_with(SHIFTS, 3, _NAME), Column("ward_name", Kind.TEXT), _CATEGORY), probability="p_shift"
)
COVERAGE = View("coverage", "coverage", _own("coverage"))
REVIEW_PLAN = View("review_plan", "review_plan", _own("review_plan"))


def rows_of(
    session: Session, run: Run, view: View, *, ward_id: str | None = None, cabinet_id: str | None = None
) -> list[Row]:
    """Read the rows of a list, of one ward or cabinet where one is named.

    Parameters
    ----------
    session : Session
    run : Run
    view : View
    ward_id, cabinet_id : str, optional

    Returns
    -------
    list of dict
        In the run's order, with the view's columns; expiring goods by date.
    """
    rows = _read(session, run, view.source, ward_id, cabinet_id)
    names = [column.name for column in view.columns]
    if _NAME in view.columns and view is not TRIM:
        _name_items(session, run, rows)
    if view.source == RISK.source:
        _name_spare(rows, _read(session, run, LENDERS.name, ward_id, cabinet_id))
    if view.source == EXPIRING.source:
        rows = sorted(_banded(rows, as_of(run)), key=_by_date)
    return [{name: row.get(name) for name in names} for row in rows]


def completed(session: Session, run: Run, view: View, rows: list[Row]) -> list[Row]:
    """Add to the rows of a list what another list of the run knows; their order stays."""
    if view.source == RISK.source:
        _name_spare(rows, _lending(session, run, {row["cabinet_id"] for row in rows}))
    return _banded(rows, as_of(run)) if view.source == EXPIRING.source else rows


def _lending(session: Session, run: Run, cabinets: set[str]) -> list[Row]:
    """What could be lent to some cabinets; to all of a region where they are more than a statement takes."""
    query = select(ListRow.cells).where(ListRow.run == run.id, ListRow.name == LENDERS.name)
    if len(cabinets) <= _MOST_CABINETS:
        query = query.where(ListRow.cabinet_id.in_(sorted(cabinets)))
    return [dict(cells) for cells in session.scalars(query)]


def _read(session: Session, run: Run, source: str, ward_id: str | None, cabinet_id: str | None) -> list[Row]:
    query = select(ListRow.cells).where(ListRow.run == run.id, ListRow.name == source)
    if ward_id is not None:
        query = query.where(ListRow.ward_id == ward_id)
    if cabinet_id is not None:
        query = query.where(ListRow.cabinet_id == cabinet_id)
    return [dict(cells) for cells in session.scalars(query.order_by(ListRow.row))]


def _name_spare(rows: Sequence[Row], lending: Sequence[Row]) -> None:
    """Say how much the lender that a row names can do without."""
    spare = {(one["cabinet_id"], one["item_id"], one["lender_cabinet_id"]): one["spare_units"] for one in lending}
    for row in rows:
        row["spare_units"] = spare.get((row["cabinet_id"], row["item_id"], row["lender_cabinet_id"]))


def _banded(rows: Sequence[Row], moment: date) -> list[Row]:
    dates = [row["earliest_expiry"] for row in rows]
    bands = [band_of(date.fromisoformat(day) if day else None, moment) for day in dates]
    return [{**row, "band": band} for row, band in zip(rows, bands, strict=True)]


def _by_date(row: Row) -> tuple[str, str, str]:
    return row["earliest_expiry"] or "9999", row["cabinet_id"], row["item_id"]


def _name_items(session: Session, run: Run, rows: Sequence[Row]) -> None:
    names: Mapping[str, str] = item_names(session, run.id, (row["item_id"] for row in rows))
    for row in rows:
        row["name"] = names.get(row["item_id"])
