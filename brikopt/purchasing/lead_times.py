"""Lead times as they were: how often goods came on the day that was promised, and how long they took."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta

from brikopt.demand.order_lines import NEVER, VOID_DAYS, OrderLines
from brikopt.purchasing.calendars import Calendars, weekday_of

CONFIDENCE = 0.9


def lead_times(positions: pd.DataFrame, lines: OrderLines, when: Calendars, as_of: int) -> pd.DataFrame:
    """Tell by supplier and item how often goods came as promised.

    Parameters
    ----------
    positions : DataFrame
        ``item_id``, ``name``, ``supplier``; one row a position.
    lines : OrderLines
        Of these positions, before ``as_of``.
    when : Calendars
        Of these positions.
    as_of : int
        Moment of decision, days since 1970-01-01.

    Returns
    -------
    DataFrame
        One row an item, and one a supplier (``item_id`` blank): ``lines``, ``as_promised`` (share that came on or
        before the day planned), ``low`` and ``high`` (90 % interval), ``days_mean`` and ``days_sd`` of those that came;
        the worst suppliers and items first.

    Notes
    -----
    A line counts once its planned day has passed, or its goods have come. One that never came is late, but for those
    that a later line made void before their day. The interval is Jeffreys': a beta distribution of the share after
    a prior of 1/2 and 1/2 (Brown, Cai & DasGupta 2001).
    """
    planned = lines.day + when.arrival[lines.position, weekday_of(lines.day)]
    came = (lines.delivered_day != NEVER) & (lines.delivered_day < as_of)
    void = ~came & (np.minimum(lines.superseded_day, lines.day + VOID_DAYS) <= planned)
    told = (came | (planned < as_of)) & ~void
    rows = pd.DataFrame(
        {
            "supplier": positions["supplier"].to_numpy(dtype=object)[lines.position],
            "item_id": positions["item_id"].to_numpy(dtype=object)[lines.position],
            "name": positions["name"].to_numpy(dtype=object)[lines.position],
            "on_time": came & (lines.delivered_day <= planned),
            "days": np.where(came, (lines.delivered_day - lines.day).astype(np.float64), np.nan),
        }
    )[told]
    by_item = _told(rows, ["supplier", "item_id", "name"])
    named = rows[rows["supplier"] != ""]
    by_supplier = _told(named.assign(item_id="", name=""), ["supplier", "item_id", "name"])
    # The upper end first: a supplier of whom little is known is not called the worst.
    parts = [part.sort_values(["high", "supplier", "item_id"], kind="stable") for part in (by_supplier, by_item)]
    return pd.concat(parts, ignore_index=True)


def _told(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    found = rows.groupby(keys, as_index=False, sort=True).agg(
        lines=("on_time", "size"), came=("on_time", "sum"), days_mean=("days", "mean"), days_sd=("days", "std")
    )
    missed = found["lines"] - found["came"]
    tail = (1 - CONFIDENCE) / 2
    low = beta.ppf(tail, found["came"] + 0.5, missed + 0.5)
    high = beta.ppf(1 - tail, found["came"] + 0.5, missed + 0.5)
    told = found.assign(as_promised=found["came"] / found["lines"], low=low, high=high)
    return told[[*keys, "lines", "as_promised", "low", "high", "days_mean", "days_sd"]]
