"""Files that nothing was read from, and what they look like."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from brikopt.contract.intake import read_extracts
from brikopt.contract.quality.oddities import SEVERITIES, worst
from tests.worlds import tiny_hospital, write_extracts

COUNT = "counted_at,cabinet_id,item_id,quantity\n2025-02-01,S1,000050,3\n"


def oddities_with(folder: Path, name: str, content: bytes) -> list[tuple[str, str, str, str]]:
    """Put one more file among good extracts; return severity, code, table and file of what is told of files."""
    write_extracts(folder, tiny_hospital())
    (folder / name).write_bytes(content)
    found = read_extracts(folder).oddities
    return [(one.severity, one.code, one.table, one.file) for one in found if one.code.startswith("file_")]


@pytest.mark.parametrize(
    ("name", "content", "table"),
    [
        ("counts_2024-06-26.csv", COUNT.encode(), "counts"),
        ("deliveries (1).csv", b"anything\n", "deliveries"),
        ("optaelling juni.csv", "optalt;skab_id;varenr;antal\n01-02-2025;S1;000050;3\n".encode("cp1252"), "counts"),
        ("juni.csv.gz", gzip.compress(f"Optalt i juni\n\n{COUNT}".encode(), mtime=0), "counts"),
        ("Kopi af orders.xlsx", b"PK", "orders"),
        ("tællinger.txt", COUNT.encode(), "counts"),
        ("counts.csv.txt", COUNT.encode(), "counts"),
        ("udtræk", COUNT.encode(), "counts"),
    ],
)
def test_a_file_that_looks_like_a_table_is_told_as_the_worst_kind(tmp_path, name, content, table):
    """By its headings, also under a title and packed; else by its name."""
    assert oddities_with(tmp_path, name, content) == [("high", "file_passed_over", table, name)]


@pytest.mark.parametrize("name", ["medarbejdere.csv", "accounts.csv", "preorders_of_2023.csv"])
def test_a_file_that_looks_like_no_table_is_good_to_know(tmp_path, name):
    """Neither headings nor name are those of a table."""
    assert oddities_with(tmp_path, name, b"a,b\n1,2\n") == [("low", "file_unknown", "", name)]


def test_files_that_hold_no_rows_are_not_told(tmp_path):
    """A note, a policy and a folder: nobody meant them as a table."""
    (tmp_path / "counts.d").mkdir()
    assert oddities_with(tmp_path, "counts.md", b"x") == []


def test_the_worst_come_first(tmp_path):
    """An unknown file whose name comes first stands behind a table that was passed over."""
    write_extracts(tmp_path, tiny_hospital())
    (tmp_path / "a.csv").write_text("x\n")
    (tmp_path / "counts (2).csv").write_text(COUNT)
    found = read_extracts(tmp_path).oddities
    places = [SEVERITIES.index(one.severity) for one in found]
    assert places == sorted(places)
    assert (worst(found), found[0].file) == (1, "counts (2).csv")


@pytest.mark.parametrize("name", ["~$counts.xlsx", "._counts.csv", "README.txt", "notes.md"])
def test_what_programs_leave_behind_and_texts_on_columns_are_not_told(tmp_path, name):
    """Locks of Excel, shadows of macOS, and a text that only names columns."""
    assert oddities_with(tmp_path, name, b"counted_at,cabinet_id,item_id,quantity\n\nof each count.\n") == []


@pytest.mark.parametrize(("gone", "severity"), [(False, "low"), (True, "high")])
@pytest.mark.parametrize(
    ("name", "code"), [("counts.csv.bak", "file_passed_over"), ("arkiv/counts.csv", "folder_passed_over")]
)
def test_copies_are_the_worst_kind_only_where_the_table_was_found_nowhere_else(tmp_path, name, code, gone, severity):
    """An old copy, or an archive in a folder: good to know; without counts.csv its rows are missing everywhere."""
    write_extracts(tmp_path, tiny_hospital())
    if gone:
        (tmp_path / "counts.csv").unlink()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(COUNT)
    (odd,) = [one for one in read_extracts(tmp_path).oddities if one.code == code]
    assert (odd.severity, odd.table, odd.file) == (severity, "counts", name)
