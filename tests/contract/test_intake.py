"""The whole reading: formats, defaults, the moment of decision, and every stop."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from brikopt.contract.extract import Tables
from brikopt.contract.intake import Intake, read_extracts
from brikopt.errors import BadInput
from tests.contract.spoiled import roomy, take_in, with_row
from tests.worlds import tiny_hospital, write_extracts

DAY = date(2025, 3, 1)


def tables_of(intake: Intake) -> Tables:
    """Return the good rows before the intake's own moment."""
    return intake.extract.before(intake.as_of)


@pytest.mark.parametrize(
    ("danish", "suffix"),
    [(True, ".csv"), (True, ".csv.gz"), (False, ".csv.gz"), (False, ".xlsx"), (False, ".parquet")],
)
def test_the_same_tables_in_another_format_are_the_same(tmp_path: Path, danish: bool, suffix: str) -> None:
    """Danish headings, semicolons, decimal commas, 1.234,5, DD-MM-YYYY and Windows-1252 change no value."""
    plain = tables_of(read_extracts(write_extracts(tmp_path / "plain", tiny_hospital())))
    folder = write_extracts(tmp_path / "other", tiny_hospital(), danish=danish, suffix=suffix)
    other = tables_of(read_extracts(folder))
    for field in fields(Tables):
        if field.name != "as_of":
            pd.testing.assert_frame_equal(getattr(plain, field.name), getattr(other, field.name))
    assert other.wards["ward_name"].tolist() == ["Røntgen, afsnit 1", "Kirurgi"]
    assert other.items["unit_price_dkk"].tolist() == [4.58, 0.25, 4.39, 1234.5]
    assert other.counts["quantity"].tolist() == [35, 0, 3, 1, 1200]
    assert other.as_of == plain.as_of == DAY


def test_what_was_left_out_takes_its_default(tmp_path: Path) -> None:
    """Working days, 3 days of lead time, stocked, no cards in a non-brik cabinet, the cabinet's usual channel."""
    tables = tables_of(take_in(tmp_path, with_row(tiny_hospital(), "wards", order_days="")))
    assert tables.wards["order_days"].tolist() == ["1,4", "1,2,3,4,5", "1,2,3,4,5"]
    assert tables.wards["nonbrik_relevant"].tolist() == [True, True, False]  # A9 has no cabinet at all
    assert tables.items["lead_time_days_mean"].tolist() == [3.0, 1.0, 2.5, 3.0]
    assert tables.items["stocked"].all()
    assert not tables.items["ecolabel"].any()
    assert tables.items["shelf_life_days"].isna().tolist() == [False, True, False, False]
    assert tables.positions["brik_qty"].tolist() == [20, 5, 0, 0, 0]
    assert tables.orders["channel"].tolist() == ["brik", "brik", "manual", "manual", "urgent"]
    assert tables.deliveries["order_id"].tolist() == ["B1", "B1", "B2", "", ""]


@pytest.mark.parametrize("day", ["2024-06-28", "28-06-2024"])
def test_times_put_the_rows_of_one_day_in_order(tmp_path: Path, day: str) -> None:
    """Counts of 48 at 14:00, 50 at 08:00 and 49 at 9 and a half: read as 50, 49, 48, all of the same day."""
    hospital = tiny_hospital()
    first = hospital["counts"].iloc[:1]
    rows = [first.assign(counted_at=f"{day} {time}", quantity=units) for time, units in TIMES]
    tables = tables_of(take_in(tmp_path, hospital | {"counts": pd.concat(rows, ignore_index=True)}))
    assert tables.counts["quantity"].tolist() == [50, 49, 48]
    assert tables.counts["counted_at"].unique().tolist() == [pd.Timestamp("2024-06-28")]


TIMES = [("14:00", "48"), ("08:00", "50"), ("09:30:00", "49")]


def test_weekdays_are_sorted(tmp_path: Path) -> None:
    """``5, 1,3`` is written ``1,3,5``."""
    tables = tables_of(take_in(tmp_path, with_row(roomy("wards"), "wards", order_days="5, 1,3")))
    assert tables.wards["order_days"].iloc[-1] == "1,3,5"


def test_the_default_moment_is_the_day_after_the_newest_good_row(tmp_path: Path) -> None:
    """The newest good row is of 28 February; a date in 2999 and a rejected row of May move nothing."""
    tables = with_row(roomy("orders"), "orders", ordered_at="2025-05-01", quantity="-1")
    tables = with_row(tables, "deliveries", delivered_at="2999-01-01")
    intake = take_in(tmp_path, tables)
    assert intake.as_of == DAY
    assert intake.rejected["file"].tolist() == ["orders.csv", "deliveries.csv"]


def test_rows_on_or_after_the_moment_are_set_aside_unseen(tmp_path: Path) -> None:
    """Eight later lines, bad, with decimal commas or an earlier line's key, are counted and no more."""
    plain = take_in(tmp_path / "plain", tiny_hospital(), DAY)
    tables = tiny_hospital()
    for day in ("2025-03-01", "01-03-2025", "2025-06-31", "2030-01-01T10:00"):
        tables = with_row(tables, "orders", order_id="B1", ordered_at=day, quantity="1,5")
        tables = with_row(tables, "orders", order_id="B1", ordered_at=day, cabinet_id="?")
    intake = take_in(tmp_path / "later", tables, DAY)
    record = {record.name: record for record in intake.tables}["orders"]
    assert (record.rows, record.good, record.rejected, record.set_aside) == (13, 5, 0, 8)
    assert record.format is not None
    assert record.format.decimal_sign == "."
    pd.testing.assert_frame_equal(tables_of(plain).orders, tables_of(intake).orders)


def test_rows_set_aside_are_rows_of_the_table(tmp_path: Path) -> None:
    """One of two reviews so far is bad, and eight are dated later: a tenth of the table, so the run goes on."""
    tables = tiny_hospital()
    tables["reviews"] = tables["reviews"].iloc[:0]
    for day in ("2025-02-31", "2025-02-20", *(f"2025-03-{day:02}" for day in range(1, 9))):
        tables = with_row(tables, "reviews", reviewed_at=day)
    record = {record.name: record for record in take_in(tmp_path, tables, DAY).tables}["reviews"]
    assert (record.rows, record.good, record.rejected, record.set_aside) == (10, 1, 1, 8)


def test_optional_tables_may_be_missing_or_empty(tmp_path: Path) -> None:
    """An empty protected file, shelf dates with a header alone, and no reviews at all."""
    tables = {name: table for name, table in tiny_hospital().items() if name not in ("protected", "reviews")}
    tables["shelf_dates"] = tables["shelf_dates"].iloc[:0]
    write_extracts(tmp_path, tables)
    (tmp_path / "protected.csv").touch()
    got = tables_of(read_extracts(tmp_path))
    assert [len(got.protected), len(got.reviews), len(got.shelf_dates)] == [0, 0, 0]
    assert got.shelf_dates.dtypes.astype(str).tolist() == ["datetime64[s]", "str", "str", "datetime64[s]"]


def test_unknown_columns_are_kept_out_and_named(tmp_path: Path) -> None:
    """The column ``bemærkning`` is in no table of the contract."""
    tables = tiny_hospital()
    tables["orders"] = tables["orders"].assign(bemærkning="haster")
    intake = take_in(tmp_path, tables)
    assert {record.name: record.unknown_columns for record in intake.tables}["orders"] == ("bemærkning",)
    assert "bemærkning" not in tables_of(intake).orders


def _remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def _write(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


def _replace(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_remove("positions.csv"), r"positions\.csv: there is no table positions"),
        (_write("wards.csv", b""), r"wards\.csv: table wards has no rows"),
        (_write("wards.csv", b"ward_id,ward_name,hospital,unit\n"), r"wards\.csv: table wards has no rows"),
        (_replace("orders.csv", "quantity", "stk"), r"orders\.csv, column quantity: .*quantity or antal"),
        (_replace("orders.csv", "channel", "antal"), r"orders\.csv, column quantity: two headings"),
        (_replace("orders.csv", "channel", "QUANTITY"), r"orders\.csv, column quantity: two headings"),
        (_write("orders.csv.gz", gzip.compress(b"", mtime=0)), r"orders\.csv\.gz: table orders is in two files"),
        (_write("orders.csv", b"\x00\x01"), r"orders\.csv: the file can't be read"),
        (_write("orders.csv", b"order_id\x81\x8d"), r"orders\.csv: the file can't be read"),
        (_write("orders.xls", b""), r"orders\.xls: brikopt does not read"),
        (_replace("counts.csv", "2024-12-30", "12/30/2024"), r"counts\.csv, column .*month first"),
        (_replace("reviews.csv", "reviewer", "CPR-nr"), r"reviews\.csv, column CPR-nr: .*personal numbers"),
    ],
)
def test_a_stop_names_the_file(tmp_path: Path, spoil: Callable[[Path], object], message: str) -> None:
    """What the contract calls a stop is a BadInput that says where."""
    tables = tiny_hospital()
    tables["counts"] = tables["counts"].assign(counted_at="2024-12-30")
    write_extracts(tmp_path, tables)
    spoil(tmp_path)
    with pytest.raises(BadInput, match=message):
        read_extracts(tmp_path)


@pytest.mark.parametrize("suffix", [".csv.gz", ".xlsx", ".parquet"])
def test_a_broken_file_stops(tmp_path: Path, suffix: str) -> None:
    """A packed file cut in half is named, without a traceback."""
    write_extracts(tmp_path, tiny_hospital(), suffix=suffix)
    path = tmp_path / f"items{suffix}"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInput, match=rf"items\{suffix}: the file can't be read"):
        read_extracts(tmp_path)


def test_a_missing_folder_stops(tmp_path: Path) -> None:
    """The message names the option."""
    with pytest.raises(BadInput, match=r"--data .*nowhere"):
        read_extracts(tmp_path / "nowhere")


def test_without_dated_rows_the_moment_must_be_given(tmp_path: Path) -> None:
    """Master data alone has no newest record."""
    tables = {name: tiny_hospital()[name] for name in ("wards", "cabinets", "items", "positions")}
    with pytest.raises(BadInput, match="--as-of"):
        take_in(tmp_path, tables)
    assert take_in(tmp_path, tables, DAY).as_of == DAY
