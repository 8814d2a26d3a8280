"""Positions that may run out before goods ordered now arrive, and who could lend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.outputs import LENDERS, SUPPLY_RISK
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH

Row = Mapping[Any, Any]  # a record of a table

MIN_CHANCE = 0.01  # The contract lists positions from this chance on.
LIKELY, MANY_WARDS = 0.25, 3  # from here on a position counts, and an item is one case and not many
MOST_ITEMS = 3  # named on the front page
MOST_LENDERS = 3  # named for one position
EMPTY = 0.5  # units expected on a shelf below which it is as good as empty
_PLACE = ["cabinet_id", "item_id"]
_NEAREST_FIRST = ("ward_id", "hospital", "unit", None)  # None: anywhere in the region.


def supply_risk(positions: pd.DataFrame, lending: pd.DataFrame) -> pd.DataFrame:
    """List the positions at risk of running out, each with the nearest cabinet that could lend.

    Parameters
    ----------
    positions : DataFrame
        One row a position, at risk or not: ``cabinet_id``, ``item_id``, ``ward_id``, ``hospital``, ``unit``,
        ``critical`` and ``protected`` (bool), ``next_delivery`` (when an order placed now would arrive),
        ``p_stockout``, ``spare_units`` (units it can do without until its own next delivery).
    lending : DataFrame
        As from `lenders`.

    Returns
    -------
    DataFrame
        Columns of ``supply_risk.csv`` but ``reason``: positions with ``p_stockout`` of at least 0.01, critical and
        protected ones first, then by falling chance, cabinet and item. ``lender_cabinet_id`` is ``""`` where none is.

    Notes
    -----
    Contract, section 5.
    """
    nearest = lending.drop_duplicates(_PLACE)[[*_PLACE, "lender_cabinet_id"]]
    found = _at_risk(positions).merge(nearest, on=_PLACE, how="left", validate="one_to_one")
    found["lender_cabinet_id"] = found["lender_cabinet_id"].fillna("")
    return found[[column.name for column in SUPPLY_RISK.columns if column.name != "reason"]]


def lenders(positions: pd.DataFrame) -> pd.DataFrame:
    """List for each position at risk the cabinets that could lend, the nearest first, and how much.

    Parameters
    ----------
    positions : DataFrame
        As for `supply_risk`.

    Returns
    -------
    DataFrame
        Columns of ``lenders.csv`` but ``reason``: at most three cabinets for each row of ``supply_risk.csv``, in its
        order.

    Notes
    -----
    A lender holds at least one spare unit of the same item. The same ward comes before the same hospital, the same
    unit and the rest of the region; among equally near ones the most spare units, then the lowest id. A cabinet may
    be named for several wards: it can lend its units once.
    """
    at_risk = _at_risk(positions)
    spare = positions[positions["spare_units"] >= 1].assign(_spare=lambda frame: -frame["spare_units"])
    by_merit = spare.sort_values(["_spare", "cabinet_id"])
    own = at_risk["cabinet_id"].to_numpy(dtype=object)
    named: list[NDArray[np.object_]] = []
    for place in _NEAREST_FIRST:
        keys = ["item_id"] if place is None else ["item_id", place]
        rank = by_merit.groupby(keys, sort=False).cumcount()
        # The nearer ones named are met again further out, and so is the borrower: one more than are shown will do.
        for nth in range(MOST_LENDERS + 1):
            found = _looked_up(at_risk, by_merit[rank == nth], keys)
            known = np.logical_or.reduce([found == other for other in (own, *named)])
            named.append(np.where(known, "", found))
    rows = _first_named(np.array(named, dtype=object).reshape(len(named), len(at_risk)))
    shown = at_risk.iloc[rows["row"]][_PLACE].assign(lender_cabinet_id=rows["lender"].to_numpy())
    there = spare[["cabinet_id", "item_id", "ward_id", "spare_units"]]
    there = there.rename(columns={"cabinet_id": "lender_cabinet_id", "ward_id": "lender_ward_id"})
    columns = [one.name for one in LENDERS.columns if one.name != "reason"]
    return shown.merge(there, on=["lender_cabinet_id", "item_id"], how="left")[columns]


def risk_reasons(position: Row, lender: Row | None) -> list[Reason]:
    """Say why a position may run out: what lies there, what is used, what is on its way, and who could lend.

    Parameters
    ----------
    position : mapping
        Its figures: ``on_hand_mean``, ``stale_units`` (units of those that are probably out of date), ``on_order``,
        ``late_goods``, ``demand_per_day_mean``, ``next_delivery``, ``p_stockout``, and ``held_until``
        where it is on back order.
    lender : mapping or None
        Its first row of ``lenders.csv``.

    Returns
    -------
    list of Reason
        A sentence each.
    """
    ordered = int(position["on_order"])
    on_order = "risk_late" if position["late_goods"] else "risk_on_order"
    return [
        _on_the_shelf(float(position["on_hand_mean"]), float(position["stale_units"])),
        Reason(
            "risk_use",
            {
                "use_per_month": float(position["demand_per_day_mean"]) * DAYS_PER_MONTH,
                "next_delivery": position["next_delivery"].date(),
                "p_stockout": float(position["p_stockout"]),
            },
        ),
        Reason(on_order, {"on_order": ordered}) if ordered else Reason("risk_nothing_ordered", {}),
        *_held(position),
        Reason("risk_no_lender", {})
        if lender is None
        else Reason("risk_lender", {"cabinet_id": lender["lender_cabinet_id"], "spare": int(lender["spare_units"])}),
    ]


def _held(position: Row) -> list[Reason]:
    """An item on back order comes to nobody for a while."""
    until = position.get("held_until")
    return [] if until is None or pd.isna(until) else [Reason("risk_back_order", {"until": until.date()})]


def _on_the_shelf(units: float, stale: float) -> Reason:
    """Goods out of date help nobody, and explain a risk that the number of units hides."""
    if units < EMPTY:
        return Reason("risk_empty", {})
    if units - stale < EMPTY:
        return Reason("risk_stale", {"units": units})
    if stale >= EMPTY:
        return Reason("risk_partly_stale", {"units": units, "stale": stale})
    return Reason("risk_shelf", {"units": units})


def lender_reason(lender: Row) -> Reason:
    """Say what a lender can do without, and why.

    Parameters
    ----------
    lender : mapping
        Its figures: ``cabinet_id``, ``ward_name``, ``fresh_low``, ``need_units``, ``spare_units``, ``next_delivery``.

    Returns
    -------
    Reason
    """
    return Reason(
        "lends",
        {
            "cabinet_id": lender["cabinet_id"],
            "ward": lender["ward_name"],
            "low": float(lender["fresh_low"]),
            "need": float(lender["need_units"]),
            "spare": int(lender["spare_units"]),
            "next_delivery": lender["next_delivery"].date(),
        },
    )


def risk_in_many_wards(positions: pd.DataFrame) -> list[Reason]:
    """Name the items that may run out in many wards at once: one case for the warehouse, not one a ward.

    Parameters
    ----------
    positions : DataFrame
        As for `supply_risk`, with ``name`` and ``late_goods`` (bool: goods on order should have been there).

    Returns
    -------
    list of Reason
        At most three items with a chance of at least 1/4 in at least three wards; those that are critical or protected
        somewhere first, then by the positions expected to run out, falling. ``spare_units`` is what all other
        cabinets can do without.
    """
    likely = positions["p_stockout"] >= LIKELY
    spare = positions["spare_units"].where(~likely, 0.0).groupby(positions["item_id"]).sum()
    rows = positions[likely]
    rows = rows.assign(_first=rows["critical"] | rows["protected"])
    items = rows.groupby("item_id", sort=True).agg(
        name=("name", "first"),
        wards=("ward_id", "nunique"),
        first=("_first", "max"),
        expected=("p_stockout", "sum"),
    )
    late = rows[rows["late_goods"]].groupby("item_id")["ward_id"].nunique()
    many = items[items["wards"] >= MANY_WARDS].reset_index()
    ranked = many.sort_values(["first", "expected", "item_id"], ascending=[False, False, True]).head(MOST_ITEMS)
    return [
        Reason(
            "found_risk_item",
            {
                "name": str(item["name"]),
                "wards": int(item["wards"]),
                "late_wards": int(late.get(item["item_id"], 0)),
                "spare_units": float(spare[item["item_id"]]),
            },
        )
        for item in ranked.to_dict("records")
    ]


def _at_risk(positions: pd.DataFrame) -> pd.DataFrame:
    """The positions listed, in the order of the list."""
    listed = positions[positions["p_stockout"] >= MIN_CHANCE]
    order = listed.assign(_first=~(listed["critical"] | listed["protected"]), _chance=-listed["p_stockout"])
    return order.sort_values(["_first", "_chance", *_PLACE], ignore_index=True)


def _first_named(named: NDArray[np.object_]) -> pd.DataFrame:
    """Keep the first lenders of each borrower; ``named`` has a row for each choice and a column for each borrower."""
    choice, row = np.nonzero(named != "")
    found = pd.DataFrame({"row": row, "choice": choice, "lender": named[choice, row]}).sort_values(["row", "choice"])
    return found.groupby("row", sort=False).head(MOST_LENDERS)


def _looked_up(at_risk: pd.DataFrame, lending: pd.DataFrame, keys: list[str]) -> NDArray[np.object_]:
    named = lending[[*keys, "cabinet_id"]].rename(columns={"cabinet_id": "lender"})
    found = at_risk[keys].merge(named, on=keys, how="left")["lender"]
    return found.fillna("").to_numpy(dtype=object)
