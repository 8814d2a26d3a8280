"""What a setting costs in two years (730 days), by hand."""

import numpy as np
import pytest

from brikopt.levels.cost import DAYS, perform, prices
from brikopt.policy import Cost, Policy
from tests.stock.futures import known_future

from .shelves import card_level, min_max_level, price, settings


def performed(level, outlook, **changes):
    """Two years of one setting, in packs of one."""
    return perform(level, outlook, 1, price(**changes), len(outlook.draws.uses.first) - 1)


def test_holding_and_order_lines_of_an_even_use():
    """Two cards of 10, one unit a day, goods the next day: 19 down to 10 each evening, 73 times.

    73 × 145 unit-days at 0.20 DKK are 2117, and 73 lines at 18 DKK are 1314.
    """
    found = performed(card_level(10, 2), known_future(1, [(9999, 20)], days=DAYS))
    assert found.cost.tolist() == pytest.approx([2117 + 1314])
    assert (found.fill_rate[0], found.expired[0], found.order_lines[0]) == (1.0, 0.0, 73.0)


def test_what_is_short_costs_itself_and_the_broken_promise():
    """One card of 1, one unit a day, two days to deliver: every other day is short.

    365 lines at 18 are 6570; 365 units short at 40 are 14600; 95 % of 730 is missed by 328.5 units at 250.
    """
    found = performed(card_level(1, 1), known_future(1, [(9999, 1)], days=DAYS, lead_time=2))
    assert found.fill_rate.tolist() == [0.5]
    assert found.cost.tolist() == pytest.approx([6570 + 14600 + 328.5 * 250])


def test_a_promise_that_is_kept_costs_nothing():
    """The same shelf where one half is promised: no fill price."""
    found = performed(card_level(1, 1), known_future(1, [(9999, 1)], days=DAYS, lead_time=2), promised_fill_rate=0.5)
    assert found.cost.tolist() == pytest.approx([6570 + 14600])


def test_the_promise_is_about_the_mean_of_all_futures():
    """One future meets all of 730, another none of 730: half is met together, so a promise of one half holds."""
    use = np.ones((2, DAYS))
    outlook = known_future(use, [(9999, 730)])
    outlook.start.units[1, 0] = 0
    outlook.supply.order_wait[:] = 2 * DAYS
    found = performed(card_level(1, 1), outlook, promised_fill_rate=0.5, holding_unit_day=0.0)
    assert found.fill_rate.tolist() == [0.5]
    assert found.cost.tolist() == pytest.approx([730 / 2 * 40])


def test_what_is_removed_is_promised_nothing_but_costs_an_order_by_hand_whenever_it_is_wanted():
    """30 units for one a day: on 700 of 730 days it is ordered by hand, at 60 kr.; no shortage, no broken promise."""
    found = performed(settings([(0, 0, 0, 0)]), known_future(1, [(9999, 30)], days=DAYS), holding_unit_day=0.0)
    assert found.short.tolist() == [700.0]
    assert found.cost.tolist() == found.kroner.tolist() == [700 * 60.0]


def test_kroner_and_risk_make_the_cost():
    """One card of 1 for one a day, two days to deliver: 365 lines at 18 are kroner, the rest is risk."""
    found = performed(card_level(1, 1), known_future(1, [(9999, 1)], days=DAYS, lead_time=2))
    assert found.kroner.tolist() == pytest.approx([365 * 18])
    assert found.risk.tolist() == pytest.approx([365 * 40 + 328.5 * 250])
    assert found.short.tolist() == [365.0]


def test_what_goes_out_of_date_costs_price_and_disposal():
    """50 units of day 100 that nobody wants: 50 × 365.50, and 730 × 50 unit-days at 0.20, for nobody finds them."""
    found = performed(card_level(50, 1), known_future(0, [(100, 50)], days=DAYS))
    assert found.expired.tolist() == [50.0]
    assert found.cost.tolist() == pytest.approx([50 * 365.5 + 730 * 50 * 0.2])


def test_nothing_wanted_is_nothing_missed():
    """The fill rate of an item without demand is 1."""
    assert performed(card_level(5, 1), known_future(0, [(9999, 5)], days=DAYS)).fill_rate.tolist() == [1.0]


def test_settings_meet_the_same_futures():
    """Min 0 with max 1, 5 and 10 at one a day, each refilled the next morning: 730, 146 and 73 lines."""
    levels = settings([(0, 1, 0, 0), (0, 5, 0, 0), (0, 10, 0, 0)])
    found = performed(levels, known_future(1, [(9999, 1)], days=DAYS))
    assert found.order_lines.tolist() == [730, 146, 73]


def test_a_pack_rounds_the_line_up():
    """Min 0 and max 5 in packs of 10: 10 units a line, 73 lines."""
    outlook = known_future(1, [(9999, 1)], days=DAYS)
    assert perform(min_max_level(0, 5), outlook, 10, price(), 1).order_lines.tolist() == [73]


def test_prices_follow_the_policy():
    """An item of 73 DKK and 2 kg CO2e at 1.50 DKK a kg: 0.04 a unit and day; 73 + 0.50 + 3 out of date."""
    found = prices(Policy(cost=Cost(co2e_price_per_kg=1.5)), 73.0, 2.0, critical=False)
    assert found.holding_unit_day == pytest.approx(0.04)
    assert found.expired_unit == pytest.approx(76.5)
    assert (found.order_line, found.short_unit, found.fill_price, found.promised_fill_rate) == (18, 40, 250, 0.95)


def test_a_critical_item_is_promised_more():
    """400 DKK a unit short, 1000 DKK a unit below 99 %."""
    found = prices(Policy(), 73.0, 0.0, critical=True)
    assert (found.short_unit, found.fill_price, found.promised_fill_rate) == (400, 1000, 0.99)
