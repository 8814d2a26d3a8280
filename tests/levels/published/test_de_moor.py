"""Perishable goods with lost sales: De Moor, Gijsbrechts & Boute (2022), 16 settings.

Published values: Farrington, Wong, Li & Utley (2025), Annals of Operations Research 349, table 3; means of 10,000 drawn
years, rounded. The long-run costs are exact, worked out apart from brikopt.
"""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import gamma

from brikopt.levels import Costs, MinMax, OrderUpTo, Position, discounted_cost, evaluate, optimise


class Setting(NamedTuple):
    """One experiment and the answers for its best base-stock level."""

    name: str
    life: int
    lead_time: int
    newest_first: float
    waste: float
    level: int
    published: float  # discounted return, rounded
    discounted: float  # the same, exact
    cost_per_day: float
    fill_rate: float
    expired: float


SETTINGS = [
    Setting("m2/exp1", 2, 1, 1.0, 7, 5, -1565, -1565.2722, 16.062607, 0.585327, 0.053442),
    Setting("m2/exp2", 2, 1, 0.0, 7, 7, -1474, -1474.5484, 15.131612, 0.765362, 0.047149),
    Setting("m2/exp3", 2, 1, 1.0, 10, 5, -1581, -1580.8958, 16.222934, 0.585327, 0.053442),
    Setting("m2/exp4", 2, 1, 0.0, 10, 6, -1485, -1484.7816, 15.236624, 0.685626, 0.018762),
    Setting("m2/exp5", 2, 2, 1.0, 7, 7, -1590, -1589.982, 16.316176, 0.553325, 0.054633),
    Setting("m2/exp6", 2, 2, 0.0, 7, 9, -1495, -1495.2114, 15.343652, 0.69399, 0.031896),
    Setting("m2/exp7", 2, 2, 1.0, 10, 7, -1606, -1605.9537, 16.480075, 0.553325, 0.054633),
    Setting("m2/exp8", 2, 2, 0.0, 10, 9, -1504, -1504.536, 15.439341, 0.69399, 0.031896),
    Setting("m3/exp1", 3, 1, 1.0, 7, 6, -1500, -1500.7644, 15.400637, 0.682469, 0.039985),
    Setting("m3/exp2", 3, 1, 0.0, 7, 8, -1435, -1434.9487, 14.725245, 0.832733, 0.006097),
    Setting("m3/exp3", 3, 1, 1.0, 10, 6, -1512, -1512.4539, 15.520593, 0.682469, 0.039985),
    Setting("m3/exp4", 3, 1, 0.0, 10, 8, -1436, -1436.7311, 14.743536, 0.832733, 0.006097),
    Setting("m3/exp5", 3, 2, 1.0, 7, 8, -1533, -1533.3426, 15.73495, 0.626066, 0.03658),
    Setting("m3/exp6", 3, 2, 0.0, 7, 10, -1456, -1456.1392, 14.942699, 0.754221, 0.003855),
    Setting("m3/exp7", 3, 2, 1.0, 10, 8, -1544, -1544.0364, 15.844689, 0.626066, 0.03658),
    Setting("m3/exp8", 3, 2, 0.0, 10, 10, -1457, -1457.2663, 14.954265, 0.754221, 0.003855),
]
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])


def shelf(setting):
    """Demand is Gamma(4, 1), rounded to whole units."""
    edges = np.arange(102) - 0.5
    demand = np.diff(gamma.cdf(edges, 4))
    return Position(demand, setting.lead_time, setting.life, setting.newest_first, max_order=10)


def costs(setting):
    """Purchase 3, holding 1, lost 5, wasted 7 or 10."""
    return Costs(order_unit=3, holding_unit_day=1, expired_unit=setting.waste, shortage_unit=5)


@each_setting
def test_the_long_run_figures_of_the_best_base_stock(setting):
    """Cost, fill rate and waste of the best level, as computed apart from brikopt."""
    found = evaluate(shelf(setting), costs(setting), OrderUpTo(setting.level))
    assert found.standard_error == 0
    assert found.cost_per_day == pytest.approx(setting.cost_per_day, rel=1e-6)
    assert found.fill_rate == pytest.approx(setting.fill_rate, abs=1e-6)
    assert found.expired_per_day == pytest.approx(setting.expired, abs=1e-6)


@each_setting
def test_the_published_return_of_the_best_base_stock(setting):
    """100 days of warm-up, then a year discounted by 0.99 a day: minus the published return, give or take 2."""
    found = discounted_cost(
        shelf(setting), costs(setting), OrderUpTo(setting.level), discount=0.99, warm_up=100, days=365
    )
    assert found == pytest.approx(-setting.published, abs=2)
    assert found == pytest.approx(-setting.discounted, abs=1e-3)


@each_setting
def test_the_best_base_stock_is_found(setting):
    """The published level, when nothing is promised."""
    plan, found = optimise(shelf(setting), costs(setting), policy=OrderUpTo, min_fill_rate=0)
    assert plan == OrderUpTo(setting.level)
    assert found.cost_per_day == pytest.approx(setting.cost_per_day, rel=1e-6)


@each_setting
def test_without_a_cost_of_ordering_the_best_min_max_is_the_base_stock(setting):
    """Min is one below max, for waiting saves nothing."""
    plan, _ = optimise(shelf(setting), costs(setting), policy=MinMax, min_fill_rate=0)
    assert plan == MinMax(setting.level - 1, setting.level)
