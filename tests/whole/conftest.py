"""A small region and its result, made once for all tests of the whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from brikopt.world.settings import WorldSettings
from tests.whole.regions import RegionFolders, built_once, make_region
from tests.whole.results import run_on
from tests.worlds import tiny_hospital, write_extracts

SMALL = WorldSettings(units=2, wards=8, positions=150, years=2, seed=2, dirty=0.003, extra_days=60)
# One of its cabinets holds 59 positions in 430 litres, and more of them are worth raising than it has room for.
CROWDED = WorldSettings(units=1, wards=2, positions=150, years=2, seed=3)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this test session share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def region(shared_folder: Path) -> RegionFolders:
    """About 150 positions in two years, and the 60 days after the moment of decision."""
    return RegionFolders(built_once(shared_folder / "region", partial(make_region, settings=SMALL)))


@pytest.fixture(scope="session")
def result(region: RegionFolders, shared_folder: Path) -> Path:
    """The result of a run on the region."""
    return built_once(shared_folder / "result", partial(run_on, region.history))


@pytest.fixture(scope="session")
def crowded(shared_folder: Path) -> tuple[RegionFolders, Path]:
    """A region with a cabinet where room is scarce, and its result."""
    region = RegionFolders(built_once(shared_folder / "crowded", partial(make_region, settings=CROWDED)))
    return region, built_once(shared_folder / "crowded-result", partial(run_on, region.history))


@pytest.fixture(scope="session")
def tiny_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts of five positions that no test changes."""
    return write_extracts(tmp_path_factory.mktemp("tiny"), tiny_hospital())


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Extracts of five positions, to spoil."""
    return write_extracts(tmp_path / "tiny", tiny_hospital())
