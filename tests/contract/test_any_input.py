"""Whatever the files hold, the reading ends with an intake or with a message for the user."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.contract.intake import read_extracts
from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput
from tests.worlds import tiny_hospital, write_extracts

_NAMES = [table.name for table in INPUTS]
_CELLS = st.one_of(
    st.sampled_from(['"', ",", ";", "\n", '"\n"', "1.234,5", "31-12-2199", "0000-00-00", "\x00", "\ufeff", "9" * 40]),
    st.text(max_size=6),
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(name=st.sampled_from(_NAMES), row=st.integers(0, 99), column=st.integers(0, 99), cell=_CELLS)
def test_any_text_in_any_cell(name: str, row: int, column: int, cell: str) -> None:
    """Every row of the spoiled file is good, rejected or set aside: none is lost."""
    tables = tiny_hospital()
    frame = tables[name]
    frame.iloc[row % len(frame), column % frame.shape[1]] = cell
    with TemporaryDirectory() as folder:
        try:
            intake = read_extracts(write_extracts(Path(folder), tables))
        except BadInput as stop:
            assert stop.where
        else:
            assert all(record.rows == record.good + record.rejected + record.set_aside for record in intake.tables)
            assert len(intake.rejected) == sum(record.rejected for record in intake.tables)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(name=st.sampled_from(_NAMES), place=st.integers(0, 10_000), junk=st.binary(max_size=8), gone=st.integers(0, 40))
def test_any_bytes_anywhere(name: str, place: int, junk: bytes, gone: int) -> None:
    """A file with some bytes replaced is read or refused."""
    with TemporaryDirectory() as folder:
        path = write_extracts(Path(folder), tiny_hospital()) / f"{name}.csv"
        data = path.read_bytes()
        place %= len(data)
        path.write_bytes(data[:place] + junk + data[place + gone :])
        try:
            intake = read_extracts(Path(folder))
        except BadInput as stop:
            assert stop.advice
        else:
            assert all(record.rows == record.good + record.rejected + record.set_aside for record in intake.tables)


def test_torn_files_are_read_or_refused_in_little_memory() -> None:
    """CSV, packed CSV, workbooks and Parquet, cut, flipped and repeated: forty of them, in 400 MB."""
    command = [sys.executable, "-m", "tests.contract.fuzzed", "3", "40", "400"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.match(r"(\d+) read, (\d+) refused, 0 else", ended.stdout)
    assert found, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert int(found[1]) > 0 < int(found[2])
