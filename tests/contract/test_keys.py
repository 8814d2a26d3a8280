"""Keys, replacements, and what a rejected master row takes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from brikopt.errors import BadInput
from tests.contract.spoiled import roomy, take_in, with_row


def test_a_row_rejected_for_another_reason_claims_no_key(tmp_path: Path) -> None:
    """Of three lines B9 the first has a bad quantity, the second stands, the third is the duplicate."""
    tables = roomy("orders")
    for quantity in ("-1", "7", "8", "9", "10", "11"):
        order = "B9" if quantity in ("-1", "7", "8") else f"B{quantity}9"
        tables = with_row(tables, "orders", order_id=order, quantity=quantity)
    intake = take_in(tmp_path, tables)
    orders = intake.extract.before(intake.as_of).orders
    assert orders.loc[orders["order_id"] == "B9", "quantity"].tolist() == [7]
    assert intake.rejected[["line", "column", "rule"]].to_numpy().tolist() == [
        [7, "quantity", "must not be negative"],
        [9, "order_id", "the key stands on line 8 already"],
    ]


def test_every_item_of_a_ring_is_rejected_and_so_is_what_leads_into_it(tmp_path: Path) -> None:
    """X1 -> X2 -> X1 is a ring; X0 -> X1 then points at an item that is not there; X4 -> 000050 is fine."""
    tables = roomy("items")
    tables = with_row(tables, "items", item_id="X4", replaced_by="000050")
    for number in range(20):
        tables = with_row(tables, "items", item_id=f"G{number}")
    for item, successor in (("X0", "X1"), ("X1", "X2"), ("X2", "X1")):
        tables = with_row(tables, "items", item_id=item, replaced_by=successor)
    rejected = take_in(tmp_path, tables).rejected
    assert rejected[["value", "rule"]].to_numpy().tolist() == [
        ["X1", "is not among the good rows of items"],
        ["X2", "items replace each other in a ring"],
        ["X1", "items replace each other in a ring"],
    ]


def test_rows_of_a_rejected_item_are_unknown_everywhere(tmp_path: Path) -> None:
    """Item 1706363 has a bad price, so its position, its delivery and its count are rejected as well."""
    tables = roomy("items")
    tables = {name: table for name, table in tables.items() if name not in ("back_orders", "warehouse_stock")}
    items = tables["items"]
    tables["items"] = items.assign(unit_price_dkk=items["unit_price_dkk"].mask(items["item_id"] == "1706363", "-1"))
    rejected = take_in(tmp_path, tables).rejected
    assert rejected[["file", "column"]].to_numpy().tolist() == [
        ["items.csv", "unit_price_dkk"],
        ["positions.csv", "item_id"],
        ["deliveries.csv", "item_id"],
        ["counts.csv", "item_id"],
    ]


def test_rows_without_a_position_are_history_and_counted(tmp_path: Path) -> None:
    """S3 never had item 000050: its order line is good, and counted."""
    intake = take_in(tmp_path, with_row(roomy("orders"), "orders", cabinet_id="S3"))
    assert len(intake.rejected) == 0
    assert intake.without_position == {
        "orders": 1,
        "deliveries": 0,
        "counts": 0,
        "discards": 0,
        "uses": 0,
        "shelf_dates": 0,
    }


def test_more_than_a_fifth_rejected_stops(tmp_path: Path) -> None:
    """Two bad lines of seven are 29 %; the message names the commonest rule and its first line."""
    tables = with_row(with_row(roomy("orders"), "orders", quantity="-1"), "orders", quantity="-2")
    with pytest.raises(BadInput, match=r"orders\.csv, line 7, column quantity: 2 of 7 rows .*must not be negative"):
        take_in(tmp_path, tables)
