"""Counts and levels that are far more than a position can hold or ever got, but not so far that they can't be meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from brikopt.contract.positions import codes_of, position_of
from brikopt.contract.quality.oddities import Oddity, Severity
from brikopt.contract.quality.tables_read import Read

TIMES_FULL = 3.0  # a count beyond it is odd …
MANY_UNITS = 1_000  # a level from here on …
TIMES_ALL = 10.0  # … and beyond as many times all that ever was ordered, came or was counted
MOST_OF_ALL = 0.5  # of the value of all full stock


def counted_above(read: Read, as_of: date) -> Iterable[Oddity]:  # noqa: ARG001 - as every look is called
    """Tell of counts of more than three times full stock: the use between counts is worked out from them."""
    counts, positions = read["counts"], read["positions"].frame
    if not len(counts.frame):
        return
    items = read["items"].frame
    pack = items["pack_size"].to_numpy(np.int64)[codes_of(positions["item_id"], pd.Index(items["item_id"]))]
    full = positions["max_level"].to_numpy() + np.where(positions["brik_qty"] > 0, 0, pack - 1)
    place = position_of(counts.frame, positions)
    units = counts.frame["quantity"].to_numpy()
    most = np.append(np.maximum(full, pack), np.iinfo(np.int64).max)[place]
    above = units > TIMES_FULL * most
    numbers = {"units": int(units[np.argmax(above)]), "full": int(most[np.argmax(above)])}
    yield from counts.oddity("counted_above", "middle", above, **numbers)


def levels_beyond(read: Read, as_of: date) -> Iterable[Oddity]:  # noqa: ARG001 - as every look is called
    """Tell of levels that dwarf everything that ever was ordered, came or was counted."""
    positions = read["positions"]
    high = positions.frame["max_level"].to_numpy()
    large = high >= MANY_UNITS
    if not large.any():
        return
    some = positions.frame[large]
    ever = np.zeros(len(some))
    for name in ("orders", "deliveries", "counts"):
        rows = read[name].frame
        rows = rows[rows["item_id"].isin(some["item_id"])]
        place = position_of(rows, some)
        ever += np.bincount(place[place >= 0], rows["quantity"].to_numpy()[place >= 0], minlength=len(some))
    beyond = np.zeros(len(high), dtype=np.bool_)
    beyond[np.flatnonzero(large)] = high[large] > TIMES_ALL * np.maximum(ever, 1.0)
    items = read["items"].frame
    price = items["unit_price_dkk"].to_numpy()[codes_of(positions.frame["item_id"], pd.Index(items["item_id"]))]
    dkk = float((high * price)[beyond].sum())
    severity: Severity = "high" if dkk > MOST_OF_ALL * float((high * price).sum()) and dkk > 0 else "middle"
    yield from positions.oddity("levels_beyond", severity, beyond, units=int(high[np.argmax(beyond)]), dkk=dkk)
