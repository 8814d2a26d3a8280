"""Positions whose stock may never be used again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from brikopt.contract.outputs import DEAD_STOCK
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH

Row = Mapping[Any, Any]  # a record of a table

MIN_CHANCE = 0.01  # The contract lists positions from this chance on.
LIKELY = 0.5  # from here on what it would use if it weren't dead is of no interest


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
        Columns of ``dead_stock.csv`` but ``reason``, indexed as the positions: every one with ``p_dead`` of at least
        0.01, whatever lies there. ``days_since_movement`` is NaN where nothing ever moved; ``units`` is what is
        expected on the shelf.

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
    ranked = found.assign(worth=worth).sort_values(["worth", "cabinet_id", "item_id"])
    return ranked[[column.name for column in DEAD_STOCK.columns if column.name != "reason"]]


def dead_reasons(dead: Row, position: Row, move: Row | None, taker: Row | None) -> list[Reason]:
    """Say why a position may be dead, and what becomes of the goods.

    Parameters
    ----------
    dead : mapping
        Its row as from `dead_stock`.
    position : mapping
        Its figures: ``last_movement``, ``demand_per_day_mean``, ``action``.
    move, taker : mapping or None
        The largest move of its goods, and the figures of the position that takes them.

    Returns
    -------
    list of Reason
        A sentence each.
    """
    numbers = {name: float(dead[name]) for name in ("units", "value_dkk", "p_dead")}
    never = math.isnan(dead["days_since_movement"])
    moved = (
        {} if never else {"last_movement": position["last_movement"].date(), "days": int(dead["days_since_movement"])}
    )
    reasons = [Reason("dead_never_moved" if never else "dead_moved", numbers | moved)]
    # The expected use counts the chance that there is none any more.
    alive = float(position["demand_per_day_mean"]) / max(1.0 - numbers["p_dead"], 1e-9) * DAYS_PER_MONTH
    if numbers["p_dead"] < LIKELY:
        reasons.append(Reason("dead_used", {"use_per_month": alive}))
    if move is not None and taker is not None:
        use = float(taker["demand_per_day_mean"]) * DAYS_PER_MONTH
        there = {"units": int(move["units"]), "to_ward": taker["ward_name"], "use_per_month": use}
        reasons.append(Reason("dead_mover", there))
    return [*reasons, Reason("dead_remove", {})] if position["action"] == "remove" else reasons
