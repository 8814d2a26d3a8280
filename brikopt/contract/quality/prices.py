"""Prices of 0, and prices that dwarf every other: free samples, consignment, or a slip."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from brikopt.contract.quality.oddities import Oddity, Severity
from brikopt.contract.quality.tables_read import Read

TIMES_USUAL = 1_000.0  # times the median price of the extracts …
DEAR = 100_000.0  # … and more DKK than this: dearer than implants and pumps, which are real
BEYOND_ANY = 1_000_000.0  # DKK: nothing in a cabinet costs that
MOST_OF_ALL = 0.5  # of the value of all full stock on one item: it drives every sum


def odd_prices(read: Read, as_of: date) -> Iterable[Oddity]:  # noqa: ARG001 - as every look is called
    """Tell of items that cost nothing, and of those that cost far more than any other."""
    items, positions = read["items"], read["positions"].frame
    price = items.frame["unit_price_dkk"].to_numpy(np.float64)
    units = positions.groupby("item_id")["max_level"].sum().reindex(items.frame["item_id"]).fillna(0).to_numpy()
    free = (price == 0) & (units > 0)
    yield from items.oddity("price_zero", "low", free, item=_first(items.frame["item_id"].to_numpy(dtype=object), free))
    priced = price[price > 0]
    if not len(priced):
        return
    value = price * units
    dear = (price > DEAR) & (price > TIMES_USUAL * np.median(priced[priced <= DEAR] if (priced <= DEAR).any() else [1]))
    # One such price in every sum is the worst kind; among others of its like it is only good to know.
    share = float(value[dear].sum() / max(value.sum(), 1.0))
    worst: Severity = "high" if share > MOST_OF_ALL and price.max() > BEYOND_ANY else "middle"
    example = float(price[np.argmax(dear)])
    yield from items.oddity("price_huge", worst, dear, dkk=float(value[dear].sum()), example=example, share=share)


def _first(names: NDArray[np.object_], rows: NDArray[np.bool_]) -> str:
    return str(names[np.argmax(rows)]) if rows.any() else ""
