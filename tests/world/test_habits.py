"""Regions whose people have other habits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from brikopt.errors import BadInput
from brikopt.world.habits import HABITS, USUAL, Habits
from brikopt.world.region import Region, simulate_region, watch
from brikopt.world.settings import WorldSettings

PLACE = ["cabinet_id", "item_id"]


@pytest.fixture(scope="module")
def regions() -> dict[str, Region]:
    """The same region of 120 positions under all habits."""
    size = {"wards": 4, "positions": 120, "years": 2, "seed": 3, "dirty": 0}
    return {name: simulate_region(WorldSettings(**size, habits=habits)) for name, habits in HABITS.items()}


def _share_of_wrong_counts(region: Region) -> float:
    """Share of a dozen counted places where the count isn't what lay there."""
    told = region.tables.counts.groupby([*PLACE, "counted_at"])["quantity"].sum().iloc[::25]
    there = [watch(region.stage, *place).set_index("day").loc[day, "on_hand"] for *place, day in told.index]
    return float(np.mean(told.to_numpy() != np.array(there)))


def test_sparse_people_write_little_down(regions):
    """Fewer counts, lots, discards and earliest dates than usual; less than half in each case."""
    usual, sparse = regions["usual"].tables, regions["sparse"].tables
    assert len(sparse.counts) < len(usual.counts) / 2
    assert (sparse.deliveries["lot"] != "").mean() < (usual.deliveries["lot"] != "").mean() / 2
    assert len(sparse.discards) < len(usual.discards) / 2
    assert len(sparse.shelf_dates) < len(usual.shelf_dates) / 2


def test_what_is_wanted_does_not_depend_on_what_is_written_down(regions):
    """Sparse or usual, every position is wanted for the same units in every month."""
    usual, sparse = (regions[name].truth.use["wanted"] for name in ("usual", "sparse"))
    assert usual.tolist() == sparse.tolist()


def test_bursty_goods_rest_for_weeks_and_then_go_at_once(regions):
    """Wanted in fewer of the months, though about as much is wanted in all."""
    usual, bursty = (regions[name].truth.use for name in ("usual", "bursty"))
    assert (bursty["wanted"] > 0).mean() < 0.7 * (usual["wanted"] > 0).mean()
    # Most that stop come back, so the ordinary rates add up to more or less the same use.
    assert bursty["wanted"].sum() == pytest.approx(usual["wanted"].sum(), rel=0.4)


def test_bursty_goods_that_stopped_mostly_come_back(regions):
    """Of what has been dead for a while within the two years, four in five return one day."""
    shelves = regions["bursty"].stage.shelves
    stopped = (shelves["dead_from"] > 0) & (shelves["dead_from"] < 1 << 30)
    assert stopped.sum() >= 10
    assert (shelves["back_from"][stopped] < 1 << 30).mean() > 0.5


def test_tidy_people_make_no_mistakes(regions):
    """Every discard and every lot is told, every line arrives in full, every count is right."""
    tables, truth = regions["tidy"].tables, regions["tidy"].truth
    assert truth.thrown["recorded"].mean() > 0.9
    lines = tables.orders.merge(tables.deliveries, on=["order_id", *PLACE], suffixes=("", "_came"), how="left")
    due = lines[lines["ordered_at"] < "2024-12-01"]
    assert (due["quantity"] == due["quantity_came"]).all()
    assert _share_of_wrong_counts(regions["tidy"]) == 0


def test_usual_counts_are_now_and_then_a_little_off(regions):
    """About one counted row in twenty, compared with the same region where nobody miscounts; never by much."""
    usual = regions["usual"]
    right = simulate_region(replace(usual.stage.settings, habits=replace(USUAL, count_wrong=0.0))).tables.counts
    told = usual.tables.counts
    off = (told["quantity"] - right["quantity"]).abs()
    assert 0.02 < (off > 0).mean() < 0.09
    assert (off <= 1 + 0.1 * right["quantity"]).all()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"late": 1.5}, "late"),
        ({"lull": 1.0}, "lull"),
        ({"batch": 0.0}, "batch"),
        ({"count_every_days": (0,)}, "count_every_days"),
        ({"check_every_days": (30, 30)}, "check_every_days"),
    ],
)
def test_a_habit_that_can_not_be_is_named(wrong, named):
    """With its value."""
    with pytest.raises(BadInput, match=named):
        Habits(**wrong)
