"""The page of coverage: shares over time against targets, what is to be expected, and each unit's wards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request, Response
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.coverage.curve import curve_of
from brikopt.coverage.progress import REGION
from brikopt.coverage.scope import KINDS, ReviewKind
from brikopt.policy import Target
from service.access.callers import ReadsCoverage
from service.coverage.standing import (
    Standing,
    WardStanding,
    coverage_rows,
    end_of_today,
    standing_at,
    targets_of,
    ward_standings,
)
from service.lists.views import REVIEW_PLAN, rows_of
from service.places.store import wards_in_reach
from service.places.tables import Cabinet, Ward
from service.reviews.tables import Review
from service.runs.store import served_run
from service.runs.tables import Run
from service.setup import Here
from service.web.bars import share_bar
from service.web.chart import ChartWords, coverage_chart
from service.web.pages import page, pages_router
from service.web.visit import Visit, visit_of
from service.web.words import Speech

router = pages_router()
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class WardShown:
    """One ward of a unit: where it stands in each kind, why it is in no target, and what was done in it."""

    ward: Ward
    standing: WardStanding
    outside: dict[str, str]
    reviews: Sequence[Review]

    @property
    def last_visit(self) -> date | None:
        """The last day on which somebody finished a review or a visit, in the service or before."""
        days = [one.reviewed_on for one in self.reviews]
        return max([*days, *(day for day in self.standing.reviewed_on.values() if day)], default=None)

    def decided(self, decision: str) -> int:
        """Count the decisions of a sort."""
        return sum(one["decision"] == decision for review in self.reviews for one in review.decisions)


@router.get("/daekning")
def show_coverage(
    request: Request,
    who: ReadsCoverage,
    here: Here,
    as_of: Annotated[str, Query(max_length=10)] = "",
    unit: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Coverage on any day, of the region and of one unit; without a day, up to now."""
    visit, day = visit_of(request, who), _day(as_of)
    with here.database.reading() as session:
        run = served_run(session)
        wards = {ward.ward_id: ward for ward in wards_in_reach(session, run, who.reach)}
        standing = standing_at(session, run, day or end_of_today())
        rows = coverage_in_reach(session, run, visit, standing)
        done = ward_standings(standing)
        plan = [
            row
            for row in rows_of(session, run, REVIEW_PLAN)
            if row["ward_id"] in wards and not done[row["ward_id"]].reviewed(row["kind"])
        ]
        units = sorted({ward.unit for ward in wards.values()})
        chosen = unit if unit in units else REGION if who.reach.everywhere else units[0] if units else ""
        of_unit = [ward for ward in wards.values() if ward.unit == chosen]
        shown = list(_wards_shown(session, run, of_unit, done, standing.as_of, visit.say))
        charts = list(_charts(standing, targets_of(run), chosen, visit.say)) if chosen else []
    return page(
        visit,
        "coverage",
        run=run,
        coverage=rows,
        plan=[row for row in plan if chosen == REGION or wards[row["ward_id"]].unit == chosen],
        wards=wards,
        day=day,
        misread=bool(as_of) and day is None,
        units=units,
        chosen=chosen,
        shown=shown,
        charts=charts,
        lacking=list(lacking_apart(rows, visit.say)),
    )


def coverage_in_reach(session: Session, run: Run, visit: Visit, standing: Standing) -> list[dict[str, Any]]:
    """Return the coverage that somebody may see, with a bar and a sentence to each row; the region first."""
    reach = visit.reach(ReadsCoverage)
    units = reach.units(wards_in_reach(session, run, reach))
    seen = units | {REGION} if reach.everywhere else units
    rows = [row for row in coverage_rows(standing, run) if row["unit"] in seen]
    return [
        {
            **row,
            "passed": date.fromisoformat(row["deadline"]) < standing.as_of,
            "bar": share_bar(row["share"], row["target"], bar_words(row, visit.say)),
            "said": standing_words(row, standing.as_of, visit.say),
        }
        for row in rows
    ]


def bar_words(row: dict[str, Any], say: Speech) -> str:
    """Put a row of the coverage into words."""
    return f"{say.texts['kinds'][row['kind']]}: {_format(say, 'line', row)}"


def standing_words(row: dict[str, Any], as_of: date, say: Speech) -> str:
    """Say how a row stands: before its deadline what is to be expected, after it what became of it.

    Parameters
    ----------
    row : dict
        Of the coverage.
    as_of : date
        Reviews before this day count.
    say : Speech

    Returns
    -------
    str
        A target is only called met where the wards were reviewed by the deadline; later ones are told as later.
    """
    if not row["wards_in_scope"]:
        return str(say.texts["coverage"]["no_scope"])
    if date.fromisoformat(row["deadline"]) < as_of:
        code = "passed_met" if row["p_reach_target"] else "passed_lacks" if row["gap_wards"] else "passed_late"
        return _format(say, code, row)
    said = [_format(say, "line", row), _format(say, "gap" if row["gap_wards"] else "gap_none", row)]
    if row["gap_wards"] and row["p_reach_target"] is not None:
        said.append(_format(say, "expected", row))
        said.append(_format(say, "reach" if row["projected_reach_date"] else "reach_never", row))
    return " ".join(said)


def lacking_apart(rows: Sequence[dict[str, Any]], say: Speech) -> Iterator[str]:
    """Say why the units together lack another number of wards than the region as a whole, where they do."""
    for region in (row for row in rows if row["unit"] == REGION):
        same = [row for row in rows if row["unit"] != REGION and _period(row) == _period(region)]
        units = sum(row["gap_wards"] for row in same)
        if units != region["gap_wards"]:
            words = say.texts["coverage"]["apart"]
            yield words.format(
                kind=say.texts["kinds"][region["kind"]],
                region=say.count(region["gap_wards"]),
                units=say.count(units),
                named=", ".join(f"{row['unit']} ({say.count(row['gap_wards'])})" for row in same if row["gap_wards"]),
            )


def _period(row: dict[str, Any]) -> tuple[str, str]:
    return row["kind"], row["deadline"]


def _format(say: Speech, code: str, row: dict[str, Any]) -> str:
    words: str = say.texts["coverage"][code]
    return words.format(
        reviewed=say.count(row["wards_reviewed"]),
        scope=say.count(row["wards_in_scope"]),
        share=say.percent(row["share"]),
        target=say.percent(row["target"]),
        deadline=say.day(row["deadline"]),
        gap=say.count(row["gap_wards"]),
        then=say.percent(row["projected_share"]),
        chance=say.percent(row["p_reach_target"]),
        day=say.day(row["projected_reach_date"]),
    )


def _charts(
    standing: Standing, targets: Sequence[Target], unit: str, say: Speech
) -> Iterator[tuple[str, Markup, list[tuple[str, str, str]]]]:
    """A title, a chart, and the numbers behind it, for each period and kind with wards in scope."""
    for target in targets:
        for kind in KINDS:
            drawn = _chart(standing, target, kind, unit, say)
            if drawn:
                yield drawn


def _chart(
    standing: Standing, target: Target, kind: ReviewKind, unit: str, say: Speech
) -> tuple[str, Markup, list[tuple[str, str, str]]] | None:
    curve = curve_of(standing.wards, standing.cabinets, standing.reviews, target, kind, unit, standing.as_of)
    if not curve.in_scope:
        return None
    words = say.texts["coverage"]
    name = say.texts["words"]["whole_region"] if unit == REGION else unit
    title = words["chart"].format(kind=say.texts["kinds"][kind], unit=name, deadline=say.day(curve.deadline))
    reviewed = curve.past[-1][1]
    label = words["chart_label"].format(
        title=title, share=say.percent(reviewed / curve.in_scope), target=say.percent(curve.target)
    )
    lines = ChartWords(
        label,
        words["chart_target"].format(target=say.percent(curve.target)),
        words["chart_deadline"].format(deadline=say.day(curve.deadline)),
        [(share, say.percent(share)) for share in _TICKS],
    )
    table = [(say.day(day), say.count(wards), say.percent(wards / curve.in_scope)) for day, wards in curve.past[1:]]
    return title, coverage_chart(curve, lines), table


def _wards_shown(
    session: Session, run: Run, wards: Sequence[Ward], done: dict[str, WardStanding], as_of: date, say: Speech
) -> Iterator[WardShown]:
    cabinets: dict[str, set[str]] = {}
    for ward_id, kind in session.execute(select(Cabinet.ward_id, Cabinet.kind).where(Cabinet.run == run.id)):
        cabinets.setdefault(ward_id, set()).add(kind)
    reviews: dict[str, list[Review]] = {}
    known = select(Review).where(Review.undone_at.is_(None), Review.reviewed_on < as_of).order_by(Review.sequence)
    for review in session.scalars(known):
        reviews.setdefault(review.ward_id, []).append(review)
    for ward in wards:
        standing = done[ward.ward_id]
        outside: dict[str, str] = {
            kind: _outside(ward, kind, cabinets.get(ward.ward_id, set()), as_of, say)
            for kind in KINDS
            if not standing.in_scope[kind]
        }
        yield WardShown(ward, standing, outside, reviews.get(ward.ward_id, []))


def _outside(ward: Ward, kind: str, cabinets: set[str], as_of: date, say: Speech) -> str:
    """Why a target doesn't cover a ward."""
    words = say.texts["coverage"]["outside"]
    if ward.excluded_reason:
        return str(words["excluded"].format(reason=ward.excluded_reason))
    if ward.valid_to and ward.valid_to < as_of:
        return str(words["closed"].format(day=say.day(ward.valid_to)))
    if ward.valid_from and ward.valid_from > as_of:
        return str(words["opens"].format(day=say.day(ward.valid_from)))
    return str(words["no_cabinet" if kind not in cabinets else "not_relevant"])


def _day(text: str) -> date | None:
    """Read a day; what is none, or lies outside the years that count, is no choice."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None
