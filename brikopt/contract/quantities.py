"""Quantities that no position can hold: a barcode in the wrong field, a slip of the keyboard."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from brikopt.contract.cells import BoolArray, places_among
from brikopt.contract.checking import Columns
from brikopt.contract.positions import codes_of

MAX_QUANTITY_FACTOR = 20.0  # times full stock; the policy may say otherwise
_TIMES_LARGEST = 10.0  # … and times the largest other line of the position


def impossible_quantities(
    columns: Columns, good: BoolArray, frames: Mapping[str, pd.DataFrame], factor: float
) -> BoolArray:
    """Tell which rows have a quantity far beyond what their position holds and ever had.

    Parameters
    ----------
    columns : Columns
        Of a table with ``cabinet_id``, ``item_id`` and ``quantity``.
    good : ndarray of bool, shape (n_rows,)
        The rows to look at.
    frames : mapping of str to DataFrame
        Good rows of ``items``, ``cabinets`` and ``positions``.
    factor : float
        Times full stock.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        Quantity beyond ``factor`` times full stock and beyond ten times the largest other line of the position in this
        table. Rows without a position are never among them.
    """
    impossible = np.zeros(len(good), dtype=np.bool_)
    full = _full_stock(frames)
    quantity = columns.numbers["quantity"]
    # Few rows are beyond the smallest place of their item; only those are looked at with care.
    items = columns.texts["item_id"]
    known = frames["items"]["item_id"]
    least = np.full(len(known) + 1, np.inf)
    np.minimum.at(least, codes_of(full["item_id"], pd.Index(known)), full["full"].to_numpy())
    suspect = good & (quantity > factor * least[places_among(items.values, known)][items.codes])
    if not suspect.any():
        return impossible
    cabinets = columns.texts["cabinet_id"]
    same = good & np.isin(items.codes, items.codes[suspect]) & np.isin(cabinets.codes, cabinets.codes[suspect])
    rows = np.flatnonzero(same)
    lines = pd.DataFrame(
        {
            "cabinet_id": np.asarray(cabinets.values.to_pylist(), dtype=object)[cabinets.codes[rows]],
            "item_id": np.asarray(items.values.to_pylist(), dtype=object)[items.codes[rows]],
            "quantity": quantity[rows],
        }
    ).merge(full, how="left", on=["cabinet_id", "item_id"])
    keys = ["cabinet_id", "item_id"]
    # The largest other line is the second largest of the position for its largest one, and the largest for the rest.
    falling = lines.sort_values("quantity", ascending=False, kind="stable")
    place = falling.groupby(keys).cumcount()
    ranked = [falling[place == rank].set_index(keys)["quantity"] for rank in (0, 1)]
    largest, second = (lines[keys].join(one.rename("other"), on=keys)["other"].fillna(0.0) for one in ranked)
    other = largest.where(lines["quantity"] < largest, second)
    beyond = (lines["quantity"] > factor * lines["full"]) & (lines["quantity"] > _TIMES_LARGEST * other)
    impossible[rows] = beyond.to_numpy()
    return impossible


def _full_stock(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Units that each position holds at most: without cards a last line may bring a pack, less one unit, over max."""
    positions = frames["positions"][["cabinet_id", "item_id", "max_level", "brik_qty"]]
    items = frames["items"]
    pack = items["pack_size"].to_numpy()[codes_of(positions["item_id"], pd.Index(items["item_id"]))]
    over = np.where(positions["brik_qty"] > 0, 0, pack - 1)
    full = np.maximum(positions["max_level"].to_numpy() + over, pack)
    return positions[["cabinet_id", "item_id"]].assign(full=full.astype(np.float64))
