"""Goods that come by air and could come by sea, if they were planned for longer ahead."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.policy import Policy
from brikopt.purchasing.finding import LIKELY_LINES, Facts, Finding
from brikopt.purchasing.shelves import wards_of
from brikopt.reason import Reason

FloatArray = NDArray[np.float64]

# kg CO2e for a tonne carried a km: averages for air freight and deep-sea containers, Cefic and ECTA, Guidelines for
# Measuring and Managing CO2 Emission from Freight Transport Operations, 2011. Effects at high altitude are not in it.
AIR_KG_PER_TONNE_KM, SEA_KG_PER_TONNE_KM = 0.602, 0.008
# Eastern China to Denmark, our own round figures.
AIR_KM, SEA_KM = 9_000, 20_000
KG_PER_LITRE = 1 / 6  # how freight by air is billed where goods are light (6,000 cm³ a kg); no weights are known
EXTRA_DAYS = 42  # by which a ship is slower, port to port and loading
LEAST_KG = 10.0  # CO2e a year; below it, no case for a purchaser
MOST_DKK_PER_KG = 2.0  # dearer than this, kg are saved better elsewhere; our own limit
LEAST_DAYS_LEFT = 90.0  # of life that must be left after the longer way
SAFETY = 1.645  # standard deviations of use that the longer way has to be covered for: 19 times in 20


def flown_that_could_sail(shelves: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    """Find the items whose air freight a longer planned lead time would avoid.

    Parameters
    ----------
    shelves : DataFrame
        As from `brikopt.purchasing.shelves.shelves`.
    policy : Policy
        The price of CO2e, if the region has one.

    Yields
    ------
    Finding
        ``air_freight``: one for each item with a steady use that saves at least 10 kg CO2e a year,
        for at most 2 DKK a kg in more stock.

    Notes
    -----
    kg = units flown × litres × kg a litre × (air − sea), but no more than the item's own ``co2e_kg_per_unit``: rough,
    and said to be. Kroner are the policy's price of that CO2e less the holding of more safety stock, and at
    least 0: what freight costs is not known.
    """
    flown = shelves[(shelves["air_freight_share"].fillna(0.0) > 0) & shelves["in_use"]]
    flown = flown[flown["usable_days"] >= EXTRA_DAYS + LEAST_DAYS_LEFT]
    for item_id, rows in flown.groupby("item_id", sort=True):
        if rows["lines"].sum() >= LIKELY_LINES:
            yield from _one_item(str(item_id), rows, policy)


def kg_saved_per_unit(litres: float, co2e_kg_per_unit: float) -> float:
    """Return the kg CO2e that a unit saves by sailing instead of flying.

    Parameters
    ----------
    litres : float
        Volume of a unit.
    co2e_kg_per_unit : float
        What the unit is said to emit in all; 0 where that is unknown.

    Returns
    -------
    float

    Examples
    --------
    >>> round(kg_saved_per_unit(0.6, 0.0), 3)  # 0.1 kg × (9,000 km × 0.602 − 20,000 km × 0.008) / 1,000
    0.526
    """
    per_kg = (AIR_KG_PER_TONNE_KM * AIR_KM - SEA_KG_PER_TONNE_KM * SEA_KM) / 1000
    saved = litres * KG_PER_LITRE * per_kg
    return min(saved, co2e_kg_per_unit) if co2e_kg_per_unit > 0 else saved


def _one_item(item_id: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    item = rows.iloc[0]
    litres, co2e = (float(np.nan_to_num(item[name])) for name in ("unit_volume_litres", "co2e_kg_per_unit"))
    units = float(rows["units_per_year"].sum() * item["air_freight_share"])
    saved = units * kg_saved_per_unit(litres, co2e)
    more = _more_safety_stock(rows)
    holding = more * float(item["holding_dkk"])
    if saved < LEAST_KG or holding > MOST_DKK_PER_KG * saved:
        return
    facts: Facts = {
        "name": str(item["name"]),
        "share": float(item["air_freight_share"]),
        "units": units,
        "extra_weeks": EXTRA_DAYS // 7,
        "lead_days": max(float(item["lead_time_days_mean"]), 1.0) + EXTRA_DAYS,
        "more_units": more,
        "co2e_kg": saved,
        "holding_dkk": holding,
    }
    yield Finding(
        item_id=item_id,
        code="air_freight",
        ward_ids=wards_of(rows),
        reason=Reason("purchase_air", facts),
        lines=int(rows["lines"].sum()),
        saving_dkk_per_year=max(saved * policy.cost.co2e_price_per_kg - holding, 0.0),
        saving_co2e_kg_per_year=saved,
    )


def _more_safety_stock(rows: pd.DataFrame) -> float:
    """Units that the regional stock needs on top, as the way gets longer."""
    variance_a_day = float((rows["demand_per_day_mean"] * rows["dispersion"]).sum())
    lead = max(float(rows["lead_time_days_mean"].iloc[0]), 1.0)
    return SAFETY * float(np.sqrt(variance_a_day)) * (float(np.sqrt(lead + EXTRA_DAYS)) - float(np.sqrt(lead)))
