"""Perishable goods, average profit: Hendrix, Ortega, Haijema, Buisman & Garcia (2019), 5 settings.

A unit bought costs 0.5 and earns 1.0 when it is sold, so the profit is what all demand would earn, less the cost of the
units bought and of the sales lost. The profits are exact, worked out apart from brikopt.
"""

import numpy as np
import pytest
from scipy.stats import poisson

from brikopt.levels import Costs, MinMax, OrderUpTo, Position, evaluate, optimise

COSTS = Costs(order_unit=0.5, shortage_unit=1.0)
SETTINGS = [  # shelf life, mean demand, most units in an order, best base-stock level, its profit a day
    (2, 5.0, 10, 13, 2.189441),
    (2, 7.0, 14, 18, 3.20054),
    (3, 5.0, 15, 15, 2.393013),
    (3, 7.0, 21, 21, 3.420271),
    (4, 5.0, 20, 17, 2.465319),
]
each_setting = pytest.mark.parametrize(("life", "mean", "most", "level", "profit"), SETTINGS)


def shelf(life, mean, most):
    """Poisson demand, oldest first, usable the next day."""
    return Position(poisson.pmf(np.arange(60), mean), lead_time_days=1, shelf_life_days=life, max_order=most)


@each_setting
def test_the_profit_of_the_best_base_stock(life, mean, most, level, profit):
    """Mean demand less the cost per day is the profit."""
    found = evaluate(shelf(life, mean, most), COSTS, OrderUpTo(level))
    assert mean - found.cost_per_day == pytest.approx(profit, abs=2e-6)


@each_setting
@pytest.mark.parametrize("policy", [OrderUpTo, MinMax])
def test_the_best_base_stock_is_found(life, mean, most, level, profit, policy):
    """As a level, and as max with min one below it."""
    plan, found = optimise(shelf(life, mean, most), COSTS, policy=policy, min_fill_rate=0)
    assert plan.full_stock == level
    assert mean - found.cost_per_day == pytest.approx(profit, abs=2e-6)
