"""The true world in which levels are priced, and the rules they are held against."""

from __future__ import annotations

import numpy as np
import pytest

from brikopt.levels.cost import Prices
from brikopt.world.region import Region, simulate_region
from brikopt.world.settings import WorldSettings
from tests.whole.level_rules import Goods, days_of_cover, every_level, joined, one, poisson_levels
from tests.whole.levels_truth import LevelsOutcome, costs_of, measured, settings_of
from tests.whole.second_lives import GONE, HOLDING, LINES, MET, WANTED, lived

PRICE = Prices(
    holding_unit_day=0.1,
    order_line=18.0,
    expired_unit=100.0,
    short_unit=40.0,
    fill_price=250.0,
    promised_fill_rate=0.95,
)


def goods(**changes):
    """Cards in packs of 10, two of 20 today, that come six days after a unit is used and keep for ever."""
    usual = {
        "is_brik": True,
        "critical": False,
        "protected": False,
        "pack_size": 10,
        "today": (20, 40, 20, 2),
        "wait_days": 6.0,
        "life_days": 0,
        "price": PRICE,
    }
    return Goods(**usual | changes)


def rows_of(levels):
    """Levels as a list of (min, max, card size, cards)."""
    return list(zip(*(getattr(levels, name).tolist() for name in levels.__slots__), strict=True))


@pytest.fixture(scope="module")
def region() -> Region:
    """Forty shelves that go on for two years."""
    return simulate_region(WorldSettings(wards=2, positions=40, years=1, seed=4, extra_days=730))


def test_the_same_is_wanted_whatever_the_levels(region):
    """And never more is met than wanted; what differs is stock and lines."""
    sums = lived(region, 3, joined(one(10, 20, 10, 2), one(400, 800, 400, 2)), range(4))
    assert (sums[:, 0, WANTED] == sums[:, 1, WANTED]).all()
    assert (sums[..., MET] <= sums[..., WANTED]).all()
    assert sums[:, 1, HOLDING].min() > sums[:, 0, HOLDING].max()
    assert sums[:, 1, LINES].mean() < sums[:, 0, LINES].mean()


def test_other_futures_are_other_futures_and_the_same_ones_repeat(region):
    """A future is named by its number, wherever it stands."""
    level = one(10, 20, 10, 2)
    some, again = lived(region, 3, level, range(5, 9)), lived(region, 3, level, range(7, 9))
    assert (some[2:] == again).all()
    assert len(np.unique(some[:, 0, WANTED])) > 1


def test_what_is_wanted_is_what_the_region_wants(region):
    """Over many futures, near the units that the region expects of its own two years."""
    row = 3
    names = region.stage.names.iloc[row]
    use = region.truth.use.merge(names.to_frame().T)
    expected = use.loc[use["month"] >= "2025-03-01", "expected"].sum()
    wanted = lived(region, row, one(10, 20, 10, 2), range(200))[:, 0, WANTED]
    assert wanted.mean() == pytest.approx(expected, abs=4 * wanted.std() / np.sqrt(200))


@pytest.mark.parametrize("is_brik", [True, False])
def test_what_is_removed_orders_only_in_a_hurry(region, is_brik):
    """A quarter of the days on which something is missed, at most, bring a line."""
    row = int(np.flatnonzero(region.stage.shelves["is_brik"] == is_brik)[0])
    gone = lived(region, row, one(0, 0, 0, 0), range(20))[:, 0]
    kept = lived(region, row, one(*(int(region.stage.shelves[row][name]) for name in _LEVELS)), range(20))[:, 0]
    assert gone[:, HOLDING].mean() < kept[:, HOLDING].mean()
    assert gone[:, GONE].mean() <= kept[:, GONE].mean()
    assert (gone[:, LINES] <= gone[:, WANTED]).all()


_LEVELS = ("min_level", "max_level", "brik_qty", "brik_count")


def test_costs_add_up_by_the_contract():
    """100 unit-days, 2 lines, 1 out of date; of 20 wanted 18 are met, 1 short of the promise: 10+36+100+80+250."""
    sums = np.array([[[100.0, 2.0, 1.0, 20.0, 18.0]]])
    assert costs_of(sums, PRICE).tolist() == pytest.approx([476.0])


def test_cover_is_a_month_below_min_and_a_month_above():
    """At 1 a day in packs of 10: two cards of 30; without cards min 30 and max 60."""
    assert rows_of(days_of_cover(goods(), 1.0)) == [(30, 60, 30, 2)]
    assert rows_of(days_of_cover(goods(is_brik=False), 1.0)) == [(30, 60, 0, 0)]


def test_the_textbook_order_is_the_economic_one():
    """sqrt(2 x 18 x 365 / 36.5) = 18.97, so 20 a line; of a need of 6, 0.96 lie above a min of 6, under 5 % of 20."""
    assert rows_of(poisson_levels(goods(is_brik=False), 1.0)) == [(6, 26, 0, 0)]
    assert rows_of(poisson_levels(goods(), 1.0)) == [(20, 40, 20, 2)]


def test_levels_that_might_be_best_keep_the_rules():
    """Never one card for a critical item, never less for a protected one, and none at all where neither holds."""
    assert (every_level(goods(critical=True), 1.0).brik_count >= 2).all()
    high = every_level(goods(protected=True), 1.0)
    assert (high.max_level >= 40).all()
    assert (high.min_level >= 20).all()
    assert (0, 0, 0, 0) in rows_of(every_level(goods(), 1.0))
    assert (0, 0, 0, 0) in rows_of(every_level(goods(is_brik=False), 1.0))


def test_new_levels_save_in_the_true_world(tmp_path):
    """More than days of cover do, without making one cabinet larger than it may be.

    With seed 3 one position's level, which other draws choose otherwise, decides which of the two saves more.
    """
    outcome, each = measured(tmp_path, settings_of("usual", 2, positions=30))
    assert isinstance(outcome, LevelsOutcome)
    assert len(each) == 30
    assert outcome.best < outcome.today
    assert outcome.new > max(outcome.cover, 0.0)
    assert outcome.newly_over == 0
