"""What runs dry first if a supplier or the warehouse is out for some weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from brikopt import __version__
from brikopt.contract.extract import Tables
from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import position_table, rows_of
from brikopt.contract.rules import Language
from brikopt.demand.future import wanted_before
from brikopt.demand.order_lines import match_deliveries
from brikopt.errors import BadInput
from brikopt.flows.recall import of_items
from brikopt.flows.scope import Scope
from brikopt.policy import policy_for
from brikopt.purchasing.calendars import calendars
from brikopt.purchasing.lead_times import lead_times
from brikopt.reason import Reason
from brikopt.reports.publish import PRODUCT, RUN_RECORD, checked_out, written_whole
from brikopt.reports.run_record import write_run_record
from brikopt.reports.sentences import Sentences
from brikopt.stock.dry_spell import live_without_supply
from brikopt.stock.on_hand import figures
from brikopt.stock.outlook import outlook, plan_of
from brikopt.stock.posterior import Evidence, gather_evidence, present
from brikopt.supply_out import SURE, days_of_cover, substitutes_in_house, with_help

OUT_FILE, COVER_FILE, LEAD_TIMES_FILE = "supply_out.csv", "days_of_cover.csv", "lead_times.csv"
PATHS = 256
MOST_WEEKS = 52


def supply_out(
    data: Path,
    out: Path,
    scope: Scope,
    *,
    items: Sequence[str],
    weeks: int,
    as_of: date | None,
    policy_file: Path | None,
    lang: Language,
) -> list[str]:
    """Live the coming weeks without deliveries of some items.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path
        Gets ``supply_out.csv``, ``days_of_cover.csv``, ``lead_times.csv`` (as they were, of all items) and
        ``run.json``.
    scope : Scope
        The ward, the hospital, or the region whose shelves are listed; all share.
    items : sequence of str
        Item numbers, names of suppliers, or substitute groups.
    weeks : int
        How long nothing comes.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language.

    Returns
    -------
    list of str
        The first to run dry, and what to open.

    Raises
    ------
    BadInput
        Where a run would stop, or if something named is not there.

    Notes
    -----
    The regional warehouse goes on delivering until what was last seen there is used up at today's rates; from then on
    nobody can order. What is on order comes for stocked items, and does not for those ordered home.
    """
    place = checked_out(out, data)
    policy = policy_for(data, policy_file)
    intake = read_extracts(data, as_of=as_of, lang=lang, max_quantity_factor=policy.extracts.max_quantity_factor)
    tables = intake.extract.before(intake.as_of)
    gone = named_items(tables.items, items)
    mates = tables.items["substitute_group"].isin(set(_groups(tables.items, gone)) - {""})
    some = of_items(tables, [*gone, *tables.items.loc[mates & ~tables.items["item_id"].isin(gone), "item_id"]])
    if not len(some.positions):
        raise BadInput(f"--supplier-out {items[0]}", "no cabinet holds it.", "Name an item that some cabinet holds.")
    scope.check(tables, position_table(tables))
    evidence = gather_evidence(some, position_table(some), policy.expiry.check_interval_days, 7 * weeks)
    warehouse = newest_stock(tables)
    shelves = _lived(evidence, set(gone), warehouse, 7 * weeks)
    shelves = shelves.assign(substitutes_in_hospital=substitutes_in_house(shelves, set(gone)))
    hit = with_help(shelves[shelves["item_id"].isin(gone)].reset_index(drop=True))
    cover = days_of_cover(hit, warehouse)
    hit = hit[scope.holds(hit).to_numpy()]
    first = hit.assign(_other=~hit["critical"].astype(bool)).sort_values(
        ["_other", "runs_dry", "p_dry", "cabinet_id", "item_id"], ascending=[True, True, False, True, True]
    )
    with written_whole(place) as work:
        _write(first[_COLUMNS], work / OUT_FILE)
        _write(cover, work / COVER_FILE)
        _write(_lead_times(tables), work / LEAD_TIMES_FILE)
        record = {"product": PRODUCT, "version": __version__, "as_of": intake.as_of.isoformat()}
        write_run_record(record | {"supplier_out": {"items": list(gone), "weeks": weeks}}, work / RUN_RECORD)
    return _said(first, weeks, place, lang)


_COLUMNS = [
    *("unit", "hospital", "ward_id", "cabinet_id", "item_id", "name", "critical", "on_hand_mean", "on_order"),
    *("demand_per_day_mean", "warehouse_days", "runs_dry", "p_dry", "short_units", "spare_units", "sharing_cabinets"),
    *("shared_in_hospital", "shared_in_region", "substitutes_in_hospital"),
]


def named_items(items: pd.DataFrame, named: Sequence[str]) -> list[str]:
    """Find items by number, by supplier, or by substitute group.

    Raises
    ------
    BadInput
        If something named is none of them.
    """
    found: list[str] = []
    for name in named:
        fits = (items["item_id"] == name) | (items["supplier"] == name) | (items["substitute_group"] == name)
        if not name or not fits.any():
            problem = "there is no such item, supplier or substitute group."
            raise BadInput(f"--supplier-out {name}", problem, "Name one from the table items.")
        found += items.loc[fits, "item_id"].tolist()
    return list(dict.fromkeys(found))


def _groups(items: pd.DataFrame, ids: Sequence[str]) -> list[str]:
    return list(items.loc[items["item_id"].isin(ids), "substitute_group"])


def newest_stock(tables: Tables) -> pd.Series:
    """Units at the regional warehouse by item_id, as last seen before the moment of decision."""
    rows = tables.warehouse_stock.sort_values("stock_at", kind="stable")
    return rows.drop_duplicates("item_id", keep="last").set_index("item_id")["quantity"].astype("float64")


def _lead_times(tables: Tables) -> pd.DataFrame:
    """Lead times as they were, of all positions."""
    positions = position_table(tables)
    lines = match_deliveries(rows_of(tables.orders, positions), rows_of(tables.deliveries, positions))
    as_of = int(np.datetime64(tables.as_of, "D").astype(np.int64))
    return lead_times(positions, lines, calendars(positions), as_of)


def _lived(evidence: Evidence, out: set[str], warehouse: pd.Series, days: int) -> pd.DataFrame:
    """The figures of each shelf; those whose item is out are lived through."""
    positions = evidence.positions
    now = [present(evidence, row) for row in range(len(positions))]
    stock = [figures(evidence, row, one) for row, one in enumerate(now)]
    rates = pd.Series([one.rate_mean for one in stock]).groupby(positions["item_id"].to_numpy()).sum()
    rows = []
    for row, (particles, known) in enumerate(zip(now, stock, strict=True)):
        place = evidence.places[row]
        told: dict[str, object] = {
            "on_hand_mean": known.on_hand_mean,
            "on_order": known.on_order,
            "demand_per_day_mean": known.rate_mean,
        }
        if place.item_id in out:
            use, there = float(rates[place.item_id]), float(warehouse.get(place.item_id, 0.0))
            lasts = int(min(there / use, days)) if use > 0 else (days if there > 0 else 0)
            left = days - lasts
            ahead = outlook(evidence, row, particles, PATHS, days, "supplier out")
            stocked = bool(positions["stocked"].iloc[row])
            lived = live_without_supply(plan_of(evidence, row), ahead, PATHS, max(left, 1), arrives=stocked)
            dry = (lived.first_short < left) & (left > 0)
            need = float(np.quantile(wanted_before(ahead.draws.uses, max(left, 1)), SURE)) if left else 0.0
            fresh = float(np.quantile((particles.units * (particles.expiry >= evidence.as_of)).sum(axis=1), 1 - SURE))
            kept = place.protected or bool(positions["narcotic"].iloc[row]) or not place.ward_open
            told |= {
                "warehouse_days": lasts,
                "runs_dry": _day(evidence.as_of, lasts + float(np.median(lived.first_short)), days, float(dry.mean())),
                "p_dry": float(dry.mean()),
                "short_units": float(np.where(dry, lived.short, 0).mean()),
                "spare_units": 0.0 if kept or dry.mean() > 1 - SURE else max(np.floor(fresh - need), 0.0),
            }
        rows.append(told)
    return pd.concat([positions, pd.DataFrame(rows)], axis=1)


def _day(as_of: int, after: float, days: int, p_dry: float) -> object:
    """The day on which a shelf runs dry in half of the cases; NaT where it lasts in most."""
    if p_dry < 0.5 or after >= days:
        return pd.NaT
    return pd.Timestamp(date(1970, 1, 1) + timedelta(days=as_of + int(after)))


def _said(first: pd.DataFrame, weeks: int, place: Path, lang: Language) -> list[str]:
    sentences = Sentences(lang)
    dry = first[first["p_dry"] >= 0.5]
    told = {
        "weeks": weeks,
        "shelves": len(first),
        "dry": len(dry),
        "critical": int(dry["critical"].sum()),
        "units": float(first["short_units"].sum()),
    }
    lines = [Reason("supply_out", told)]
    for row in dry.head(3).to_dict("records"):
        place_dry = {name: row[name] for name in ("name", "cabinet_id", "ward_name")}
        day = pd.Timestamp(row["runs_dry"]).date()
        lines.append(Reason("supply_out_first", place_dry | {"on": day, "shared": float(row["shared_in_region"])}))
    lines.append(Reason("demo_open", {"path": str(place / OUT_FILE)}))
    return [sentences.say(one) for one in lines]


def _write(frame: pd.DataFrame, path: Path) -> None:
    flags = {name: frame[name].astype(int) for name in frame if name == "critical"}
    frame.assign(**flags).to_csv(path, index=False, float_format="%.4f", lineterminator="\n", date_format="%Y-%m-%d")
