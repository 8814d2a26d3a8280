"""Packs that outlast their shelf life where they are used, and the size that would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.policy import Policy
from brikopt.purchasing.finding import Facts, Finding, least_saving
from brikopt.purchasing.shelves import wards_of
from brikopt.purchasing.used_in_time import (
    DAYS_PER_YEAR,
    chance_left,
    expected_use,
    expired_per_year,
    likely_rates,
)
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH

FloatArray = NDArray[np.float64]

USUAL_SIZES = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)  # packs that suppliers offer
OUTLASTS = 0.5  # chance that a pack is not used up, from which it is too large for a ward


def packs_too_large(shelves: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    """Find the packs that a smaller one should replace.

    Parameters
    ----------
    shelves : DataFrame
        As from `brikopt.purchasing.shelves.shelves`.
    policy : Policy
        Prices, and the least saving.

    Yields
    ------
    Finding
        ``pack_too_large``: one for each item that pays in at least one ward.

    Notes
    -----
    A ward that buys one pack at a time, when the last one has gone, is as thrifty as the pack allows; what it still
    loses is the pack's fault and not the level's. The size that would do saves most over the wards where today's
    pack would not be used up: expired, order lines (more of them) and holding. The price of a unit is taken to stay
    the same.
    """
    looked_at = shelves[shelves["in_use"] & np.isfinite(shelves["usable_days"]) & (shelves["pack_size"] > 1)]
    if looked_at.empty:
        return
    wards = _by_ward(looked_at)
    ahead = _futures(wards)
    pack = wards["pack_size"].to_numpy()[:, None]
    p_left = chance_left(ahead.rates * ahead.days, ahead.dispersion, pack).mean(axis=1)
    wards = wards.assign(p_left=p_left)[p_left >= OUTLASTS]
    for item_id, rows in wards.groupby("item_id", sort=True):
        yield from _one_item(str(item_id), rows.reset_index(drop=True), policy)


def _by_ward(shelves: pd.DataFrame) -> pd.DataFrame:
    """Add up the cabinets of each ward: a pack can be shared among them."""
    rows = shelves.assign(
        _variance=shelves["demand_per_day_sd"] ** 2,
        _spread=shelves["demand_per_day_mean"] * shelves["dispersion"],
    )
    same = ["name", "pack_size", "usable_days", "loss_dkk", "holding_dkk", "co2e_kg_per_unit"]
    added = {"demand_per_day_mean": "sum", "_variance": "sum", "_spread": "sum", "lines": "sum"}
    wards = rows.groupby(["item_id", "ward_id"], sort=True).agg({**dict.fromkeys(same, "first"), **added}).reset_index()
    return wards.assign(
        sd=np.sqrt(wards["_variance"]),
        dispersion=wards["_spread"] / wards["demand_per_day_mean"],
    ).rename(columns={"demand_per_day_mean": "rate"})


@dataclass(frozen=True, slots=True)
class _Futures:
    """What may be used at each ward; arrays of shape (n_wards, n_rates) or (n_wards, 1)."""

    rates: FloatArray
    dispersion: FloatArray
    days: FloatArray


def _futures(wards: pd.DataFrame) -> _Futures:
    days, dispersion = (wards[name].to_numpy(np.float64)[:, None] for name in ("usable_days", "dispersion"))
    return _Futures(likely_rates(wards["rate"], wards["sd"]), dispersion, days)


def _yearly(wards: pd.DataFrame, size: int, policy: Policy) -> tuple[FloatArray, FloatArray]:
    """Units a year that expire, and the whole cost, if each ward buys packs of a size one at a time."""
    ahead = _futures(wards)
    used = expected_use(ahead.rates * ahead.days, ahead.dispersion, size)
    expired = expired_per_year(ahead.rates, ahead.dispersion, ahead.days, size).mean(axis=1)
    lines = (DAYS_PER_YEAR * ahead.rates / used).mean(axis=1)
    # On average over its time there, half of what is used of a pack lies on the shelf, and all that is not.
    lying = (size - used / 2).mean(axis=1)
    loss, holding = (wards[name].to_numpy(np.float64) for name in ("loss_dkk", "holding_dkk"))
    return expired, expired * loss + lines * policy.cost.order_line + lying * holding


def _one_item(item_id: str, wards: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    today = int(wards["pack_size"].iloc[0])
    expired, cost = _yearly(wards, today, policy)
    tried = {size: _yearly(wards, size, policy) for size in USUAL_SIZES if size < today}
    saving = {size: cost - other for size, (_, other) in tried.items()}
    # Of sizes that save the same, the largest disturbs the supplier least.
    fit = max(saving, key=lambda size: (np.maximum(saving[size], 0.0).sum().round(2), size))
    gains = np.flatnonzero(saving[fit] > 0)
    total = float(saving[fit][gains].sum())
    if not gains.size or total < least_saving(policy, len(gains)):
        return
    here, fewer = wards.iloc[gains], float((expired - tried[fit][0])[gains].sum())
    co2e, lost = float(here["co2e_kg_per_unit"].fillna(0.0).iloc[0]), float(expired[gains].sum())
    facts: Facts = {
        "name": str(here["name"].iloc[0]),
        "pack_size": today,
        "wards": len(gains),
        "use_per_month": float(here["rate"].sum()) * DAYS_PER_MONTH,
        "usable_months": float(here["usable_days"].iloc[0]) / DAYS_PER_MONTH,
        "p_left": float(here["p_left"].mean()),
        "expired_units": lost,
        "expired_dkk": lost * float(here["loss_dkk"].iloc[0]),
        "fit_size": fit,
    }
    yield Finding(
        item_id=item_id,
        code="pack_too_large",
        ward_ids=wards_of(here),
        reason=Reason("purchase_pack", facts),
        lines=int(here["lines"].sum()),
        saving_dkk_per_year=total,
        saving_co2e_kg_per_year=fewer * co2e,
    )
