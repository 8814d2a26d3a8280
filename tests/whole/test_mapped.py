"""A stranger's extracts, mapped without a question, are the rows that were sent in the words of the contract."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from brikopt import cli
from brikopt.contract.intake import read_extracts
from brikopt.contract.tables import INPUTS
from tests.contract.stranger import write_stranger
from tests.contract.test_mapping import frames_of


def command(*words: object) -> None:
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert done.exit_code == 0, done.output


def as_text(folder: Path) -> dict[str, pd.DataFrame]:
    files = {table.name: folder / f"{table.name}.csv.gz" for table in INPUTS}
    return {name: pd.read_csv(path, dtype=str, keep_default_na=False) for name, path in files.items() if path.exists()}


def test_a_strangers_region_gives_the_same_rows(tmp_path):
    """A dirty region in Norwegian: two sheets, titles, totals, packs, parts, dated names."""
    plain, strange = tmp_path / "plain", tmp_path / "strange"
    size = ("--wards", 2, "--positions", 24, "--years", 1, "--dirty", 0.01)
    command("simulate", "--out", plain, *size, "--jobs", 1)
    write_stranger(strange, as_text(plain))
    command("map", "--data", strange, "--yes")
    ours, theirs = frames_of(read_extracts(plain)), frames_of(read_extracts(strange))
    assert len(ours["orders"]) > 100
    for name, frame in ours.items():
        pd.testing.assert_frame_equal(theirs[name], frame, obj=name)
