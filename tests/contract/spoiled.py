"""Extracts with one row too many, good or bad, and the reading of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from brikopt.contract.intake import Intake, read_extracts
from tests.worlds import Texts, tiny_hospital, write_extracts

# A good row for each table, which the tests spoil one cell at a time.
GOOD_ROWS = {
    "wards": {
        "ward_id": "A9",
        "ward_name": "Børn",
        "hospital": "Mølleby",
        "unit": "Medicin",
        "order_days": "3",
    },
    "cabinets": {"cabinet_id": "S9", "ward_id": "A1", "kind": "brik", "capacity_litres": "0"},
    "items": {"item_id": "9999999", "name": "Sutur", "pack_size": "10", "unit_price_dkk": "0"},
    "positions": {"cabinet_id": "S1", "item_id": "8786254", "min_level": "5", "max_level": "10"}
    | {"brik_qty": "5", "brik_count": "2"},
    "orders": {"order_id": "B9", "ordered_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050"}
    | {"quantity": "0", "channel": "brik"},
    "deliveries": {"delivered_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050", "quantity": "0"},
    "counts": {"counted_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050", "quantity": "0"},
    "discards": {"discarded_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050", "quantity": "0"}
    | {"reason": "other"},
    "reviews": {"reviewed_at": "2025-01-02", "ward_id": "A1", "kind": "brik", "reviewer": ""},
    "shelf_dates": {"checked_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050"}
    | {"earliest_expiry": "2025-12-31"},
    "level_changes": {"changed_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050", "old_min_level": "10"}
    | {"old_max_level": "20", "old_brik_qty": "10", "old_brik_count": "2"},
    "protected": {"item_id": "000050", "ward_id": "A1", "reason": "Beredskab", "owner": "Akut", "until": ""},
    "uses": {"used_at": "2025-01-02", "cabinet_id": "S1", "item_id": "000050", "quantity": "1", "complete": "1"},
    "back_orders": {"item_id": "000050", "from": "2025-01-02", "until": "", "substitute_item_id": "1706363"}
    | {"supplier": "Nordmed"},
    "warehouse_stock": {"stock_at": "2025-01-02", "item_id": "000050", "quantity": "0"},
    "activity": {"month": "2024-12", "unit": "Kirurgi", "activity": "1000"},
}
_KEYS = {"wards": "ward_id", "cabinets": "cabinet_id", "items": "item_id"}


def with_row(tables: Texts, table: str, **cells: str) -> Texts:
    """Add a good row to a table, with some of its cells changed."""
    row = pd.DataFrame([GOOD_ROWS[table] | cells], dtype="str")
    return tables | {table: pd.concat([tables[table], row], ignore_index=True).fillna("")}


def roomy(table: str) -> Texts:
    """Return a hospital with so many good rows in a table that one bad row stops nothing."""
    tables = tiny_hospital()
    if table in ("positions", "orders", "deliveries", "counts"):
        return tables  # five rows: one bad row of six is 17 %
    for number in range(5):
        fresh = {_KEYS[table]: f"F{number}"} if table in _KEYS else {}
        if table == "level_changes":
            fresh = {"changed_at": f"2024-02-0{number + 1}"}
        elif table == "warehouse_stock":
            fresh = {"stock_at": f"2024-02-0{number + 1}"}
        elif table == "activity":
            fresh = {"month": f"2024-0{number + 1}"}
        tables = with_row(tables, table, **fresh)
    return tables


def take_in(folder: Path, tables: Texts, as_of: date | None = None) -> Intake:
    """Write tables as plain CSV files and read them, rules in English."""
    return read_extracts(write_extracts(folder, tables), as_of=as_of, lang="en")
