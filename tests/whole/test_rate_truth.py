"""Rates of use held against those of the simulated wards."""

import numpy as np
import pandas as pd
import pytest

from brikopt.world.region import simulate_region
from brikopt.world.settings import WorldSettings
from tests.whole.rate_truth import beside_the_truth, interval, summed_up


def test_rates_are_ranked_right_and_know_how_unsure_they_are():
    """Better than by last year's orders, neither too high nor too low, and mostly inside their interval."""
    found = beside_the_truth(simulate_region(WorldSettings(units=1, wards=4, positions=300, years=2, seed=51)))
    every = summed_up(found).loc["all"]
    assert every["positions"] == 300
    assert 0.85 < every["said_over_true"] < 1.15
    assert every["within_90"] > 0.85
    assert every["rank"] > max(every["rank_last_year"], 0.9)


def test_an_interval_reaches_to_the_ends_of_its_steps():
    """All chance on two rates of three: from half a step below the lower to half a step above the upper."""
    grid = np.exp(0.3 * np.arange(3))
    low, high = interval(np.array([0.0, 0.5, 0.5, 0.0]), grid)
    assert low == pytest.approx(grid[1] / np.exp(0.1435), rel=1e-3)
    assert high == pytest.approx(grid[2] * np.exp(0.1435), rel=1e-3)
    assert interval(np.array([0.0, 0.0, 0.0, 1.0]), grid) == (0.0, 0.0)


def test_positions_are_told_apart_by_their_lines():
    """One without a line, one with two, one with ten; each alone, and all together."""
    found = pd.DataFrame({"true": [1.0, 2.0, 3.0], "said": [2.0, 2.0, 6.0], "held": True, "last_year": 0.0})
    parts = summed_up(found.assign(lines=[0, 2, 10]))
    assert parts["said_over_true"].tolist() == [2.0, 1.0, 2.0, 10.0 / 6.0]
    assert parts.index.tolist() == ["0", "1-2", "10+", "all"]
