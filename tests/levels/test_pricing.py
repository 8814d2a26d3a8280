"""Telling settings apart with as few futures as it takes."""

import numpy as np
import pytest

from brikopt.levels.cost import perform
from brikopt.levels.pricing import PRICING_ROUNDS, ROUNDS, narrowed, priced_afresh
from tests.stock.futures import known_future

from .shelves import DAYS, price, settings

CARDS = settings([(qty, 2 * qty, qty, 2) for qty in (5, 10, 20, 40, 80)])


def noisy(rate, asked):
    """Futures of Poisson use, another set for each purpose; ``asked`` gets purposes and paths."""

    def futures(purpose, paths):
        asked.append((purpose, paths))
        seed = [len(purpose), int(purpose.split()[1])]
        use = np.random.default_rng(seed).poisson(rate, (paths, DAYS))
        return known_future(use, [(9999, 20)], lead_time=3)

    return futures


def test_settings_that_cost_far_more_are_given_up_early():
    """Cards of 5 to 80 for one unit a day: the second round meets fewer settings, and the last is not always needed."""
    asked = []
    cost = narrowed(CARDS, noisy(1.0, asked), 1, price(), tolerance=1.0).cost
    assert [paths for _, paths in asked] == list(ROUNDS)[: len(asked)]
    assert int(cost.argmin()) in (1, 2)


def test_what_is_estimated_is_the_cost():
    """Against 2,000 futures the best setting's figure is within 3 %, and those given up within 6 %."""
    cost = narrowed(CARDS, noisy(1.0, []), 1, price(), tolerance=1.0).cost
    true = perform(CARDS, noisy(1.0, [])("truth 9", 2000), 1, price(), 2000).cost
    assert cost[cost.argmin()] == pytest.approx(true[cost.argmin()], rel=0.03)
    assert cost == pytest.approx(true, rel=0.06)


def test_one_clear_winner_ends_the_search():
    """The same use every day: after the first round nothing is in doubt."""
    asked = []
    narrowed(CARDS, noisy(0.0, asked), 1, price(), tolerance=1.0)
    assert len(asked) == 1


def test_a_saving_in_doubt_is_priced_with_more_futures():
    """A saving just as large as it has to be takes all rounds; one that is far larger only the first."""
    pair = CARDS.take(np.array([4, 1]))
    clear, doubtful = [], []
    found = priced_afresh(pair, noisy(1.0, clear), 1, price(), worthwhile=10.0, tolerance=1.0).performance
    just = float(found.cost[0] - found.cost[1])
    priced_afresh(pair, noisy(1.0, doubtful), 1, price(), worthwhile=just, tolerance=1.0)
    assert [paths for _, paths in clear] == list(PRICING_ROUNDS)[:1]
    assert [paths for _, paths in doubtful] == list(PRICING_ROUNDS)
