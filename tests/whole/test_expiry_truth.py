"""The scores of an expiry forecast, on numbers that can be checked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.whole.expiry_truth import scores, told

FOUND = pd.DataFrame(
    {
        "p_expire": [0.9, 0.2, 0.1, 0.0],
        "expired_units": [4.0, 2.0, 0.0, 0.0],
        "model_p_expire": [0.9, 0.2, 0.1, 0.0],
        "model_expired_units": [4.0, 2.0, 0.0, 0.0],
        "best_p_expire": [1.0, 1.0, 0.0, 0.0],
        "best_expired_units": [4.0, 4.0, 0.0, 0.0],
        "dates_only": [0.0, 1.0, 0.0, 0.0],
        "days_of_cover": [0.0, 0.0, 1.0, 0.0],
        "unit_price_dkk": [10.0, 1.0, 1.0, 1.0],
        "gone": [4.0, 4.0, 0.0, 0.0],
    }
)


def test_scores_are_those_of_the_textbook():
    """Brier (0.01 + 0.64 + 0.01) / 4 against 0.25; 6 of 8 units; 42 of 44 kroner."""
    found = scores(FOUND, "p_expire", "expired_units")
    assert found.precision == 1.0
    assert found.brier == pytest.approx(0.165)
    assert found.skill == pytest.approx(1 - 0.165 / 0.25)
    assert found.units == pytest.approx(6 / 8)
    assert found.dkk == pytest.approx(42 / 44)


def test_the_sum_names_the_best_and_the_rules():
    """A rule that puts one of two at the top has precision 1 at half the recall, and 1/2 at all of it."""
    lines = told(FOUND)
    assert "4 positions, 2 lost something: 8 units" in lines
    assert "dates_only     precision 0.750" in lines
    assert "of the best    precision 1.000  skill 0.340" in lines
