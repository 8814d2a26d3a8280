"""Other settings of the published families, drawn at random and held against plain calculations of every plan."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson

from brikopt.levels import Brik, Costs, MinMax, OrderUpTo, Position, evaluate, optimise

from .plain_backorders import Owed, cards_cost, every_pair
from .plain_shelf import PlainItem, long_run, order_cards, order_up_to

CLOSE = 1e-6  # of the cost, of two exact answers
SMALL = 1e-7  # chance beyond which demand is cut


def cut(chances):
    """Chances without the hardly possible."""
    least = np.flatnonzero(np.cumsum(chances[::-1])[::-1] > SMALL)[-1] + 1
    return chances[:least] / chances[:least].sum()


def both(pmf, costs, lead_time, life, newest, **limits):
    """The same shelf for brikopt and for the plain calculation."""
    plain = PlainItem(pmf=pmf, lead_time=lead_time, life=life, newest=newest, costs=costs)
    return Position(pmf, lead_time, life, newest, **limits), Costs(*costs), plain


def perishable(life, lead_time, newest, waste, mean=4.0):
    """De Moor's shelf at another mean, demand Gamma with cv 0.5."""
    pmf = cut(np.diff(gamma.cdf(np.arange(102) - 0.5, 4, scale=mean / 4)))
    return both(pmf, (0, 3, 1, waste, 5), lead_time, life, newest, max_order=10)


@pytest.mark.parametrize("waste", [7, 10])
@pytest.mark.parametrize("newest", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("life", "lead_time"), [(1, 1), (2, 1), (2, 2), (3, 1)])
def test_the_best_base_stock_of_perishables(life, lead_time, newest, waste):
    """Every level up to 14, circles among them."""
    item, costs, plain = perishable(life, lead_time, newest, waste, mean=2.0)
    every = [long_run(plain, order_up_to(level - 1, level, max_order=10)).cost for level in range(15)]
    found = [evaluate(item, costs, OrderUpTo(level)).cost_per_day for level in (2, 7, 14)]
    assert found == pytest.approx([every[level] for level in (2, 7, 14)], rel=CLOSE)
    _, best = optimise(item, costs, policy=OrderUpTo, min_fill_rate=0)
    assert best.cost_per_day == pytest.approx(min(every), rel=CLOSE)


@pytest.mark.parametrize(("life", "lead_time"), [(4, 2), (5, 1), (5, 2)])
def test_levels_of_longer_lives(life, lead_time):
    """A level costs what the plain calculation says, with some picks from the newest."""
    item, costs, plain = perishable(life, lead_time, 0.3, 7)
    assert evaluate(item, costs, OrderUpTo(9)).cost_per_day == pytest.approx(
        long_run(plain, order_up_to(8, 9, max_order=10)).cost, rel=CLOSE
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_best_min_and_max_of_slow_movers(seed):
    """A fixed cost of ordering, lives of two to six days; every pair up to 8 units."""
    rng = np.random.default_rng(seed)
    mean, life, lead_time = rng.choice([0.05, 0.2, 0.5]), int(rng.integers(2, 7)), int(rng.integers(1, 3))
    money = (float(rng.choice([5, 20])), float(rng.choice([2, 10])), 0.2, 2.0, float(rng.choice([20, 50])))
    newest = float(rng.choice([0.0, 0.4, 1.0]))
    item, costs, plain = both(cut(poisson.pmf(np.arange(30), mean)), money, lead_time, life, newest, max_order=8)
    pairs = [(low, high) for high in range(1, 9) for low in range(high)]
    every = {pair: long_run(plain, order_up_to(*pair, max_order=8)).cost for pair in pairs}
    plan, best = optimise(item, costs, policy=MinMax, min_fill_rate=0)
    assert best.cost_per_day <= min(every.values()) * (1 + CLOSE)
    if plan.max_level <= 8:
        assert best.cost_per_day == pytest.approx(every[plan.min_level, plan.max_level], rel=CLOSE)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_cards_that_keep_a_promise(seed):
    """Lumpy demand, packs, room for 12 units; every size and number of cards."""
    rng = np.random.default_rng(seed)
    pack, life, promise = int(rng.integers(1, 4)), int(rng.integers(2, 5)), float(rng.choice([0.0, 0.5, 0.7]))
    pmf = cut(nbinom.pmf(np.arange(40), 1, 1 / (1 + rng.choice([0.2, 0.6]))))
    item, costs, plain = both(pmf, (4.0, 1.0, 0.1, 2.0, 20.0), 1, life, 0.25, pack_size=pack, max_stock=12)
    sizes = [(qty, count) for qty in range(pack, 13, pack) for count in range(1, 5) if qty * count <= 12]
    every = [long_run(plain, order_cards(*size)) for size in sizes]
    wanted = item.mean_demand
    keeping = [one.cost for one in every if 1 - one.short / wanted >= promise]
    _, best = optimise(item, costs, policy=Brik, min_fill_rate=promise)
    assert best.cost_per_day == pytest.approx(min(keeping), rel=CLOSE)


@pytest.mark.parametrize("mean", [0.02, 0.3, 5.0, 50.0])
@pytest.mark.parametrize("lead_time", [0, 3, 14])
def test_the_best_min_and_max_with_backorders(mean, lead_time):
    """Every pair around the economic order, by renewal sums; and cards by their uniform positions."""
    owed = Owed(mean=mean, lead_time=lead_time, line=20.0, holding=0.1, owed=2.0)
    item = Position(poisson.pmf(np.arange(int(mean + 12 * mean**0.5 + 30)), mean), lead_time, unmet="backorder")
    costs = Costs(order_line=20.0, holding_unit_day=0.1, shortage_unit=2.0)
    batch, need = (2 * 20.0 * mean / 0.1) ** 0.5, mean * (lead_time + 1)
    every = every_pair(owed, -20 - int(batch), int(need + 6 * need**0.5 + 2 * batch + 9), int(3 * batch + mean + 20))
    _, best = optimise(item, costs, policy=MinMax, min_fill_rate=0)
    assert best.cost_per_day == pytest.approx(every.min(), rel=CLOSE)
    qty = int(batch) + 1
    assert evaluate(item, costs, Brik(qty, 2)).cost_per_day == pytest.approx(cards_cost(owed, qty, 2), rel=CLOSE)


def test_nothing_wanted_costs_what_lies_there():
    """Demand of 0 for sure: a shelf is filled once and stays; nothing at all is the best."""
    never = Position([1.0], lead_time_days=1)
    assert evaluate(never, Costs(holding_unit_day=2), MinMax(0, 3)).cost_per_day == pytest.approx(6.0)
    for policy in (OrderUpTo, MinMax, Brik):
        _, best = optimise(never, Costs(holding_unit_day=1, order_line=5), policy=policy, min_fill_rate=0.9)
        assert best.fill_rate == 1.0


def test_the_same_number_every_day():
    """Three a day for sure, usable the next day, kept one day: the best level is the best of all up to 11."""
    item = Position([0, 0, 0, 1.0], lead_time_days=1, shelf_life_days=1)
    _, best = optimise(item, Costs(order_unit=1, expired_unit=5, shortage_unit=9), policy=OrderUpTo, min_fill_rate=0)
    plain = PlainItem(pmf=[0, 0, 0, 1.0], life=1, costs=(0, 1, 0, 5, 9))
    assert best.cost_per_day == pytest.approx(min(long_run(plain, order_up_to(s - 1, s)).cost for s in range(12)))
