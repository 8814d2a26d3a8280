"""The positions as a purchaser looks at them: last year's orders, days of use, and what a unit costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.policy import Policy
from brikopt.purchasing.order_history import OrderHistory

FloatArray = NDArray[np.float64]

# What the findings read of a position; a narrow table is many times faster to take rows from.
_READ = [
    "cabinet_id",
    "item_id",
    "ward_id",
    "hospital",
    "unit",
    "name",
    "is_brik",
    "critical",
    "protected",
    "min_level",
    "brik_qty",
    "new_min_level",
    "new_max_level",
    "new_expired_units_per_year",
    "pack_size",
    "unit_price_dkk",
    "unit_volume_litres",
    "co2e_kg_per_unit",
    "lead_time_days_mean",
    "ecolabel",
    "substitute_group",
    "air_freight_share",
    "demand_per_day_mean",
    "demand_per_day_sd",
]
_TEXTS = ("cabinet_id", "item_id", "ward_id", "hospital", "unit", "name", "substitute_group")
P_DEAD = 0.5  # from this chance on that nothing more is used, an item is no matter of packs or order days


def shelves(
    positions: pd.DataFrame, history: OrderHistory, dispersion: FloatArray, share_left: float, policy: Policy
) -> pd.DataFrame:
    """Put beside each position what the findings are made from.

    Parameters
    ----------
    positions : DataFrame
        Position table with ``demand_per_day_mean``, ``demand_per_day_sd``, ``p_dead``, ``new_min_level``,
        ``new_max_level`` and ``new_expired_units_per_year`` beside it.
    history : OrderHistory
        Of the same positions.
    dispersion : ndarray of float64, shape (n_positions,)
        Variance of use over its mean.
    share_left : float
        Share of the shelf life that is usually left when goods arrive.
    policy : Policy
        Prices.

    Returns
    -------
    DataFrame
        What the findings read of the positions, and ``lines``, ``lines_per_year``, ``units_per_year``,
        ``dispersion``, ``usable_days`` (inf: does not expire), ``loss_dkk`` (a unit thrown away), ``holding_dkk`` (a
        unit a year on the shelf), ``shortage_dkk`` (a unit wanted and not there), ``in_use`` (bool).
    """
    cost = policy.cost
    price, co2e = positions["unit_price_dkk"], positions["co2e_kg_per_unit"].fillna(0.0)
    life = positions["shelf_life_days"].fillna(0.0).to_numpy(np.float64)
    # Findings look at thousands of small parts: ids and names as Python's own texts are taken apart ten times as fast.
    read = positions[_READ].astype(dict.fromkeys(_TEXTS, "object"))
    return read.assign(
        lines=history.lines,
        lines_per_year=history.lines_per_year,
        units_per_year=history.units_per_year,
        dispersion=dispersion,
        usable_days=np.where(life > 0, life * share_left, np.inf),
        loss_dkk=price + cost.disposal_per_unit + cost.co2e_price_per_kg * co2e,
        holding_dkk=cost.holding_rate_per_year * price,
        shortage_dkk=np.where(positions["critical"], cost.shortage_per_unit_critical, cost.shortage_per_unit),
        in_use=(positions["p_dead"] < P_DEAD) & (positions["demand_per_day_mean"] > 0) & positions["ward_open"],
    )


def wards_of(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the wards of some shelves, sorted, each once."""
    return tuple(sorted(set(rows["ward_id"].astype(str))))
