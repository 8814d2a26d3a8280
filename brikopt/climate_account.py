"""The climate account: what each unit bought, used and threw away a year, in units, kroner, CO2e and kilograms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.outputs import CLIMATE_ACCOUNT
from brikopt.reason import Reason

Say = Callable[[Reason], str]

KEYS = ["unit", "year", "category"]
WAYS = ("bought", "used", "thrown_away")
MEASURES = ("units", "dkk", "co2e_kg", "weight_kg")


def climate_account(tables: Tables, say: Say) -> pd.DataFrame:
    """Add up what came in and what was thrown away, by unit, year and category.

    Parameters
    ----------
    tables : Tables
        As they were before one moment.
    say : callable
        Words a reason.

    Returns
    -------
    pandas.DataFrame
        Columns of `CLIMATE_ACCOUNT`, sorted by unit, year and category. What was used is what was bought and not thrown
        away: what lies on the shelves is taken to be as much at a year's end as at its beginning. Nothing is counted
        twice. Kilograms are blank where no item of the row has a weight; shares are of the kroner bought, blank where
        nothing was bought, or nobody said of any item whether it is single-use. ``per_activity`` is kg CO2e bought for
        each unit of the unit's activity that year, in all categories; blank where that isn't known.

    Examples
    --------
    A unit bought 100 gloves, of which 10 were thrown away: 90 were used.
    """
    bought = _moved(tables, "bought")
    thrown = _moved(tables, "thrown_away")
    used = pd.concat([bought.assign(way="used"), thrown.assign(way="used", units=-thrown["units"])])
    rows = pd.concat([bought, used, thrown], ignore_index=True).merge(_goods(tables.items), on="item_id")
    if rows.empty:
        return pd.DataFrame(columns=[column.name for column in CLIMATE_ACCOUNT.columns])
    for measure in MEASURES[1:]:
        rows[measure] = rows["units"] * rows[f"{measure}_each"]
    by_way = {way: rows[rows["way"] == way].groupby(KEYS)[list(MEASURES)].sum(min_count=1) for way in WAYS}
    index = rows.groupby(KEYS, sort=True).size().index
    account = pd.DataFrame(
        {f"{measure}_{way}": _of(by_way[way], measure, index) for way in WAYS for measure in MEASURES}, index=index
    )
    # More may have been thrown out in a year than came in: it came in before.
    used_columns = [f"{measure}_used" for measure in MEASURES]
    account[used_columns] = account[used_columns].clip(lower=0.0)
    account["share_ecolabel"] = _share(rows, "ecolabel", account.index)
    account["share_single_use"] = _share(rows, "single_use", account.index)
    account["factor_source"] = _sources(rows, account.index, say)
    account["per_activity"] = _per_activity(rows, tables.activity, account.index)
    return account.reset_index()[[column.name for column in CLIMATE_ACCOUNT.columns]]


def _moved(tables: Tables, way: str) -> pd.DataFrame:
    """Units of an item that came to a unit's cabinets, or were thrown away there, by year."""
    if way == "thrown_away":
        table, day = tables.discards, "discarded_at"
    elif len(tables.deliveries):
        table, day = tables.deliveries, "delivered_at"
    else:  # nobody sent deliveries: what was ordered has come
        table, day = tables.orders, "ordered_at"
    placed = table[["cabinet_id", "item_id", "quantity", day]].merge(
        tables.cabinets[["cabinet_id", "ward_id"]].merge(tables.wards[["ward_id", "unit"]], on="ward_id"),
        on="cabinet_id",
    )
    placed["year"] = placed[day].dt.year.astype(str)
    units = placed.groupby(["unit", "year", "item_id"], sort=True)["quantity"].sum()
    return units.rename("units").astype(np.float64).reset_index().assign(way=way)


def _goods(items: pd.DataFrame) -> pd.DataFrame:
    """What a unit of each item is worth and weighs, and how it is told apart."""
    factor = items["co2e_kg_per_unit"].astype(np.float64)
    return pd.DataFrame(
        {
            "item_id": items["item_id"],
            "category": items["category"],
            "dkk_each": items["unit_price_dkk"].astype(np.float64),
            "co2e_kg_each": factor,
            "weight_kg_each": items["weight_kg"].astype(np.float64),
            "ecolabel": items["ecolabel"].astype(np.float64),
            "single_use": items["single_use"].astype(np.float64),
            "source": items["co2e_source"],
            "source_year": items["co2e_year"],
        }
    )


def _of(summed: pd.DataFrame, measure: str, index: pd.Index) -> pd.Series:
    found = summed[measure].reindex(index)
    # What nobody threw away costs nothing; what has no weight stays blank.
    return found.fillna(0.0) if measure in ("units", "dkk") else found


def _share(rows: pd.DataFrame, flag: str, index: pd.Index) -> pd.Series:
    """Share of the kroner bought with a flag, of those of which somebody said whether they have it."""
    told = rows[(rows["way"] == "bought") & rows[flag].notna()]
    each = told.assign(flagged=told["dkk"] * told[flag]).groupby(KEYS)[["flagged", "dkk"]].sum()
    return (each["flagged"] / each["dkk"].where(each["dkk"] > 0)).reindex(index)


def _sources(rows: pd.DataFrame, index: pd.Index, say: Say) -> pd.Series:
    """Name where the factors of CO2e come from, and how many items have none."""
    bought = rows[rows["way"] == "bought"].drop_duplicates([*KEYS, "item_id"])
    named = pd.Series({key: _source_words(group, say) for key, group in bought.groupby(KEYS)}, dtype="str")
    return named.reindex(index).fillna("")


def _source_words(group: pd.DataFrame, say: Say) -> str:
    known = group[group["co2e_kg_each"].notna()]
    sourced = known[known["source"] != ""]
    each = zip(sourced["source"], sourced["source_year"], strict=True)
    words = sorted({source if np.isnan(year) else f"{source} {int(year)}" for source, year in each})
    without, none = int(len(known) - len(sourced)), int(len(group) - len(known))
    if without:
        words.append(say(Reason("factors_unsourced", {"items": without})))
    if none:
        words.append(say(Reason("factors_missing", {"items": none})))
    return "; ".join(words)


def _per_activity(rows: pd.DataFrame, activity: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Kg CO2e that a unit bought in a year, for each unit of its activity."""
    if activity.empty:
        return pd.Series(np.nan, index=index)
    done = activity.assign(year=activity["month"].dt.year.astype(str)).groupby(["unit", "year"])["activity"].sum()
    carbon = rows[rows["way"] == "bought"].groupby(["unit", "year"])["co2e_kg"].sum(min_count=1)
    each = (carbon / done.where(done > 0)).rename("each")
    return (
        index.to_frame(index=False).merge(each.reset_index(), on=["unit", "year"], how="left").set_axis(index)["each"]
    )
