"""A recalled item or lot: every shelf on which it may lie, as a table and as a list to tick off."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brikopt import __version__
from brikopt.contract.extract import Tables
from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import position_table, rows_of
from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.policy import policy_for
from brikopt.reason import Reason
from brikopt.recall import Found, plain_lot, shelves_to_look_at
from brikopt.reports.publish import PRODUCT, RUN_RECORD, checked_out, written_whole
from brikopt.reports.recall_page import write_recall_page
from brikopt.reports.run_record import write_run_record
from brikopt.reports.sentences import Sentences
from brikopt.stock.batches import ShelfDates, batches, left_of, shelf_dates
from brikopt.stock.posterior import gather_evidence, present

RECALL_FILE, RECALL_PAGE = "recall.csv", "recall.html"


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is recalled.

    Parameters
    ----------
    item, gtin : str or None
        The item by its number, or by the number in its bar code.
    lot : str or None
        One of its lots.
    received : tuple of two dates, or None
        Only goods that came on these days, both included.
    """

    item: str | None
    gtin: str | None
    lot: str | None
    received: tuple[date, date] | None = None

    def __post_init__(self) -> None:
        if not self.item and not self.gtin:
            raise BadInput("--item", "nothing is named.", "Name the recalled item, or its --gtin.")
        if self.received and self.received[1] < self.received[0]:
            raise BadInput("--received", "the last day lies before the first.", "Give the first day first.")


def recall(
    data: Path, out: Path, recalled: Recalled, *, as_of: date | None, policy_file: Path | None, lang: Language
) -> list[str]:
    """List every shelf on which something recalled may lie.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path
        Gets ``recall.csv``, ``recall.html`` and ``run.json``.
    recalled : Recalled
        What is recalled.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    list of str
        How many shelves and units, and what to open.

    Raises
    ------
    BadInput
        Where a run would stop, or if there is no such item.
    """
    place = checked_out(out, data)
    policy = policy_for(data, policy_file)
    intake = read_extracts(data, as_of=as_of, lang=lang, max_quantity_factor=policy.extracts.max_quantity_factor)
    tables = intake.extract.before(intake.as_of)
    ids = item_ids(tables.items[["item_id", "gtin"]].to_dict("records"), recalled)
    some = of_items(tables, ids)
    found: list[Found] = []
    if len(some.positions):
        evidence = gather_evidence(some, position_table(some), policy.expiry.check_interval_days, 1)
        dates = [shelf_dates(present(evidence, row)) for row in range(len(evidence.positions))]
        if recalled.received is None:
            found = shelves_to_look_at(lot_records(batches(some, evidence.positions, dates)), recalled.lot)
        else:
            found = _received(some, evidence.positions, dates, recalled.received, recalled.lot)
    shown = _with_names(found, tables)
    sentences = Sentences(lang)
    with written_whole(place) as work:
        shown.to_csv(work / RECALL_FILE, index=False, float_format="%.4f", lineterminator="\n")
        write_recall_page(shown, work / RECALL_PAGE, lang, _told(recalled, tables, ids), intake.as_of.isoformat())
        record = {"product": PRODUCT, "version": __version__, "as_of": intake.as_of.isoformat()}
        write_run_record(record | {"recall": json.loads(json.dumps(asdict(recalled), default=str))}, work / RUN_RECORD)
    lines = [
        Reason(
            "recall_found",
            {
                "shelves": len(shown),
                "wards": int(shown["ward_id"].nunique()),
                "units": float(shown["units"].sum()),
                "recorded": int((shown["basis"] == "recorded").sum()),
            },
        ),
        Reason("demo_open", {"path": str(place / RECALL_PAGE)}),
    ]
    return [sentences.say(one) for one in lines]


def item_ids(items: Sequence[Mapping[Any, Any]], recalled: Recalled) -> list[str]:
    """Find the recalled items by their number, or by that of their bar code, whose leading zeros don't count.

    Raises
    ------
    BadInput
        If there is none.
    """
    gtin = (recalled.gtin or "").strip().lstrip("0")
    ids = [
        str(one["item_id"])
        for one in items
        if (recalled.item and one["item_id"] == recalled.item.strip())
        or (gtin and (one["gtin"] or "").strip().lstrip("0") == gtin)
    ]
    if not ids:
        option, value = ("--item", recalled.item) if recalled.item else ("--gtin", recalled.gtin)
        raise BadInput(f"{option} {value}", "there is no such item.", "Name one from the table items, or its gtin.")
    return ids


def of_items(tables: Tables, ids: Sequence[str]) -> Tables:
    """Keep the rows of some items; wards, cabinets and the like are kept whole."""
    kept: dict[str, Any] = {}
    for field in fields(Tables):
        frame = getattr(tables, field.name)
        if isinstance(frame, pd.DataFrame) and "item_id" in frame and field.name != "items":
            kept[field.name] = frame[frame["item_id"].isin(ids)].reset_index(drop=True)
    return replace(tables, **kept)


def lot_records(lots: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as the service has them: dates as text, blank ones None."""
    texts = {name: lots[name].dt.strftime("%Y-%m-%d") for name in ("expiry", "received_from", "received_to")}
    told = lots.assign(**texts).astype(object)
    return [
        {str(name): value for name, value in row.items()} for row in told.where(told.notna(), None).to_dict("records")
    ]


def _received(
    tables: Tables,
    positions: pd.DataFrame,
    dates: Sequence[ShelfDates],
    received: tuple[date, date],
    lot: str | None,
) -> list[Found]:
    """What newer deliveries leave of those that came on some days, the oldest used first."""
    first, last = (pd.Timestamp(day) for day in received)
    goods = rows_of(tables.deliveries, positions)
    within = goods["delivered_at"].between(first, last)
    if lot is not None:
        within &= goods["lot"].map(plain_lot).isin(("", plain_lot(lot)))
    came = np.bincount(goods["position"][within], goods["quantity"][within], len(positions))
    later = np.bincount(
        goods["position"][goods["delivered_at"] > last], goods["quantity"][goods["delivered_at"] > last], len(positions)
    )
    found = []
    for row in np.flatnonzero(came).tolist():
        left = left_of(dates[row].on_hand, int(later[row]), int(came[row]))
        cabinet, item = positions[["cabinet_id", "item_id"]].iloc[row].tolist()
        found.append(Found(cabinet, item, lot or "", "", "recorded", float((left > 0).mean()), float(left.mean())))
    return sorted(found, key=lambda one: (-one.units, one.cabinet_id, one.item_id))


def _with_names(found: Sequence[Found], tables: Tables) -> pd.DataFrame:
    """Add the names that people know; one row a shelf, ward by ward."""
    names = [field.name for field in fields(Found)]
    frame = pd.DataFrame([asdict(one) for one in found], columns=names)
    frame = frame.merge(tables.items[["item_id", "name"]], on="item_id", how="left")
    frame = frame.merge(tables.cabinets[["cabinet_id", "ward_id"]], on="cabinet_id", how="left")
    frame = frame.merge(tables.wards[["ward_id", "ward_name", "hospital", "unit"]], on="ward_id", how="left")
    places = tables.positions[["cabinet_id", "item_id", "shelf_place"]]
    frame = frame.merge(places, on=["cabinet_id", "item_id"], how="left")
    first = ["unit", "hospital", "ward_id", "ward_name", "cabinet_id", "shelf_place", "item_id", "name"]
    frame = frame.assign(_order=range(len(frame)))
    frame = frame.sort_values(["unit", "hospital", "ward_id", "_order"], kind="stable", ignore_index=True)
    return frame[[*first, "lot", "expiry", "basis", "p_there", "units"]]


def _told(recalled: Recalled, tables: Tables, ids: Sequence[str]) -> str:
    """Name what is recalled."""
    name = str(tables.items.set_index("item_id")["name"].reindex(list(ids)).iloc[0])
    parts = [f"{name} ({', '.join(ids)})"]
    if recalled.lot:
        parts.append(f"lot {recalled.lot}")
    if recalled.received:
        parts.append(" – ".join(day.isoformat() for day in recalled.received))
    return ", ".join(parts)
