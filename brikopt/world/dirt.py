"""Rows broken on purpose, in the ways of real extracts, so that checking has something to find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from brikopt.contract.tables import InputTable
from brikopt.world.streams import key, pick

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
    "protected": (Slip("item_id", "9999999"), Slip("reason", ""), Slip("owner", "")),
}
# New keys for broken rows, so that a row broken in one place is not also written twice.
_FRESH = {
    "wards": ("ward_id", "99"),
    "cabinets": ("cabinet_id", "T"),
    "items": ("item_id", "98"),
    "orders": ("order_id", "X"),
}


def add_broken_rows(
    text: pd.DataFrame, table: InputTable, share: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add rows that break a rule of their table; the good rows stay as they are.

    Parameters
    ----------
    text : DataFrame of str
        A table as plain text.
    table : InputTable
        Which table.
    share : float
        Broken rows for each good one; at least one in a table of a dozen rows, unless 0.
    seed : int
        The region's seed.

    Returns
    -------
    text : DataFrame of str
        With broken rows among the good ones.
    broken : DataFrame
        file, line (the header is line 1), column (empty: the row is written twice) and value of each.
    """
    n_broken = max(1, round(share * len(text))) if share > 0 and len(text) >= FEWEST_ROWS else 0
    number = np.arange(n_broken)
    purpose = f"broken {table.name}"
    source = pick(key(seed, purpose, number, 0), max(1, len(text)))
    slip = [SLIPS[table.name][i] for i in pick(key(seed, purpose, number, 1), len(SLIPS[table.name]))]
    rows = _break(text.take(source).reset_index(drop=True), slip, table.name)
    # A broken row stands right behind the row it was made from: written twice, it is the later of the two.
    place = np.concatenate([np.arange(len(text)) * 2, source * 2 + 1])
    order = np.argsort(place, kind="stable")
    line = np.argsort(order)[len(text) :] + 2
    broken = pd.DataFrame(
        {
            "file": table.name,
            "line": line,
            "column": pd.Series([s.column for s in slip], dtype="str"),
            "value": pd.Series([s.value for s in slip], dtype="str"),
        }
    )
    return pd.concat([text, rows]).take(order).reset_index(drop=True), broken.sort_values("line")


def _break(rows: pd.DataFrame, slips: list[Slip], table: str) -> pd.DataFrame:
    broken = rows.to_dict("records")
    for number, (row, slip) in enumerate(zip(broken, slips, strict=True)):
        if slip is not TWICE:
            if table in _FRESH:
                column, prefix = _FRESH[table]
                row[column] = f"{prefix}{number:05d}"
            row[slip.column] = slip.value
    return pd.DataFrame(broken, columns=rows.columns, dtype="str")
