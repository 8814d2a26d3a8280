"""Findings for purchasing, as far as somebody's wards are concerned, each with what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.grants import Reach
from service.clock import danish_day, now
from service.lists.views import FINDINGS, Row, rows_of
from service.places.store import item_names, wards_in_reach
from service.purchasing.tables import FindingDecision
from service.refusals import Unfit
from service.runs.tables import Run

_SEP = ";"
OPEN, SETTLED, LATER = "open", "settled", "later"
STATES = (OPEN, LATER, SETTLED)
# As with levels: what was turned down is asked again where it would save a quarter more.
_AGAIN = 1.25
Key = tuple[str, str]  # item and finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings somebody wants, and in what order; blank wants all."""

    finding: str | None = None
    unit: str | None = None
    hospital: str | None = None
    ward: str | None = None
    text: str | None = None
    min_dkk: float = 0.0
    state: str | None = None
    sort: str | None = None

    def as_query(self) -> list[tuple[str, str]]:
        """Return it as parameters of an address."""
        names = ("finding", "unit", "hospital", "ward", "text", "state", "sort")
        asked = [(name, getattr(self, name)) for name in names if getattr(self, name)]
        return asked + ([("min_dkk", f"{self.min_dkk:g}")] if self.min_dkk else [])


def findings_in_reach(session: Session, run: Run, reach: Reach, wanted: FindingFilter | None = None) -> list[Row]:
    """Read the findings; a limited grant sees those about its own wards, and no other ward in them.

    Parameters
    ----------
    session : Session
    run : Run
    reach : Reach
    wanted : FindingFilter, optional
        Else all.

    Returns
    -------
    list of dict
        Columns of ``FINDINGS``; the dearest first, as the run has them, unless another order is asked for.

    Raises
    ------
    Unfit
        If they are to be sorted by a column that the list doesn't have.

    Notes
    -----
    Saving and sentence of a finding are about all its wards together: where some lie out of reach, what is said in
    figures about them is left blank rather than told.
    """
    wanted = wanted or FindingFilter()
    wards = wards_in_reach(session, run, reach)
    rows = rows_of(session, run, FINDINGS)
    if not reach.everywhere:
        rows = list(_narrowed(rows, {ward.ward_id for ward in wards}))
    near = {
        ward.ward_id
        for ward in wards
        if all(
            not asked or asked == has
            for asked, has in ((wanted.unit, ward.unit), (wanted.hospital, ward.hospital), (wanted.ward, ward.ward_id))
        )
    }
    placed = bool(wanted.unit or wanted.hospital or wanted.ward)
    names = item_names(session, run.id, (row["item_id"] for row in rows))
    known = standing_decisions(session)
    told = [{**row, "name": names.get(row["item_id"]), **_told(row, known)} for row in rows]
    shown = [row for row in told if _fits(row, wanted) and (not placed or near & set(_wards(row)))]
    return _sorted(shown, wanted.sort)


def standing_decisions(session: Session) -> dict[Key, FindingDecision]:
    """Return the last decision about each finding that wasn't opened again."""
    query = select(FindingDecision).order_by(FindingDecision.sequence)
    last = {(one.item_id, one.finding): one for one in session.scalars(query)}
    return {key: one for key, one in last.items() if one.decision != "reopened"}


def state_of(row: Mapping[str, Any], decision: FindingDecision | None, today: date) -> str:
    """Say whether a finding waits for an answer.

    Parameters
    ----------
    row : mapping
        The finding as the served run has it.
    decision : FindingDecision or None
        The last one.
    today : date

    Returns
    -------
    str
        open, later or settled. Postponed ones come back on their day; rejected ones where they save a quarter more.
    """
    if decision is None:
        return OPEN
    if decision.decision == "postponed":
        return LATER if decision.until is None or today < decision.until else OPEN
    grown = (row["saving_dkk_per_year"] or 0.0) > _AGAIN * max(decision.cells.get("saving_dkk_per_year") or 0.0, 0.0)
    return OPEN if decision.decision == "rejected" and grown else SETTLED


def _told(row: Row, known: Mapping[Key, FindingDecision]) -> dict[str, Any]:
    one = known.get((row["item_id"], row["finding"]))
    said = {
        "answer": one.decision if one else None,
        "decided_on": one.decided_on.isoformat() if one else None,
        "decision_reason": one.reason if one else None,
        "until": one.until.isoformat() if one and one.until else None,
        "agreed_on": one.agreed_on.isoformat() if one and one.agreed_on else None,
    }
    return {"state": state_of(row, one, danish_day(now())), **said}


def _fits(row: Row, wanted: FindingFilter) -> bool:
    text = (wanted.text or "").strip().lower()
    return (
        wanted.finding in (None, row["finding"])
        and wanted.state in (None, row["state"])
        and (not text or text in (row["name"] or "").lower() or text == row["item_id"].lower())
        and (row["saving_dkk_per_year"] or 0.0) >= wanted.min_dkk
    )


def _sorted(rows: list[Row], sort: str | None) -> list[Row]:
    by = (sort or "").removeprefix("-")
    names = [column.name for column in FINDINGS.columns]
    if by and by not in names:
        raise Unfit([{"where": "query.sort", "wrong": f"the list has no such column; it has {', '.join(names)}"}])
    if not by:
        return rows
    filled = [row for row in rows if row[by] is not None]
    falling = (sort or "").startswith("-")
    return sorted(filled, key=lambda row: row[by], reverse=falling) + [row for row in rows if row[by] is None]


def _wards(row: Row) -> list[str]:
    return str(row["wards"] or "").split(_SEP)


def _narrowed(rows: Iterable[Row], mine: set[str]) -> Iterator[Row]:
    for row in rows:
        wards = _wards(row)
        own = [ward for ward in wards if ward in mine]
        if len(own) == len(wards):
            yield row
        elif own:
            unsaid = {"detail": None, "saving_dkk_per_year": None, "saving_co2e_kg_per_year": None}
            yield {**row, **unsaid, "wards": _SEP.join(own)}
