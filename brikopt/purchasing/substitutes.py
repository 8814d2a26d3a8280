"""Items that can stand in for each other, side by side in one ward."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from brikopt.policy import Policy
from brikopt.purchasing.finding import Facts, Finding, least_of_a_shelf, least_saving
from brikopt.purchasing.merged import saved_by_merging
from brikopt.purchasing.shelves import wards_of
from brikopt.reason import Reason


def substitutes(shelves: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    """Find the items that a ward could do without, as another one of their group is there.

    Parameters
    ----------
    shelves : DataFrame
        As from `brikopt.purchasing.shelves.shelves`.
    policy : Policy
        Prices, and the least saving.

    Yields
    ------
    Finding
        ``substitute``: one for each item that could go, with the wards where that pays.

    Notes
    -----
    Kept is the item with an ecolabel, then the cheaper one, then the one more used, then the lower number.
    Critical and protected items never go. Saved are order lines and min stock by the square-root law, and what would
    still expire of the item that goes under its new level; a dearer or cheaper price, and more or fewer kg
    CO2e, count for every unit used.
    """
    grouped = shelves[(shelves["substitute_group"].fillna("") != "") & shelves["in_use"]]
    wards = _by_ward(grouped)
    wards = wards[wards.groupby(["substitute_group", "ward_id"])["item_id"].transform("nunique") >= 2]
    if wards.empty:
        return
    pairs = _priced(_beside_the_kept(wards), policy)
    pairs = pairs[pairs["saving"] >= least_of_a_shelf(policy)]
    for item_id, rows in pairs.groupby("item_id", sort=True):
        if rows["saving"].sum() >= least_saving(policy, len(rows)):
            yield _finding(str(item_id), rows)


def _by_ward(shelves: pd.DataFrame) -> pd.DataFrame:
    """Add up an item's cabinets in a ward; min stock of one item in two cabinets lies there twice."""
    stays = shelves["critical"] | shelves["protected"]
    same = ["name", "unit_price_dkk", "loss_dkk", "holding_dkk", "co2e_kg_per_unit", "ecolabel"]
    added = ["lines", "lines_per_year", "demand_per_day_mean", "new_min_level", "new_expired_units_per_year"]
    how = {**dict.fromkeys(same, "first"), **dict.fromkeys(added, "sum"), "stays": "max"}
    rows = shelves.assign(stays=stays, co2e_kg_per_unit=shelves["co2e_kg_per_unit"].fillna(0.0))
    return rows.groupby(["substitute_group", "ward_id", "item_id"], sort=True).agg(how).reset_index()


def _beside_the_kept(wards: pd.DataFrame) -> pd.DataFrame:
    """Put the item to keep, ``_kept``, beside every other one of its group and ward that may go."""
    best_first = wards.assign(
        _green=~wards["ecolabel"].astype(bool),
        _used=-wards["demand_per_day_mean"],
    ).sort_values(["substitute_group", "ward_id", "_green", "unit_price_dkk", "_used", "item_id"])
    place = best_first.groupby(["substitute_group", "ward_id"]).cumcount()
    kept = best_first[place == 0].drop(columns=["_green", "_used", "stays"])
    others = best_first[(place > 0) & ~best_first["stays"].astype(bool)]
    return others.merge(kept, on=["substitute_group", "ward_id"], suffixes=("", "_kept"), validate="many_to_one")


def _priced(pairs: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    lines = saved_by_merging(pairs["lines_per_year"], pairs["lines_per_year_kept"])
    stock = saved_by_merging(pairs["new_min_level"], pairs["new_min_level_kept"])
    # The smaller of the two prices: which of the two shelves shrinks is not known.
    holding = np.minimum(pairs["holding_dkk"], pairs["holding_dkk_kept"])
    used = pairs["demand_per_day_mean"] * 365
    expired = pairs["new_expired_units_per_year"]
    cheaper = used * (pairs["unit_price_dkk"] - pairs["unit_price_dkk_kept"])
    lighter = used * (pairs["co2e_kg_per_unit"] - pairs["co2e_kg_per_unit_kept"])
    return pairs.assign(
        lines_saved=lines,
        cheaper=cheaper,
        saving=policy.cost.order_line * lines + holding * stock + pairs["loss_dkk"] * expired + cheaper,
        co2e=pairs["co2e_kg_per_unit"] * expired + lighter,
    )


def _finding(item_id: str, rows: pd.DataFrame) -> Finding:
    by_kept = rows.groupby("item_id_kept", sort=True)["saving"].sum()
    best = rows[rows["item_id_kept"] == by_kept.idxmax()].iloc[0]
    facts: Facts = {
        "name": str(best["name"]),
        "wards": len(rows),
        "kept_name": str(best["name_kept"]),
        "kept_id": str(best["item_id_kept"]),
        "lines_saved": float(rows["lines_saved"].sum()),
        "expired_units": float(rows["new_expired_units_per_year"].sum()),
        "price_change_dkk": -float(rows["cheaper"].sum()),
    }
    green = "_ecolabel" if best["ecolabel_kept"] and not best["ecolabel"] else ""
    return Finding(
        item_id=item_id,
        code="substitute",
        ward_ids=wards_of(rows),
        reason=Reason(f"purchase_substitute{green}", facts),
        lines=int((rows["lines"] + rows["lines_kept"]).sum()),
        saving_dkk_per_year=float(rows["saving"].sum()),
        saving_co2e_kg_per_year=float(rows["co2e"].sum()),
    )
