"""How much of a lot is used before its date."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from brikopt.purchasing.used_in_time import chance_left, expected_use, expired_per_year, likely_rates


def test_of_two_units_a_poisson_use_of_three_leaves_a_quarter():
    """2 − 2 P(0) − P(1) = 2 − 5 e⁻³ = 1.751."""
    assert expected_use(3.0, 1.0, 2) == pytest.approx(2 - 5 * np.exp(-3), abs=1e-3)
    assert chance_left(3.0, 1.0, 2) == pytest.approx(4 * np.exp(-3), abs=1e-3)


@settings(deadline=None)
@given(mean=st.floats(0.01, 300), dispersion=st.floats(1.01, 6), units=st.integers(0, 200))
def test_use_is_the_sum_over_a_negative_binomial(mean, dispersion, units):
    """Beside scipy's probabilities, added up one by one; never more than there is, or than is wanted."""
    wanted = nbinom(mean / (dispersion - 1), 1 / dispersion)
    at_least = wanted.sf(np.arange(units)).sum()
    used = float(expected_use(mean, dispersion, units))
    assert used == pytest.approx(at_least, rel=1e-6, abs=1e-9)
    assert used <= min(units, mean) + 1e-6


def test_a_unit_alone_expires_when_nobody_comes_in_its_time():
    """Rate 0.01, 100 days: e⁻¹ of the lots are lost, each lasting (1 − e⁻¹) / 0.01 days: 2.12 units a year."""
    lost = np.exp(-1)
    assert expired_per_year(0.01, 1.0, 100, 1) == pytest.approx(365 * 0.01 * lost / (1 - lost), rel=1e-3)


def test_without_use_a_lot_is_replaced_at_each_date_and_in_fast_use_never():
    """500 units every 730 days are 250 a year; at 100 a day nothing is lost."""
    assert expired_per_year([0.0, 100.0], 1.0, 730, 500) == pytest.approx([250, 0], abs=0.01)


@settings(deadline=None)
@given(rate=st.floats(0.001, 20), units=st.integers(1, 200))
def test_a_smaller_lot_never_loses_more(rate, units):
    """What is bought in lots of one less expires less."""
    fewer, more = expired_per_year(rate, 1.5, 365, [units, units + 1])
    assert fewer <= more + 1e-9


def test_the_likely_rates_have_the_mean_they_stand_for():
    """A rate of 2 ± 1, and one that is known."""
    rates = likely_rates([2.0, 3.0], [1.0, 0.0])
    assert rates.mean(axis=1) == pytest.approx([2, 3])
    assert rates[0].std() > 0.8
    assert rates[1] == pytest.approx(np.full(9, 3.0), rel=0.01)
