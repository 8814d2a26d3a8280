"""Particles: copied, and kept by their weights."""

import numpy as np
import pytest

from brikopt.demand.rates import RATES
from brikopt.stock.particles import Particles, copied, resample
from brikopt.stock.shelf import MAX_LOTS


def particles(count, known):
    """So many particles, of which the first ``known`` hold 1, 2, … units in one lot."""
    found = Particles(
        np.zeros((count, MAX_LOTS), dtype=np.int64),
        np.zeros((count, MAX_LOTS), dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.full((count, RATES + 1), 1.0 / (RATES + 1)),
        np.zeros(count),
        np.zeros(count, dtype=np.int64),
    )
    found.units[:known, 0] = np.arange(known) + 1
    found.lots[:known] = 1
    found.position[:known] = np.arange(known) + 1
    found.newest_first[:known] = 0.1 * np.arange(known)
    return found


@pytest.mark.parametrize(("few", "count"), [(1, 4), (4, 16), (3, 8), (5, 5)])
def test_a_few_particles_are_copied_in_turn(few, count):
    """All are copied as often, give or take once, with all that belongs to them, and their weights."""
    here = particles(count, few)
    weight = copied(here, np.arange(few, dtype=float), count)
    assert weight.tolist() == [one % few for one in range(count)]
    assert here.position.tolist() == here.units[:, 0].tolist() == [one % few + 1 for one in range(count)]
    assert here.newest_first == pytest.approx(0.1 * weight)
    assert (here.lots == 1).all()


def test_a_particle_of_all_the_weight_takes_every_place():
    """Some hundred million times as likely as the others."""
    here = particles(8, 8)
    resample(np.random.default_rng(1), here, np.array([0.0, 0, 0, 20.0, 0, 0, 0, 0]), 0.5)
    assert (here.position == 4).all()


def test_even_weights_are_left_alone():
    """Where all are nearly as likely, nothing is drawn."""
    here, weight = particles(8, 8), np.full(8, 0.3)
    resample(np.random.default_rng(1), here, weight, 0.5)
    assert here.position.tolist() == list(range(1, 9))
    assert (weight == 0.3).all()
