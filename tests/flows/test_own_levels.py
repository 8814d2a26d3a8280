"""A file of levels to try, checked row by row."""

from datetime import date

import pytest

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import position_table
from brikopt.errors import BadInput
from brikopt.flows.own_levels import own_levels
from tests.worlds import tiny_hospital, write_extracts

HEADER = "cabinet_id,item_id,new_min_level,new_max_level,new_brik_qty,new_brik_count"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Cabinet S1 has cards, S2 and S3 have none; item 000050 comes in packs of 10."""
    data = write_extracts(tmp_path_factory.mktemp("data"), tiny_hospital())
    return read_extracts(data).extract.before(date(2025, 3, 1))


@pytest.fixture
def read(tables, tmp_path):
    """Read some rows written under the usual headings."""

    def rows(*lines, header=HEADER, name="own.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return own_levels(path, tables, position_table(tables))

    return rows


def test_rows_are_read_with_their_leading_zeros(read):
    """A position with cards, one without, and one taken out."""
    found = read("S1,000050,10,20,10,2", "S2,1706363,5,30,,", "S1,3383066,0,0,0,0")
    assert found.to_numpy().tolist() == [
        ["S1", "000050", 10, 20, 10, 2],
        ["S2", "1706363", 5, 30, 0, 0],
        ["S1", "3383066", 0, 0, 0, 0],
    ]


def test_a_danish_office_may_write_the_file(read):
    """Semicolons, Windows-1252, Danish headings of cabinet and item, and columns that nobody asked for."""
    header = "skab_id;varenr;new_min_level;new_max_level;new_brik_qty;new_brik_count;årsag"
    found = read("S2;000050;1.000;2.000;;;prøve", header=header, encoding="cp1252")
    assert found[["min_level", "max_level"]].to_numpy().tolist() == [[1000, 2000]]


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("S9,000050,10,20,10,2", "cabinet_id", "S9"),
        ("S1,50,10,20,10,2", "item_id", "50"),
        ("S1,8786254,10,20,10,2", "item_id", "8786254"),
        ("S1,000050,ten,20,10,2", "new_min_level", "ten"),
        ("S1,000050,10,20,10,1.5", "new_brik_count", "1.5"),
        ("S1,000050,-10,20,10,2", "new_min_level", "-10"),
        ("S1,000050,,20,10,2", "new_min_level", ""),
        ("S1,000050,10,20,,2", "new_brik_qty", ""),
        ("S1,000050,0,0,10,0", "new_brik_count", "0"),
        ("S1,000050,15,30,15,2", "new_brik_qty", "15"),
        ("S1,000050,10,30,10,2", "new_max_level", "30"),
        ("S1,000050,0,20,10,2", "new_min_level", "0"),
        ("S2,000050,20,20,,", "new_max_level", "20"),
        ("S2,000050,10,20,10,2", "new_brik_qty", "10"),
    ],
)
def test_a_bad_row_is_named_with_line_column_and_value(row, column, value, read):
    """The second row of the file, line 3; the first one is fine."""
    with pytest.raises(BadInput) as stopped:
        read("S3,8786254,0,5,,", row)
    assert stopped.value.where == f"own.csv, line 3, column {column}"
    assert stopped.value.problem.startswith(f"'{value}' ")


def test_a_level_that_comes_twice_is_named(read):
    """Line 3 repeats line 2."""
    with pytest.raises(BadInput, match=r"own\.csv, line 3, column cabinet_id: .*line 2"):
        read("S3,8786254,0,5,,", "S3,8786254,0,10,,")


def test_the_other_bad_rows_are_counted(read):
    """Three bad rows: the first is named, and two more."""
    with pytest.raises(BadInput, match="2 more rows break a rule"):
        read("S9,000050,10,20,10,2", "S8,000050,10,20,10,2", "S7,000050,10,20,10,2")


def test_a_missing_column_is_named(read):
    """Without the new max nothing can be tried."""
    with pytest.raises(BadInput, match=r"own\.csv, column new_max_level"):
        read("S1,000050,10", header="cabinet_id,item_id,new_min_level")


@pytest.mark.parametrize(("name", "rows"), [("own.csv", ()), ("own.docx", ("S3,8786254,0,5,,",))])
def test_a_file_without_rows_or_of_another_kind_is_refused(name, rows, read):
    """The option is named."""
    with pytest.raises(BadInput, match="--levels "):
        read(*rows, name=name)


def test_a_file_that_is_not_there_is_refused(tables, tmp_path):
    """The option is named."""
    with pytest.raises(BadInput, match=r"--levels .*absent\.csv"):
        own_levels(tmp_path / "absent.csv", tables, position_table(tables))


def test_personal_numbers_are_refused_and_not_shown(read):
    """A column of them in a file of levels."""
    with pytest.raises(BadInput) as stopped:
        read("S3,8786254,0,5,,,010190-1234", header=HEADER + ",note")
    assert "010190" not in str(stopped.value)
