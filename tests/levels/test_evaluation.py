"""Long-run averages of one position, by hand, and what must hold for any."""

from dataclasses import astuple

import numpy as np
import pytest

from brikopt.levels import Brik, Costs, MinMax, OrderUpTo, Position, evaluate
from brikopt.levels.evaluation import simulate_long
from brikopt.levels.long_run import Chain, long_run, long_run_solved
from brikopt.levels.simulated import error_of_mean

DKK = Costs(order_line=18, order_unit=2, holding_unit_day=1, expired_unit=12, shortage_unit=40)
LUMPY = [0.6, 0.2, 0.1, 0.1]


def test_one_unit_a_day_that_comes_the_next_day():
    """Up to 2: one on the shelf each morning, none in the evening; a line of one unit a day costs 18 + 2."""
    found = evaluate(Position([0, 1], lead_time_days=1), DKK, OrderUpTo(2))
    assert (found.cost_per_day, found.fill_rate, found.on_hand_per_day) == pytest.approx((20.0, 1.0, 0.0))


def test_a_longer_lead_time_leaves_days_without_goods():
    """One card of 1, ordered on day 0, used on day 2, ordered again on day 3: one day in three is met."""
    found = evaluate(Position([0, 1], lead_time_days=2), DKK, Brik(1, 1))
    assert (found.fill_rate, found.short_per_day) == pytest.approx((1 / 3, 2 / 3))
    assert found.cost_per_day == pytest.approx((18 + 2 + 2 * 40) / 3)


def test_goods_that_come_the_same_day_are_used_the_same_day():
    """A lead time of 0: nothing is short, nothing lies overnight."""
    found = evaluate(Position([0, 1], lead_time_days=0), DKK, OrderUpTo(1))
    assert (found.fill_rate, found.on_hand_per_day) == pytest.approx((1.0, 0.0))


def test_what_nobody_wants_expires_and_is_ordered_again():
    """4 units that last 3 days: ordered, used on none of 3 days, thrown out; a round of 4 days, 2 evenings with 4."""
    found = evaluate(Position([1.0], lead_time_days=1, shelf_life_days=3), DKK, MinMax(0, 4))
    assert found.order_lines_per_day == pytest.approx(1 / 4)
    assert (found.expired_per_day, found.on_hand_per_day, found.fill_rate) == pytest.approx((1.0, 2.0, 1.0))
    assert found.cost_per_day == pytest.approx((18 + 4 * 2 + 4 * 12 + 8 * 1) / 4)


def test_the_newest_goods_first_leave_the_oldest_to_expire():
    """One unit a day and three ordered up to: oldest first wastes nothing, newest first something."""
    oldest, newest = (
        evaluate(Position([0.2, 0.8], 1, 2, newest_first_share=share), DKK, OrderUpTo(3)).expired_per_day
        for share in (0.0, 1.0)
    )
    assert oldest < newest


def test_backorders_charge_what_is_owed_at_the_days_end():
    """One unit a day, two days to come, up to 1: two owed each evening at 40, and nothing met at once."""
    found = evaluate(Position([0, 1], lead_time_days=2, unmet="backorder"), DKK, OrderUpTo(1))
    assert (found.owed_per_day, found.fill_rate) == pytest.approx((2.0, 0.0))
    assert found.cost_per_day == pytest.approx(18 + 2 + 2 * 40)


def test_two_cards_are_min_and_max_where_units_go_one_by_one():
    """Cards of 3, two of them: at 3 order 3, so up to 6."""
    item = Position([0.7, 0.3], lead_time_days=1)
    assert astuple(evaluate(item, DKK, Brik(3, 2))) == pytest.approx(astuple(evaluate(item, DKK, MinMax(3, 6))))


def test_ample_stock_meets_everything():
    """No more than 3 a day are wanted, 3 days until an order can be used: 12 are enough."""
    assert evaluate(Position(LUMPY, lead_time_days=3), DKK, OrderUpTo(12)).fill_rate == pytest.approx(1.0)


def test_a_shelf_that_orders_nothing_loses_everything():
    """A level of 0: 0.7 units a day at 40."""
    found = evaluate(Position(LUMPY), DKK, OrderUpTo(0))
    assert (found.cost_per_day, found.fill_rate) == pytest.approx((0.7 * 40, 0.0))


@pytest.mark.parametrize("unmet", ["lost", "backorder"])
@pytest.mark.parametrize(("life", "share"), [(None, 0.0), (2, 0.4), (4, 0.0)])
@pytest.mark.parametrize("plan", [OrderUpTo(4), MinMax(1, 5), Brik(2, 2)])
def test_what_is_ordered_is_met_or_expires(unmet, life, share, plan):
    """Per day, in the long run; with backorders everything wanted is met in the end."""
    found = evaluate(Position(LUMPY, 2, life, share, unmet, pack_size=2), DKK, plan)
    met = 0.7 - (found.short_per_day if unmet == "lost" else 0)
    assert found.ordered_per_day == pytest.approx(met + found.expired_per_day, abs=1e-6)


@pytest.mark.parametrize("unmet", ["lost", "backorder"])
@pytest.mark.parametrize(("lead_time", "life", "share"), [(0, 3, 0.3), (1, None, 0.0), (2, 3, 0.3), (3, 2, 1.0)])
@pytest.mark.parametrize("plan", [MinMax(1, 5), Brik(2, 2)])
def test_drawn_days_agree_with_the_exact_answer(monkeypatch, unmet, lead_time, life, share, plan):
    """Lots lived day by day are within four standard errors of all states weighed."""
    monkeypatch.setattr("brikopt.levels.evaluation.MOST_DAYS", 400_000)
    item = Position(LUMPY, lead_time, life, share, unmet, pack_size=2, max_stock=12)
    drawn = simulate_long(item, DKK, plan).cost(item, DKK)
    exact = evaluate(item, DKK, plan)
    assert exact.standard_error == 0
    assert abs(drawn.mean() - exact.cost_per_day) < 4 * error_of_mean(drawn)


def test_a_shelf_with_too_many_states_is_simulated_with_a_standard_error(monkeypatch):
    """Half a year of shelf life: the cost is known to within 1 %, twice the same."""
    monkeypatch.setattr("brikopt.levels.evaluation.MOST_DAYS", 400_000)
    monkeypatch.setattr("brikopt.levels.evaluation.MOST_STATES", 10_000)
    item = Position([0.8, 0.15, 0.05], 2, 180, 0.2, pack_size=5, max_stock=200)
    found = evaluate(item, DKK, Brik(10, 2))
    assert 0 < found.standard_error < 0.01 * found.cost_per_day
    assert found == evaluate(item, DKK, Brik(10, 2))


def test_the_average_is_over_whole_rounds_where_the_days_go_in_a_circle():
    """Three states in turn: a third of the days in each, whichever way it is worked out."""
    circle = Chain(np.arange(4), np.array([1, 2, 0]), np.ones(3), start=0)
    assert long_run(circle, 10_000) == pytest.approx([1 / 3] * 3)
    assert long_run_solved(circle) == pytest.approx([1 / 3] * 3)


def test_habits_that_last_for_ages_are_solved_instead_of_followed():
    """Two states that are left once in a million days, one three times as often: a quarter and three quarters."""
    rarely = 1e-6
    chain = Chain(
        np.array([0, 2, 4]), np.array([0, 1, 0, 1]), np.array([1 - 3 * rarely, 3 * rarely, rarely, 1 - rarely]), start=0
    )
    assert long_run(chain, 10_000) is None
    assert long_run_solved(chain) == pytest.approx([0.25, 0.75], abs=1e-3)


def test_a_plan_that_cannot_be_followed_stops():
    """A negative min needs backorders."""
    with pytest.raises(ValueError, match="min_level is -1"):
        evaluate(Position(LUMPY), DKK, MinMax(-1, 4))
