"""Total use over some days."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand.distribution import TotalUse, total_use
from brikopt.demand.future import draw_demand, draw_rates, wanted_before
from brikopt.demand.rates import RATES, rate_grid
from brikopt.demand.variation import USUAL

FRESH = np.full(RATES, 1.0 / RATES)


def one(expected, dispersion, weight=1.0):
    """One position at one rate."""
    return TotalUse(np.array([[weight]]), np.array([[float(expected)]]), np.array([[float(dispersion)]]))


def test_ten_units_twice_as_variable_as_poisson():
    """Mean 10, variance 20: size 10 and success 1/2, so no use has the chance (1/2)^10."""
    use = one(10, 2)
    assert use.mean() == pytest.approx([10])
    assert use.variance() == pytest.approx([20])
    assert use.pmf(0)[0, 0] == pytest.approx(0.5**10)


def test_a_third_that_uses_nothing_lowers_the_mean_and_widens_the_range():
    """Two thirds at 9, variance 18: mean 6, variance 2/3 × (18 + 81) - 36 = 30."""
    use = one(9, 2, weight=2 / 3)
    assert use.mean() == pytest.approx([6])
    assert use.variance() == pytest.approx([30])
    assert use.quantiles([0.3]).tolist() == [[0]]


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 80), st.floats(1.05, 5), st.floats(0, 1))
def test_the_pmf_sums_to_one_and_has_the_mean(expected, dispersion, weight):
    """As far as a thousand units, for any rate and lumpiness."""
    use = one(expected, dispersion, weight)
    chance = use.pmf(1_000)[0]
    assert chance.sum() == pytest.approx(1.0, abs=1e-6)
    assert chance @ np.arange(1_001) == pytest.approx(use.mean()[0], abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 500), st.floats(1.05, 5), st.floats(0.05, 1), st.floats(0.01, 0.99))
def test_a_quantile_is_the_fewest_that_is_enough(expected, dispersion, weight, prob):
    """So many are enough with the chance asked for, one less is not."""
    use = one(expected, dispersion, weight)
    units = use.quantiles([prob])[:, 0]
    assert use.at_most(units) >= prob
    assert use.at_most(units - 1) < prob


def test_draws_are_those_of_the_pmf():
    """20,000 draws of a mixture: every number of units within four standard errors of its chance."""
    use = TotalUse(np.array([[0.3, 0.5]]), np.array([[2.0, 12.0]]), np.array([[1.5, 3.0]]))
    drawn = use.draws(np.random.default_rng(5), 20_000)[0]
    share = np.bincount(drawn, minlength=41)[:41] / 20_000
    chance = use.pmf(40)[0]
    assert (np.abs(share - chance) < 4 * np.sqrt(chance * (1 - chance) / 20_000) + 1e-9).all()


def test_no_days_use_nothing():
    """Surely 0."""
    grid = rate_grid(np.array([1.0]))
    use = total_use(np.full((1, RATES + 1), 1 / (RATES + 1)), grid, np.full((1, RATES), 2.0), FRESH, days=0)
    assert use.mean().tolist() == [0.0]
    assert use.quantiles([0.99]).tolist() == [[0]]


def test_it_is_the_use_that_is_drawn_day_by_day():
    """90 days of 6,000 paths from a spread belief: mean within four standard errors, upper tenth within 7 %."""
    grid = rate_grid(np.array([0.5]))
    place = np.arange(RATES)
    alive = np.exp(-0.5 * ((place - 15) / 2.0) ** 2)
    chance = np.append(0.9 * alive / alive.sum(), 0.1)
    v = USUAL._replace(base=1.5, weekly=0.1, monthly=0.0)
    use = total_use(chance[None], grid, 1.5 + 0.1 * 7 * grid, FRESH, days=90)
    rng = np.random.default_rng(2)
    _, rate, resumed = draw_rates(rng, chance[None], grid[0], FRESH, 6_000)
    drawn = wanted_before(draw_demand(rng, rate, resumed, np.ones(6_000), v, np.ones(1), 90), 90)
    assert abs(drawn.mean() - use.mean()[0]) < 4 * drawn.std() / np.sqrt(6_000)
    assert use.quantiles([0.9])[0, 0] == pytest.approx(np.quantile(drawn, 0.9), rel=0.07)


def test_a_busy_season_holds_more():
    """100 usual days in 90: a ninth more."""
    grid = rate_grid(np.array([1.0]))
    chance = np.append(FRESH, 0.0)[None]
    usual, busy = (
        total_use(chance, grid, np.full((1, RATES), 2.0), FRESH, days=90, usual_days=days).mean()[0]
        for days in (90, 100)
    )
    assert busy == pytest.approx(usual * 10 / 9)
