"""`brikopt simulate`: same bytes, the truth outside, nothing of others touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput
from brikopt.flows.simulate import simulate


def _small(out: Path, *, seed: int = 0, danish: bool = False) -> dict[str, bytes]:
    simulate(out, wards=2, positions=40, years=1, seed=seed, danish=danish)
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
