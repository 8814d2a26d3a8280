"""A stranger's extracts, mapped without a question, give the bytes that the words of the contract give.

``python -m tests.whole.test_mapped EXTRACTS FOLDER`` tries it on extracts of any size.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from brikopt import cli
from brikopt.contract.intake import read_extracts
from brikopt.contract.tables import INPUTS
from tests.contract.stranger import write_stranger
from tests.contract.test_mapping import frames_of

OF_FILES = {"rejected_rows.csv", "data_quality.csv"}  # tables that name files and lines


def command(*words: object) -> None:
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert done.exit_code == 0, done.output


def as_text(folder: Path) -> dict[str, pd.DataFrame]:
    files = {table.name: folder / f"{table.name}.csv.gz" for table in INPUTS}
    return {name: pd.read_csv(path, dtype=str, keep_default_na=False) for name, path in files.items() if path.exists()}


def results(plain: Path, folder: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Run on extracts, and on the same as a stranger sends them; every table and guide of both results."""
    strange = write_stranger(folder / "strange", as_text(plain))
    command("map", "--data", strange, "--yes")
    found = []
    for name, data in (("ours", plain), ("theirs", strange)):
        command("run", "--data", data, "--out", folder / name, "--jobs", 1)
        files = [*(folder / name).glob("*.csv"), *(folder / name).glob("guide/*.html")]
        found.append({path.name: path.read_bytes() for path in files if path.name not in OF_FILES})
    return found[0], found[1]


def test_a_strangers_region_gives_the_same_rows_and_the_same_bytes(tmp_path):
    """A dirty region in Norwegian: two sheets, titles, totals, packs, parts, dated names."""
    plain = tmp_path / "plain"
    size = ("--wards", 2, "--positions", 24, "--years", 1, "--dirty", 0.01)
    command("simulate", "--out", plain, *size, "--jobs", 1)
    ours, theirs = results(plain, tmp_path)
    rows, strange = frames_of(read_extracts(plain)), frames_of(read_extracts(tmp_path / "strange"))
    assert len(rows["orders"]) > 100
    for name, frame in rows.items():
        pd.testing.assert_frame_equal(strange[name], frame, obj=name)
    assert len(ours) >= 20
    assert [name for name in ours if theirs.get(name) != ours[name]] == []


if __name__ == "__main__":
    first, second = results(Path(sys.argv[1]), Path(sys.argv[2]))
    differ = [name for name in first if second.get(name) != first[name]]
    sys.stdout.write(f"{len(first)} files, {sum(map(len, first.values()))} bytes; different: {differ or 'none'}\n")
