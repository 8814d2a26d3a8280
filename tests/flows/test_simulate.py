"""`brikopt simulate`: same bytes, the truth outside, nothing of others touched."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput
from brikopt.flows.progress import SilentProgress
from brikopt.flows.simulate import simulate
from brikopt.world import files, lives


def _small(out: Path, **options: Any) -> dict[str, bytes]:
    simulate(out, **({"wards": 2, "positions": 40, "years": 1} | options))
    return {path.relative_to(out.parent).as_posix(): path.read_bytes() for path in out.parent.rglob("*.gz")}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    """Two simulations agree in every byte, truth included; another seed has other orders."""
    first, second = _small(tmp_path / "a" / "x"), _small(tmp_path / "b" / "x")
    assert first == second
    assert _small(tmp_path / "c" / "x", seed=1)["x/orders.csv.gz"] != first["x/orders.csv.gz"]


def test_the_extracts_hold_the_input_tables_and_nothing_else(tmp_path):
    """Eleven files; lots, rates and what expired are outside."""
    _small(tmp_path / "x")
    assert {path.name for path in (tmp_path / "x").iterdir()} == {f"{table.name}.csv.gz" for table in INPUTS}
    assert (tmp_path / "x-truth" / "lots.csv.gz").exists()


def test_an_earlier_simulation_is_replaced(tmp_path):
    """A second simulation to the same place leaves its own bytes there."""
    _small(tmp_path / "x")
    again = _small(tmp_path / "x", seed=1, danish=True)
    assert again == _small(tmp_path / "other" / "x", seed=1, danish=True)


def test_a_folder_with_something_else_is_not_touched(tmp_path):
    """Real extracts are refused by name and stay."""
    orders = tmp_path / "x" / "orders.csv"
    orders.parent.mkdir()
    orders.write_text("order_id\n")
    with pytest.raises(BadInput, match=r"orders\.csv"):
        _small(tmp_path / "x")
    assert [path.name for path in tmp_path.rglob("*")] == ["x", "orders.csv"]


def test_two_processes_give_the_same_bytes_as_one(monkeypatch, tmp_path):
    """In batches of 15 shelves and pages of 50 rows, so that both have work enough."""
    monkeypatch.setattr(lives, "BATCH", 15)
    monkeypatch.setattr(files, "PAGE", 50)
    assert _small(tmp_path / "two" / "x", jobs=2) == _small(tmp_path / "one" / "x")


def test_an_option_goes_before_its_preset(tmp_path):
    """A hospital of 40 positions in 2 wards, over the hospital's 3 years; the record tells all of it."""
    simulate(tmp_path / "x", preset="hospital", wards=2, positions=40, habits="tidy", dirty=0.0, seed=7)
    record = json.loads((tmp_path / "x-truth" / "simulation.json").read_text(encoding="utf-8"))
    assert {name: record[name] for name in ("wards", "positions", "years", "seed", "hospitals_per_unit")} == {
        "wards": 2,
        "positions": 40,
        "years": 3,
        "seed": 7,
        "hospitals_per_unit": 1,
    }
    assert record["habits"]["late"] == 0
    assert gzip.decompress((tmp_path / "x" / "positions.csv.gz").read_bytes()).count(b"\n") == 41


def test_extra_days_go_on_after_the_history(tmp_path):
    """With 30 extra days some orders are dated in March 2025, and without them none."""
    usual, longer = _small(tmp_path / "a" / "x"), _small(tmp_path / "b" / "x", extra_days=30)
    march = [b",2025-03-" in gzip.decompress(made["x/orders.csv.gz"]) for made in (usual, longer)]
    assert march == [False, True]


def test_both_steps_are_timed(tmp_path):
    """Living and writing, by the names that the texts have for them."""
    progress = SilentProgress()
    _small(tmp_path / "x", progress=progress)
    assert list(progress.seconds) == ["simulate", "write_simulation"]


def test_a_size_that_makes_no_sense_leaves_nothing_behind(tmp_path):
    """Three units can't share two wards."""
    with pytest.raises(BadInput, match="--wards"):
        _small(tmp_path / "x", units=3)
    assert list(tmp_path.iterdir()) == []
