"""What a position could take."""

from dataclasses import replace

import numpy as np
import pytest
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
