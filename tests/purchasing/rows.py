"""Shelves of a few positions, by hand, as the findings read them."""

import numpy as np
import pandas as pd

from brikopt.demand.order_lines import NEVER, OrderLines

MONDAY = 4 + 7 * 2800  # 2023-09-04, days since 1970-01-01

USUAL = {
    "cabinet_id": "S1",
    "item_id": "I1",
    "ward_id": "A1",
    "hospital": "H",
    "unit": "U",
    "name": "Kateter",
    "is_brik": False,
    "min_level": 5,
    "max_level": 20,
    "brik_qty": 0,
    "new_min_level": 5,
    "new_max_level": 20,
    "pack_size": 10,
    "unit_price_dkk": 5.0,
    "unit_volume_litres": 0.1,
    "critical": False,
    "protected": False,
    "ecolabel": False,
    "substitute_group": "",
    "air_freight_share": 0.0,
    "lead_time_days_mean": 3.0,
    "co2e_kg_per_unit": 0.2,
    "demand_per_day_mean": 0.1,
    "demand_per_day_sd": 0.0,
    "dispersion": 1.0,
    "new_expired_units_per_year": 0.0,
    "lines": 12,
    "lines_per_year": 12.0,
    "units_per_year": 36.5,
    "usable_days": 365.0,
    "in_use": True,
    "p_dead": 0.0,
}


def shelves(*rows):
    """One position a row: what differs from the usual; prices are those of the built-in policy."""
    found = pd.DataFrame([{**USUAL, **row} for row in rows])
    return found.assign(
        loss_dkk=found["unit_price_dkk"] + 0.5,
        holding_dkk=0.2 * found["unit_price_dkk"],
        shortage_dkk=np.where(found["critical"], 400.0, 40.0),
    )


def order_lines(*rows):
    """Order lines of (position, day, units, urgent or not, day delivered), sorted by position and day."""
    position, day, quantity, urgent, delivered = zip(*sorted(rows), strict=True)
    return OrderLines(
        position=np.array(position),
        day=np.array(day),
        quantity=np.array(quantity),
        urgent=np.array(urgent),
        delivered_day=np.array(delivered),
        superseded_day=np.full(len(rows), NEVER),
    )
