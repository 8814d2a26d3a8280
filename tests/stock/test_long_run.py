"""A shelf lived forward for years costs what `brikopt.levels.evaluate` says it costs in the long run.

An order written on the evening of a day is one placed on the next morning, so a lead time of L days in section 6 of the
contract is L + 1 here; goods that may be used on m days have m - 1 days left when they come.
"""

import numpy as np
import pytest
from scipy.stats import poisson

from brikopt.levels import Brik, Costs, MinMax, Position, evaluate
from tests.levels.published import test_de_moor as de_moor
from tests.levels.published import test_fixed_cost as fixed_cost
from tests.levels.published import test_hendrix as hendrix
from tests.stock.futures import cards, known_future, lived, min_max

DAYS, PATHS = 4_000, 60
DEMAND = [0.55, 0.25, 0.15, 0.05]
COSTS = Costs(order_line=18, holding_unit_day=0.05, expired_unit=12, shortage_unit=40)


def cost_of(plan, item, costs=COSTS):
    """Mean cost a day over all paths, and its standard error."""
    chances = np.asarray(item.demand_pmf) / np.sum(item.demand_pmf)
    use = np.random.default_rng(0).choice(len(chances), p=chances, size=(PATHS, DAYS))
    future = known_future(
        use,
        [(99_999 if item.shelf_life_days is None else item.shelf_life_days - 1, plan.max_level)],
        lead_time=item.lead_time_days + 1,
        shelf_life=0 if item.shelf_life_days is None else item.shelf_life_days - 1,
        newest_first=item.newest_first_share,
        thrown_out_at_once=True,
    )
    found = lived(plan, future, DAYS)
    daily = (
        costs.order_line * found.order_lines
        + costs.order_unit * found.ordered
        + costs.holding_unit_day * found.holding
        + costs.expired_unit * found.expired
        + costs.shortage_unit * found.short
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
    mean, error = cost_of(here, item)
    assert abs(mean - exact.cost_per_day) < 4 * error


@pytest.mark.parametrize("life", [6, 12, 18, 24, 30])
@pytest.mark.parametrize("newest_first", [0.0, 1.0])
def test_goods_that_expire_cost_what_the_exact_long_run_says(life, newest_first):
    """From where a third of what is bought expires to where hardly any does: within four standard errors."""
    item = Position(
        demand_pmf=DEMAND, lead_time_days=2, shelf_life_days=life, newest_first_share=newest_first, unmet="lost"
    )
    exact = evaluate(item, COSTS, MinMax(4, 14))
    mean, error = cost_of(min_max(4, 14), item)
    assert abs(mean - exact.cost_per_day) < 4 * np.hypot(error, exact.standard_error)


@de_moor.each_setting
def test_the_published_perishables_of_de_moor(setting):
    """The best base-stock level of each of the 16 experiments, within four standard errors of its exact cost."""
    mean, error = cost_of(min_max(setting.level - 1, setting.level), de_moor.shelf(setting), de_moor.costs(setting))
    assert abs(mean - setting.cost_per_day) < 4 * error


@hendrix.each_setting
def test_the_published_perishables_of_hendrix(life, mean, most, level, profit):
    """The best base-stock level of each setting; without its cap on an order, which a ward does not have."""
    item = Position(poisson.pmf(np.arange(60), mean), lead_time_days=1, shelf_life_days=life)
    exact = evaluate(item, hendrix.COSTS, MinMax(level - 1, level))
    found, error = cost_of(min_max(level - 1, level), item, hendrix.COSTS)
    assert abs(found - exact.cost_per_day) < 4 * np.hypot(error, exact.standard_error)
    assert mean - exact.cost_per_day == pytest.approx(profit, abs=0.05), f"the cap of {most} hardly ever binds"


@fixed_cost.each_setting
def test_the_published_perishables_with_a_cost_of_ordering(setting):
    """The best min and max, and the three next, within four standard errors of their exact costs."""
    for low, high, cost in setting.pairs:
        mean, error = cost_of(min_max(low, high), fixed_cost.shelf(setting), setting.costs)
        assert abs(mean - cost) < 4 * error
