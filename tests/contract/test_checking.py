"""Each rule: a row that breaks it, and one that only just keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from brikopt.contract.rules import Rule
from tests.contract.spoiled import roomy, take_in, with_row

BAD = [
    ("wards", {"ward_name": ""}, "ward_name", Rule.MISSING, ""),
    ("wards", {"order_days": "1,8"}, "order_days", Rule.WEEKDAYS, ""),
    ("wards", {"delivery_days": "mandag"}, "delivery_days", Rule.WEEKDAYS, ""),
    ("wards", {"nonbrik_relevant": "2"}, "nonbrik_relevant", Rule.FLAG, ""),
    (
        "wards",
        {"valid_from": "2025-01-02", "valid_to": "2025-01-01"},
        "valid_to",
        Rule.PERIOD,
        "valid_from 2025-01-02",
    ),
    ("cabinets", {"ward_id": "A7"}, "ward_id", Rule.UNKNOWN_ID, "wards"),
    ("cabinets", {"kind": "skuffe"}, "kind", Rule.WORD, "brik, non_brik, medicine"),
    ("cabinets", {"capacity_litres": "-1"}, "capacity_litres", Rule.NEGATIVE, ""),
    ("cabinets", {"capacity_litres": "inf"}, "capacity_litres", Rule.NUMBER, "."),
    ("items", {"pack_size": "0"}, "pack_size", Rule.TOO_SMALL, "1"),
    ("items", {"pack_size": "2.5"}, "pack_size", Rule.WHOLE, ""),
    ("items", {"unit_price_dkk": "ukendt"}, "unit_price_dkk", Rule.NUMBER, "."),
    ("items", {"unit_price_dkk": "12,5"}, "unit_price_dkk", Rule.NUMBER, "."),
    ("items", {"shelf_life_days": "1e3"}, "shelf_life_days", Rule.NUMBER, "."),
    ("items", {"critical": "ja"}, "critical", Rule.FLAG, ""),
    ("items", {"air_freight_share": "1.01"}, "air_freight_share", Rule.TOO_LARGE, "1"),
    ("items", {"replaced_by": "7777777"}, "replaced_by", Rule.UNKNOWN_ID, "items"),
    ("items", {"replaced_by": "9999999"}, "replaced_by", Rule.RING, ""),
    ("items", {"item_id": "000050"}, "item_id", Rule.DUPLICATE, "2"),
    ("positions", {"cabinet_id": "S7"}, "cabinet_id", Rule.UNKNOWN_ID, "cabinets"),
    ("positions", {"cabinet_id": "S2", "min_level": "6", "max_level": "4"}, "max_level", Rule.BELOW_MIN, "6"),
    ("positions", {"brik_qty": ""}, "brik_qty", Rule.BRIK_MISSING, ""),
    ("positions", {"brik_count": ""}, "brik_count", Rule.BRIK_MISSING, ""),
    ("positions", {"brik_count": "0"}, "brik_count", Rule.BRIK_TOO_SMALL, ""),
    (
        "positions",
        {"brik_qty": "7", "min_level": "7", "max_level": "14"},
        "brik_qty",
        Rule.NOT_WHOLE_PACKS,
        "5",
    ),
    ("positions", {"max_level": "15"}, "max_level", Rule.MAX_NOT_CARDS, "10"),
    ("positions", {"min_level": "0"}, "min_level", Rule.MIN_NOT_CARDS, "5"),
    (
        "positions",
        {"item_id": "000050", "brik_qty": "10", "min_level": "10", "max_level": "20"},
        "cabinet_id",
        Rule.DUPLICATE,
        "2",
    ),
    ("orders", {"order_id": ""}, "order_id", Rule.MISSING, ""),
    ("orders", {"ordered_at": "2024-02-31"}, "ordered_at", Rule.DATE, "YYYY-MM-DD"),
    ("orders", {"ordered_at": "02-01-2025"}, "ordered_at", Rule.DATE, "YYYY-MM-DD"),
    ("orders", {"ordered_at": "2025/01/02"}, "ordered_at", Rule.DATE, "YYYY-MM-DD"),
    ("orders", {"ordered_at": "1989-12-31"}, "ordered_at", Rule.DATE, "YYYY-MM-DD"),
    ("orders", {"ordered_at": "2200-01-01"}, "ordered_at", Rule.DATE, "YYYY-MM-DD"),
    ("orders", {"ordered_at": "2025-01-02T25:00"}, "ordered_at", Rule.DATE, "YYYY-MM-DD"),
    ("orders", {"quantity": "ti stk"}, "quantity", Rule.NUMBER, "."),
    ("orders", {"quantity": "20.5"}, "quantity", Rule.WHOLE, ""),
    ("orders", {"quantity": "9" * 25}, "quantity", Rule.TOO_LARGE, "9999999"),
    ("orders", {"channel": "telefon"}, "channel", Rule.WORD, "brik, manual, urgent"),
    ("orders", {"order_id": "B1"}, "order_id", Rule.DUPLICATE, "2"),
    ("orders", {"item_id": "50"}, "item_id", Rule.ALIKE_ID, "items"),
    ("deliveries", {"quantity": "-1"}, "quantity", Rule.NEGATIVE, ""),
    ("deliveries", {"expiry_date": "2199-12-32"}, "expiry_date", Rule.DATE, "YYYY-MM-DD"),
    ("counts", {"counted_at": ""}, "counted_at", Rule.MISSING, ""),
    ("discards", {"reason": "tabt"}, "reason", Rule.WORD, "expired, damaged, other"),
    ("reviews", {"ward_id": "A7"}, "ward_id", Rule.UNKNOWN_ID, "wards"),
    ("shelf_dates", {"earliest_expiry": "snart"}, "earliest_expiry", Rule.DATE, "YYYY-MM-DD"),
    ("level_changes", {"changed_at": "i går"}, "changed_at", Rule.DATE, "YYYY-MM-DD"),
    ("level_changes", {"old_max_level": "5"}, "old_max_level", Rule.BELOW_MIN, "10"),
    ("level_changes", {"old_max_level": "30"}, "old_max_level", Rule.MAX_NOT_CARDS, "20"),
    ("level_changes", {"old_min_level": "0"}, "old_min_level", Rule.MIN_NOT_CARDS, "10"),
    ("level_changes", {"old_brik_qty": "0"}, "old_brik_qty", Rule.BRIK_TOO_SMALL, ""),
    ("level_changes", {"item_id": "50"}, "item_id", Rule.ALIKE_ID, "items"),
    (
        "level_changes",
        {"cabinet_id": "S2", "old_min_level": "", "old_max_level": ""},
        "old_min_level",
        Rule.NO_OLD_LEVEL,
        "",
    ),
    ("level_changes", {"changed_at": "2024-02-03"}, "changed_at", Rule.DUPLICATE, "5"),
    ("cabinets", {"kind": "medicinskab"}, "kind", Rule.WORD, "brik, non_brik, medicine"),
    ("items", {"co2e_year": "1850"}, "co2e_year", Rule.TOO_SMALL, "1990"),
    ("items", {"narcotic": "måske"}, "narcotic", Rule.FLAG, ""),
    ("uses", {"used_at": ""}, "used_at", Rule.MISSING, ""),
    ("uses", {"quantity": "2.5"}, "quantity", Rule.WHOLE, ""),
    ("back_orders", {"substitute_item_id": "50"}, "substitute_item_id", Rule.ALIKE_ID, "items"),
    ("back_orders", {"until": "2025-01-01"}, "until", Rule.PERIOD, "from 2025-01-02"),
    ("warehouse_stock", {"stock_at": "2024-02-03"}, "stock_at", Rule.DUPLICATE, "5"),
    ("activity", {"month": "2024-13"}, "month", Rule.DATE, "YYYY-MM-DD"),
    ("activity", {"month": "2024-03-01"}, "month", Rule.DUPLICATE, "5"),
    ("protected", {"ward_id": "A7"}, "ward_id", Rule.UNKNOWN_ID, "wards"),
    ("protected", {"owner": " "}, "owner", Rule.MISSING, " "),
]
GOOD = [
    ("wards", {"order_days": "5, 1,3", "valid_from": "2025-01-01", "valid_to": "2025-01-01"}),
    ("cabinets", {"capacity_litres": ""}),
    ("items", {"pack_size": "1", "shelf_life_days": "", "air_freight_share": "1", "replaced_by": "000050"}),
    ("items", {"unit_price_dkk": "1,234.50", "pack_size": "20.0"}),
    ("positions", {"brik_count": "1", "min_level": "0", "max_level": "5"}),
    ("positions", {"cabinet_id": "S2", "min_level": "4", "max_level": "4", "brik_qty": "", "brik_count": ""}),
    ("orders", {"ordered_at": "2025-01-02T23:59:59.5+01:00", "channel": ""}),
    ("orders", {"ordered_at": "1990-01-01 07:30", "cabinet_id": "S2", "item_id": "1706363", "quantity": "1,000"}),
    ("orders", {"item_id": " 000050 ", "order_id": "B1", "cabinet_id": "S2"}),
    ("deliveries", {"expiry_date": "2199-12-31"}),
    ("discards", {"reason": ""}),
    ("level_changes", {"old_min_level": "", "old_max_level": "", "old_brik_count": ""}),
    ("level_changes", {"old_min_level": "0", "old_max_level": "0", "old_brik_qty": "0", "old_brik_count": "0"}),
    ("level_changes", {"cabinet_id": "S2", "old_brik_qty": "", "old_brik_count": ""}),
    ("protected", {"ward_id": ""}),
    ("cabinets", {"kind": "medicin"}),
    ("items", {"supplier": "", "single_use": "1", "reusable_alternative": "000050", "weight_kg": "0.02"}),
    ("items", {"reusable_alternative": "no such item"}),
    ("uses", {"complete": "", "lot": "L1", "expiry_date": "2026-01"}),
    ("back_orders", {"until": "2025-01-02", "substitute_item_id": "", "supplier": ""}),
    ("activity", {"month": "12-2023", "activity": "0.5"}),
]


@pytest.mark.parametrize(("table", "cells", "column", "rule", "detail"), BAD)
def test_a_row_that_breaks_a_rule_comes_back_once(
    tmp_path: Path, table: str, cells: dict[str, str], column: str, rule: Rule, detail: str
) -> None:
    """The last row of the file is rejected, with its line, column, value as sent, rule and advice."""
    tables = with_row(roomy(table), table, **cells)
    rejected = take_in(tmp_path, tables).rejected
    words, advice = rule.sentence(detail, "en")
    value = tables[table][column].iloc[-1]
    line = len(tables[table]) + 1
    assert rejected.to_numpy().tolist() == [[f"{table}.csv", line, column, value, words, advice]]


@pytest.mark.parametrize(("table", "cells"), GOOD)
def test_a_row_that_keeps_the_rules_is_kept(tmp_path: Path, table: str, cells: dict[str, str]) -> None:
    """Limits are included, empty optional cells allowed, and white space around a cell is nothing."""
    tables = with_row(roomy(table), table, **cells)
    intake = take_in(tmp_path, tables)
    assert len(intake.rejected) == 0
    assert {record.name: record.good for record in intake.tables}[table] == len(tables[table])


def test_a_row_that_breaks_two_rules_names_the_first_column(tmp_path: Path) -> None:
    """Column order decides: the unknown cabinet comes before the negative quantity."""
    tables = with_row(roomy("orders"), "orders", quantity="-5", cabinet_id="S7")
    assert take_in(tmp_path, tables).rejected["column"].tolist() == ["cabinet_id"]
