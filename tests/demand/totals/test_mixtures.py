"""Quantiles of mixtures of negative binomials."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from brikopt.demand.totals.hypotheses import Mixture
from brikopt.demand.totals.mixtures import mixture_quantiles

QUANTILES = np.array([0.1, 0.5, 0.9, 0.98])


def single(mean, variance):
    """A mixture of one."""
    return Mixture(np.array([[1.0]]), np.array([[mean]]), np.array([[variance]]))


@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 500), st.floats(1.01, 50))
def test_a_mixture_of_one_is_scipys_negative_binomial(mean, dispersion):
    """The fewest units whose chance is reached, as in scipy, but for ties in the last digit."""
    peer = nbinom(mean / (dispersion - 1.0), 1.0 / dispersion)
    found = mixture_quantiles(single(mean, mean * dispersion), QUANTILES)[0]
    assert (peer.cdf(found) >= QUANTILES - 1e-9).all()
    assert (peer.cdf(found - 1.0) < QUANTILES + 1e-9).all()


def test_half_a_chance_of_nothing():
    """One half of about nothing, one half of about 100: the median is nothing, 90 % needs about 100."""
    mixture = Mixture(np.array([[0.5, 0.5]]), np.array([[1e-6, 100.0]]), np.array([[2e-6, 101.0]]))
    low, high = mixture_quantiles(mixture, np.array([0.4, 0.9]))[0]
    assert low == 0
    assert high == pytest.approx(100, abs=15)
