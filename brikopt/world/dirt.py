"""Rows broken on purpose, in the ways of real extracts, so that checking has something to find."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.streams import key, pick

IntArray = NDArray[np.int64]

FEWEST_ROWS = 12  # below it one bad row would be too large a share


@dataclass(frozen=True, slots=True)
class Slip:
    """One way to break a row: what is written into which column; none = the row is written twice."""

    column: str
    value: str


TWICE = Slip("", "")
_BAD_DATES = ("", "2024-02-31", "i går", "1924-05-01", "2924-05-01")
_BAD_UNITS = ("", "-5", "ti stk", "1e99", "2.5")


def _slips(column: str, *values: str) -> tuple[Slip, ...]:
    return tuple(Slip(column, value) for value in values)


_PLACE = (*_slips("cabinet_id", "S99999", ""), *_slips("item_id", "9999999", ""))
SLIPS = {
    "wards": (*_slips("order_days", "8", "man"), Slip("ward_name", ""), TWICE),
    "cabinets": (*_slips("ward_id", "990099", ""), Slip("kind", "skuffe"), Slip("capacity_litres", "stor")),
    "items": (
        *_slips("pack_size", "0", "", "æske"),
        *_slips("unit_price_dkk", "-1", "gratis"),
        *_slips("critical", "2", "ja"),
        Slip("replaced_by", "9999999"),
        Slip("name", ""),
        Slip("air_freight_share", "1.5"),
    ),
    "positions": (*_PLACE, *_slips("min_level", "999999", "-1"), *_slips("max_level", "", "mange"), TWICE),
    "orders": (
        *_PLACE,
        *_slips("ordered_at", *_BAD_DATES),
        *_slips("quantity", *_BAD_UNITS),
        Slip("channel", "fax"),
        TWICE,
    ),
    "deliveries": (*_PLACE, *_slips("delivered_at", *_BAD_DATES), *_slips("quantity", *_BAD_UNITS)),
    "counts": (*_PLACE, *_slips("counted_at", *_BAD_DATES), *_slips("quantity", *_BAD_UNITS)),
    "discards": (
        *_PLACE,
        *_slips("discarded_at", *_BAD_DATES),
        *_slips("quantity", *_BAD_UNITS),
        Slip("reason", "brand"),
    ),
    "reviews": (*_slips("reviewed_at", *_BAD_DATES), Slip("ward_id", "990099"), Slip("kind", "skuffe")),
    "shelf_dates": (*_PLACE, *_slips("checked_at", *_BAD_DATES), *_slips("earliest_expiry", *_BAD_DATES)),
    "level_changes": (*_PLACE, *_slips("changed_at", *_BAD_DATES), *_slips("old_max_level", "mange", "-1")),
    "uses": (*_PLACE, *_slips("used_at", *_BAD_DATES), *_slips("quantity", *_BAD_UNITS), Slip("complete", "ja")),
    "back_orders": (*_slips("item_id", "9999999", ""), *_slips("from", *_BAD_DATES)),
    "warehouse_stock": (*_slips("item_id", "9999999", ""), *_slips("quantity", *_BAD_UNITS)),
    "activity": (*_slips("month", "", "2024-13", "maj"), *_slips("activity", "", "-5", "mange")),
    "protected": (Slip("item_id", "9999999"), Slip("reason", ""), Slip("owner", "")),
}
# New keys for broken rows, so that a row broken in one place is not also written twice.
_FRESH = {
    "wards": ("ward_id", "99"),
    "cabinets": ("cabinet_id", "T"),
    "items": ("item_id", "98"),
    "orders": ("order_id", "X"),
}


@dataclass(frozen=True, slots=True)
class Dirt:
    """Which rows of a table are copied, broken, and put behind the row that they were made from.

    Parameters
    ----------
    table : str
        Which table.
    source : ndarray of int64, shape (n_broken,)
        The rows, sorted.
    slip : ndarray of int64, shape (n_broken,)
        How each copy is broken, as its place in SLIPS.
    number : ndarray of int64, shape (n_broken,)
        What tells the new keys apart.
    """

    table: str
    source: IntArray
    slip: IntArray
    number: IntArray

    def within(self, start: int, stop: int) -> Dirt:
        """Keep the copies of the rows from ``start`` up to ``stop``, counted from ``start``."""
        kept = slice(*np.searchsorted(self.source, (start, stop)))
        return replace(self, source=self.source[kept] - start, slip=self.slip[kept], number=self.number[kept])

    def slips(self) -> list[Slip]:
        """Say how each copy is broken."""
        return [SLIPS[self.table][i] for i in self.slip]

    def told(self) -> pd.DataFrame:
        """List file, line (the header is line 1), column (empty: the row is written twice) and value."""
        slips = self.slips()
        return pd.DataFrame(
            {
                "file": pd.Series([self.table] * len(slips), dtype="str"),
                "line": self.source + np.arange(len(slips)) + 3,
                "column": pd.Series([s.column for s in slips], dtype="str"),
                "value": pd.Series([s.value for s in slips], dtype="str"),
            }
        )


def plan_dirt(table: str, n_rows: int, share: float, seed: int) -> Dirt:
    """Choose which rows to break, and how; the good rows stay as they are.

    Parameters
    ----------
    table : str
        Which table.
    n_rows : int
        Its good rows.
    share : float
        Broken rows for each good one; at least one in a table of a dozen rows, unless 0.
    seed : int
        The region's seed.

    Returns
    -------
    Dirt
        Sorted by row.
    """
    n_broken = max(1, round(share * n_rows)) if share > 0 and n_rows >= FEWEST_ROWS else 0
    number, purpose = np.arange(n_broken), f"broken {table}"
    source = pick(key(seed, purpose, number, 0), max(1, n_rows))
    slip = pick(key(seed, purpose, number, 1), len(SLIPS[table]))
    by_row = np.argsort(source, kind="stable")
    return Dirt(table, source[by_row], slip[by_row], number[by_row])


def add_broken_rows(text: pd.DataFrame, dirt: Dirt) -> pd.DataFrame:
    """Add the broken copies.

    Parameters
    ----------
    text : DataFrame of str
        A table as plain text, or the part of it that ``dirt`` speaks of.
    dirt : Dirt
        Which rows to break.

    Returns
    -------
    DataFrame of str
        A broken row stands right behind the row that it was made from: written twice, it is the later of the two.
    """
    if not len(dirt.source):
        return text
    rows = _break(text.take(dirt.source).reset_index(drop=True), dirt)
    order = np.argsort(np.concatenate([np.arange(len(text)) * 2, dirt.source * 2 + 1]), kind="stable")
    return pd.concat([text, rows]).take(order).reset_index(drop=True)


def _break(rows: pd.DataFrame, dirt: Dirt) -> pd.DataFrame:
    broken = rows.to_dict("records")
    for row, slip, number in zip(broken, dirt.slips(), dirt.number, strict=True):
        if slip is not TWICE:
            if dirt.table in _FRESH:
                column, prefix = _FRESH[dirt.table]
                row[column] = f"{prefix}{number:05d}"
            row[slip.column] = slip.value
    return pd.DataFrame(broken, columns=rows.columns, dtype="str")
