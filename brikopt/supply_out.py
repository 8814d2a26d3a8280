"""If a supplier or the warehouse is out: which shelves run dry first, who can share, how long the house can last."""

from __future__ import annotations

import pandas as pd

SURE = 0.9  # a shelf that lasts the whole time in so many cases can share what it won't need
PLACES = ("ward", "hospital", "region")
_COLUMNS = {"ward": ["unit", "hospital", "ward_id"], "hospital": ["unit", "hospital"], "region": []}


def with_help(shelves: pd.DataFrame) -> pd.DataFrame:
    """Add to each shelf what others of the same hospital and of the region could share of the item.

    Parameters
    ----------
    shelves : DataFrame
        ``cabinet_id``, ``item_id``, ``hospital``, ``spare_units``.

    Returns
    -------
    DataFrame
        With ``shared_in_hospital`` and ``shared_in_region``: spare units of the others; and ``sharing_cabinets``, up
        to three with the most of them, the own hospital's first.
    """
    in_region = shelves.groupby("item_id")["spare_units"].transform("sum") - shelves["spare_units"]
    here = shelves.groupby(["item_id", "hospital"])["spare_units"].transform("sum") - shelves["spare_units"]
    spare = shelves[shelves["spare_units"] >= 1].sort_values(["spare_units", "cabinet_id"], ascending=[False, True])
    of_item = {str(item): part for item, part in spare.groupby("item_id")}
    named = []
    for row in shelves.to_dict("records"):
        others = of_item.get(row["item_id"])
        if others is None:
            named.append("")
            continue
        others = others[others["cabinet_id"] != row["cabinet_id"]]
        near = others["hospital"] == row["hospital"]
        named.append(";".join(pd.concat([others[near], others[~near]])["cabinet_id"].head(3)))
    return shelves.assign(shared_in_hospital=here, shared_in_region=in_region, sharing_cabinets=named)


def days_of_cover(shelves: pd.DataFrame, warehouse: pd.Series) -> pd.DataFrame:
    """Sum up how many days the stock of each item lasts: in each ward, each hospital, and the region.

    Parameters
    ----------
    shelves : DataFrame
        ``unit``, ``hospital``, ``ward_id``, ``item_id``, ``name``, ``critical``, ``on_hand_mean``,
        ``demand_per_day_mean``.
    warehouse : Series of float
        Units at the regional warehouse by item_id; only the region has them.

    Returns
    -------
    DataFrame
        ``level``, place, ``item_id``, ``name``, ``critical``, ``units``, ``warehouse_units``, ``use_per_day`` and
        ``days_of_cover`` (NaN where nothing is used); the shortest first, critical ones before others.
    """
    parts = []
    for level in PLACES:
        keys = [*_COLUMNS[level], "item_id"]
        found = shelves.groupby(keys, as_index=False, sort=True).agg(
            name=("name", "first"),
            critical=("critical", "max"),
            units=("on_hand_mean", "sum"),
            use_per_day=("demand_per_day_mean", "sum"),
        )
        there = found["item_id"].map(warehouse).fillna(0.0) if level == "region" else 0.0
        parts.append(found.assign(level=level, warehouse_units=there))
    every = pd.concat(parts, ignore_index=True)
    total = every["units"] + every["warehouse_units"]
    every = every.assign(days_of_cover=(total / every["use_per_day"]).where(every["use_per_day"] > 0))
    every[["unit", "hospital", "ward_id"]] = every[["unit", "hospital", "ward_id"]].fillna("")
    order = every.assign(_level=every["level"].map(PLACES.index), _other=~every["critical"])
    order = order.sort_values(["_level", "_other", "days_of_cover", "item_id"], kind="stable", ignore_index=True)
    names = ["level", "unit", "hospital", "ward_id", "item_id", "name", "critical"]
    return order[[*names, "units", "warehouse_units", "use_per_day", "days_of_cover"]]


def substitutes_in_house(shelves: pd.DataFrame, out: set[str]) -> pd.Series:
    """Units of other items of the same substitute group in the same hospital that are not out themselves.

    Parameters
    ----------
    shelves : DataFrame
        ``item_id``, ``hospital``, ``substitute_group``, ``on_hand_mean``; substitutes among them.
    out : set of str
        Items that nobody can get.

    Returns
    -------
    Series of float
        One a shelf; 0 where the item has no group.
    """
    others = shelves[~shelves["item_id"].isin(out) & (shelves["substitute_group"] != "")]
    there = others.groupby(["substitute_group", "hospital"])["on_hand_mean"].sum()
    keys = pd.MultiIndex.from_frame(shelves[["substitute_group", "hospital"]])
    return pd.Series(there.reindex(keys).fillna(0.0).to_numpy(), index=shelves.index)
