"""Weekdays that differ, and goods that come with random days of life: against plain lists, and exact small cases."""

from __future__ import annotations

import numpy as np
import pytest

from brikopt.levels import Brik, Costs, MinMax, OrderUpTo, Position, evaluate, optimise
from brikopt.levels.plans import Plan, units_ordered

# Dear units make the cost vary less, as a share of it, so that fewer days are simulated until it is sure.
COSTS = Costs(order_line=4, order_unit=3, holding_unit_day=0.2, expired_unit=3, shortage_unit=20)
MIXED = [0.05, 0.25, 0.0, 0.4, 0.3]  # chance of 0 to 4 days
WEEK = [[0.2, 0.5, 0.3]] * 5 + [[0.9, 0.1]] * 2


def test_a_sure_life_is_a_shelf_life() -> None:
    """Three days for certain: the simulated cost is the exact one within its error."""
    exact = evaluate(Position([0.3, 0.4, 0.3], shelf_life_days=3), COSTS, OrderUpTo(5))
    found = evaluate(Position([0.3, 0.4, 0.3], remaining_life_pmf=[0, 0, 0, 1]), COSTS, OrderUpTo(5))
    assert exact.standard_error == 0 < found.standard_error
    assert abs(found.cost_per_day - exact.cost_per_day) < 4 * found.standard_error
    assert found.expired_per_day == pytest.approx(exact.expired_per_day, rel=0.02)


def test_seven_equal_rows_are_one() -> None:
    """The same chances every day, with what keeps: close to the exact cost."""
    exact = evaluate(Position([0.3, 0.4, 0.3]), COSTS, MinMax(3, 7))
    found = evaluate(Position([[0.3, 0.4, 0.3]] * 7), COSTS, MinMax(3, 7))
    assert exact.standard_error == 0 < found.standard_error
    assert abs(found.cost_per_day - exact.cost_per_day) < 4 * found.standard_error


def test_mondays_alone() -> None:
    """Seven units every Monday, up to 7, goods the next day: none short, 7 lie there on six of seven evenings."""
    item = Position([[0] * 7 + [1]] + [[1]] * 6)
    found = evaluate(item, Costs(order_line=7, holding_unit_day=1), OrderUpTo(7))
    assert (found.fill_rate, found.order_lines_per_day, found.ordered_per_day) == pytest.approx((1, 1 / 7, 1))
    # Ordered on Tuesday, when it is seen; the evening of Tuesday is empty too.
    assert found.on_hand_per_day == pytest.approx(5)


def test_half_of_the_goods_come_with_one_day() -> None:
    """Four wanted every fourth day at most? No: nothing is wanted, so half lives one day and half two, for ever."""
    found = evaluate(Position([1.0], remaining_life_pmf=[0, 0.5, 0.5]), Costs(expired_unit=1), OrderUpTo(4))
    # Each unit is thrown out after 1.5 days in the mean, and ordered again the morning after.
    assert found.expired_per_day == pytest.approx(found.ordered_per_day, rel=1e-3)
    assert found.expired_per_day == pytest.approx(4 / 2.5, rel=0.01)


def lived(item: Position, plan: Plan, days: int) -> list[float]:
    """Units short, thrown out, left and owed a day, and lines: every unit a number in a list, in plain words."""
    rng = np.random.default_rng(5)
    # All draws of demand at once: a call a day would take most of the time.
    wanted = np.stack([rng.choice(len(row), size=days, p=row) for row in item.by_weekday])
    lives = np.asarray(item.remaining_life_pmf)
    shelf: list[int] = []
    coming: dict[int, int] = {}
    owed = 0
    sums = np.zeros(5)
    for day in range(days):
        order = int(units_ordered(plan, item, [len(shelf) + sum(coming.values()) - owed])[0])
        if order:
            coming[day + item.lead_time_days - 1] = order
        for _ in range(int(wanted[day % len(wanted), day])):
            if shelf:
                shelf.pop(-1 if rng.random() < item.newest_first_share else 0)
            else:
                sums[0] += 1
                owed += item.backorders
        sums[1] += shelf.count(1)
        shelf = [life - 1 for life in shelf if life > 1]
        sums[2] += len(shelf)
        sums[3] += owed
        sums[4] += order > 0
        arrived = coming.pop(day, 0)
        handed = min(arrived, owed)
        owed -= handed
        drawn = rng.choice(len(lives), size=arrived - handed, p=lives) if arrived > handed else np.zeros(0)
        sums[1] += int((drawn == 0).sum())
        shelf = sorted([*shelf, *(int(life) for life in drawn if life)])
    return [float(one) for one in sums / days]


@pytest.mark.parametrize(("plan", "unmet"), [(Brik(2, 3), "lost"), (MinMax(3, 6), "backorder"), (OrderUpTo(5), "lost")])
def test_against_units_in_a_plain_list(plan: Plan, unmet: str) -> None:
    """Weekdays, mixed lives, two days to come, a third taken from the newest: every mean within 4 %, or .015 units."""
    item = Position(WEEK, 2, newest_first_share=0.3, unmet=unmet, remaining_life_pmf=MIXED)  # type: ignore[arg-type]
    found = evaluate(item, COSTS, plan)
    means = [found.short_per_day, found.expired_per_day, found.on_hand_per_day, found.owed_per_day]
    assert [*means, found.order_lines_per_day] == pytest.approx(lived(item, plan, 28_000), rel=0.04, abs=0.015)


def test_the_best_of_all_levels_is_found() -> None:
    """No level from 2 to 6 is cheaper by more than the errors."""
    item = Position(WEEK, remaining_life_pmf=MIXED)
    plan, performance = optimise(item, COSTS, policy=OrderUpTo, min_fill_rate=0)
    best = min(evaluate(item, COSTS, OrderUpTo(high)).cost_per_day for high in range(2, 7))
    assert performance.cost_per_day <= best * 1.003, plan


# Zipkin (2008), "Old and new methods for lost-sales inventory systems", Operations Research 56(5): optimal cost by lead
# time and p, for Poisson demand of mean 5, holding 1 and a lost unit p.
ZIPKIN = {(1, 4): 4.1628, (1, 9): 5.5475, (1, 19): 6.7278, (1, 39): 7.8626}
ZIPKIN |= {(2, 4): 4.6386, (2, 9): 6.3163, (2, 19): 7.8422, (2, 39): 9.1903}


@pytest.mark.parametrize(("lead_time", "lost"), [(1, 4), (1, 39), (2, 19)])
def test_base_stock_beside_the_optimum_of_lost_sales(lead_time: int, lost: int) -> None:
    """The best base stock costs at least the published optimum over all rules, and at most 6 % more."""
    pmf = poisson(5.0)
    costs = Costs(holding_unit_day=1, shortage_unit=lost)
    _, found = optimise(Position(pmf, lead_time), costs, policy=OrderUpTo, min_fill_rate=0)
    assert 1 - 1e-4 <= found.cost_per_day / ZIPKIN[lead_time, lost] <= 1.06


def poisson(mean: float) -> list[float]:
    """Chances of 0 to 24 units."""
    chances = [np.exp(-mean)]
    for units in range(1, 25):
        chances.append(chances[-1] * mean / units)
    return [float(chance) for chance in chances]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shelf_life_days": 3, "remaining_life_pmf": [0, 1]}, "both given"),
        ({"remaining_life_pmf": [0.5, 0.4]}, "remaining_life_pmf sums to 0.9"),
        ({"demand_pmf": [[0.5, 0.5]] * 6}, "6 rows"),
    ],
)
def test_what_can_not_be_is_named(given: dict[str, object], said: str) -> None:
    """Two lives, chances that don't sum to 1, a week of six days."""
    with pytest.raises(ValueError, match=said):
        Position(**({"demand_pmf": [0.5, 0.5]} | given))  # type: ignore[arg-type]
