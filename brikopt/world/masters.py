"""The tables that an office keeps by hand: places, goods, positions, reviews, what is protected."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brikopt.contract.frames import with_all_columns
from brikopt.contract.tables import INPUTS
from brikopt.world.people import make_protected, make_reviews
from brikopt.world.stage import Stage


def master_tables(stage: Stage) -> dict[str, pd.DataFrame]:
    """Write down what is known of a region without living through its days.

    Parameters
    ----------
    stage : Stage
        The region before its first day.

    Returns
    -------
    dict of str to DataFrame
        wards, cabinets, items, positions, reviews and protected, with the columns of the contract, section 2.
    """
    told = {
        "wards": stage.wards.drop(columns="size"),
        "cabinets": stage.cabinets[["cabinet_id", "ward_id", "kind", "capacity_litres"]],
        "items": stage.items.drop(columns=["popularity", "pace"]),
        "positions": _positions(stage),
        "reviews": make_reviews(stage.settings, stage.cabinets),
        "protected": make_protected(stage.settings, stage.items, stage.wards),
    }
    tables = {table.name: table for table in INPUTS}
    return {name: with_all_columns(tables[name], frame) for name, frame in told.items()}


def _positions(stage: Stage) -> pd.DataFrame:
    """List the positions that still exist; those of replaced items are history."""
    listed = stage.shelves["end_day"] == stage.settings.n_days
    shelves = stage.shelves[listed]
    first = np.datetime64(stage.settings.first_day, "D")
    active = pd.Series((first + shelves["first_day"]).astype("datetime64[s]"))
    positions: pd.DataFrame = stage.names[listed].assign(
        min_level=shelves["min_level"],
        max_level=shelves["max_level"],
        brik_qty=shelves["brik_qty"].astype(np.float64),
        brik_count=shelves["brik_count"].astype(np.float64),
        active_from=active.where(pd.Series(shelves["first_day"] > 0)),
    )
    return positions
