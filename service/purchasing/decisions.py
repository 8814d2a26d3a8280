"""Decide about a finding, and see later what came of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.personal_numbers import hide_personal_numbers
from service.access.callers import Caller
from service.access.grants import Reach
from service.answers.texts_in import Id, Words
from service.audit.chain import next_number, record
from service.clock import danish_day, now
from service.lists.views import PURCHASING
from service.places.store import item_names
from service.purchasing.findings import findings_in_reach
from service.purchasing.tables import FindingDecision
from service.refusals import NewerRun, OutOfScope, Unknown
from service.runs.store import served_run
from service.runs.tables import Run

Decided = Literal["accepted", "rejected", "postponed", "agreed", "reopened"]
_FIRST, _LAST = date(1990, 1, 1), date(2199, 12, 31)


class FindingDecisionSent(BaseModel):
    """What is decided about one finding; ``run_id`` names the result whose list was seen."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"item_id": "1007126", "finding": "pack_too_large", "decision": "rejected", "reason": "Findes ikke"}
            ]
        },
    )

    item_id: Id
    finding: Id
    decision: Decided
    reason: Words | None = None
    until: date | None = None
    agreed_on: date | None = None
    run_id: Id | None = None

    @field_validator("reason")
    @classmethod
    def _no_patients(cls, reason: str | None) -> str | None:
        if reason is not None and hide_personal_numbers(reason) != reason:
            raise ValueError("reason holds a personal number; there is no place for patients here")
        return reason

    @field_validator("until", "agreed_on")
    @classmethod
    def _days_that_count(cls, day: date | None) -> date | None:
        if day is not None and not _FIRST <= day <= _LAST:
            raise ValueError(f"a day lies between {_FIRST} and {_LAST}")
        return day

    @model_validator(mode="after")
    def _says_enough(self) -> FindingDecisionSent:
        if self.decision == "rejected" and not (self.reason or "").strip():
            raise ValueError("a rejected finding needs a reason: it is kept, and read when the finding grows")
        if self.decision == "postponed" and self.until is None:
            raise ValueError("a postponed finding needs until, the day on which it comes back")
        if self.decision == "agreed" and self.agreed_on is None:
            raise ValueError("agreed_on is missing: the day of the agreement with the supplier")
        return self


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision, and its finding then and now.

    Attributes
    ----------
    decision : FindingDecision
    name : str or None
        Of the item, as the served run has it.
    now : dict or None
        The finding of the served run; None where there is none any more.
    newer : bool
        Whether the served run is another than that which was decided about: only then is there something to see.
    """

    decision: FindingDecision
    name: str | None
    now: dict[str, Any] | None
    newer: bool

    def shown(self) -> dict[str, Any]:
        """Return what the API says of it."""
        one, then = self.decision, self.decision.cells
        names = ("id", "item_id", "finding", "decision", "reason", "until", "agreed_on", "decided_on", "run_id")
        told = {name: getattr(one, name) for name in names}
        figures = ("saving_dkk_per_year", "saving_co2e_kg_per_year")
        present = self.now or dict.fromkeys(figures, 0.0)
        return {
            **told,
            "name": self.name,
            "detail": then.get("detail"),
            **{f"{name}_then": then.get(name) for name in figures},
            **{f"{name}_now": present.get(name) if self.newer else None for name in figures},
            "still_found": self.now is not None if self.newer else None,
        }


def decide_finding(session: Session, sent: FindingDecisionSent, who: Caller) -> FindingDecision:
    """Keep a decision about a finding of the served run.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    sent : FindingDecisionSent
    who : Caller

    Returns
    -------
    FindingDecision

    Raises
    ------
    NewerRun
        If another result was seen than the one served.
    Unknown
        If the run has no such finding in reach.
    OutOfScope
        If the finding is also about wards out of reach.
    """
    run = served_run(session)
    if sent.run_id is not None and sent.run_id != run.run_id:
        raise NewerRun(str(run.run_id), [])
    found = {(row["item_id"], row["finding"]): row for row in findings_in_reach(session, run, who.reach)}
    row = found.get((sent.item_id, sent.finding))
    if row is None:
        raise Unknown(what="finding", id=f"{sent.item_id} {sent.finding}")
    if row["detail"] is None:
        raise OutOfScope(what="finding", id=f"{sent.item_id} {sent.finding}")
    one = FindingDecision(
        id=secrets.token_hex(8),
        **sent.model_dump(exclude={"run_id"}),
        cells={column.name: row[column.name] for column in PURCHASING.columns},
        run_id=run.run_id or "",
        decided_at=now(),
        decided_on=danish_day(now()),
        decided_by=who.principal.id,
        sequence=next_number(session),
    )
    session.add(one)
    session.flush()
    subject = f"{sent.item_id} {sent.finding}"
    record(session, who.principal.id, "finding.decided", subject, after={"decision": sent.decision, "id": one.id})
    return one


def outcomes(session: Session, run: Run, reach: Reach) -> list[Outcome]:
    """List all decisions in reach, the newest first, each with what became of its finding."""
    rows = findings_in_reach(session, run, reach)
    present = {(row["item_id"], row["finding"]): row for row in rows}
    query = select(FindingDecision).order_by(FindingDecision.sequence.desc())
    seen = [one for one in session.scalars(query) if _is_in(one, reach, present)]
    names = item_names(session, run.id, (one.item_id for one in seen))
    return [
        Outcome(one, names.get(one.item_id), present.get((one.item_id, one.finding)), run.run_id != one.run_id)
        for one in seen
    ]


def _is_in(one: FindingDecision, reach: Reach, present: dict[tuple[str, str], dict[str, Any]]) -> bool:
    """Whether somebody may see a decision: all of its wards lie in reach."""
    now_ = present.get((one.item_id, one.finding))
    return reach.everywhere or (now_ is not None and now_["detail"] is not None)
