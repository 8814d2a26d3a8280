"""Positions whose stock may never be used again."""

from __future__ import annotations

from datetime import date

import pandas as pd

from brikopt.contract.outputs import DEAD_STOCK

MIN_CHANCE = 0.01  # The contract lists positions from this chance on.


def dead_stock(positions: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """List the positions that may be dead, most kroner likely to be dead first.

    Parameters
    ----------
    positions : DataFrame
        One row a position: ``cabinet_id``, ``item_id``, ``unit_price_dkk``, ``last_movement`` (last order
        line or delivery; NaT: never), ``on_hand_mean`` (units), ``p_dead`` (chance of no more use).
    as_of : date
        Moment of decision.

    Returns
    -------
    DataFrame
        Columns of ``dead_stock.csv``: every position with ``p_dead`` of at least 0.01, whatever lies there.
        ``days_since_movement`` is NaN where nothing ever moved; ``units`` is what is expected on the shelf.

    Notes
    -----
    Contract, section 5. Sorted by value × chance, falling, then by cabinet and item.
    """
    listed = positions[positions["p_dead"] >= MIN_CHANCE]
    found = pd.DataFrame(
        {
            "cabinet_id": listed["cabinet_id"],
            "item_id": listed["item_id"],
            "days_since_movement": (pd.Timestamp(as_of) - listed["last_movement"]).dt.days,
            "units": listed["on_hand_mean"],
            "value_dkk": listed["on_hand_mean"] * listed["unit_price_dkk"],
            "p_dead": listed["p_dead"],
        }
    )
    worth = -found["value_dkk"] * found["p_dead"]
    ranked = found.assign(worth=worth).sort_values(["worth", "cabinet_id", "item_id"], ignore_index=True)
    return ranked[[column.name for column in DEAD_STOCK.columns]]
