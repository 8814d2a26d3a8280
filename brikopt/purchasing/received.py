"""On which weekdays goods come to each ward: what comes along with the rest fills the boxes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.demand.order_lines import OrderLines
from brikopt.purchasing.calendars import weekday_of

_LEAST_LITRES = 1e-6  # a line's, where no volume is known: then the lines decide


def received_by_weekday(positions: pd.DataFrame, lines: OrderLines, first: int, end: int) -> pd.DataFrame:
    """Add up the litres that came to each ward on each weekday.

    Parameters
    ----------
    positions : DataFrame
        ``ward_id`` and ``unit_volume_litres`` (NaN: unknown).
    lines : OrderLines
        Of the positions.
    first, end : int
        First day of delivery, and the one after the last, as days since 1970-01-01.

    Returns
    -------
    DataFrame
        Litres, a row a ward (by ``ward_id``, sorted) and a column a weekday, Monday 0.
    """
    wards, ward = np.unique(positions["ward_id"].to_numpy(dtype=object), return_inverse=True)
    volume = positions["unit_volume_litres"].fillna(0.0).to_numpy(np.float64)
    came = (lines.delivered_day >= first) & (lines.delivered_day < end)
    position = lines.position[came]
    litres = np.maximum(lines.quantity[came] * volume[position], _LEAST_LITRES)
    place = ward[position] * 7 + weekday_of(lines.delivered_day[came])
    added = np.bincount(place, weights=litres, minlength=7 * len(wards)).reshape(-1, 7)
    return pd.DataFrame(added, index=wards)
