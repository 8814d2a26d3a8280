"""What a table that nobody sent would have said: lines behind deliveries, and deliveries behind lines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.schedule import wait_for

IntArray = npt.NDArray[np.int64]

ENOUGH_ROWS = 30  # of the other table, before an empty one is taken for one that nobody sent


def with_unsent_lines(orders: pd.DataFrame, deliveries: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Add a line for each delivery, where there are many deliveries and no order line at all.

    Parameters
    ----------
    orders, deliveries : DataFrame
        Rows of the tables of those names, with a column ``position``.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.

    Returns
    -------
    DataFrame
        The orders, and lines made one lead time before each such delivery.
    """
    if len(orders) or len(deliveries) < ENOUGH_ROWS:
        return orders
    unsent = deliveries
    lead = _lead_days(positions)[unsent["position"]]
    channel = np.where(positions["is_brik"].to_numpy()[unsent["position"]], "brik", "manual")
    implied = unsent[["order_id", "quantity", "position"]].assign(
        ordered_at=unsent["delivered_at"] - pd.to_timedelta(lead, unit="D"), channel=channel
    )
    return implied.reset_index(drop=True)


def with_unsent_deliveries(
    deliveries: pd.DataFrame, orders: pd.DataFrame, positions: pd.DataFrame, as_of: np.datetime64
) -> pd.DataFrame:
    """Add the delivery of each order line, where there are many lines and no delivery at all.

    Parameters
    ----------
    deliveries, orders : DataFrame
        Rows of the tables of those names, with a column ``position``.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    as_of : datetime64
        Moment of decision; later deliveries have not happened.

    Returns
    -------
    DataFrame
        The deliveries, and those that were due by the lead time, on a delivery day of the ward.
    """
    if len(deliveries) or len(orders) < ENOUGH_ROWS:
        return deliveries
    unsent = orders
    due = arrival_due(orders, positions)
    implied = unsent[["order_id", "quantity", "position"]].assign(
        delivered_at=due, lot="", expiry_date=pd.Series(pd.NaT, index=unsent.index, dtype="datetime64[s]")
    )
    return implied[implied["delivered_at"] < pd.Timestamp(as_of)].reset_index(drop=True)


def arrival_due(orders: pd.DataFrame, positions: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Day on which each order line is due: the ward's first delivery day after its lead time.

    Parameters
    ----------
    orders : DataFrame
        With ``ordered_at`` and ``position``.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.

    Returns
    -------
    Series of datetime64[s]
        In the order of the lines.
    """
    due = orders["ordered_at"] + pd.to_timedelta(_lead_days(positions)[orders["position"]], unit="D")
    wait = _wait(due, orders["position"].to_numpy(np.int64), positions)
    return due + pd.to_timedelta(wait, unit="D")


def _lead_days(positions: pd.DataFrame) -> IntArray:
    """Whole days from order to readiness, at least one."""
    mean = positions["lead_time_days_mean"].to_numpy(np.float64)
    return np.maximum(np.floor(mean + 0.5), 1).astype(np.int64)


def _wait(due: pd.Series[pd.Timestamp], position: IntArray, positions: pd.DataFrame) -> IntArray:
    """Days until the ward's next delivery day."""
    codes, texts = pd.factorize(positions["delivery_days"])
    table = np.array([wait_for(text) for text in texts])
    waits: IntArray = table[codes[position], due.dt.day_of_week.to_numpy()]
    return waits
