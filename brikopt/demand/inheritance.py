"""What a position inherits from the item that it replaces in the same cabinet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.positions import rows_of
from brikopt.demand.order_lines import days_since_epoch

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inherited:
    """History of replaced items; arrays of shape (n_positions,).

    Parameters
    ----------
    units : ndarray of float64
        Units ordered and not thrown out.
    days : ndarray of float64
        Days from the first to the last of these orders; 0 where nothing is inherited.
    last_day : ndarray of int64
        Day of the last of these orders, days since 1970-01-01; 0 where nothing is inherited.
    beside : ndarray of bool
        Whether a replaced item still has its place in the cabinet: it is used up first.
    """

    units: FloatArray
    days: FloatArray
    last_day: IntArray
    beside: npt.NDArray[np.bool_]


def last_in_line(items: pd.DataFrame) -> dict[str, str]:
    """The item at the end of each item's chain of replacements: it inherits the history of those before it.

    Examples
    --------
    >>> last_in_line(pd.DataFrame({"item_id": ["1", "2"], "replaced_by": ["2", ""]}))
    {'1': '2', '2': '2'}
    """
    following = dict(zip(items["item_id"], items["replaced_by"], strict=True))
    final = {}
    for item in following:
        last = item
        while following.get(last):
            last = following[last]
        final[item] = last
    return final


def inherited(tables: Tables, positions: pd.DataFrame) -> Inherited:
    """Gather the history of replaced items for the positions that took their place.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.

    Returns
    -------
    Inherited
    """
    heirs = last_in_line(tables.items)
    ordered = _of_heirs(tables.orders, heirs, positions)
    thrown = _of_heirs(tables.discards, heirs, positions)
    day = days_since_epoch(ordered["ordered_at"])
    size = len(positions)
    units, first, last = np.zeros(size), np.full(size, 2**31), np.zeros(size, dtype=np.int64)
    np.add.at(units, ordered["position"], ordered["quantity"])
    np.add.at(units, thrown["position"], -thrown["quantity"])
    np.minimum.at(first, ordered["position"], day)
    np.maximum.at(last, ordered["position"], day)
    beside = np.zeros(size, dtype=np.bool_)
    beside[_of_heirs(positions[["cabinet_id", "item_id"]], heirs, positions)["position"]] = True
    return Inherited(np.maximum(units, 0.0), np.where(last > 0, last - first + 1.0, 0.0), last, beside)


def _of_heirs(events: pd.DataFrame, heirs: dict[str, str], positions: pd.DataFrame) -> pd.DataFrame:
    """Events of items that are replaced, whether or not they have a position still, under their heir in the cabinet."""
    heir = events["item_id"].map(heirs)
    replaced = heir.notna() & (heir != events["item_id"])
    return rows_of(events[replaced].assign(item_id=heir[replaced]), positions)
