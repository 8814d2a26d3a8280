"""One small clean region, lived through once for all tests of the world."""

from __future__ import annotations

import pytest

from brikopt.world.region import Region, simulate_region
from brikopt.world.settings import WorldSettings


@pytest.fixture(scope="session")
def region() -> Region:
    return simulate_region(WorldSettings(units=2, wards=6, positions=240, years=2, seed=5, dirty=0))
