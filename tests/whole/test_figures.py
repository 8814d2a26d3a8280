"""How good the figures are, held against what really happened in a simulated region.

The bounds leave room for chance: see the figures of other regions with ``python -m tests.whole.figures 1 2 3``.
"""

from __future__ import annotations

import pytest

from tests.whole.figures import Figures, measured


@pytest.fixture(scope="module")
def found(shared_folder) -> Figures:
    """The figures of one region of 500 positions that went on for half a year."""
    return measured(shared_folder, seed=11)


def test_nine_ranges_in_ten_hold_the_true_stock(found):
    """A 90 % range that always held the truth would be as wrong as one that held it half the time."""
    assert 0.80 < found.within_range < 0.98


def test_estimated_stock_is_nearer_to_the_truth_than_half_of_max(found):
    """Less than half the mean error of who always says half of max."""
    assert found.stock_error < 0.5


def test_flags_find_what_expires_better_than_recorded_dates(found):
    """The list that people make today; it would be nothing to beat if it found nothing."""
    assert found.recorded_dates > 0.1
    assert found.flags > 1.5 * found.recorded_dates


def test_flags_find_what_expires_better_than_days_of_cover(found):
    """The rule of thumb of many systems."""
    assert found.days_of_cover > 0.3
    assert found.flags > 1.2 * found.days_of_cover


def test_chances_mean_what_they_say(found):
    """Of the positions with more than an even chance, about as many expire as their chances add up to."""
    assert found.likely > 20
    assert found.likely_expired == pytest.approx(found.likely, rel=0.3)


def test_expected_units_add_up_to_what_expires(found):
    """Within a factor of 1.5 of the units that really went out of date in the half year."""
    assert found.expired_units > 500
    assert 1 / 1.5 < found.expected_share < 1.5
