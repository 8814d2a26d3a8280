"""A shelf lived forward for years costs what `brikopt.levels.evaluate` says it costs in the long run.

The two put a day's events in another order (contract, sections 5 and 6). An order written on the evening of a day is
one placed on the next morning, so a lead time of L days there is L + 1 here; goods that may be used on m days have
m - 1 days left when they come.
"""

import numpy as np
import pytest

from brikopt.levels import Brik, Costs, MinMax, Position, evaluate
from tests.stock.futures import cards, known_future, lived, min_max

DAYS, PATHS = 4_000, 60
DEMAND = [0.55, 0.25, 0.15, 0.05]
COSTS = Costs(order_line=18, holding_unit_day=0.05, expired_unit=12, shortage_unit=40)


def cost_of(plan, stock, lead_time, **goods):
    """Mean cost a day over all paths, and its standard error."""
    use = np.random.default_rng(0).choice(len(DEMAND), p=DEMAND, size=(PATHS, DAYS))
    future = known_future(use, [(99_999, stock)], lead_time=lead_time + 1, checks=range(DAYS), **goods)
    found = lived(plan, future, DAYS)
    daily = (
        COSTS.order_line * found.order_lines
        + COSTS.holding_unit_day * found.holding
        + COSTS.expired_unit * found.expired
        + COSTS.shortage_unit * found.short
    ) / DAYS
    return daily.mean(), daily.std(ddof=1) / np.sqrt(PATHS)


@pytest.mark.parametrize("lead_time", [1, 3, 7])
@pytest.mark.parametrize(
    ("here", "there"),
    [
        (cards(8, 2), Brik(8, 2)),
        (cards(5, 4), Brik(5, 4)),
        (min_max(4, 12), MinMax(4, 12)),
        (min_max(9, 10), MinMax(9, 10)),
    ],
)
def test_goods_that_keep_cost_what_the_exact_long_run_says(here, there, lead_time):
    """Cards of 8 and 5, an order up to 12 at 4, one for each unit: within four standard errors of the exact figure."""
    item = Position(demand_pmf=DEMAND, lead_time_days=lead_time, unmet="lost")
    exact = evaluate(item, COSTS, there)
    assert exact.standard_error == 0
    mean, error = cost_of(here, here.max_level, lead_time)
    assert abs(mean - exact.cost_per_day) < 4 * error


@pytest.mark.parametrize("life", [24, 30])
def test_goods_that_seldom_expire_cost_what_the_exact_long_run_says(life):
    """Within four standard errors where some units expire, but few.

    Goods out of date are found in the morning here and ordered again that evening, a day later than there; where many
    expire, that day is a cost of its own, and the two need not agree.
    """
    item = Position(demand_pmf=DEMAND, lead_time_days=2, shelf_life_days=life, unmet="lost")
    exact = evaluate(item, COSTS, MinMax(4, 14))
    assert exact.expired_per_day > 0.001
    mean, error = cost_of(min_max(4, 14), 14, 2, shelf_life=life - 1)
    assert abs(mean - exact.cost_per_day) < 4 * error
