"""How people order each item today: how much at a time, and how often."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.order_lines import days_since_epoch

IntArray = npt.NDArray[np.int64]

LATEST_LINES = 12  # habits change: about a year of monthly orders, a quarter of weekly ones
# Nobody calls a shelf abandoned sooner than this, nor before three usual gaps have gone by.
SILENT_DAYS = 90
SILENT_GAPS = 3


def order_habits(orders: pd.DataFrame, n_positions: int, as_of: date) -> pd.DataFrame:
    """Sum up the latest order lines of each position.

    Parameters
    ----------
    orders : DataFrame
        Order lines made before ``as_of``: ``position`` (row of the position, int64), ``ordered_at`` and
        ``quantity`` (units).
    n_positions : int
        Number of positions.
    as_of : date
        Moment of decision.

    Returns
    -------
    DataFrame
        One row a position, in their order: ``habit_lines`` (lines it rests on, at most the latest 12),
        ``habit_quantity`` (their median, units), ``habit_gap_days`` (median days between the days on which something
        was ordered; NaN where there is one such day), ``last_ordered`` (NaT: never) and ``silent`` (bool: nothing for
        90 days and for three usual gaps).

    Raises
    ------
    ValueError
        If a line is dated on ``as_of`` or later.

    Examples
    --------
    >>> lines = pd.DataFrame({"position": [0, 0, 0], "quantity": [40, 40, 20]})
    >>> days = pd.to_datetime(["2025-01-06", "2025-01-27", "2025-02-17"])
    >>> order_habits(lines.assign(ordered_at=days), 1, date(2025, 3, 1))[["habit_quantity", "habit_gap_days"]].values
    array([[40., 21.]])
    """
    now = (as_of - date(1970, 1, 1)).days
    lines = orders[["position", "quantity"]].assign(day=days_since_epoch(orders["ordered_at"]))
    if (lines["day"] >= now).any():
        raise ValueError(f"an order line is dated on {as_of} or later, which nobody can know yet")
    lines = lines.sort_values(["position", "day"], kind="stable", ignore_index=True)
    lines = lines.groupby("position").tail(LATEST_LINES)
    by_position = lines.groupby("position")
    last = by_position["day"].max()
    habits = pd.DataFrame(
        {
            "habit_lines": by_position.size(),
            "habit_quantity": by_position["quantity"].median(),
            "habit_gap_days": _gaps(lines),
            "last_ordered": pd.to_datetime(last, unit="D"),
            "days_since": now - last,
        }
    ).reindex(np.arange(n_positions))
    longest = np.fmax(SILENT_GAPS * habits["habit_gap_days"].to_numpy(np.float64), SILENT_DAYS)
    silent = habits["days_since"].to_numpy(np.float64) > longest
    lines_each = habits["habit_lines"].fillna(0).astype(np.int64)
    return habits.assign(habit_lines=lines_each, silent=silent).drop(columns="days_since")


def _gaps(lines: pd.DataFrame) -> pd.Series[float]:
    """Median days between order days; several lines of one day are one day."""
    days = lines.drop_duplicates(["position", "day"])
    gaps = days.assign(gap=days.groupby("position")["day"].diff())
    return gaps.groupby("position")["gap"].median()
