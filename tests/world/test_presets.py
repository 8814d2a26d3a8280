"""Ready-made sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brikopt.world.lives import batches, live_through, together
from brikopt.world.log import KIND, ORDERED
from brikopt.world.places import make_wards
from brikopt.world.presets import PRESETS
from brikopt.world.stage import set_stage


def test_a_region_has_230000_positions_in_five_units():
    """A fifth of it is a unit, and a twentieth a hospital."""
    sizes = [PRESETS[name].positions for name in ("region", "unit", "hospital")]
    assert sizes == [230_000, 46_000, 11_500]
    assert PRESETS["region"].units == 5


@pytest.mark.parametrize(("name", "hospitals"), [("hospital", 1), ("unit", 3), ("region", 15)])
def test_a_hospital_is_one_hospital(name, hospitals):
    """A unit has three, and a region three in each of its five units."""
    assert make_wards(PRESETS[name])["hospital"].nunique() == hospitals


def test_a_region_writes_about_ten_lines_a_position_and_year():
    """Seven million lines at 230,000 positions and three years; here, at 1,500 positions, likewise."""
    stage = set_stage(replace(PRESETS["region"], units=1, wards=8, positions=1_500, years=1))
    lived = together(map(live_through, batches(stage)))
    lines = (lived.events[:, KIND] == ORDERED).sum() / 1_500
    assert 7 < lines < 13
