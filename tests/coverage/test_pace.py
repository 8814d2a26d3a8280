"""The Gamma–Poisson pace of first reviews."""

from datetime import date

import numpy as np
import pytest

from brikopt.coverage.pace import Pace, history, region_pace, reviews_a_visit, unit_pace


def test_the_chance_of_one_review_is_that_of_a_gamma_poisson_above_zero():
    """With shape 2 and rate 3, the chance of none in 1 week is (3/4)^2, so of one or more 7/16."""
    assert float(Pace(2.0, 3.0).chance(1, 1.0)) == pytest.approx(7 / 16)


def test_a_sharp_pace_is_nearly_poisson():
    """At 2 a week known almost exactly, P(at least 2 in a week) is 1 - 3·e^-2."""
    assert float(Pace(2e6, 1e6).chance(2, 1.0)) == pytest.approx(1 - 3 * np.exp(-2), abs=1e-5)


def test_no_weeks_left_means_no_chance():
    """Nothing is reviewed in 0 working weeks."""
    assert float(Pace(5.0, 1.0).chance(1, 0.0)) == 0.0


def test_expected_reviews_stop_at_the_wards_left():
    """At a hundred a week and 3 wards left, 3 are expected, not 100."""
    assert Pace(1e4, 1e2).expected(3, 1.0) == pytest.approx(3.0)


def test_expected_reviews_follow_the_mean_where_nothing_caps_them():
    """2 a week for 1.5 weeks is 3, when 1000 wards are left."""
    assert Pace(200.0, 100.0).expected(1000, 1.5) == pytest.approx(3.0)


def test_after_the_median_the_chance_is_one_half():
    """The projected date and the chance at the deadline tell the same story."""
    pace = Pace(3.0, 2.0)
    assert float(pace.chance(7, pace.median_weeks(7))) == pytest.approx(0.5)


def test_recent_reviews_weigh_more():
    """A review of yesterday weighs nearly twice as much as one of eight weeks before: 2 ** (55 / 56)."""
    as_of = date(2025, 3, 1)
    old, new = np.datetime64("2025-01-04"), np.datetime64("2025-02-28")
    past = history(np.array([old, new]), as_of)
    assert past.weighed(np.array([new])) / past.weighed(np.array([old])) == pytest.approx(2 ** (55 / 56))


def test_reviews_that_come_in_clumps_tell_less():
    """Eight reviews in one of four weeks vary more than two in each: about 5 at a time, against about 1."""
    week = np.tile(np.array([0.2] * 5 + [0.0] * 2), 4)
    clumped, even = (np.zeros(28, dtype=np.int64) for _ in range(2))
    clumped[7], even[[0, 1, 7, 8, 14, 15, 21, 22]] = 8, 1
    assert reviews_a_visit(clumped, week) == pytest.approx((8 + 24) / 7)
    assert reviews_a_visit(even, week) == pytest.approx(8 / 7)


def test_the_pace_to_come_is_never_very_sure():
    """From a million reviews the mean stays, and the shape falls to 1 / 0.08 = 12.5: give or take 28 %."""
    drifting = Pace(1e6, 1e5).drifting()
    assert (drifting.mean, drifting.reviews) == pytest.approx((10.0, 12.5), rel=1e-4)


def test_a_start_yesterday_is_spread_over_four_weeks():
    """One review on the day before is measured against 28 days, not one."""
    past = history(np.array([np.datetime64("2025-02-27")]), date(2025, 2, 28))
    assert len(past.days) == 28
    assert past.weeks == pytest.approx(past.weight.sum() / 7, rel=0.02)


def test_without_reviews_the_prior_stands_alone():
    """52 wards at about one review a year each make 1 a week, from half a review's worth of evidence."""
    past = history(np.array([], dtype="datetime64[D]"), date(2025, 2, 28))
    pace = region_pace(0.0, past.weeks, 52)
    assert (pace.mean, pace.reviews) == (1.0, 0.5)


def test_a_unit_without_reviews_of_its_own_leans_on_the_region():
    """The region does 4 a week; the unit has a quarter of what is left, and no history at all: 1 a week."""
    assert unit_pace(Pace(40.0, 10.0), 0.0, 0.0, 0.25).mean == pytest.approx(1.0)


def test_a_unit_is_never_surer_than_the_region_it_leans_on():
    """The prior region knows half a review; so does its only unit."""
    region = Pace(0.5, 0.26)
    assert unit_pace(region, 0.0, 0.0, 1.0) == region
