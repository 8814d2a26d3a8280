"""The optional tables and columns of supply: what is read, under which names, and what stays out."""

from __future__ import annotations

from datetime import date

import pandas as pd

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import position_table
from tests.worlds import tiny_hospital, write_extracts


def text(header: str, *rows: str) -> pd.DataFrame:
    """A table of texts, cells parted by bars."""
    return pd.DataFrame([row.split("|") for row in rows], columns=header.split("|"), dtype="str")


def test_danish_headings_and_words_do_as_well(tmp_path):
    """The Danish heading of each column, semicolons, decimal commas and `medicin`."""
    tables = tiny_hospital()
    tables["cabinets"]["kind"] = ["brik", "non_brik", "medicin"]
    tables["items"] = tables["items"].assign(
        supplier="Nordmed", weight_kg="0.02", co2e_source="EPD", co2e_year="2023", single_use="1", narcotic="0"
    )
    tables["positions"] = tables["positions"].assign(shelf_place="A03")
    read = read_extracts(write_extracts(tmp_path, tables, danish=True)).extract.before(date(2025, 3, 1))
    assert read.cabinets["kind"].tolist() == ["brik", "non_brik", "medicine"]
    first = read.items.iloc[0]
    assert (first.supplier, first.weight_kg, first.co2e_source, first.co2e_year) == ("Nordmed", 0.02, "EPD", 2023)
    assert (first.single_use, first.narcotic, read.positions["shelf_place"][0]) == (1.0, False, "A03")
    assert read.back_orders.iloc[0].astype(str).tolist()[3:] == ["000050", "Nordmed"]
    assert (read.warehouse_stock["quantity"][0], read.activity["activity"][0]) == (4010, 1234.5)


def test_what_is_dated_later_stays_out(tmp_path):
    """Of each table the row before the day stands; a month is known when it is over."""
    tables = tiny_hospital() | {
        "uses": text("used_at|cabinet_id|item_id|quantity", "2025-01-31|S1|000050|1", "2025-02-01|S1|000050|7"),
        "back_orders": text("item_id|from|until", "000050|2025-01-31|2025-09-01", "000050|2025-02-01|"),
        "warehouse_stock": text("stock_at|item_id|quantity", "2025-01-31|000050|5", "2025-02-01|000050|6"),
        "activity": text("month|unit|activity", "2025-01|Kirurgi|10", "2025-02|Kirurgi|11", "2025-02|Kirurgi|wrong"),
    }
    intake = read_extracts(write_extracts(tmp_path, tables), as_of=date(2025, 2, 1))
    read = intake.extract.before(date(2025, 2, 1))
    assert [len(one) for one in (read.uses, read.back_orders, read.warehouse_stock, read.activity)] == [1, 1, 1, 1]
    assert str(read.activity["month"][0]) == "2025-01-31 00:00:00"
    assert len(intake.rejected) == 0


def test_a_medicine_cabinet_has_cards_where_its_rows_name_them(tmp_path):
    """S3 is a medicine cabinet: one position with 2 x 5, one by eye; a line without channel follows the position."""
    tables = tiny_hospital()
    tables["cabinets"]["kind"] = ["brik", "non_brik", "medicine"]
    tables["positions"] = text(
        "cabinet_id|item_id|min_level|max_level|brik_qty|brik_count",
        "S1|000050|20|40|20|2",
        "S2|000050|5|20||",
        "S2|1706363|50|100||",
        "S3|8786254|0|5||",
        "S3|3383066|5|10|5|2",
    )
    lines = text("order_id|ordered_at|cabinet_id|item_id|quantity|channel", "B8|2025-02-03|S3|8786254|5|")
    tables["orders"] = pd.concat([tables["orders"], lines, lines.assign(item_id="3383066")], ignore_index=True)
    read = read_extracts(write_extracts(tmp_path, tables)).extract.before(date(2025, 3, 1))
    assert position_table(read).set_index(["cabinet_id", "item_id"])["is_brik"].loc["S3"].to_dict() == {
        "3383066": True,
        "8786254": False,
    }
    assert read.orders["channel"].tolist()[-2:] == ["manual", "brik"]


def test_an_alternative_that_is_no_item_is_told(tmp_path):
    """The item is kept; a known alternative is nothing to tell."""
    tables = tiny_hospital()
    tables["items"]["reusable_alternative"] = ["1706363", "77", "", ""]
    intake = read_extracts(write_extracts(tmp_path, tables))
    told = [(one.code, one.rows, one.line) for one in intake.oddities if one.code == "alternative_unknown"]
    assert (told, len(intake.rejected)) == ([("alternative_unknown", 1, 3)], 0)
