"""What formulas say of a future, beside what comes of it day by day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as run_with
from hypothesis import strategies as st
from scipy.stats import nbinom

from brikopt.levels.cost import cost_of_futures, live_settings
from brikopt.levels.pricing import worth_living
from brikopt.levels.sketch import _number_above, sketch_settings
from tests.stock.futures import known_future

from .shelves import DAYS, price, settings

HOLDING, ORDER_LINES, EXPIRED, WANTED, SHORT, BY_HAND = range(6)
KEEPS = 9999
CHECKS = range(0, DAYS, 30)


def both(rows, future, pack_size=1):
    """Parts of the cost of settings in one future, by formulas and lived; each of shape (6, n_settings)."""
    tried = settings(rows)
    sketched = sketch_settings(tried, future, pack_size, 1)
    return sketched[:, :, 0], live_settings(tried, future, pack_size, 1)[:, :, 0]


def daily(units, lots, **supply):
    """The same use every day."""
    return known_future(np.full((1, DAYS), units), lots, lead_time=3, **supply)


@pytest.mark.parametrize("row", [(20, 40, 20, 2), (60, 80, 20, 4), (20, 60, 0, 0)])
def test_steady_use_is_sketched_as_it_is_lived(row):
    """Two a day: lines within a tenth, and unit-days on the shelf within a seventh; nothing expires, or is short."""
    sketched, lived = both([row], daily(2, [(KEEPS, 50)]))
    assert sketched[ORDER_LINES, 0] == pytest.approx(lived[ORDER_LINES, 0], rel=0.1)
    assert sketched[HOLDING, 0] == pytest.approx(lived[HOLDING, 0], rel=0.15)
    assert sketched[WANTED, 0] == lived[WANTED, 0] == 2 * DAYS
    assert sketched[EXPIRED, 0] == lived[EXPIRED, 0] == 0
    assert sketched[SHORT, 0] == pytest.approx(0, abs=1)


def test_a_delivery_that_outlives_its_date_is_lost_in_part():
    """One a week from cards of 52, and goods that last half a year: half of each delivery goes out of date."""
    use = np.zeros((1, DAYS))
    use[0, ::7] = 1
    sketched, lived = both(
        [(52, 104, 52, 2)], known_future(use, [(180, 60)], lead_time=3, shelf_life=182, checks=CHECKS)
    )
    assert sketched[EXPIRED, 0] == pytest.approx(lived[EXPIRED, 0], rel=0.3)
    assert lived[EXPIRED, 0] > 100


def test_a_shelf_that_nobody_uses_throws_out_and_orders_again():
    """Two cards of 10 that last half a year: every half year they go out of date."""
    sketched, lived = both([(10, 20, 10, 2)], daily(0, [(90, 20)], shelf_life=182, checks=CHECKS))
    assert sketched[EXPIRED, 0] == pytest.approx(lived[EXPIRED, 0], abs=20)
    assert sketched[EXPIRED, 0] >= 60
    assert sketched[SHORT, 0] == lived[SHORT, 0] == 0


def test_without_a_level_the_shelf_runs_down():
    """Fifty units at one a day: all but fifty are short, and nothing is ordered."""
    sketched, lived = both([(20, 40, 20, 2), (0, 0, 0, 0)], daily(1, [(KEEPS, 50)]))
    assert sketched[:, 1] == pytest.approx(lived[:, 1], rel=0.05)
    assert sketched[ORDER_LINES, 1] == 0
    assert sketched[SHORT, 1] == DAYS - 50


@pytest.mark.parametrize(("mean", "level"), [(0.3, 0), (0.3, 1), (4.0, 2), (4.0, 9), (30.0, 30), (59.0, 80)])
def test_what_is_wanted_beyond_a_level(mean, level):
    """E[max(N - level, 0)] of a negative binomial number with variance twice its mean, summed term by term."""
    numbers = np.arange(level, 900)
    expected = float(((numbers - level) * nbinom.pmf(numbers, mean, 0.5)).sum())
    assert _number_above(mean, float(level)) == pytest.approx(expected, abs=1e-9)


def test_far_out_a_number_is_as_good_as_normal():
    """On either side of the mean from which it is taken as one, to three in a hundred."""
    assert _number_above(59.99, 65.0) == pytest.approx(_number_above(60.01, 65.0), rel=0.03)


@run_with(max_examples=60, deadline=None)
@given(
    rate=st.floats(0.0, 20.0),
    life=st.sampled_from([0, 30, 365, 1000]),
    lots=st.lists(st.tuples(st.integers(-5, 900), st.integers(1, 200)), max_size=3),
    qty=st.integers(1, 60),
    wait=st.sampled_from([1, 3, 60, 2000]),
    cards=st.integers(1, 4),
)
def test_a_sketch_is_never_absurd(rate, life, lots, qty, wait, cards):
    """Whatever the shelf: no part is negative or without an end, and no more is short than is wanted."""
    use = np.random.default_rng(0).poisson(rate, (2, DAYS))
    ahead = known_future(use, lots, lead_time=wait, shelf_life=life)
    tried = settings([((cards - 1) * qty, cards * qty, qty, cards), (0, 0, 0, 0)])
    sketched = sketch_settings(tried, ahead, 1, 2)
    without_cards = sketch_settings(settings([(cards * qty, cards * qty, 0, 0), (qty, 4 * qty, 0, 0)]), ahead, 5, 2)
    sketched = np.concatenate([sketched, without_cards], axis=1)
    assert np.isfinite(sketched).all()
    assert (sketched >= 0).all()
    assert (sketched[SHORT] <= sketched[WANTED] + 1e-6).all()


def test_the_best_setting_is_among_those_lived_through():
    """Forty kinds of goods, 33 settings each: what is left out would have saved less than a hundredth of the cost."""
    sizes = (1, 2, 3, 5, 8, 12, 20, 30)
    rows = [((cards - 1) * qty, cards * qty, qty, cards) for cards in (1, 2, 3, 4) for qty in sizes]
    rows = [*rows[9:10], *rows]
    tried = settings(rows)
    none_removed = np.zeros(len(rows), dtype=bool)
    rng = np.random.default_rng(7)
    lost = cost = 0.0
    for kind in range(40):
        rate, life = float(rng.choice([0.02, 0.1, 0.5, 2.0])), int(rng.choice([0, 200, 700]))
        use = np.random.default_rng(kind).poisson(rate, (24, DAYS))
        ahead = known_future(use, [(min(life, 400) or KEEPS, 12)], lead_time=3, shelf_life=life, checks=CHECKS)
        worth = price(expired_unit=float(rng.choice([5.0, 365.5])), holding_unit_day=float(rng.choice([0.005, 0.2])))
        lived = cost_of_futures(live_settings(tried, ahead, 1, 24), none_removed, worth).mean(axis=1)
        sketched = cost_of_futures(sketch_settings(tried, ahead, 1, 24), none_removed, worth).mean(axis=1)
        rest = worth_living(sketched, tolerance=5.0)
        lost += lived[rest].min() - lived.min()
        cost += lived.min()
        assert len(rest) <= 9
    assert lost < 0.01 * cost
