"""How much each plan orders, and which plans can't be followed."""

import pytest

from brikopt.levels import Brik, MinMax, OrderUpTo, Position
from brikopt.levels.plans import order_table, units_ordered

QUIET = [0.5, 0.5]


def test_min_and_max_order_the_fewest_packs_that_reach_max():
    """Max 9, packs of 5: at 3 two packs, at the min of 4 one, at 5 none."""
    assert units_ordered(MinMax(4, 9), Position(QUIET, pack_size=5), [3, 4, 5]).tolist() == [10, 5, 0]


def test_cards_order_what_has_gone_in_whole_cards():
    """Two cards of 10: 9 left of 20 hang one card, 0 left hang both."""
    assert units_ordered(Brik(10, 2), Position(QUIET), [0, 9, 10, 11]).tolist() == [20, 10, 10, 0]


def test_a_level_orders_every_unit_that_is_missing():
    """Up to 3, also what is owed."""
    assert units_ordered(OrderUpTo(3), Position(QUIET, unmet="backorder"), [-2, 2, 3]).tolist() == [5, 1, 0]


def test_the_most_in_an_order_is_kept_in_whole_packs():
    """At most 7 in packs of 3 are 6."""
    assert units_ordered(OrderUpTo(20), Position(QUIET, pack_size=3, max_order=7), [0]).tolist() == [6]


def test_nothing_is_ordered_that_has_no_room():
    """Room for 10, packs of 4: 8 from empty; 4 more would be 13 at a position of 9."""
    assert units_ordered(OrderUpTo(10), Position(QUIET, pack_size=4, max_stock=10), [0, 6, 9]).tolist() == [8, 4, 0]


@pytest.mark.parametrize(
    ("plan", "shelf", "named"),
    [
        (OrderUpTo(-1), {}, "level is -1"),
        (MinMax(-1, 4), {}, "min_level is -1"),
        (OrderUpTo(9), {"max_stock": 8}, "level is 9, more than max_stock 8"),
        (MinMax(1, 9), {"max_stock": 8}, "max_level is 9, more than max_stock 8"),
        (Brik(3, 3), {"max_stock": 8}, "9, more than max_stock 8"),
        (Brik(3, 2), {"pack_size": 2}, "qty is 3, no multiple of the pack of 2"),
        (Brik(6, 2), {"max_order": 5}, "qty is 6, more than max_order 5"),
        (OrderUpTo(2), {"max_order": 1, "unmet": "backorder", "demand_pmf": [0, 1]}, "max_order is 1"),
    ],
)
def test_a_plan_that_cannot_be_followed_names_its_value(plan, shelf, named):
    """The message says which value, and what it is."""
    with pytest.raises(ValueError, match=named):
        order_table(plan, Position(**{"demand_pmf": QUIET, **shelf}))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: MinMax(5, 4), "min_level is 5, above max_level 4"),
        (lambda: Brik(0, 2), "qty is 0"),
        (lambda: Brik(5, 0), "count is 0"),
        (lambda: OrderUpTo(2.5), "level is 2.5"),
    ],
)
def test_levels_that_cannot_be_are_named(make, named):
    """Whole numbers, min not above max, at least one card of one unit."""
    with pytest.raises(ValueError, match=named):
        make()
