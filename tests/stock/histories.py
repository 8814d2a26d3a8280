"""Small extracts written by hand, kept in memory: two wards, two cabinets, two items, and what a test adds."""

from datetime import date

import numpy as np
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.positions import position_table
from brikopt.contract.tables import INPUTS, InputColumn, InputTable, Kind
from brikopt.stock.on_hand import figures
from brikopt.stock.posterior import gather_evidence, present

AS_OF = date(2025, 3, 3)  # a Monday

# What stands in a required cell that a test does not care about.
USUAL = {
    "cabinet_id": "S1",
    "item_id": "I1",
    "ward_id": "W1",
    "ward_name": "Kirurgisk",
    "hospital": "Nord",
    "unit": "Øst",
    "kind": "brik",
    "name": "Kompres",
    "pack_size": "1",
    "unit_price_dkk": "10",
    "order_days": "1,2,3,4,5,6,7",
    "delivery_days": "1,2,3,4,5,6,7",
    "shelf_life_days": "365",
    "channel": "brik",
    "owner": "Anæstesi",
    "reason": "expired",
}
MASTER = {
    "wards": "ward_id\nW1\nW2",
    "cabinets": "cabinet_id ward_id kind\nS1 W1 brik\nS2 W2 non_brik",
    "items": "item_id\nI1\nI2",
    "positions": "min_level max_level brik_qty brik_count\n10 20 10 2",
}


def extracts(as_of=AS_OF, **tables: str) -> Tables:
    """Read tables written as words, a row a line under a line of headings; ``_`` is an empty cell.

    A column that is left out has its usual value: cabinet S1, item I1, price 10 DKK, shelf life 365 days, orders and
    deliveries on every day, discards because the date had passed. Order numbers count from B1.
    """
    read = {table.name: frame(table, (MASTER | tables).get(table.name, "")) for table in INPUTS}
    return Tables(**read, as_of=as_of)


def frame(table: InputTable, text: str) -> pd.DataFrame:
    """One table with all its columns, typed as the package hands it on."""
    headings, *rows = [line.split() for line in text.strip().splitlines()] or [[]]
    unknown = set(headings) - {column.name for column in table.columns}
    if unknown:
        raise ValueError(f"{table.name} has no column {sorted(unknown)}")
    given = {name: [row[at] for row in rows] for at, name in enumerate(headings)}
    if table.name == "orders" and "order_id" not in given:
        given["order_id"] = [f"B{row}" for row in range(1, len(rows) + 1)]
    return pd.DataFrame(
        {
            column.name: _typed(column, given.get(column.name) or [_usual(column)] * len(rows))
            for column in table.columns
        }
    )


def _usual(column: InputColumn) -> str:
    usual = column.required or column.name in ("shelf_life_days", "order_days", "delivery_days", "channel", "reason")
    return USUAL.get(column.name, "_") if usual else column.default or "_"


def _typed(column: InputColumn, cells: list[str]) -> pd.Series:
    texts = pd.Series([("" if cell == "_" else cell) for cell in cells], dtype="str")
    if column.kind is Kind.DATE:
        return pd.to_datetime(texts, format="%Y-%m-%d").astype("datetime64[s]")
    if column.kind is Kind.FLAG:
        return texts == "1"
    if column.kind in (Kind.WHOLE, Kind.NUMBER):
        numbers = pd.to_numeric(texts).astype(np.float64)
        if column.name in ("brik_qty", "brik_count"):
            numbers = numbers.fillna(0)
        whole = column.required or column.name in ("brik_qty", "brik_count")
        return numbers.astype(np.int64) if column.kind is Kind.WHOLE and whole else numbers
    return texts


def evidence_of(tables: Tables):
    """The evidence of every position, with checks every 30 days unless the discards tell more."""
    return gather_evidence(tables, position_table(tables), check_interval=30, horizon=730)


def now(tables: Tables, row=0, count=200):
    """Particles of one position on the morning of the day of decision."""
    return present(evidence_of(tables), row, count)


def on_hand(tables: Tables, row=0):
    """Units on the shelf, one number a particle."""
    return now(tables, row).units.sum(axis=1)


def stock(tables: Tables, row=0):
    """The figures of one position."""
    evidence = evidence_of(tables)
    return figures(evidence, row, present(evidence, row))


def days(text: str) -> int:
    """A date as days since 1970-01-01."""
    return int(np.datetime64(text, "D").astype(np.int64))
