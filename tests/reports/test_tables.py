"""The bytes of an output table."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from brikopt.contract.outputs import Column, Kind, Output
from brikopt.reports.tables import column_cells, write_table

THREE = Output("three", (Column("item_id", Kind.TEXT), Column("units", Kind.UNITS), Column("dkk", Kind.DKK)))


def cells(values, kind):
    """Write values of one kind."""
    return column_cells(pd.Series(values), Column("c", kind))


def test_a_table_has_its_columns_in_order_and_no_others(tmp_path):
    """Line feeds, commas, and the id's zeros; the extra column stays out."""
    frame = pd.DataFrame({"dkk": [1.0, 2.345], "extra": [9, 9], "units": [3, 4], "item_id": ["007", "æ"]})
    write_table(frame, THREE, tmp_path / "three.csv")
    assert (tmp_path / "three.csv").read_bytes() == "item_id,units,dkk\n007,3,1.00\næ,4,2.35\n".encode()


def test_a_table_without_rows_is_its_heading(tmp_path):
    """Readers find the columns also where there is nothing to say."""
    write_table(pd.DataFrame(columns=["item_id", "units", "dkk"]), THREE, tmp_path / "three.csv")
    assert (tmp_path / "three.csv").read_text() == "item_id,units,dkk\n"


def test_a_long_table_is_written_whole(tmp_path):
    """50,001 rows are one more than are put into words at a time."""
    numbers = np.arange(50_001)
    frame = pd.DataFrame({"item_id": numbers.astype(str), "units": numbers, "dkk": numbers / 4})
    write_table(frame, THREE, tmp_path / "three.csv")
    lines = (tmp_path / "three.csv").read_text().splitlines()
    assert len(lines) == 50_002
    assert lines[-1] == "50000,50000,12500.00"


def test_a_missing_column_is_named(tmp_path):
    """The table lacks its units."""
    with pytest.raises(ValueError, match="three lacks the columns units"):
        write_table(pd.DataFrame({"item_id": [], "dkk": []}), THREE, tmp_path / "three.csv")


def test_text_is_raw_and_quoted_only_where_csv_needs_it():
    """A formula stays a formula; a comma, a quote and a line break are quoted."""
    written = cells(["=1+1", "-5", " 0 ", "a,b", 'say "x"', "two\nlines", "cr\r", None], Kind.TEXT)
    assert written == ["=1+1", "-5", " 0 ", '"a,b"', '"say ""x"""', '"two\nlines"', '"cr\r"', ""]


def test_whole_units_have_no_decimals():
    """Also where a missing value made the column a float one, or a sum drifted a little."""
    assert cells([3.0, np.nan, -0.0, 2.9999999999], Kind.UNITS) == ["3", "", "0", "3"]


def test_half_a_unit_is_refused():
    """A mistake of ours doesn't go out as a rounded figure."""
    with pytest.raises(ValueError, match=r"column c: 2\.5 is not a whole number"):
        cells([1.0, 2.5], Kind.UNITS)


def test_an_infinite_number_is_refused():
    """Neither does one that no reader understands."""
    with pytest.raises(ValueError, match="infinite"):
        cells([np.inf], Kind.DKK)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Kind.DKK, ["1234.57", "0.00", "0.00", ""]),
        (Kind.NUMBER, ["1234.5678", "-0.0010", "0.0000", ""]),
        (Kind.RATE, ["1234.567800", "-0.001000", "0.000000", ""]),
    ],
)
def test_numbers_have_fixed_decimals_and_no_negative_zero(kind, written):
    """Kroner have 2 decimals, other numbers 4, rates 6."""
    assert cells([1234.5678, -0.001, -0.0000001, np.nan], kind) == written


def test_flags_are_0_and_1():
    """A flag of 2 is refused."""
    assert cells([True, False], Kind.FLAG) == ["1", "0"]
    assert cells([1.0, np.nan], Kind.FLAG) == ["1", ""]
    with pytest.raises(ValueError, match="not a flag"):
        cells([2], Kind.FLAG)


def test_dates_are_iso_whatever_holds_them():
    """Timestamps and plain dates alike; a missing one is blank."""
    stamps = pd.Series(pd.to_datetime(["2025-03-01", None])).astype("datetime64[s]")
    assert column_cells(stamps, Column("c", Kind.DATE)) == ["2025-03-01", ""]
    assert cells([date(2025, 3, 1), None], Kind.DATE) == ["2025-03-01", ""]
    assert cells([None, None], Kind.DATE) == ["", ""]
