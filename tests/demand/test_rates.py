"""Use a day as probabilities over a grid of rates."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln
from scipy.stats import nbinom

from brikopt.demand.rates import (
    RATES,
    age_rates,
    chance_at_most,
    few_used,
    fill_emptied,
    fill_likelihood,
    learn,
    log_chance,
    log_gamma,
    passing,
    rate_grid,
    reach,
)

FRESH = np.full(RATES, 1.0 / RATES)
LUMPY = np.full(RATES, 2.0)


def sure_of(state):
    """All probability on one state; the last one is "not used any more"."""
    chance = np.zeros(RATES + 1)
    chance[state] = 1.0
    return chance


def learn_use(chance, grid, dispersion, units, days):
    """Learn from one stretch of use."""
    likelihood = np.empty(RATES)
    fill_likelihood(likelihood, grid, dispersion, units, days, np.empty((2, RATES)))
    return learn(chance, likelihood, units)


def negative_binomial(mean, dispersion):
    """The distribution with this mean and variance over mean, as scipy has it."""
    return nbinom(mean / (dispersion - 1.0), 1.0 / dispersion)


def test_the_grid_is_even_in_logs_around_its_centre():
    """Each rate is the same factor above the one before, and the centre lies inside."""
    (grid,) = rate_grid(np.array([0.5]))
    assert np.ptp(grid[1:] / grid[:-1]) == pytest.approx(0, abs=1e-12)
    assert grid[0] < 0.5 < grid[-1]


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-3, 1e4))
def test_log_gamma_is_that_of_scipy(x):
    """To eight decimals, from a thousandth to ten thousand."""
    assert log_gamma(x) == pytest.approx(gammaln(x), abs=2e-8, rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 200), st.floats(0.01, 150), st.floats(1.05, 6))
def test_the_chance_of_a_use_is_negative_binomial(units, mean, dispersion):
    """Variance over mean is the dispersion; scipy gives the same log chance."""
    expected = negative_binomial(mean, dispersion).logpmf(units)
    assert log_chance(units, mean, dispersion) == pytest.approx(expected, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(st.integers(-2, 100), st.floats(0.01, 100), st.floats(1.05, 6))
def test_the_chance_of_at_most_so_many_is_the_sum(cap, mean, dispersion):
    """As scipy's distribution function; below zero there is no chance at all."""
    expected = negative_binomial(mean, dispersion).cdf(cap)
    assert chance_at_most(cap, mean, dispersion) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 120), st.floats(0.5, 60))
def test_a_likelihood_is_that_chance_at_each_rate(units, days):
    """Few units are multiplied up factor by factor, many go by way of logarithms; scipy gives the same."""
    (grid,) = rate_grid(np.array([0.5]))
    likelihood = np.empty(RATES)
    fill_likelihood(likelihood, grid, LUMPY, units, days, np.empty((2, RATES)))
    expected = negative_binomial(grid * days, 2.0).pmf(units)
    assert likelihood == pytest.approx(expected, rel=1e-5, abs=1e-300)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.floats(0.5, 60))
def test_chances_worked_out_one_by_one_are_the_same(asked, days):
    """In whatever order they are asked for: what was worked out before is built upon, and never worked out anew."""
    (grid,) = rate_grid(np.array([0.5]))
    few, reached = few_used(grid, LUMPY, days), 0
    for units in asked:
        reached = reach(few, reached, units)
        expected = negative_binomial(grid * days, 2.0).pmf(units)
        assert few.chance[units] == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert reached == max(asked)


def test_no_use_has_the_chance_that_a_hand_computes():
    """Mean 2 and variance 4 are a size of 2 and a success of one half: (1/2)² = 1/4."""
    assert chance_at_most(0, 2.0, 2.0) == pytest.approx(0.25)
    assert log_chance(0, 2.0, 2.0) == pytest.approx(math.log(0.25))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=RATES + 1, max_size=RATES + 1).filter(lambda chance: sum(chance) > 0.1),
    st.floats(0, 2000),
    st.floats(0, 0.5),
)
def test_time_neither_makes_nor_loses_probability(weights, days, drift):
    """Whatever is believed, after any time the chances are none below 0 and sum to 1."""
    chance = np.array(weights) / sum(weights)
    age_rates(chance, FRESH, passing(days, 0.001, 0.002, 0.003, drift))
    assert chance.sum() == pytest.approx(1.0)
    assert chance.min() >= 0.0


def test_no_time_changes_nothing():
    """Zero days leave the belief as it was."""
    chance = sure_of(3)
    age_rates(chance, FRESH, passing(0.0, 0.1, 0.1, 0.1, 0.1))
    assert chance == pytest.approx(sure_of(3))


def test_a_dead_position_may_come_back():
    """A hazard of ln 2 a day for one day brings half of it back, evenly over the rates."""
    chance = sure_of(RATES)
    age_rates(chance, FRESH, passing(1.0, 0.0, math.log(2.0), 0.0, 0.0))
    assert chance[RATES] == pytest.approx(0.5)
    assert chance[:RATES] == pytest.approx(0.5 * FRESH)


def test_use_may_stop():
    """A hazard of ln 2 a day for two days leaves a quarter in use, at the old rate."""
    chance = sure_of(5)
    age_rates(chance, FRESH, passing(2.0, math.log(2.0), 0.0, 0.0, 0.0))
    assert chance[RATES] == pytest.approx(0.75)
    assert chance[5] == pytest.approx(0.25)


def test_a_rate_drifts_to_both_sides_alike():
    """A squared grid step of 0.1 moves 5 % to each neighbour."""
    chance = sure_of(5)
    age_rates(chance, FRESH, passing(1.0, 0.0, 0.0, 0.0, 0.1))
    assert chance[4:7] == pytest.approx([0.05, 0.9, 0.05])


def rates_after(units, days):
    """Belief over rates around one unit a day, all equally likely before, after a stretch of use."""
    (grid,) = rate_grid(np.array([1.0]))
    chance = np.append(0.9 * FRESH, 0.1)
    weight = learn_use(chance, grid, LUMPY, units, days)
    return chance, grid, weight


def test_more_use_makes_a_higher_rate():
    """5, 30 and 120 units in 30 days, one after the other, raise the rate that is believed."""
    low, middle, high = (chance[:RATES] @ grid for chance, grid, _ in (rates_after(n, 30.0) for n in (5, 30, 120)))
    assert low < middle < high
    assert middle == pytest.approx(1.0, rel=0.35)


def test_any_use_proves_that_the_item_is_in_use():
    """After one unit the chance that nobody uses it is 0."""
    chance, _, _ = rates_after(1, 30.0)
    assert chance[RATES] == 0.0


def test_no_use_makes_death_likelier():
    """From 10 % to more, and more with every day that passes."""
    short, long = (rates_after(0, days)[0][RATES] for days in (30.0, 300.0))
    assert 0.1 < short < long < 1.0


def test_the_weight_is_how_likely_the_use_was():
    """Sure of the rate 1 a day, twice as variable as Poisson: no use in 2 days has chance 1/4."""
    grid = np.full(RATES, 1.0)
    chance = sure_of(0)
    assert learn_use(chance, grid, LUMPY, 0, 2.0) == pytest.approx(0.25)
    assert chance == pytest.approx(sure_of(0))


def test_use_beyond_every_rate_believes_in_the_highest():
    """100,000 units in a day, where the grid ends at eleven: the end of the grid, and no division by zero."""
    chance, _, weight = rates_after(100_000, 1.0)
    assert chance[RATES - 1] == 1.0
    assert weight > 0.0


def test_the_last_unit_went_a_short_while_ago():
    """Ten or more in 100 days, and fewer in the first 86; a shorter stretch than that says only that they went."""
    (grid,) = rate_grid(np.array([0.1]))
    likelihood = np.empty(RATES)
    fill_emptied(likelihood, grid, LUMPY, 10, 100.0, 14.0)
    both = negative_binomial(grid * 86, 2.0).cdf(9) - negative_binomial(grid * 100, 2.0).cdf(9)
    assert likelihood == pytest.approx(np.maximum(both, 1e-12), abs=1e-9)
    fill_emptied(likelihood, grid, LUMPY, 10, 8.0, 14.0)
    assert likelihood == pytest.approx(np.maximum(negative_binomial(grid * 8, 2.0).sf(9), 1e-12), abs=1e-9)
