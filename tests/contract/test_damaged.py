"""Inputs that are damaged, or not what they look like: an answer at once, and no memory without end."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from brikopt.contract.intake import Intake, read_extracts
from brikopt.errors import BadInput
from tests.worlds import tiny_hospital, write_extracts

COUNTS = [["counted_at", "cabinet_id", "item_id", "quantity"], ["2025-02-01", "S1", "000050", "3"]]


def without(folder: Path, name: str) -> Path:
    """Good extracts of which one file was taken away."""
    write_extracts(folder, tiny_hospital())
    (folder / f"{name}.csv").unlink()
    return folder


def with_text(folder: Path, name: str, text: bytes) -> Intake:
    """Good extracts of which one file has other bytes."""
    (without(folder, name) / f"{name}.csv").write_bytes(text)
    return read_extracts(folder, lang="en")


def counted(intake: Intake) -> list[int]:
    """The quantities of the counts that were read."""
    return intake.extract.before(intake.as_of).counts["quantity"].tolist()


def codes(intake: Intake) -> dict[str, str]:
    """Code and severity of what was odd."""
    return {one.code: one.severity for one in intake.oddities}


def sheets(path: Path, *filled: list[list[object]], hidden: int = -1) -> None:
    """Write a workbook with those sheets, one of them hidden."""
    book = openpyxl.Workbook()
    for number, rows in enumerate(filled):
        sheet = book.active if number == 0 else book.create_sheet(f"Ark{number + 1}")
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        if number == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)


def test_a_named_pipe_is_no_file(tmp_path: Path) -> None:
    """Nobody writes into it, and nobody waits for that."""
    os.mkfifo(without(tmp_path, "counts") / "counts.csv")
    with pytest.raises(BadInput, match=r"counts\.csv.*no ordinary file"):
        read_extracts(tmp_path)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_thousands_of_columns_stop_the_run(tmp_path: Path, suffix: str) -> None:
    """5,004 columns are named, with what to do."""
    without(tmp_path, "counts")
    more = {f"x{number}": "" for number in range(5000)}
    if suffix == ".csv":
        text = ",".join([*COUNTS[0], *more]) + "\n" + ",".join([*COUNTS[1], *more.values()]) + "\n"
        (tmp_path / "counts.csv").write_text(text)
    else:
        row = dict(zip(*COUNTS, strict=True)) | more
        pa_parquet.write_table(pa.table({name: [cell] for name, cell in row.items()}), tmp_path / "counts.parquet")
    with pytest.raises(BadInput, match="5004 columns, and at most 1000"):
        read_extracts(tmp_path)


def test_a_cell_in_the_last_column_of_a_workbook_is_named(tmp_path: Path) -> None:
    """XFD2 is filled: no row is padded to 16,384 cells."""
    far = [*COUNTS[1], *[None] * (16_383 - 4), "x"]
    sheets(without(tmp_path, "counts") / "counts.xlsx", [COUNTS[0], far])
    with pytest.raises(BadInput, match="cell XFD2"):
        read_extracts(tmp_path)


@pytest.mark.parametrize("rows", [1_500_000, 20_000_000])
def test_a_parquet_file_of_many_equal_rows_is_refused_unread(tmp_path: Path, rows: int) -> None:
    """So many rows of 4 columns lie in some kilobytes."""
    table = pa.table({name: pa.nulls(rows, pa.string()) for name in COUNTS[0]})
    pa_parquet.write_table(table, without(tmp_path, "counts") / "counts.parquet")
    with pytest.raises(BadInput, match=f"{rows} rows of 4 columns"):
        read_extracts(tmp_path)


@pytest.mark.parametrize("suffix", [".csv.gz", ".xlsx"])
def test_what_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path, suffix: str) -> None:
    """70 MB of zeros in 70 kB: said at once, and never held in memory as a table."""
    zeros, path = b"0" * (70 << 20), without(tmp_path, "counts") / f"counts{suffix}"
    if suffix == ".xlsx":
        sheets(path, [["counted_at", "cabinet_id", "item_id", "quantity"]])
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/media/zeros.bin", zeros)
    else:
        path.write_bytes(gzip.compress(zeros, 1, mtime=0))
    with pytest.raises(BadInput, match=r"counts\..*200 times as large"):
        read_extracts(tmp_path)


def test_a_line_without_end_is_named(tmp_path: Path) -> None:
    """Two million signs on the third line."""
    text = b"counted_at,cabinet_id,item_id,quantity\n2025-01-02,S1,000050,3\n" + b"0" * 2_000_000
    with pytest.raises(BadInput, match=r"counts\.csv.*line 3 is longer"):
        with_text(tmp_path, "counts", text)


@pytest.mark.parametrize("above", ["", "sep=\t\n", "Optalt 01-02-2025\n\n"])
def test_tabs_part_columns_as_well(tmp_path: Path, above: str) -> None:
    """One count of 3, whatever stands above the headings."""
    text = above + "\n".join("\t".join(row) for row in COUNTS) + "\n"
    assert counted(with_text(tmp_path, "counts", text.encode())) == [3]


@pytest.mark.parametrize("above", [b"sep=;\n", b'"sep=;"\r\n', b"sep=;\n\n"])
def test_what_excel_asks_for_is_no_heading(tmp_path: Path, above: bytes) -> None:
    """The delimiter on the first line is known for what it is, and nothing is odd about it."""
    text = above + b"\n".join(";".join(row).encode() for row in COUNTS)
    intake = with_text(tmp_path, "counts", text)
    assert counted(intake) == [3]
    assert "title_above" not in codes(intake)


@pytest.mark.parametrize("title", ["Optællinger pr. 01-02-2025\n\n", "Region Øst;;;\nUdskrevet;01-02-2025;;\n"])
def test_a_title_above_the_headings_is_told(tmp_path: Path, title: str) -> None:
    """The rows keep their lines: the bad one stands on line 5."""
    rows = [*COUNTS, ["2025-02-02", "S9", "000050", "1"], *[["2025-02-03", "S1", "000050", "4"]] * 4]
    intake = with_text(tmp_path, "counts", (title + "\n".join(";".join(row) for row in rows)).encode("cp1252"))
    assert intake.rejected[["file", "line"]].to_numpy().tolist() == [["counts.csv", 5]]
    assert codes(intake)["title_above"] == "low"


def test_a_title_in_a_workbook_is_told(tmp_path: Path) -> None:
    """As in a text file."""
    sheets(without(tmp_path, "counts") / "counts.xlsx", [["Optællinger"], [], *COUNTS])
    intake = read_extracts(tmp_path)
    assert counted(intake) == [3]
    assert codes(intake)["title_above"] == "low"


def test_one_odd_byte_does_not_change_every_name(tmp_path: Path) -> None:
    """Røntgen and Børn in UTF-8, one Kirurgi på in Windows-1252: all three are read right, and it is told."""
    wards = "ward_id,ward_name,hospital,unit\nA1,Røntgen,Mølleby,Kirurgi\nA2,Børn,Mølleby,Kirurgi\n".encode()
    intake = with_text(tmp_path, "wards", wards + "A3,Afsnit på 2,M,K\n".encode("cp1252"))
    names = intake.extract.before(intake.as_of).wards["ward_name"].tolist()
    assert names == ["Røntgen", "Børn", "Afsnit på 2"]
    (odd,) = [one for one in intake.oddities if one.code == "odd_bytes"]
    assert (odd.table, odd.file, odd.line, odd.rows) == ("wards", "wards.csv", 4, 1)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_odd_byte_is_mended_with_and_without_a_mark(tmp_path: Path, mark: bytes) -> None:
    """A dash of Windows-1252 among letters of UTF-8."""
    wards = mark + "ward_id,ward_name,hospital,unit\nA1,Øje æøå,M,K\nA2,".encode() + b"Dag \x96 nat,M,K\n"
    intake = with_text(tmp_path, "wards", wards)
    assert intake.extract.before(intake.as_of).wards["ward_name"].tolist() == ["Øje æøå", "Dag – nat"]


def test_a_file_in_windows_1252_is_not_odd(tmp_path: Path) -> None:
    """Every letter beyond ASCII is a byte of its own."""
    wards = "ward_id,ward_name,hospital,unit\nA1,Røntgen,Ågård,K\nA2,Ærø,M,K\n".encode("cp1252")
    intake = with_text(tmp_path, "wards", wards)
    assert intake.extract.before(intake.as_of).wards["ward_name"].tolist() == ["Røntgen", "Ærø"]
    assert "odd_bytes" not in codes(intake)


def test_a_workbook_of_which_all_is_hidden_stops(tmp_path: Path) -> None:
    """Nobody meant an empty table."""
    rows: list[list[object]] = [["counted_at", "cabinet_id", "item_id", "quantity"], ["2025-01-02", "S1", "000050", 9]]
    sheets(without(tmp_path, "counts") / "counts.xlsx", [], rows, hidden=1)
    with pytest.raises(BadInput, match=r"counts\.xlsx.*only on hidden ones"):
        read_extracts(tmp_path)


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_hidden_sheet_is_told_and_not_read(tmp_path: Path, hidden: int) -> None:
    """The shown sheet counts 3, the hidden one 9, whichever comes first."""
    other: list[list[object]] = [list(COUNTS[0]), ["2025-02-02", "S1", "000050", "9"]]
    both: list[list[list[object]]] = [list(map(list, COUNTS)), list(map(list, COUNTS))]
    both[hidden] = other
    sheets(without(tmp_path, "counts") / "counts.xlsx", *both, hidden=hidden)
    intake = read_extracts(tmp_path)
    assert counted(intake) == [3]
    assert codes(intake)["sheet_hidden"] == "middle"


def test_rows_that_a_filter_hides_are_read_and_told(tmp_path: Path) -> None:
    """Two of three."""
    path = without(tmp_path, "counts") / "counts.xlsx"
    sheets(path, [COUNTS[0], *([*COUNTS[1]] for _ in range(3))])
    book = openpyxl.load_workbook(path)
    for line in (2, 4):
        book.active.row_dimensions[line].hidden = True
    book.save(path)
    intake = read_extracts(tmp_path)
    assert len(intake.extract.before(intake.as_of).counts) == 3
    assert [one.rows for one in intake.oddities if one.code == "rows_hidden"] == [2]


def test_several_shown_sheets_stop_the_run(tmp_path: Path) -> None:
    """Two years on two sheets: both are named, and a mapping is what to make."""
    both = list(map(list, COUNTS))
    sheets(without(tmp_path, "counts") / "counts.xlsx", both, both)
    with pytest.raises(BadInput, match=r"2 sheets with something in them, 'Sheet', 'Ark2'.*mapping"):
        read_extracts(tmp_path)


def test_empty_sheets_are_no_sheets(tmp_path: Path) -> None:
    """An older Excel makes three of them."""
    sheets(without(tmp_path, "counts") / "counts.xlsx", list(map(list, COUNTS)), [], [[None, " "]])
    assert counted(read_extracts(tmp_path)) == [3]
