"""What the result before this one advised, what was done of it, and what happened since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.errors import BadInput
from brikopt.flows.watched import Known
from brikopt.levels.earlier import NOTHING_EARLIER, Earlier
from brikopt.reason import Reason
from brikopt.reports.publish import RUN_RECORD

Key = tuple[str, str]  # cabinet, item
Levels = tuple[int, int, int, int]  # min, max, units a card, cards; 0 where there are no cards
LEVELS_FILE = "levels.csv"
WIDE = 2 * 1.645  # standard deviations in a 90 % range
NAMES = ("min_level", "max_level", "brik_qty", "brik_count")


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier result, as far as the next one goes by it.

    Parameters
    ----------
    run_id : str
        Of that run.
    as_of : date
        Its moment of decision.
    levels : dict of Key to tuple of Levels
        What was in force then, and what it came to.
    settled : dict of Key to date
        Levels changed a short while before.
    waiting : set of Key
        Worthwhile changes that it left for a later visit.
    shifts : tuple of Known
        Changes of use and stock that it told of.
    stock : dict of Key to tuple of float
        Units on hand, and their standard deviation.
    """

    run_id: str
    as_of: date
    levels: Mapping[Key, tuple[Levels, Levels]]
    settled: Mapping[Key, date]
    waiting: frozenset[Key]
    shifts: tuple[Known, ...] = ()
    stock: Mapping[Key, tuple[float, float]] = field(default_factory=dict)


def read_previous(folder: Path | Previous | None, as_of: date) -> Previous | None:
    """Read an earlier result.

    Parameters
    ----------
    folder : Path or Previous, optional
        Where it lies, or what was read of it already; None where a run stands for itself.
    as_of : date
        This run's moment of decision.

    Returns
    -------
    Previous or None

    Raises
    ------
    BadInput
        If it is no result of brikopt, or of a later day.
    """
    if folder is None or isinstance(folder, Previous):
        return folder
    option = f"--previous {folder}"
    try:
        record = json.loads((folder / RUN_RECORD).read_text("utf-8"))
        levels, shifts, stock = (_rows_in(folder / f"{name}.csv") for name in ("levels", "shifts", "stock"))
        found = previous_of_rows(record, levels, shifts, stock)
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"this is no result of brikopt run ({type(error).__name__})."
        raise BadInput(option, problem, f"Name the folder of a run, with {RUN_RECORD} and {LEVELS_FILE}.") from None
    if found.as_of > as_of:
        problem = f"that result is of {found.as_of}, later than this run's {as_of}."
        raise BadInput(option, problem, "Name an earlier result, or leave the option out.")
    return found


def _rows_in(path: Path) -> list[dict[Any, Any]]:
    """The rows of a table, as text; none of a table that results of an older brikopt don't have."""
    if path.name != LEVELS_FILE and not path.exists():
        return []
    return pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")


def previous_of_rows(
    record: Mapping[str, Any],
    levels: Iterable[Mapping[Any, Any]],
    shifts: Iterable[Mapping[Any, Any]] = (),
    stock: Iterable[Mapping[Any, Any]] = (),
) -> Previous:
    """Gather an earlier result.

    Parameters
    ----------
    record : mapping
        Its ``run.json``.
    levels, shifts, stock : iterable of mapping
        Rows of its tables of those names.

    Returns
    -------
    Previous
    """
    told = record.get("standing", {})
    rows = {(row["cabinet_id"], row["item_id"]): (_levels(row, ""), _levels(row, "new_")) for row in levels}
    return Previous(
        run_id=str(record["run_id"]),
        as_of=date.fromisoformat(record["as_of"]),
        levels=rows,
        settled={(cabinet, item): date.fromisoformat(day) for cabinet, item, day in told.get("settled", ())},
        waiting=frozenset((cabinet, item) for cabinet, item in told.get("waiting", ())),
        shifts=tuple(_known(row) for row in shifts),
        stock={(row["cabinet_id"], row["item_id"]): _on_hand(row) for row in stock},
    )


def _known(row: Mapping[Any, Any]) -> Known:
    names = ("level", "cabinet_id", "item_id", "ward_id", "measure", "change")
    from_date, to_date = (date.fromisoformat(row[name]) for name in ("from_date", "to_date"))
    return Known(tuple(str(row[name] or "") for name in names), from_date, to_date)


def _on_hand(row: Mapping[Any, Any]) -> tuple[float, float]:
    low, high = float(row["on_hand_low"]), float(row["on_hand_high"])
    return float(row["on_hand_mean"]), (high - low) / WIDE


def _levels(row: Mapping[Any, Any], new: str) -> Levels:
    low, high, qty, count = (int(row[f"{new}{name}"] or 0) for name in NAMES)
    return low, high, qty, count


def earlier_advice(
    previous: Previous | None,
    tables: Tables,
    positions: pd.DataFrame,
    shifted: Mapping[int, tuple[date, Reason]],
    settling_days: int,
) -> list[Earlier] | None:
    """Say for each position what was advised, and whether its level is to be left in peace.

    Parameters
    ----------
    previous : Previous, optional
        The earlier result.
    tables : Tables
        The rows known at the moment of decision.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    shifted : mapping of int to tuple of date and Reason
        Row -> the day from which its use is clearly another, and how.
    settling_days : int
        How long a changed level is left in peace.

    Returns
    -------
    list of Earlier, or None
        None where nothing earlier is known of any position.
    """
    changed = _changed(tables)
    if previous is None and not changed:
        return None
    events = {"stirred_dry": _urgent(tables), "stirred_expired": _thrown_out(tables)}
    least = tables.as_of - timedelta(days=settling_days)
    found = []
    keys = zip(positions["cabinet_id"], positions["item_id"], strict=True)
    today = zip(*(positions[name].fillna(0).astype("int64") for name in NAMES), strict=True)
    for row, (key, levels) in enumerate(zip(keys, today, strict=True)):
        advised, done = _advised(previous, key, levels)
        since = max((day for day in (done, changed.get(key)) if day is not None), default=None)
        if since is None or since <= least:
            found.append(Earlier(advised) if advised else NOTHING_EARLIER)
            continue
        found.append(Earlier(advised, since, _stirred(key, since, events, shifted.get(row))))
    return found


def _advised(previous: Previous | None, key: Key, today: Levels) -> tuple[Levels | None, date | None]:
    """What was advised and still can be followed, and when it was followed."""
    if previous is None or key not in previous.levels:
        return None, None
    then, new = previous.levels[key]
    if today == then:
        return (None if key in previous.waiting else new), (previous.settled.get(key) if then == new else None)
    return (today, previous.as_of) if today == new else (None, None)


def _stirred(
    key: Key, since: date, events: Mapping[str, Mapping[Key, tuple[date, float]]], shift: tuple[date, Reason] | None
) -> Reason | None:
    for code, of_key in events.items():
        if key in of_key and of_key[key][0] >= since:
            on, units = of_key[key]
            return Reason(code, {"settled_on": since, "on": on, "units": units})
    if shift is not None and shift[0] >= since:
        return Reason(shift[1].code, {**shift[1].numbers, "settled_on": since})
    return None


def _changed(tables: Tables) -> dict[Key, date]:
    """The last day on which each level was changed."""
    rows = getattr(tables, "level_changes", None)
    return {} if rows is None else {key: on for key, (on, _) in _newest(rows, "changed_at").items()}


def _urgent(tables: Tables) -> dict[Key, tuple[date, float]]:
    return _newest(tables.orders[tables.orders["channel"] == "urgent"], "ordered_at")


def _thrown_out(tables: Tables) -> dict[Key, tuple[date, float]]:
    return _newest(tables.discards[tables.discards["reason"] == "expired"], "discarded_at")


def _newest(rows: pd.DataFrame, day: str) -> dict[Key, tuple[date, float]]:
    """The newest row of each position: its day and units."""
    last = rows.sort_values(day, kind="stable").drop_duplicates(["cabinet_id", "item_id"], keep="last")
    units = last["quantity"] if "quantity" in last else pd.Series(0.0, index=last.index)
    return {
        (str(cabinet), str(item)): (pd.Timestamp(on).date(), float(quantity))
        for cabinet, item, on, quantity in zip(last["cabinet_id"], last["item_id"], last[day], units, strict=True)
    }


def standing_of(facts: pd.DataFrame) -> dict[str, Sequence[Sequence[str]]]:
    """What ``run.json`` keeps for the next run: levels left in peace, and changes that wait for a later visit."""
    keys = list(zip(facts["cabinet_id"], facts["item_id"], strict=True))
    settled = [[*key, day.isoformat()] for key, day in zip(keys, facts["settled_on"], strict=True) if day is not None]
    return {
        "settled": settled,
        "waiting": [list(key) for key, waits in zip(keys, facts["waits"], strict=True) if waits],
    }
