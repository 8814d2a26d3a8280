"""Quantities that no position can hold: a barcode in the wrong field, a slip of the keyboard."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray, places_among
from brikopt.contract.checking import Columns
from brikopt.contract.positions import codes_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

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
    known, cabinets_known = frames["items"]["item_id"], frames["cabinets"]["cabinet_id"]
    item_of_place = codes_of(frames["positions"]["item_id"], pd.Index(known))
    full = _full_stock(frames, item_of_place)
    quantity = columns.numbers["quantity"]
    # Few rows are beyond the smallest place of their item; only those are looked at with care.
    items, cabinets = columns.texts["item_id"], columns.texts["cabinet_id"]
    item = places_among(items.values, known)
    least = np.full(len(known) + 1, np.inf)
    np.minimum.at(least, item_of_place, full)
    suspect = good & (quantity > factor * least[item][items.codes])
    if not suspect.any():
        return impossible
    cabinet = places_among(cabinets.values, cabinets_known)
    place = cabinet[cabinets.codes] * len(known) + item[items.codes]
    rows = np.flatnonzero(good & np.isin(place, place[suspect]))
    units = quantity[rows]
    places, of_row = np.unique(place[rows], return_inverse=True)
    other = _largest_other(units, of_row, len(places))
    of_place = codes_of(frames["positions"]["cabinet_id"], pd.Index(cabinets_known)) * len(known) + item_of_place
    held = pd.Series(full, index=of_place).reindex(places).to_numpy()[of_row]
    impossible[rows] = (units > factor * held) & (units > _TIMES_LARGEST * other)
    return impossible


def _largest_other(units: FloatArray, of_row: IntArray, n_places: int) -> FloatArray:
    """Largest line of the same place beside each: the second largest for the largest one, the largest for the rest."""
    largest, second = np.zeros(n_places), np.zeros(n_places)
    np.maximum.at(largest, of_row, units)
    rising = np.lexsort((units, of_row))
    last = rising[np.flatnonzero(np.diff(of_row[rising], append=n_places))]
    rest = units.copy()
    rest[last] = 0.0
    np.maximum.at(second, of_row, rest)
    return np.where(units < largest[of_row], largest[of_row], second[of_row])


def _full_stock(frames: Mapping[str, pd.DataFrame], item_of_place: IntArray) -> FloatArray:
    """Units that each position holds at most: without cards a last line may bring a pack, less one unit, over max."""
    positions = frames["positions"]
    pack = frames["items"]["pack_size"].to_numpy()[item_of_place]
    over = np.where(positions["brik_qty"] > 0, 0, pack - 1)
    full: FloatArray = np.maximum(positions["max_level"].to_numpy() + over, pack).astype(np.float64)
    return full
