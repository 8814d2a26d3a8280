"""Extracts and decisions -> the input of a run."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from brikopt.contract.extract import DATED_BY, Tables
from brikopt.contract.files import find_files
from brikopt.contract.intake import Intake
from brikopt.contract.mapping.apply import read_mapped
from brikopt.contract.mapping.settings import mapping_for
from brikopt.contract.tables import INPUTS, LEVEL_CHANGES, POSITIONS
from service.flowback.decisions import Decision
from service.flowback.extract_file import Place, Row, write_with
from service.flowback.gather import Decided
from service.flowback.settled_levels import Levels, holding

_KEYS = {
    "reviews": ("reviewed_at", "ward_id", "kind"),
    "shelf_dates": ("checked_at", "cabinet_id", "item_id", "earliest_expiry"),
    "counts": ("counted_at", "cabinet_id", "item_id", "quantity"),
    "discards": ("discarded_at", "cabinet_id", "item_id", "quantity", "reason"),
    "level_changes": ("changed_at", "cabinet_id", "item_id"),
    "deliveries": ("delivered_at", "cabinet_id", "item_id", "quantity", "order_id"),
}


def with_decisions(extracts: Path, out: Path, report: Path, intake: Intake, decided: Decided) -> dict[str, Any]:
    """Make the folder that a run reads.

    Parameters
    ----------
    extracts : Path
        As sent; nothing in it changes.
    out : Path
        Made anew: tables that nothing was decided about as they are, the others with the decisions in them.
    report : Path
        Lists every change, as JSON.
    intake : Intake
        What the extracts hold.
    decided : Decided
        What was decided in the service.

    Returns
    -------
    dict
        How much flowed back: ``levels``, then rows by table; ``later``: rows dated on or after the moment of decision,
        which a later run will get; ``known``: rows that the extracts had already; ``elsewhere``: what is about a
        ward, cabinet or item that the extracts don't have, or can't hold there; ``superseded``: counts in whose place
        a later review's count of the same position and day stands.
    """
    tables = intake.extract.before(intake.as_of)
    counted: Counter[str] = Counter()
    changed = _changed_levels(tables, decided.levels, counted)
    rows = {**decided.rows, LEVEL_CHANGES.name: _level_changes(tables, decided.levels, changed)}
    added = {name: _new_rows(name, those, tables, counted) for name, those in rows.items()}
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    mapping = mapping_for(extracts)
    files = find_files(extracts, mapped=mapping.sources)
    for table in INPUTS:
        new, sent = added.get(table.name, []), files.get(table.name)
        edits = _numbers(changed) if table is POSITIONS else {}
        if table.name in mapping.sources:
            # Under the names of the contract from here on, so that what is added needs no other ones.
            raw = read_mapped(extracts, mapping, table, {"items": tables.items}).raw
            plain = replace(raw, delimiter=",") if raw is not None else None
            write_with(plain, table, out / f"{table.name}.csv", new, edits)
        elif new or edits:
            write_with(sent, table, out / f"{table.name}.csv", new, edits)
        elif sent is not None:
            _link(sent, out / sent.name)
    if (policy := extracts / "policy.toml").exists():
        _link(policy, out / policy.name)
    superseded = [row for row in decided.superseded if row[DATED_BY["counts"]] < tables.as_of]
    counted.update({"superseded": len(superseded)} if superseded else {})
    _report(report, changed, added, superseded)
    return {"levels": len(changed), **{name: len(new) for name, new in added.items() if new}, **counted}


def _changed_levels(
    tables: Tables, levels: Sequence[Decision], counted: Counter[str]
) -> dict[Place, tuple[Levels, Decision]]:
    """Find the positions whose levels were settled and where the extracts still show earlier ones."""
    chains: dict[Place, list[Decision]] = defaultdict(list)
    for one in levels:
        chains[one.place].append(one)
    known = _levels_today(tables, chains.keys())
    packs = dict(zip(tables.items["item_id"], tables.items["pack_size"], strict=True))
    changed = {}
    for place, chain in chains.items():
        held = holding([one.settled for one in chain], known[place]) if place in known else None
        if held is not None and held.brik_qty % int(packs[place[1]]):
            held = None
            counted["elsewhere"] += 1
        if held is not None:
            changed[place] = (held, chain[-1])
    return changed


def _level_changes(
    tables: Tables, levels: Sequence[Decision], changed: Mapping[Place, tuple[Levels, Decision]]
) -> list[Row]:
    """What stood before each settled level that the run sees in force, in the extracts or by this.

    Settled levels are in force from the day after; but a run on that day already reads what lies before it with what
    stood then, so the last day before the moment of decision is the latest.
    """
    settled: dict[Place, list[Decision]] = defaultdict(list)
    for one in levels:
        settled[one.place].append(one)
    today = _levels_today(tables, settled.keys()) | {place: held for place, (held, _) in changed.items()}
    told: dict[tuple[date, Place], Row] = {}
    for place, chain in settled.items():
        stands = today.get(place)
        if stands is None or stands != chain[-1].settled.after or stands.removed:
            continue
        for one in chain:
            day = min(one.decided_on + timedelta(days=1), tables.as_of - timedelta(days=1))
            # Of several on a day the first tells what stood before it.
            told.setdefault((day, place), _level_change(day, place, one.settled.before))
    return [told[key] for key in sorted(told)]


def _level_change(day: date, place: Place, before: Levels) -> Row:
    cells = asdict(before) if before.brik_qty else {name: getattr(before, name) for name in ("min_level", "max_level")}
    return {"changed_at": day, "cabinet_id": place[0], "item_id": place[1]} | {f"old_{k}": v for k, v in cells.items()}


def _levels_today(tables: Tables, places: Any) -> dict[Place, Levels]:  # noqa: ANN401 - a set or its like
    positions = tables.positions
    rows = positions[positions["cabinet_id"].isin({cabinet for cabinet, _ in places})].to_dict("records")
    found = {(str(row["cabinet_id"]), str(row["item_id"])): row for row in rows}
    return {place: Levels.of({str(k): v for k, v in found[place].items()}) for place in places if place in found}


def _new_rows(name: str, rows: Sequence[Row], tables: Tables, counted: Counter[str]) -> list[Row]:
    """Keep the rows that this run may know and doesn't know yet, each once."""
    frame: pd.DataFrame = getattr(tables, name)
    known = {tuple(map(_plain, key)) for key in frame[list(_KEYS[name])].itertuples(index=False, name=None)}
    ids = {column: set(getattr(tables, f"{column[:-3]}s")[column]) for column in ("ward_id", "cabinet_id", "item_id")}
    new = []
    for row in rows:
        key = tuple(row[column] for column in _KEYS[name])
        if row[DATED_BY[name]] >= tables.as_of:
            counted["later"] += 1
        elif any(row[column] not in there for column, there in ids.items() if column in row):
            counted["elsewhere"] += 1
        elif key in known:
            counted["known"] += 1
        else:
            known.add(key)
            new.append(row)
    return new


def _plain(value: Any) -> object:  # noqa: ANN401 - cells of a frame
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _numbers(changed: Mapping[Place, tuple[Levels, Decision]]) -> dict[Place, Mapping[str, int] | None]:
    """New cells by place; a position that is removed goes, as it will from the ordering system."""
    return {place: None if held.removed else _cells(held) for place, (held, _) in changed.items()}


def _cells(held: Levels) -> dict[str, int]:
    levels = asdict(held)
    return levels if held.brik_qty else {name: levels[name] for name in ("min_level", "max_level")}


def _link(sent: Path, out: Path) -> None:
    try:
        os.link(sent, out)
    except OSError:
        shutil.copy2(sent, out)


def _report(
    path: Path,
    changed: Mapping[Place, tuple[Levels, Decision]],
    added: Mapping[str, Sequence[Row]],
    superseded: Sequence[Row],
) -> None:
    levels = [
        {"cabinet_id": place[0], "item_id": place[1], **asdict(held), "review_id": one.review_id}
        for place, (held, one) in sorted(changed.items())
    ]
    says = {"levels": levels, "rows": {name: list(rows) for name, rows in added.items()}, "superseded": superseded}
    path.write_text(json.dumps(says, indent=2, ensure_ascii=False, default=date.isoformat) + "\n", encoding="utf-8")
