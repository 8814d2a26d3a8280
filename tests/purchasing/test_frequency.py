"""Lines that are ordered too often."""

import pytest

from brikopt.policy import Policy
from brikopt.purchasing.frequency import ordered_too_often
from tests.purchasing.rows import shelves

DAILY = {
    "lines": 260,
    "lines_per_year": 260.0,
    "units_per_year": 2600.0,
    "demand_per_day_mean": 7.1,
    "new_max_level": 330,
    "new_min_level": 30,
    "usable_days": 730.0,
}


def found(*rows):
    return list(ordered_too_often(shelves(*rows), Policy()))


def test_a_line_on_five_days_a_week_is_too_often():
    """√(2 × 2,600 × 18 / 1) = 306, so 300 at once: 8.7 lines in place of 260 save 4,524, and 145 more are held."""
    (one,) = found(DAILY)
    numbers = one.reason.numbers
    assert (one.code, one.ward_ids, one.lines) == ("order_too_often", ("A1",), 260)
    assert (numbers["line_units"], numbers["best_units"]) == pytest.approx((10, 300))
    assert numbers["best_lines"] == pytest.approx(2600 / 300)
    assert one.saving_dkk_per_year == pytest.approx(18 * (260 - 2600 / 300) - 145)
    assert one.saving_co2e_kg_per_year == 0


def test_a_line_grows_no_farther_than_the_new_level_orders_at_once():
    """From 30 to 60 is room for 30: 87 lines."""
    (one,) = found(DAILY | {"new_max_level": 60})
    assert one.reason.numbers["best_lines"] == pytest.approx(2600 / 30)
    assert found(DAILY | {"new_max_level": 45}) == []


def test_a_line_lasts_no_longer_than_a_quarter_of_the_shelf_life():
    """Goods that keep for 40 days: ten days' use is 71 units, in whole packs 70."""
    (one,) = found(DAILY | {"usable_days": 40.0})
    assert one.reason.numbers["best_units"] == pytest.approx(70)


def test_dear_goods_are_rightly_ordered_often():
    """At DKK 4,000 each, the best line is √(2 × 2,600 × 18 / 800) = 11 units: what it is."""
    assert found(DAILY | {"unit_price_dkk": 4000.0}) == []


def test_few_lines_are_left_alone():
    """Five lines of one pack a year, where one line would do, save DKK 72 at most: no rhythm to change."""
    assert found(DAILY | {"lines": 5, "lines_per_year": 5.0, "units_per_year": 50.0}) == []


def test_wards_add_up():
    """Two wards alike save twice as much in one finding."""
    (alone,), (both,) = found(DAILY), found(DAILY, DAILY | {"ward_id": "A2", "cabinet_id": "S2"})
    assert both.saving_dkk_per_year == pytest.approx(2 * alone.saving_dkk_per_year)
    assert both.ward_ids == ("A1", "A2")
    assert both.reason.numbers["best_units"] == pytest.approx(300)
