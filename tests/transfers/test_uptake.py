"""What a position could take."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from brikopt.transfers.uptake import use_chances

from .shelves import takers


def test_the_chance_to_use_one_unit_is_that_of_any_use():
    """At 0.1 a day for 10 days, P(use ≥ 1) is 1 - 1/e for a Poisson."""
    chance = use_chances(takers(("A", 0.1, 0, 9)), np.array([10]), 1)
    assert chance[0, 0] == pytest.approx(1 - np.exp(-1), abs=1e-4)


def test_own_stock_is_used_first():
    """With 2 on the shelf the first unit taken is the third used: 1 - (1 + 1 + 1/2)/e."""
    chance = use_chances(takers(("A", 0.1, 2, 9)), np.array([10]), 1)
    assert chance[0, 0] == pytest.approx(1 - 2.5 * np.exp(-1), abs=1e-4)


def keeping(days, asking):
    """The same takers, whose own goods keep for so many days more."""
    return replace(asking, own_days=np.full(len(asking.stock), float(days)))


def test_goods_that_keep_longer_wait_for_what_comes():
    """At 0.1 a day for 10 days the first unit taken is the first used: 1 - 1/e, whatever never goes out of date."""
    chance = use_chances(keeping(np.inf, takers(("A", 0.1, 2, 9))), np.array([10]), 1)
    assert chance[0, 0] == pytest.approx(1 - np.exp(-1), abs=1e-4)


def test_goods_that_wait_still_have_to_be_used_in_their_time():
    """Own 2 keep for 20 days, in which 3 have to go: (1 - 1/e) × (1 - (1 + 2 + 2)/e²)."""
    chance = use_chances(keeping(20, takers(("A", 0.1, 2, 9))), np.array([10]), 1)
    assert chance[0, 0] == pytest.approx((1 - np.exp(-1)) * (1 - 5 * np.exp(-2)), abs=1e-4)


def test_goods_moved_in_before_go_first():
    """2 moved in with earlier dates: the next is the third used, 1 - (1 + 1 + 1/2)/e."""
    asking = replace(keeping(np.inf, takers(("A", 0.1, 2, 9))), moved_in=np.array([2.0]))
    assert use_chances(asking, np.array([10]), 1)[0, 0] == pytest.approx(1 - 2.5 * np.exp(-1), abs=1e-4)


def test_who_takes_the_newest_leaves_the_oldest_lying():
    """Half of 0.1 a day for 10 days: 1 - 1/√e."""
    asking = replace(keeping(np.inf, takers(("A", 0.1, 2, 9))), newest_first=np.array([0.5]))
    assert use_chances(asking, np.array([10]), 1)[0, 0] == pytest.approx(1 - np.exp(-0.5), abs=1e-4)


@settings(deadline=None)
@given(
    rate=st.floats(0.001, 5),
    stock=st.integers(0, 40),
    days=st.integers(0, 300),
    own=st.floats(0, 900),
    newest=st.floats(0, 1),
    lumpy=st.floats(1, 5),
)
def test_chances_are_chances_and_never_rise(rate, stock, days, own, newest, lumpy):
    """From 0 to 1, and a further unit is no likelier to be used."""
    asking = replace(keeping(own, takers(("A", rate, stock, 30))), newest_first=np.array([newest]))
    chance = use_chances(replace(asking, dispersion=np.array([lumpy])), np.array([days]), 31)[0]
    assert ((chance >= 0) & (chance <= 1)).all() and chance[30] == 0
    assert (np.diff(chance) <= 1e-12).all()


def test_an_unsure_rate_makes_a_wider_use():
    """Mean 10 and variance 2 × 10 + 0.04 × 100 = 24 over 10 days, as in scipy's negative binomial."""
    unsure = replace(takers(("A", 1.0, 3, 9)), rate_var=np.array([0.04]), dispersion=np.array([2.0]))
    expected = nbinom.sf([3, 4, 5], 100 / 14, 10 / 24)
    assert use_chances(unsure, np.array([10]), 3)[0] == pytest.approx(expected)


def test_nothing_is_taken_without_room_use_or_time():
    """No room for a second unit; no use; no days left."""
    asking = takers(("A", 5.0, 0, 1.9), ("B", 0.0, 0, 9), ("C", 5.0, 0, 9))
    chance = use_chances(asking, np.array([30, 30, 0]), 2)
    assert (chance > 0).tolist() == [[True, False], [False, False], [False, False]]
