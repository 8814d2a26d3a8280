"""Goods that keep, with backorders, by hand."""

import numpy as np
import pytest
from scipy.stats import poisson

from brikopt.levels import Brik, MinMax, OrderUpTo, Position
from brikopt.levels.long_run import long_run
from brikopt.levels.renewal import demand_over, renewal_density, renewal_flow
from brikopt.levels.shelf_states import shelf_states


def listed(item, plan):
    """The same flow from all states of the shelf."""
    states = shelf_states(item, plan, most_states=50_000)
    return (long_run(states.chain, 100_000_000) @ states.flow).tolist()


def test_the_demand_of_two_days_is_the_sum_of_two_draws():
    """Two coins: no, one or two units with chances of 1/4, 1/2 and 1/4."""
    assert demand_over(np.array([0.5, 0.5]), 2).tolist() == [0.25, 0.5, 0.25]


def test_falling_stock_rests_at_a_depth_until_the_next_use():
    """Used on every other day at random, one at a time: two days at each depth."""
    assert renewal_density(np.array([0.5, 0.5]), 3).tolist() == [2.0, 2.0, 2.0, 2.0]


def test_one_unit_a_day_and_two_days_to_come():
    """Up to 4: two are under way, and of the two on the shelf one is used, so one is left each evening."""
    flow = renewal_flow(Position([0, 1], lead_time_days=2, unmet="backorder"), OrderUpTo(4))
    assert flow == pytest.approx((1.0, 1.0, 0.0, 0.0, 0.0, 1.0))


def test_owing_every_day():
    """Up to 1 only: one unit is short each day, and two are owed at each day's end."""
    flow = renewal_flow(Position([0, 1], lead_time_days=2, unmet="backorder"), OrderUpTo(1))
    assert flow == pytest.approx((1.0, 1.0, 1.0, 2.0, 0.0, 0.0))


def test_a_negative_min_waits_for_a_larger_order():
    """One unit a day, same day, order 4 at -2 up to 2: the evenings have 1, 0, -1 and -2."""
    flow = renewal_flow(Position([0, 1], lead_time_days=0, unmet="backorder"), MinMax(-2, 2))
    assert flow == pytest.approx((1.0, 0.25, 0.5, 0.75, 0.0, 0.25))


@pytest.mark.parametrize("plan", [OrderUpTo(4), OrderUpTo(-2), MinMax(1, 6), MinMax(-3, 2), MinMax(-6, -3), Brik(3, 2)])
@pytest.mark.parametrize("limits", [{}, {"pack_size": 3}, {"pack_size": 3, "max_stock": 7}])
def test_the_formulas_agree_with_a_list_of_all_states(plan, limits):
    """Two ways to the same averages, also where packs go beyond max or the room cuts them."""
    item = Position([0.5, 0.2, 0.2, 0.1], lead_time_days=2, unmet="backorder", **limits)
    assert tuple(renewal_flow(item, plan)) == pytest.approx(listed(item, plan), abs=1e-7)


def test_cards_stay_on_the_positions_that_demand_can_reach():
    """Used in twos from two cards of 6: the positions 12, 10 and 8 come equally often, and one order in three uses."""
    item = Position([0.5, 0, 0.5], lead_time_days=0, unmet="backorder")
    flow = renewal_flow(item, Brik(6, 2))
    assert (flow.lines, flow.on_hand) == pytest.approx((1 / 6, 9.0))


def test_small_orders_owe_more_than_large_ones():
    """At most 3 in an order and 2 wanted a day: all is delivered in the end, but more is owed."""
    demand = poisson.pmf(np.arange(20), 2)
    free = renewal_flow(Position(demand, 2, unmet="backorder"), OrderUpTo(9))
    tight = renewal_flow(Position(demand, 2, unmet="backorder", max_order=3), OrderUpTo(9))
    assert tight.ordered == pytest.approx(2.0)
    assert tight.owed > free.owed
