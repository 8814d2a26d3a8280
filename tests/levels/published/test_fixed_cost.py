"""Slow movers that expire, with a cost of ordering and lost sales; exact answers worked out apart from brikopt."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import poisson

from brikopt.levels import Costs, MinMax, OrderUpTo, Position, evaluate, optimise


class Setting(NamedTuple):
    """One setting, its best base-stock level, and its four best pairs of min and max with their costs."""

    name: str
    life: int
    lead_time: int
    newest_first: float
    mean: float
    most: int  # units in an order
    costs: Costs
    level: int
    level_cost: float
    pairs: list[tuple[int, int, float]]


SETTINGS = [
    Setting(
        "F01",
        2,
        1,
        0.0,
        0.5,
        8,
        Costs(5, 10, 0.5, 2, 30),
        1,
        13.877975,
        [(0, 1, 13.877975), (1, 2, 14.68601), (0, 2, 15.369301), (2, 3, 17.408305)],
    ),
    Setting(
        "F04",
        3,
        1,
        1.0,
        0.5,
        8,
        Costs(5, 10, 0.5, 2, 30),
        1,
        12.521314,
        [(0, 1, 12.521314), (0, 2, 12.613686), (1, 2, 13.014198), (1, 3, 14.180789)],
    ),
    Setting(
        "F07",
        3,
        1,
        0.0,
        2.0,
        16,
        Costs(20, 5, 0.2, 1, 50),
        8,
        33.498011,
        [(6, 10, 27.182876), (5, 9, 27.649566), (7, 11, 27.78436), (6, 9, 28.119836)],
    ),
    Setting(
        "F10",
        2,
        1,
        0.0,
        4.0,
        20,
        Costs(40, 2, 0.1, 0.5, 20),
        13,
        51.548711,
        [(10, 16, 41.342307), (9, 15, 41.38423), (11, 17, 41.747819), (11, 18, 41.945997)],
    ),
]
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])


def shelf(setting):
    """Poisson demand."""
    demand = poisson.pmf(np.arange(60), setting.mean)
    return Position(demand, setting.lead_time, setting.life, setting.newest_first, max_order=setting.most)


@each_setting
def test_the_four_best_pairs_cost_what_they_should(setting):
    """Order up to max at or below min."""
    found = [evaluate(shelf(setting), setting.costs, MinMax(low, high)) for low, high, _ in setting.pairs]
    assert [one.cost_per_day for one in found] == pytest.approx([cost for *_, cost in setting.pairs], abs=1e-6)


@each_setting
def test_the_best_min_and_max_are_found(setting):
    """The pair that an exact evaluation of every pair found best."""
    plan, found = optimise(shelf(setting), setting.costs, policy=MinMax, min_fill_rate=0)
    low, high, cost = setting.pairs[0]
    assert plan == MinMax(low, high)
    assert found.cost_per_day == pytest.approx(cost, abs=1e-6)


@each_setting
def test_the_best_base_stock_is_found(setting):
    """Ordering every day is dearer here."""
    plan, found = optimise(shelf(setting), setting.costs, policy=OrderUpTo, min_fill_rate=0)
    assert plan == OrderUpTo(setting.level)
    assert found.cost_per_day == pytest.approx(setting.level_cost, abs=1e-6)
