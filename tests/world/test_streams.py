"""Random numbers are drawn from names."""

from __future__ import annotations

import numpy as np

from brikopt.world.chance import draw_gamma, draw_poisson, fork
from brikopt.world.streams import key, normal, pick, uniform


def test_a_thing_draws_the_same_number_whoever_else_draws():
    """Cabinet 7 alone gets the number that it gets among the cabinets 0 to 9."""
    assert uniform(key(3, "use", 7))[0] == uniform(key(3, "use", np.arange(10)))[7]


def test_seed_purpose_and_thing_each_make_another_stream():
    """Four keys that differ in one part only are four different numbers."""
    keys = [key(1, "use", 2), key(2, "use", 2), key(1, "lots", 2), key(1, "use", 3)]
    assert len({int(k[0]) for k in keys}) == 4


def test_draws_have_the_mean_and_the_spread_they_claim():
    """Of 20,000 draws, uniforms average 1/2 with variance 1/12 and normals 0 with variance 1."""
    keys = key(0, "many", np.arange(20_000))
    moments = [uniform(keys).mean(), uniform(keys).var(), normal(keys).mean(), normal(keys).var()]
    assert np.allclose(moments, [0.5, 1 / 12, 0, 1], atol=0.03)


def test_a_weight_is_a_share_of_the_draws():
    """Weights 1 and 3 give the first a quarter."""
    drawn = pick(key(0, "weights", np.arange(20_000)), 2, weights=[1, 3])
    assert abs((drawn == 0).mean() - 0.25) < 0.01


def test_compiled_draws_have_the_mean_they_claim():
    """Poisson numbers of mean 0.4 and 50 average that, with as much variance; gamma numbers average 1."""
    state = fork(np.uint64(1), 1)
    few = np.array([draw_poisson(state, 0.4) for _ in range(20_000)])
    many = np.array([draw_poisson(state, 50.0) for _ in range(20_000)])
    lumpy = np.array([draw_gamma(state, 0.5) for _ in range(20_000)])
    assert np.allclose([few.mean(), few.var(), many.mean() / 50, many.var() / 50], [0.4, 0.4, 1, 1], atol=0.03)
    # A gamma number of shape 0.5 and mean 1 has variance 1 / 0.5.
    assert np.allclose([lumpy.mean(), lumpy.var()], [1, 2], atol=0.1)
