"""Who gives how much to whom."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brikopt.transfers.match import Market, Pairs, best_units, gains_alone, units_saved, worthwhile_units


def falling(rows, units):
    """Chances in tenths that never rise along a row."""
    tenths = arrays(np.int64, (rows, units), elements=st.integers(0, 10))
    return tenths.map(lambda drawn: -np.sort(-drawn, axis=1) / 10)


def all_pairs(market, hurdle=0.0, cost=0.0):
    """Everybody could give to everybody, one item."""
    n_givers, n_takers = len(market.excess), len(market.use)
    giver, taker = (grid.ravel() for grid in np.meshgrid(range(n_givers), range(n_takers), indexing="ij"))
    n = len(giver)
    alone = gains_alone(giver, taker, market)[0]
    return Pairs(giver, taker, np.zeros(n, dtype=np.int64), np.full(n, cost), np.full(n, hurdle), alone)


def best_by_hand(market):
    """Try every split of units over two givers and two takers."""
    pairs = all_pairs(market)
    most = 0.0
    for split in product(range(3), repeat=4):
        units = np.array(split)
        given, taken = (np.bincount(row, weights=units, minlength=2) for row in (pairs.giver, pairs.taker))
        if (given <= (market.excess > 0).sum(axis=1)).all() and (taken <= (market.use > 0).sum(axis=1)).all():
            most = max(most, units_saved(pairs, units, market).sum())
    return most


@settings(max_examples=60, deadline=None)
@given(excess=falling(2, 2), use=falling(2, 2))
def test_no_other_split_saves_more(excess, use):
    """Two givers, two takers, two units each: the flow finds what trying all 81 splits finds."""
    market = Market(excess, use)
    pairs = all_pairs(market)
    found = units_saved(pairs, best_units(pairs, market), market).sum()
    assert found == pytest.approx(best_by_hand(market), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(excess=falling(3, 4), use=falling(4, 4), hurdle=st.floats(0, 2))
def test_what_holds_for_any_market(excess, use, hurdle):
    """Nobody gives or takes more than it can, and every move clears its hurdle."""
    market = Market(excess, use)
    pairs = all_pairs(market, hurdle=hurdle)
    units = worthwhile_units(pairs, market)
    saved = units_saved(pairs, units, market)
    assert (np.bincount(pairs.giver, weights=units) <= (excess > 0).sum(axis=1)).all()
    assert (np.bincount(pairs.taker, weights=units) <= (use > 0).sum(axis=1)).all()
    assert (saved[units > 0] >= hurdle).all()
    assert saved.sum() <= min(excess.sum(), use.sum()) + 1e-9


def test_a_unit_moves_only_where_it_saves():
    """0.6 to go out of date: worth moving to a chance of use of 0.5, not to one of 0.4."""
    for use, moved in ((0.5, 1), (0.4, 0)):
        market = Market(np.array([[0.6]]), np.array([[use]]))
        assert best_units(all_pairs(market), market).tolist() == [moved]


def test_handling_keeps_small_savings_at_home():
    """The unit saves 0.3, and moving it costs 0.31 of a unit."""
    market = Market(np.array([[0.8]]), np.array([[0.5]]))
    assert best_units(all_pairs(market, cost=0.31), market).tolist() == [0]
    assert best_units(all_pairs(market, cost=0.29), market).tolist() == [1]


def test_two_small_moves_become_one_worthwhile_one():
    """Spread over two takers each move saves 2 of the 3 wanted; all 4 to one taker save 3.8 and clear it."""
    market = Market(np.ones((1, 4)), np.array([[1.0, 1.0, 0.9, 0.9], [1.0, 1.0, 0.0, 0.0]]))
    pairs = all_pairs(market, hurdle=3.0)
    units = worthwhile_units(pairs, market)
    assert units.tolist() == [4, 0]
    assert units_saved(pairs, units, market).tolist() == pytest.approx([3.8, 0.0])


def test_a_pair_alone_saves_what_its_units_save():
    """0.9 + 0.8 - 1 = 0.7 for the first unit and nothing for the second (0.2 + 0.5 - 1 < 0)."""
    market = Market(np.array([[0.9, 0.2]]), np.array([[0.8, 0.5]]))
    saved, units = gains_alone(np.array([0]), np.array([0]), market)
    assert (saved.tolist(), units.tolist()) == (pytest.approx([0.7]), [1])


def test_items_do_not_disturb_each_other():
    """A move ruled out in one item leaves the other as it is."""
    market = Market(np.ones((2, 2)), np.ones((2, 2)))
    pairs = Pairs(
        np.array([0, 1]),
        np.array([0, 1]),
        np.array([0, 1]),
        np.zeros(2),
        np.array([5.0, 1.0]),
        np.full(2, 2.0),
    )
    assert worthwhile_units(pairs, market).tolist() == [0, 2]
