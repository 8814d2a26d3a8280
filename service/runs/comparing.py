"""What is another in one run than in an earlier one: what it was made of, and what its lists say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.lists.tables import ListRow
from service.runs.tables import Run

# Lists, and the column that sums them up; in the order of a page.
SUMMED: Mapping[str, str | None] = {
    "out_of_date": "value_dkk",
    "expiry_flags": "expected_expired_dkk",
    "supply_risk": None,
    "dead_stock": "value_dkk",
    "transfers": "expected_saved_dkk",
    "trim_list": "saving_dkk_per_year",
    "purchasing": None,
}
DATA, POLICY, MODEL, CODE = "data", "policy", "model", "code"


@dataclass(frozen=True, slots=True)
class ListMoved:
    """One list then and now: its rows, and kroner where it has a column of them."""

    name: str
    rows: tuple[int, int]
    dkk: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs side by side.

    Attributes
    ----------
    causes : dict of str to list of str
        Of data, policy, model and code those that differ, each with what does: tables, ``section.key: old → new``.
    lists : list of ListMoved
    levels : tuple of int
        Positions whose proposed level is another, and positions that both runs have.
    """

    causes: dict[str, list[str]]
    lists: list[ListMoved]
    levels: tuple[int, int]


def compare_runs(session: Session, earlier: Run, later: Run) -> Compared:
    """Compare two runs whose rows are kept.

    Parameters
    ----------
    session : Session
    earlier, later : Run

    Returns
    -------
    Compared
    """
    before, after = (_sums(session, run) for run in (earlier, later))
    empty = (0, 0.0)
    lists = []
    for name, column in SUMMED.items():
        then, present = before.get(name, empty), after.get(name, empty)
        lists.append(ListMoved(name, (then[0], present[0]), (then[1], present[1]) if column else None))
    return Compared(causes(earlier.record, later.record), lists, _levels(session, earlier, later))


def causes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """Say what two runs were made of that differs.

    Examples
    --------
    >>> causes({"policy": {"cost": {"line": 18}}}, {"policy": {"cost": {"line": 20}}})
    {'policy': ['cost.line: 18 → 20']}
    """
    inputs = before.get("inputs", {}), after.get("inputs", {})
    data = [name for name in sorted({*inputs[0], *inputs[1]}) if inputs[0].get(name) != inputs[1].get(name)]
    moment = [f"{before['as_of']} → {after['as_of']}"] if before.get("as_of") != after.get("as_of") else []
    rules = _flat(before.get("policy", {})), _flat(after.get("policy", {}))
    policy = [
        f"{key}: {rules[0].get(key, '–')} → {rules[1].get(key, '–')}"
        for key in sorted({*rules[0], *rules[1]})
        if rules[0].get(key) != rules[1].get(key)
    ]
    plain = ((MODEL, "model_id"), (CODE, "version"))
    other = {
        cause: [f"{before.get(key)} → {after.get(key)}"] for cause, key in plain if before.get(key) != after.get(key)
    }
    found = {DATA: [*moment, *data], POLICY: policy, **other}
    return {cause: what for cause, what in found.items() if what}


def _flat(policy: object, path: str = "") -> dict[str, object]:
    if not isinstance(policy, dict):
        return {path: policy}
    return {
        key: value for name, one in policy.items() for key, value in _flat(one, f"{path}.{name}".strip(".")).items()
    }


def _sums(session: Session, run: Run) -> dict[str, tuple[int, float]]:
    found = {}
    for name, column in SUMMED.items():
        value = func.sum(ListRow.cells[column].as_float()) if column else func.sum(0)
        query = select(func.count(), value).where(ListRow.run == run.id, ListRow.name == name)
        rows, dkk = session.execute(query).one()
        found[name] = (rows, float(dkk or 0.0))
    return found


def _levels(session: Session, earlier: Run, later: Run) -> tuple[int, int]:
    names = ("new_min_level", "new_max_level", "new_brik_qty", "new_brik_count")
    before, after = (
        {
            (row.cabinet_id, row.item_id): tuple(row.cells[name] for name in names)
            for row in session.scalars(select(ListRow).where(ListRow.run == run.id, ListRow.name == "levels"))
        }
        for run in (earlier, later)
    )
    both = before.keys() & after.keys()
    return sum(before[place] != after[place] for place in both), len(both)


def kept_runs(session: Session) -> Sequence[Run]:
    """Return the runs whose rows are here, the one put in front last first."""
    query = select(Run).where(Run.kept, Run.served_number.is_not(None)).order_by(Run.served_number.desc())
    return session.scalars(query).all()
