"""However an office writes its extracts, the result is the same to the byte."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from brikopt.contract.tables import INPUTS, InputTable, Kind
from tests.whole.regions import RegionFolders
from tests.whole.results import bytes_of, different, good_rows, rows, run_on

# Names of files and values as written stand in the rejected rows, and so in the workbook.
AS_WRITTEN = ("rejected_rows.csv", "data_quality.csv", "data_quality.html", "brikopt.xlsx")


def typed(table: InputTable, found: list[dict[str, str]]) -> pd.DataFrame:
    """Turn good rows into numbers and dates, as a spreadsheet or a database holds them; ids stay text."""
    frame = pd.DataFrame(found, columns=[column.name for column in table.columns], dtype="str")
    kinds = {column.name: column.kind for column in table.columns}
    numbers = [name for name, kind in kinds.items() if kind in (Kind.WHOLE, Kind.NUMBER, Kind.FLAG)]
    dates = [name for name, kind in kinds.items() if kind is Kind.DATE]
    return frame.assign(
        **{name: pd.to_numeric(frame[name]) for name in numbers},
        **{name: pd.to_datetime(frame[name], format="%Y-%m-%d") for name in dates},
    )


def write_workbooks(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """One workbook a table."""
    for name, frame in tables.items():
        frame.to_excel(folder / f"{name}.xlsx", index=False, engine="xlsxwriter")


def write_parquet(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """One parquet file a table."""
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)


def test_danish_files_give_the_same_result(region: RegionFolders, result, tmp_path):
    """Semicolons, decimal commas, DD-MM-YYYY, Danish headings and Windows-1252 change no list."""
    sample = (region.danish / "deliveries.csv").read_bytes().decode("cp1252")
    assert sample.startswith("leveret;skab_id;varenr;antal;ordrenr;batch;udløbsdato\n")
    out = run_on(region.danish, tmp_path / "out")
    assert different(bytes_of(out, leave_out=AS_WRITTEN), bytes_of(result, leave_out=AS_WRITTEN)) == []
    assert len(rows(out / "rejected_rows.csv")) == len(rows(result / "rejected_rows.csv"))


@pytest.mark.parametrize("write", [write_workbooks, write_parquet])
def test_typed_files_without_broken_rows_give_the_same_result(write, region, result, tmp_path):
    """Workbooks and parquet with real numbers and dates; the broken rows were as good as absent."""
    data = tmp_path / "data"
    data.mkdir()
    write({table.name: typed(table, good_rows(region.history, result, table.name)) for table in INPUTS}, data)
    out = run_on(data, tmp_path / "out")
    assert rows(out / "rejected_rows.csv") == []
    assert different(bytes_of(out, leave_out=AS_WRITTEN), bytes_of(result, leave_out=AS_WRITTEN)) == []
