"""Goods that are probably out of date already and still on the shelf: the first thing to do at a cabinet."""

from __future__ import annotations

from datetime import date

import pandas as pd

from brikopt.contract.outputs import OUT_OF_DATE
from brikopt.reason import Reason

LEAST_CHANCE = 0.5  # from here on somebody should look, and every list says so
SURE = 0.999  # from here on nothing is left to doubt in a sentence


def out_of_date(positions: pd.DataFrame) -> pd.DataFrame:
    """List the positions where goods out of date probably lie.

    Parameters
    ----------
    positions : DataFrame
        One row a position: ``cabinet_id``, ``item_id``, ``unit_price_dkk``, ``p_stale`` (chance that any lie there),
        ``stale_units`` (units expected to), ``stale_expiry`` (their first date; NaT where there are none) and
        ``stale_known`` (whether somebody recorded it).

    Returns
    -------
    DataFrame
        Columns of ``out_of_date.csv`` but ``reason``, indexed as the positions, in their order. ``units`` is how many
        to look for: those expected where there are any at all.

    Examples
    --------
    >>> shelf = {"cabinet_id": "S1", "item_id": "50", "unit_price_dkk": 10.0, "p_stale": 0.8, "stale_units": 4.0}
    >>> shelf |= {"stale_expiry": pd.Timestamp("2025-01-31"), "stale_known": True}
    >>> out_of_date(pd.DataFrame([shelf])).loc[0, "units"]
    np.float64(5.0)
    """
    listed = positions[positions["p_stale"] >= LEAST_CHANCE]
    return pd.DataFrame(
        {
            "cabinet_id": listed["cabinet_id"],
            "item_id": listed["item_id"],
            "units": listed["stale_units"] / listed["p_stale"],
            "p_out_of_date": listed["p_stale"],
            "expiry": listed["stale_expiry"],
            "expiry_known": listed["stale_known"],
            "value_dkk": listed["stale_units"] * listed["unit_price_dkk"],
        }
    )[[column.name for column in OUT_OF_DATE.columns if column.name != "reason"]]


def reason(units: float, on_hand: float, chance: float, expiry: date, known: bool) -> Reason:
    """Why goods should be taken out.

    Parameters
    ----------
    units, on_hand : float
        Units out of date, and all units expected on the shelf.
    chance : float
        That any are.
    expiry : date
        Their first date.
    known : bool
        Whether somebody recorded it.

    Returns
    -------
    Reason
    """
    # Nobody takes out a part of a piece.
    whole, there = max(round(units), 1), max(round(on_hand), round(units), 1)
    facts: dict[str, int | float | date | bool] = {"units": whole, "chance": chance}
    facts |= {"on_hand": there, "expiry": expiry, "expiry_known": known}
    if chance < SURE:
        return Reason("take_out", facts)
    return Reason("take_out_all" if whole == there else "take_out_sure", facts)
