"""Slow goods that lie in several cabinets and would expire less in one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.policy import Policy
from brikopt.purchasing.finding import Facts, Finding, least_of_a_shelf, least_saving
from brikopt.purchasing.merged import saved_by_merging
from brikopt.purchasing.shelves import wards_of
from brikopt.purchasing.used_in_time import DAYS_PER_YEAR, expired_per_year
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH

FloatArray = NDArray[np.float64]

# DKK for fetching a unit elsewhere, our own estimates at about 5 DKK a minute: across the ward, and from a neighbour.
FETCH_IN_WARD, FETCH_NEXT_WARD = 2.0, 10.0


def pooling(shelves: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    """Find the stocks to keep together in the cabinet that uses most.

    Parameters
    ----------
    shelves : DataFrame
        As from `brikopt.purchasing.shelves.shelves`.
    policy : Policy
        Prices, and the least saving.

    Yields
    ------
    Finding
        ``pooling``: one for each item, with the wards of all cabinets concerned.

    Notes
    -----
    A cabinet joins the one of its ward that uses most of the item; a ward's only or largest stock may join the largest
    one of the same unit and hospital. Critical and protected items stay where they are. Saved are, for the
    cabinet that joins and not for its host, the units that expire under its new level, by as much as
    `expired_per_year` falls when both uses draw on one stock, and order lines and holding by the square-root law;
    fetching every unit from farther away is taken off. How near two wards lie is not known: the same unit and
    hospital stand for it.
    """
    may_move = shelves["in_use"] & np.isfinite(shelves["usable_days"]) & ~(shelves["critical"] | shelves["protected"])
    slow = shelves[may_move].sort_values(["demand_per_day_mean", "cabinet_id"], ascending=[False, True])
    within = _joins(slow, ["item_id", "ward_id"], FETCH_IN_WARD, policy)
    busy = [*within["cabinet_id"], *within["cabinet_id_host"]], [*within["item_id"], *within["item_id"]]
    taken = pd.MultiIndex.from_arrays(busy)
    left = slow[~pd.MultiIndex.from_frame(slow[["cabinet_id", "item_id"]]).isin(taken)]
    across = _joins(left, ["item_id", "hospital", "unit"], FETCH_NEXT_WARD, policy)
    joins = pd.concat([within, across], ignore_index=True)
    for item_id, rows in joins.groupby("item_id", sort=True):
        yield from _one_item(str(item_id), rows, policy)


def _joins(slow: pd.DataFrame, place: list[str], fetch_dkk: float, policy: Policy) -> pd.DataFrame:
    """Pair each cabinet with the first of its place, and keep the pairs that pay."""
    rank = slow.groupby(place, sort=False).cumcount()
    joining = slow[rank > 0]
    pairs = joining.merge(slow[rank == 0], on=place, suffixes=("", "_host"), validate="many_to_one")
    for name in ("item_id", "ward_id"):
        if name in place:
            pairs[f"{name}_host"] = pairs[name]
    pairs = pairs.assign(expired_saved=_expired_saved(pairs))
    loss_saved = pairs["loss_dkk"] * pairs["expired_saved"]
    saving = (
        loss_saved
        + policy.cost.order_line * saved_by_merging(pairs["lines_per_year"], pairs["lines_per_year_host"])
        + pairs["holding_dkk"] * saved_by_merging(pairs["new_max_level"], pairs["new_max_level_host"]) / 2
        - fetch_dkk * DAYS_PER_YEAR * pairs["demand_per_day_mean"]
    )
    pairs = pairs.assign(saving=saving)
    least = least_of_a_shelf(policy)
    # What expires has to be a reason of its own, or every pair of cabinets would be told to share.
    return pairs[(loss_saved >= least) & (saving >= least)]


def _expired_saved(pairs: pd.DataFrame) -> FloatArray:
    """Units a year that no longer expire in the cabinet that joins."""
    rate, host_rate = (pairs[f"demand_per_day_mean{who}"].to_numpy(np.float64) for who in ("", "_host"))
    full, host_full = (np.maximum(pairs[f"new_max_level{who}"].to_numpy(np.float64), 1.0) for who in ("", "_host"))
    pack = pairs["pack_size"].to_numpy(np.float64)
    days, dispersion = (pairs[name].to_numpy(np.float64) for name in ("usable_days", "dispersion"))
    apart = expired_per_year(rate, dispersion, days, full) + expired_per_year(host_rate, dispersion, days, host_full)
    shared = np.maximum(np.ceil(np.hypot(full, host_full) / pack) * pack, pack)
    together = expired_per_year(rate + host_rate, dispersion, days, shared)
    left = np.divide(together, apart, out=np.ones(len(apart)), where=apart > 0)
    expired = pairs["new_expired_units_per_year"].to_numpy(np.float64)
    saved: FloatArray = expired * np.clip(1.0 - left, 0.0, 1.0)
    return saved


def _one_item(item_id: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    hosts = rows.groupby("cabinet_id_host", sort=True)["saving"].sum()
    wards = tuple(sorted({*wards_of(rows), *rows["ward_id_host"].astype(str)}))
    if rows["saving"].sum() < least_saving(policy, len(wards)):
        return
    first_of_host = rows.drop_duplicates("cabinet_id_host")
    use = rows["demand_per_day_mean"].sum() + first_of_host["demand_per_day_mean_host"].sum()
    facts: Facts = {
        "name": str(rows["name"].iloc[0]),
        "cabinets": len(rows) + len(hosts),
        "wards": len(wards),
        "use_per_month": float(use) * DAYS_PER_MONTH,
        "host_cabinet": str(hosts.idxmax()),
        "expired_units": float(rows["expired_saved"].sum()),
    }
    yield Finding(
        item_id=item_id,
        code="pooling",
        ward_ids=wards,
        reason=Reason("purchase_pool", facts),
        lines=int(rows["lines"].sum() + first_of_host["lines_host"].sum()),
        saving_dkk_per_year=float(rows["saving"].sum()),
        saving_co2e_kg_per_year=float((rows["expired_saved"] * rows["co2e_kg_per_unit"].fillna(0.0)).sum()),
    )
