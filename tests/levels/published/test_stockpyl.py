"""Goods that keep, with backorders and Poisson demand: 10 settings, lead times 1 to 14.

The answers without a lead time and the base-stock levels are those of stockpyl 1.0.2 (``s_s_discrete_exact`` and
``newsvendor_poisson`` over the lead time and a day); those with a lead time were worked out from all pairs,
apart from brikopt.
"""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import poisson

from brikopt.levels import Costs, MinMax, OrderUpTo, Position, evaluate, optimise


class Setting(NamedTuple):
    """One setting; each answer is min, max and the cost a day."""

    name: str
    mean: float
    lead_time: int
    costs: Costs
    at_once: tuple[int, int, float]  # goods come the same day
    later: tuple[int, int, float]  # goods come after the lead time
    level: tuple[int, float]  # base-stock level where an order costs nothing


SETTINGS = [
    Setting(
        "P01",
        0.02,
        7,
        Costs(order_line=5, holding_unit_day=0.01, shortage_unit=1.0),
        (-1, 4, 0.0438723220226),
        (0, 5, 0.050980505595),
        (2, 0.0190368900087),
    ),
    Setting(
        "P03",
        0.05,
        14,
        Costs(order_line=10, holding_unit_day=0.02, shortage_unit=2.0),
        (-1, 7, 0.144424195223),
        (1, 9, 0.172345636048),
        (3, 0.0621752121918),
    ),
    Setting(
        "P05",
        0.1,
        7,
        Costs(order_line=20, holding_unit_day=0.02, shortage_unit=1.0),
        (-1, 13, 0.278435349941),
        (0, 15, 0.299044296788),
        (3, 0.0549124735259),
    ),
    Setting(
        "P07",
        0.2,
        14,
        Costs(order_line=60, holding_unit_day=0.05, shortage_unit=2.0),
        (-1, 21, 1.08077677225),
        (3, 26, 1.1688280783),
        (7, 0.235247861811),
    ),
    Setting(
        "P09",
        0.5,
        5,
        Costs(order_line=20, holding_unit_day=0.02, shortage_unit=2.0),
        (0, 32, 0.640322997416),
        (3, 36, 0.675317414847),
        (8, 0.110684941653),
    ),
    Setting(
        "P11",
        1.0,
        1,
        Costs(order_line=5, holding_unit_day=0.05, shortage_unit=2.0),
        (1, 15, 0.75000095257),
        (2, 17, 0.776901936354),
        (5, 0.196100384183),
    ),
    Setting(
        "P13",
        1.5,
        7,
        Costs(order_line=15, holding_unit_day=0.05, shortage_unit=1.0),
        (0, 30, 1.4881097561),
        (11, 43, 1.60562838685),
        (18, 0.386203684714),
    ),
    Setting(
        "P15",
        3.0,
        1,
        Costs(order_line=10, holding_unit_day=0.2, shortage_unit=5.0),
        (2, 19, 3.69711595486),
        (6, 23, 3.89144202492),
        (11, 1.18051250132),
    ),
    Setting(
        "P17",
        6.0,
        1,
        Costs(order_line=5, holding_unit_day=1.0, shortage_unit=4.0),
        (4, 10, 8.03411156147),
        (10, 18, 9.13028174455),
        (15, 5.00970199555),
    ),
    Setting(
        "P19",
        12.0,
        2,
        Costs(order_line=20, holding_unit_day=0.25, shortage_unit=5.0),
        (10, 51, 11.2109211899),
        (36, 78, 11.9754530275),
        (46, 3.26167100044),
    ),
]
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=[setting.name for setting in SETTINGS])


def shelf(setting, lead_time):
    """What is short stays owed."""
    return Position(poisson.pmf(np.arange(100), setting.mean), lead_time_days=lead_time, unmet="backorder")


@each_setting
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_the_best_min_and_max(setting, at_once):
    """They cost what the answer says, and are found; min is negative where owing is cheaper than ordering."""
    item = shelf(setting, 0 if at_once else setting.lead_time)
    low, high, cost = setting.at_once if at_once else setting.later
    assert evaluate(item, setting.costs, MinMax(low, high)).cost_per_day == pytest.approx(cost, rel=1e-9)
    plan, found = optimise(item, setting.costs, policy=MinMax, min_fill_rate=0)
    assert plan == MinMax(low, high)
    assert found.standard_error == 0


@each_setting
def test_the_best_base_stock_where_an_order_costs_nothing(setting):
    """The newsvendor's level over the lead time and a day."""
    costs = Costs(holding_unit_day=setting.costs.holding_unit_day, shortage_unit=setting.costs.shortage_unit)
    plan, found = optimise(shelf(setting, setting.lead_time), costs, policy=OrderUpTo, min_fill_rate=0)
    level, cost = setting.level
    assert plan == OrderUpTo(level)
    assert found.cost_per_day == pytest.approx(cost, rel=1e-9)
