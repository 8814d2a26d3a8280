"""Lines that are ordered too often."""

import pandas as pd
import pytest

from brikopt.demand.order_lines import NEVER
from brikopt.policy import Policy
from brikopt.purchasing.frequency import ordered_too_often
from brikopt.purchasing.received import received_by_weekday
from brikopt.reports.sentences import Sentences
from tests.purchasing.rows import MONDAY, order_lines, shelves

DAILY = {
    "lines": 260,
    "lines_per_year": 260.0,
    "units_per_year": 2600.0,
    "demand_per_day_mean": 7.1,
    "new_max_level": 330,
    "new_min_level": 30,
    "usable_days": 730.0,
}


NOTHING_CAME = pd.DataFrame(columns=range(7), dtype=float)


def found(*rows, received=NOTHING_CAME):
    return list(ordered_too_often(shelves(*rows), received, Policy()))


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


@pytest.mark.parametrize(("lines", "told"), [(20, False), (21, True)])
def test_a_number_of_lines_that_may_be_chance_is_left_alone(lines, told):
    """Where 6.5 lines of 400 do, 20 lines are 12.6 at least, less than twice as many; 21 are 13.5."""
    seldom = {"lines": lines, "lines_per_year": float(lines), "new_max_level": 430, "unit_price_dkk": 2.0}
    assert bool(found(DAILY | seldom)) is told


def test_goods_without_a_line_are_left_alone():
    """Nothing was ordered, so nothing was ordered too often."""
    assert found(DAILY | {"lines": 0, "lines_per_year": 0.0}) == []


def test_wards_add_up():
    """Two wards alike save twice as much in one finding."""
    (alone,), (both,) = found(DAILY), found(DAILY, DAILY | {"ward_id": "A2", "cabinet_id": "S2"})
    assert both.saving_dkk_per_year == pytest.approx(2 * alone.saving_dkk_per_year)
    assert both.ward_ids == ("A1", "A2")
    assert both.reason.numbers["best_units"] == pytest.approx(300)


def test_the_day_is_named_on_which_most_comes_to_the_wards_anyhow():
    """30 litres come to A1 on Mondays and 5 on Thursdays, but 40 to A2 on Thursdays: every 42 days."""
    litres = pd.DataFrame([[30.0, 0, 0, 5, 0, 0, 0], [0, 0, 0, 40.0, 0, 0, 0]], index=["A1", "A2"])
    (alone,) = found(DAILY, received=litres)
    (both,) = found(DAILY, DAILY | {"ward_id": "A2", "cabinet_id": "S2"}, received=litres)
    assert (alone.reason.numbers["weekday"], both.reason.numbers["weekday"]) == (0, 3)
    assert alone.reason.numbers["best_days"] == both.reason.numbers["best_days"] == pytest.approx(365 * 300 / 2600)
    assert "hver 42. dag, helst med levering om torsdagen" in Sentences("da").say(both.reason)
    assert "every 42 days, best delivered on Thursdays" in Sentences("en").say(both.reason)


def test_goods_are_added_up_by_the_weekday_on_which_they_came():
    """Of A1: 20 units of 0.5 litres on a Tuesday; of A2 two lines without a volume."""
    positions = pd.DataFrame({"ward_id": ["A2", "A1"], "unit_volume_litres": [float("nan"), 0.5]})
    lines = order_lines(
        (1, MONDAY, 20, False, MONDAY + 1),
        (1, MONDAY + 300, 20, False, NEVER),
        (0, MONDAY, 5, False, MONDAY + 2),
        (0, MONDAY + 7, 5, False, MONDAY + 9),
        (0, MONDAY - 400, 5, False, MONDAY - 396),
    )
    litres = received_by_weekday(positions, lines, MONDAY, MONDAY + 365)
    assert litres.index.tolist() == ["A1", "A2"]
    assert litres.loc["A1"].tolist() == [0, 10, 0, 0, 0, 0, 0]
    assert litres.loc["A2"].idxmax() == 2
