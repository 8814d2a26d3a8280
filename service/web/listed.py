"""The lists across wards that have a page: where each stands, what it shows, and in which order at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from starlette.datastructures import QueryParams

from service.lists.across import Filter
from service.lists.views import (
    ALL_COUNTS,
    ALL_DEAD,
    ALL_EXPIRING,
    ALL_LEVELS,
    ALL_OUT,
    ALL_RISK,
    ALL_SHIFTS,
    AcrossWards,
)

_MOST_SIGNS = 200
_WHERE = ("name", "ward_name", "cabinet_id")


@dataclass(frozen=True, slots=True)
class Listed:
    """One list with a page.

    Attributes
    ----------
    path, api : str
        Of the page, and of the same list below ``/api/v1``.
    view : AcrossWards
    shown : tuple of str
        Columns at first; others can be chosen.
    sort : str
        The order at first: what is most worth doing.
    """

    path: str
    api: str
    view: AcrossWards
    shown: tuple[str, ...]
    sort: str

    @property
    def name(self) -> str:
        """Key of its words."""
        return self.view.name

    def first(self, **wanted: object) -> Filter:
        """The filter with which the page opens, narrowed."""
        return Filter(sort=self.sort, columns=self.shown, **wanted)  # type: ignore[arg-type]

    def filter_of(self, asked: QueryParams) -> Filter:
        """Read a filter from an address, forgiving: what can't be used is left out, as a form sends empty fields."""
        texts = {name: text_in(asked, name) for name in ("unit", "hospital", "ward", "category", "text")}
        sorts = [column.name for column in self.view.sortable]
        names = (column.name for column in self.view.columns)
        known = [*self.shown, *(name for name in names if name not in self.shown)]
        sort = asked.get("sort", "")
        chosen = [name for name in asked.getlist("column") if name in known]
        return Filter(
            **texts,
            critical={"1": True, "0": False}.get(asked.get("critical", "")),
            min_probability=min(number_in(asked, "min_probability"), 1.0),
            min_dkk=number_in(asked, "min_dkk"),
            sort=sort if sort.removeprefix("-") in sorts else self.sort,
            columns=tuple(name for name in known if name in chosen) or self.shown,
        )


def text_in(asked: QueryParams, name: str) -> str | None:
    """Read a text of an address; None where there is none."""
    return asked.get(name, "").replace("\x00", "").strip()[:_MOST_SIGNS] or None


def number_in(asked: QueryParams, name: str) -> float:
    """Read a number of 0 or more of an address, with a point or a comma; 0 where there is none."""
    try:
        value = float(asked.get(name, "").replace(",", ".") or 0)
    except ValueError:
        return 0.0
    return value if isfinite(value) and value > 0 else 0.0


LISTED = (
    Listed(
        "/for-gammelt",
        "/out-of-date",
        ALL_OUT,
        (*_WHERE, "units", "value_dkk", "p_out_of_date", "expiry", "reason"),
        "-value_dkk",
    ),
    Listed(
        "/udloeb",
        "/expiring",
        ALL_EXPIRING,
        (*_WHERE, "earliest_expiry", "p_expire", "expected_expired_units", "expected_expired_dkk", "reason"),
        "-expected_expired_dkk",
    ),
    Listed(
        "/forsyningsrisiko",
        "/supply-risk",
        ALL_RISK,
        (*_WHERE, "critical", "p_stockout", "next_delivery", "reason"),
        "-p_stockout",
    ),
    Listed(
        "/doede-varer",
        "/dead-stock",
        ALL_DEAD,
        (*_WHERE, "units", "value_dkk", "p_dead", "days_since_movement", "reason"),
        "-value_dkk",
    ),
    Listed(
        "/taelling",
        "/counts-worth-making",
        ALL_COUNTS,
        (*_WHERE, "what", "value_dkk_per_year", "minutes", "reason"),
        "-value_dkk_per_year",
    ),
    Listed(
        "/skift",
        "/shifts",
        ALL_SHIFTS,
        (*_WHERE, "is_new", "change", "from_date", "to_date", "p_shift", "cause", "reason"),
        "",
    ),
    Listed(
        "/niveauer",
        "/levels",
        ALL_LEVELS,
        (
            *_WHERE,
            "action",
            "min_level",
            "max_level",
            "new_min_level",
            "new_max_level",
            "saving_dkk_per_year",
            "reason",
        ),
        "-saving_dkk_per_year",
    ),
)
BY_NAME: Mapping[str, Listed] = {listed.name: listed for listed in LISTED}
