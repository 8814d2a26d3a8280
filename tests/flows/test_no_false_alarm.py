"""Regions with the usual dirt: told of, and never as the worst kind."""

from __future__ import annotations

import pytest

from brikopt.contract.intake import read_extracts
from brikopt.flows.simulate import simulate


@pytest.mark.parametrize(("seed", "danish"), [(1, False), (2, True)])
def test_a_dirty_region_gives_no_finding_of_the_worst_kind(tmp_path, seed, danish):
    """One broken row in a hundred, in either way of writing: rows are rejected, and nothing cries wolf."""
    simulate(tmp_path / "data", wards=3, positions=120, years=1, seed=seed, dirty=0.01, danish=danish)
    intake = read_extracts(tmp_path / "data")
    assert len(intake.rejected) > 0
    assert [(one.code, one.file) for one in intake.oddities if one.severity == "high"] == []
