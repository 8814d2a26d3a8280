"""Excel and parquet: real numbers and dates, and the zeros that only a format shows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd

from brikopt.contract.intake import read_extracts
from tests.worlds import tiny_hospital, write_extracts


def write_workbook(path: Path, rows: list[list[object]], formats: dict[str, str], *, title: str = "Ark1") -> None:
    """Write rows to a sheet that is not the first, with number formats by column letter."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet(title) if title != "Ark1" else book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for letter, number_format in formats.items():
        for cell in sheet[letter]:
            cell.number_format = number_format
    book.save(path)


def test_a_number_format_gives_an_item_number_its_zeros_back(tmp_path: Path) -> None:
    """50 shown as 000050 is item 000050; a GTIN of 14 digits is never 2.16E+12; prices are real numbers."""
    write_extracts(tmp_path, tiny_hospital())
    (tmp_path / "items.csv").unlink()
    rows: list[list[object]] = [
        ["varenr", "varenavn", "gtin", "pakningsstørrelse", "enhedspris", "kritisk"],
        [50, "Sprøjte 10 ml", 2164729130054.0, 10.0, 4.58, False],
        [1706363, "Kanyle G 24", "05837137629049", 50, 0.25, 0],
        [],
        ["3383066", "Handske", None, 5, 4.39, True],
        [8786254.0, "Kateter", None, 5, 1234.5, "0"],
        [None, " ", None],
    ]
    write_workbook(tmp_path / "items.xlsx", rows, {"A": "000000"}, title="Items")
    intake = read_extracts(tmp_path)
    items = intake.extract.before(intake.as_of).items
    assert items["item_id"].tolist() == ["000050", "1706363", "3383066", "8786254"]
    assert items["gtin"].tolist() == ["2164729130054", "05837137629049", "", ""]
    assert items["unit_price_dkk"].tolist() == [4.58, 0.25, 4.39, 1234.5]
    assert items["critical"].tolist() == [False, False, True, False]
    assert len(intake.rejected) == 0


def test_real_dates_and_weekdays_that_excel_took_for_numbers(tmp_path: Path) -> None:
    """2,4 typed in a Danish Excel is the number 2.4; the row number is the line of a bad row."""
    write_extracts(tmp_path, tiny_hospital())
    for name in ("wards", "reviews"):
        (tmp_path / f"{name}.csv").unlink()
    head: list[object] = ["afsnit_id", "afsnit", "hospital", "enhed", "bestillingsdage", "leveringsdage"]
    wards = [head, ["A1", "Røntgen", "M", "K", 2.4, 3], ["A2", "Kirurgi", "M", "K", "1,3", None]]
    write_workbook(tmp_path / "wards.xlsx", wards, {})
    reviews: list[list[object]] = [["gennemgået", "afsnit_id", "type"], [date(2025, 1, 14), "A1", "brik"]]
    reviews += [[], [datetime(2025, 1, 15, 23, 59), "A2", "non_brik"], ["16-01-2025", "A2", "brik"]]
    reviews += [["17-01-2025", "A2", "brik"], ["18-01-2025", "A2", "brik"], ["18-01-2025", "A7", "brik"]]
    write_workbook(tmp_path / "reviews.xlsx", reviews, {})
    intake = read_extracts(tmp_path)
    tables = intake.extract.before(intake.as_of)
    assert tables.wards["order_days"].tolist() == ["2,4", "1,3"]
    assert tables.wards["delivery_days"].tolist() == ["3", "1,2,3,4,5"]
    assert tables.reviews["reviewed_at"].dt.day.tolist() == [14, 15, 16, 17, 18]
    assert intake.rejected[["file", "line", "value"]].to_numpy().tolist() == [["reviews.xlsx", 8, "A7"]]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    """Whole numbers, numbers with gaps, moments with a zone and categories read as what they say."""
    tables = tiny_hospital()
    write_extracts(tmp_path, tables)
    (tmp_path / "orders.csv").unlink()
    moments = pd.to_datetime(tables["orders"]["ordered_at"] + " 23:30").dt.tz_localize("Europe/Copenhagen")
    frame = tables["orders"].assign(
        ordered_at=moments,
        quantity=[20.0, 5.0, 20.0, float("nan"), 5.0],
        channel=tables["orders"]["channel"].astype("category"),
    )
    frame.to_parquet(tmp_path / "orders.parquet")
    intake = read_extracts(tmp_path, lang="en")
    orders = intake.extract.before(intake.as_of).orders
    assert orders["ordered_at"].dt.strftime("%m-%d").tolist() == ["01-02", "01-02", "01-16", "02-27"]
    assert orders["quantity"].tolist() == [20, 5, 20, 5]
    assert intake.rejected[["line", "column", "rule"]].to_numpy().tolist() == [[5, "quantity", "must be filled in"]]
