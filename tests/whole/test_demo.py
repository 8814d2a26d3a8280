"""The demonstration: one command, and then what to open."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from brikopt import cli
from brikopt.flows import demo
from tests.whole.results import rows


def call(*arguments):
    """Call the demonstration in this process."""
    return CliRunner().invoke(cli.app, ["demo", *map(str, arguments)])


def test_a_demo_on_own_extracts_ends_by_naming_the_workbook(tiny, tmp_path):
    """In the words of the user's language, behind the main figures."""
    ended = call("--data", tiny, "--out", tmp_path / "demo", "--jobs", 1, "--lang", "en")
    assert ended.exit_code == 0, ended.output
    workbook = tmp_path / "demo" / "result" / "brikopt.xlsx"
    assert workbook.exists()
    assert ended.stdout.splitlines()[-1] == f"Open {workbook}"
    assert "5 goods in cabinets as of" in ended.stdout


def test_a_demo_makes_its_own_region(monkeypatch, tmp_path):
    """Smaller here than for people: 20 positions in one ward, simulated, and the result beside the extracts."""
    for name, size in {"_WARDS": 1, "_POSITIONS": 20, "_YEARS": 1}.items():
        monkeypatch.setattr(demo, name, size)
    ended = call("--out", tmp_path / "demo", "--jobs", 1)
    assert ended.exit_code == 0, ended.output
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {"extracts", "extracts-truth", "result"}
    assert len(rows(tmp_path / "demo" / "result" / "stock.csv")) == 20
    assert ended.stdout.splitlines()[-1] == f"Åbn {tmp_path / 'demo' / 'result' / 'brikopt.xlsx'}"


@pytest.mark.parametrize("name", ["thesis.txt", "orders.csv"])
def test_a_demo_keeps_out_of_other_peoples_folders(name, tmp_path):
    """Exit code 2, and the file is named."""
    (tmp_path / name).write_text("mine")
    ended = call("--out", tmp_path)
    assert ended.exit_code == 2
    assert name in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]
