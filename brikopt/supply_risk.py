"""Positions that may run out before goods ordered now arrive, and who could lend."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.outputs import SUPPLY_RISK
from brikopt.reason import Reason

MIN_CHANCE = 0.01  # The contract lists positions from this chance on.
LIKELY, MANY_WARDS = 0.25, 3  # from here on a position counts, and an item is one case and not many
MOST_ITEMS = 3  # named on the front page
_NEAREST_FIRST = ("ward_id", "hospital", "unit", None)  # None: anywhere in the region.


def supply_risk(positions: pd.DataFrame) -> pd.DataFrame:
    """List the positions at risk of running out, each with the nearest cabinet that could lend.

    Parameters
    ----------
    positions : DataFrame
        One row a position, at risk or not: ``cabinet_id``, ``item_id``, ``ward_id``, ``hospital``, ``unit``,
        ``critical`` and ``protected`` (bool), ``next_delivery`` (when an order placed now would arrive),
        ``p_stockout``, ``spare_units`` (units it can do without until its own next delivery).

    Returns
    -------
    DataFrame
        Columns of ``supply_risk.csv``: positions with ``p_stockout`` of at least 0.01, critical and protected
        ones first, then by falling chance, cabinet and item. ``lender_cabinet_id`` is ``""`` where none is.

    Notes
    -----
    Contract, section 5. A lender holds at least one spare unit of the same item. The same ward comes before
    the same hospital, the same unit and the rest of the region; among equally near ones the most spare units,
    then the lowest id.
    """
    at_risk = positions[positions["p_stockout"] >= MIN_CHANCE]
    first = ~(at_risk["critical"] | at_risk["protected"])
    found = at_risk.assign(lender_cabinet_id=_lenders(at_risk, positions), _first=first, _chance=-at_risk["p_stockout"])
    ranked = found.sort_values(["_first", "_chance", "cabinet_id", "item_id"], ignore_index=True)
    return ranked[[column.name for column in SUPPLY_RISK.columns]]


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


def _lenders(at_risk: pd.DataFrame, positions: pd.DataFrame) -> NDArray[np.object_]:
    spare = positions[positions["spare_units"] >= 1].assign(_spare=lambda frame: -frame["spare_units"])
    by_merit = spare.sort_values(["_spare", "cabinet_id"])
    lender = np.full(len(at_risk), "", dtype=object)
    for place in _NEAREST_FIRST:
        nearer = _best_other(at_risk, by_merit, ["item_id"] if place is None else ["item_id", place])
        lender = np.where(lender == "", nearer, lender)
    return lender


def _best_other(at_risk: pd.DataFrame, by_merit: pd.DataFrame, keys: list[str]) -> NDArray[np.object_]:
    """Find the best lender with the same keys that is not the borrower itself, or ``""``."""
    rank = by_merit.groupby(keys, sort=False).cumcount()
    best, second = (_looked_up(at_risk, by_merit[rank == place], keys) for place in (0, 1))
    return np.where(best == at_risk["cabinet_id"].to_numpy(dtype=object), second, best)


def _looked_up(at_risk: pd.DataFrame, lenders: pd.DataFrame, keys: list[str]) -> NDArray[np.object_]:
    named = lenders[[*keys, "cabinet_id"]].rename(columns={"cabinet_id": "lender"})
    found = at_risk[keys].merge(named, on=keys, how="left")["lender"]
    return found.fillna("").to_numpy(dtype=object)
