"""Levels seen with longer and shorter memories."""

import numpy as np
import pytest

from brikopt.demand.totals.history import lay_out
from brikopt.demand.totals.levels import CROWD_WEIGHT, MEMORIES, OWN_WEIGHT, levels_at, usual_level
from brikopt.demand.totals.origins import past_origins
from tests.demand.totals.series import as_frame


def test_a_steady_series_has_its_level_in_every_memory():
    """Four units in each of 30 periods: every memory says 4."""
    laid = lay_out(as_frame(np.array([[1, 7] * 15])))
    steady = lay_out(as_frame(np.array([[4] * 29 + [3]])))
    assert levels_at(steady, np.array([29]))[0, 0] == pytest.approx(np.full(len(MEMORIES), 4.0), rel=0.01)
    assert levels_at(laid, np.array([30]))[0, 0, -1] == pytest.approx(4.0)


def test_the_longest_memory_is_the_mean_with_a_little_of_the_crowd():
    """3 units in 10 periods beside a usual level of 0.3: the crowd agrees, so 0.3 it is."""
    laid = lay_out(as_frame(np.array([[1, 0, 0, 1, 0, 0, 1, 0, 0, 0]])))
    assert usual_level(laid) == pytest.approx(0.3)
    assert levels_at(laid, np.array([10]))[0, 0, -1] == pytest.approx(0.3)


def test_a_short_memory_by_hand():
    """One period of 5 units, beside one of 1: the own level is (5 + 0.3·√5) / 1.3, and weighs like a period."""
    laid = lay_out(as_frame(np.array([[1], [5]])))
    own = (5 + CROWD_WEIGHT * np.sqrt(5)) / (1 + CROWD_WEIGHT)
    assert levels_at(laid, np.array([1]))[1, 0, 0] == pytest.approx((5 + OWN_WEIGHT * own) / (1 + OWN_WEIGHT))


def test_what_comes_after_an_origin_does_not_change_its_level():
    """Two histories that differ from period 20 on have the same levels at 10 and 20, for the same crowd."""
    rng = np.random.default_rng(1)
    units = rng.poisson(2, size=(1, 40)) + np.eye(1, 40, dtype=int)
    turned = np.concatenate([units[:, :20], units[:, :19:-1]], axis=1)
    before, after = (levels_at(lay_out(as_frame(one)), np.array([10, 20, 30])) for one in (units, turned))
    assert before[:, :2] == pytest.approx(after[:, :2])
    assert before[:, 2] != pytest.approx(after[:, 2])


def test_totals_after_an_origin_are_the_units_of_its_horizon():
    """Units 0, 1, 2 … 23 and a horizon of 4: the newest origin is 20, half a horizon apart, 20 + 21 + 22 + 23 = 86."""
    past = past_origins(lay_out(as_frame(np.arange(24)[None])), 4, 100)
    assert past.origins.tolist() == [6, 8, 10, 12, 14, 16, 18, 20]
    assert past.totals[0, -1] == 86
    assert past.worth == 0.5


def test_a_history_shorter_than_the_horizon_has_no_origin():
    """Five periods, asked for the next eight."""
    assert past_origins(lay_out(as_frame(np.ones((2, 5)))), 8, 100).origins.tolist() == []
