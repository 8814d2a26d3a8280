"""The best levels of one position against a search of all of them."""

import pickle

import numpy as np
import pytest

from brikopt.levels import Brik, Costs, MinMax, NoFeasibleLevels, OrderUpTo, Position, evaluate, optimise

DKK = Costs(order_line=18, holding_unit_day=1, expired_unit=12, shortage_unit=40)
LUMPY = [0.6, 0.2, 0.1, 0.1]
ROOM = 12
ALL_PLANS = {
    OrderUpTo: [OrderUpTo(level) for level in range(ROOM + 1)],
    MinMax: [MinMax(low, high) for high in range(1, ROOM + 1) for low in range(high)],
    Brik: [Brik(qty, count) for count in range(1, 5) for qty in range(2, ROOM // count + 1, 2)],
}


def cheapest(item, plans, promise):
    """The lowest cost among the plans that keep the promise."""
    found = [evaluate(item, DKK, plan) for plan in plans]
    return min(one.cost_per_day for one in found if one.fill_rate >= promise)


@pytest.mark.parametrize("promise", [0.0, 0.9])
@pytest.mark.parametrize("policy", [OrderUpTo, MinMax, Brik])
@pytest.mark.parametrize("shelf", [{"shelf_life_days": 4}, {"unmet": "backorder"}, {"lead_time_days": 2}])
def test_no_plan_is_better_than_the_one_found(policy, promise, shelf):
    """All plans with room for 12 units, in packs of 2."""
    item = Position(LUMPY, pack_size=2, max_stock=ROOM, **shelf)
    plan, found = optimise(item, DKK, policy=policy, min_fill_rate=promise)
    assert isinstance(plan, policy)
    assert found == evaluate(item, DKK, plan)
    assert found.fill_rate >= promise
    assert found.cost_per_day == pytest.approx(cheapest(item, ALL_PLANS[policy], promise), rel=1e-3)


def test_a_drawn_choice_is_near_the_exact_one(monkeypatch):
    """The same shelf where every try is simulated: within 1 % of the best of all."""
    item = Position(LUMPY, 2, 5, 0.2, max_stock=ROOM)
    exact = optimise(item, DKK, policy=MinMax, min_fill_rate=0.9)[1].cost_per_day
    monkeypatch.setattr("brikopt.levels.trial.FEW_STATES", 1)
    plan, _ = optimise(item, DKK, policy=MinMax, min_fill_rate=0.9)
    assert evaluate(item, DKK, plan).cost_per_day == pytest.approx(exact, rel=0.01)


def test_the_economic_order_quantity():
    """One unit a day, 18 a line and 1 a unit-day: 6 is the best card, for sqrt(2 · 18 · 1 / 1) = 6."""
    item = Position([0, 1], lead_time_days=0, unmet="backorder")
    plan, _ = optimise(item, Costs(order_line=18, holding_unit_day=1, shortage_unit=1e4), policy=Brik, min_fill_rate=1)
    assert plan == Brik(6, 1)


def test_a_higher_promise_costs_more():
    """Met at once: half, then nearly all."""
    item = Position(LUMPY, lead_time_days=2)
    modest, strict = (optimise(item, Costs(holding_unit_day=1), OrderUpTo, promise)[1] for promise in (0.5, 0.99))
    assert modest.cost_per_day < strict.cost_per_day
    assert strict.fill_rate >= 0.99


def test_the_range_grows_until_the_best_lies_inside():
    """Newest first and one day to live: far more must be ordered than is used before the promise holds."""
    item = Position(np.full(11, 1 / 11), 1, 2, newest_first_share=1.0)
    assert optimise(item, DKK, OrderUpTo, min_fill_rate=0.99)[1].fill_rate >= 0.99


def test_the_smaller_of_two_equal_levels_is_taken():
    """Where nothing costs anything but what is short, two units are as good as more."""
    assert optimise(Position([0, 1]), Costs(shortage_unit=9), OrderUpTo)[0] == OrderUpTo(2)


def test_no_feasible_levels_names_the_promise_and_what_can_be_reached():
    """Room for one unit that takes two days: one day in three is met; the error survives a trip between processes."""
    with pytest.raises(NoFeasibleLevels, match=r"min_fill_rate is 0.9, and levels up to 1 units reach 0.3333") as stop:
        optimise(Position([0, 1], lead_time_days=2, max_stock=1), DKK, OrderUpTo, 0.9)
    assert str(pickle.loads(pickle.dumps(stop.value))) == str(stop.value)  # noqa: S301 - pickled on the line itself


@pytest.mark.parametrize(
    ("costs", "arguments", "named"),
    [
        (DKK, {"min_fill_rate": 1.5}, "min_fill_rate is 1.5"),
        (DKK, {"policy": int}, "policy is <class 'int'>"),
        (Costs(order_line=18, shortage_unit=1), {"policy": MinMax}, "holding_unit_day is 0"),
    ],
)
def test_what_has_no_answer_stops(costs, arguments, named):
    """A promise that is no share, an unknown policy, and orders that are the better the larger."""
    with pytest.raises(ValueError, match=named):
        optimise(Position(LUMPY), costs, **arguments)


def test_room_for_less_than_a_pack_has_no_feasible_cards():
    """Packs of 5 and room for 3."""
    with pytest.raises(NoFeasibleLevels):
        optimise(Position(LUMPY, pack_size=5, max_stock=3), DKK, Brik)
