"""Extracts as files: plain, Danish, broken on purpose."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from pathlib import Path

import pandas as pd

from brikopt.contract.tables import INPUTS
from brikopt.world.files import Manner, truth_folder, write_extracts
from brikopt.world.region import Region

DANISH = Manner(danish=True)


def _written(region: Region, folder: Path, manner: Manner, dirty: float = 0.0) -> pd.DataFrame:
    folder.mkdir()
    settings = replace(region.stage.settings, dirty=dirty)
    return write_extracts(replace(region, stage=replace(region.stage, settings=settings)), folder, manner)


def _read(path: Path, manner: Manner) -> pd.DataFrame:
    text = gzip.decompress(path.read_bytes()).decode(manner.encoding)
    return pd.read_csv(io.StringIO(text), sep=manner.delimiter, dtype="str", keep_default_na=False)


def test_plain_and_danish_files_hold_the_same_rows(region, tmp_path):
    """Turned back by hand, every Danish cell is the plain one: commas to points, 28-02-2025 to 2025-02-28."""
    _written(region, tmp_path / "plain", Manner())
    _written(region, tmp_path / "danish", DANISH)
    for table in INPUTS:
        name = f"{table.name}.csv.gz"
        plain, danish = _read(tmp_path / "plain" / name, Manner()), _read(tmp_path / "danish" / name, DANISH)
        for column, heading in zip(table.columns, danish.columns, strict=True):
            cells = danish[heading]
            if column.kind.value == "date":
                cells = cells.map(lambda day: "-".join(reversed(day.split("-"))))
            elif column.kind.value == "number":
                cells = cells.str.replace(",", ".")
            assert cells.tolist() == plain[column.name].tolist()


def test_danish_files_have_danish_headings_and_letters(region, tmp_path):
    """The items' file begins with varenr;varenavn, in Windows-1252."""
    _written(region, tmp_path / "danish", Manner(danish=True, gzipped=False))
    content = (tmp_path / "danish" / "items.csv").read_bytes()
    assert content.startswith(b"varenr;varenavn;gtin;kategori;pakningsst\xf8rrelse;")


def test_broken_rows_stand_where_the_list_says(region, tmp_path):
    """Of 1 % broken rows each is found on its line, with its value in its column."""
    broken = _written(region, tmp_path / "dirty", Manner(), dirty=0.01)
    assert broken["file"].nunique() >= 6
    for row in broken[broken["column"] != ""].itertuples():
        table = _read(tmp_path / "dirty" / row.file, Manner())
        assert table[row.column].iloc[row.line - 2] == row.value


def test_a_row_written_twice_stands_behind_the_first(region, tmp_path):
    """Where the list names no column, the line before says the same."""
    broken = _written(region, tmp_path / "dirty", Manner(), dirty=0.05)
    twice = broken[(broken["column"] == "") & (broken["file"] == "orders.csv.gz")]
    table = _read(tmp_path / "dirty" / "orders.csv.gz", Manner())
    assert len(twice) > 0
    keys = table[["order_id", "cabinet_id", "item_id"]].apply(tuple, axis=1)
    for line in twice["line"]:
        assert keys.iloc[line - 2] in set(keys.iloc[: line - 2])


def test_good_rows_stay_when_others_are_broken(region, tmp_path):
    """Without the broken lines a dirty file is the clean one."""
    _written(region, tmp_path / "clean", Manner())
    broken = _written(region, tmp_path / "dirty", Manner(), dirty=0.01)
    for name, lines in broken.groupby("file")["line"]:
        kept = _read(tmp_path / "dirty" / name, Manner()).drop(index=lines - 2)
        assert kept.to_numpy().tolist() == _read(tmp_path / "clean" / name, Manner()).to_numpy().tolist()


def test_the_truth_lies_beside_the_extracts():
    """The truth of demo/extracts is in demo/extracts-truth."""
    assert truth_folder(Path("demo/extracts")) == Path("demo/extracts-truth")
