"""One setting a position, so that the cabinet holds them all."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.levels.cabinet_model import Offer
from brikopt.levels.choose import choose


def offer(*pairs):
    """Settings of (DKK, litres)."""
    cost, litres = zip(*pairs, strict=True)
    return Offer(np.array(cost, dtype=float), np.array(litres, dtype=float))


BIG_OR_SMALL = ((100, 10), (130, 4), (200, 1))


def test_where_there_is_room_each_position_gets_its_cheapest():
    """Two positions of 10 litres each in a cabinet of 20, or of any size."""
    for litres in (20.0, np.inf):
        found = choose([offer(*BIG_OR_SMALL)] * 2, litres)
        assert (found.picked.tolist(), found.cost, found.overflow_litres) == ([0, 0], 200.0, 0.0)


def test_where_there_is_not_the_cheapest_plan_that_fits_is_taken():
    """In 14 litres one of the two shrinks to 4 litres: 100 + 130."""
    found = choose([offer(*BIG_OR_SMALL)] * 2, 14.0)
    assert sorted(found.picked.tolist()) == [0, 1]
    assert found.cost == 230.0


def test_the_dear_shortage_of_one_outweighs_the_cheap_one_of_another():
    """12 litres: the item that loses 5 DKK by shrinking shrinks, the one that loses 500 stays."""
    found = choose([offer((0, 10), (500, 2)), offer((0, 10), (5, 2))], 12.0)
    assert found.picked.tolist() == [0, 1]


def test_no_cost_is_high_enough_to_overfill_a_cabinet():
    """A shortage of 1,000,000 DKK each, and room for one of two: capacity is a hard limit (contract, section 3)."""
    found = choose([offer((0, 10), (1_000_000, 2))] * 2, 12.0)
    assert sorted(found.picked.tolist()) == [0, 1]
    assert found.overflow_litres == 0.0


def test_where_nothing_fits_no_cost_is_high_enough_for_more_than_the_smallest_plan():
    """Two positions of 2 litres at least in a cabinet of 1: 3 litres too much, not 11."""
    found = choose([offer((0, 10), (1_000_000, 2))] * 2, 1.0)
    assert found.picked.tolist() == [1, 1]
    assert found.overflow_litres == pytest.approx(3.0, abs=0.002)


def test_of_equal_costs_the_smaller_is_taken():
    """Two settings of 100 DKK, of 10 and 4 litres."""
    assert choose([offer((100, 10), (100, 4))], np.inf).picked.tolist() == [1]


def test_a_setting_to_the_millilitre_fits():
    """Three positions of 0.1 litres in a cabinet of 0.3."""
    assert choose([offer((1, 0.1), (9, 0.0))] * 3, 0.3).picked.tolist() == [0, 0, 0]


def test_where_nothing_fits_the_smallest_plan_is_the_least_bad():
    """At least 1 + 1 litres in a cabinet of 1.5: half a litre too much, and no error."""
    found = choose([offer(*BIG_OR_SMALL)] * 2, 1.5)
    assert found.picked.tolist() == [2, 2]
    assert found.overflow_litres == pytest.approx(0.5, abs=0.002)


def test_an_empty_cabinet_has_nothing_to_choose():
    """No position, no cost."""
    assert choose([], 10.0).cost == 0.0


OFFERS = st.lists(
    st.lists(st.tuples(st.integers(-50, 400), st.integers(0, 30)), min_size=1, max_size=4), min_size=1, max_size=4
)


@settings(max_examples=100, deadline=None)
@given(OFFERS, st.integers(0, 80))
def test_no_plan_that_fits_is_cheaper(rows, capacity):
    """Up to four positions of up to four settings: as cheap as the best of all plans, tried one by one."""
    found = choose([offer(*pairs) for pairs in rows], float(capacity))
    plans = [[sum(parts) for parts in zip(*plan, strict=True)] for plan in product(*rows)]
    fitting = [cost for cost, litres in plans if litres <= capacity]
    cost, litres = (sum(pairs[pick][at] for pairs, pick in zip(rows, found.picked, strict=True)) for at in (0, 1))
    assert found.cost == pytest.approx(cost)
    if fitting:
        assert litres <= capacity
        assert found.cost == pytest.approx(min(fitting))
        assert found.overflow_litres == 0
        assert found.bound <= found.cost + 1e-6
    else:
        assert litres == min(litres for _, litres in plans)
        assert found.overflow_litres == pytest.approx(litres - capacity, abs=0.002)


def test_a_large_cabinet_is_filled_the_same_way_twice():
    """Eighty positions of eight settings, fixed seed: the same picks again, within room, near the bound."""
    rng = np.random.default_rng(8)
    offers = [Offer(rng.uniform(100, 900, 8), rng.uniform(0.5, 20, 8)) for _ in range(80)]
    first, second = choose(offers, 250.0), choose(offers, 250.0)
    assert first.picked.tolist() == second.picked.tolist()
    assert sum(one.litres[pick] for one, pick in zip(offers, first.picked, strict=True)) <= 250.01
    assert first.cost <= first.bound * 1.01


@pytest.mark.parametrize("seed", range(5))
def test_a_crowded_cabinet_of_dear_and_cheap_goods_is_proved_best(seed):
    """Fifty positions of thirty settings, costs from one krone to a million, half of the room they want: no gap."""
    rng = np.random.default_rng(seed)
    litres = np.sort(rng.lognormal(1.0, 1.0, (50, 30)), axis=1)
    cost = rng.lognormal(6.0, 3.0, (50, 1)) * np.exp(-rng.uniform(0.1, 1.0, (50, 1)) * litres)
    offers = [Offer(*row) for row in zip(cost, litres, strict=True)]
    found = choose(offers, 0.5 * litres[:, -1].sum())
    assert found.gap == 0
