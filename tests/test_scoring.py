"""Scores of forecasts, by hand."""

import numpy as np
import pytest

from brikopt.scoring import (
    brier_skill,
    calibration,
    calibration_error,
    inside,
    pinball,
    precision_at_top,
    precision_of_ranking,
)

YES_NO = np.array([True, False, True, False])


def test_average_precision_is_the_mean_precision_at_each_thing_found():
    """Found at places 1 and 3 of the list: (1/1 + 2/3) / 2."""
    assert precision_of_ranking(YES_NO, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(5 / 6)


def test_a_ranking_of_what_never_happened_has_no_score():
    """Nothing can be found."""
    assert np.isnan(precision_of_ranking(np.zeros(3, dtype=bool), np.arange(3.0)))


def test_brier_skill_is_measured_from_the_plain_frequency():
    """The frequency itself scores 0; chances of 0.75 and 0.25 leave 1/16 of error against 1/4: skill 0.75."""
    assert brier_skill(YES_NO, np.full(4, 0.5)) == pytest.approx(0)
    assert brier_skill(YES_NO, np.where(YES_NO, 0.75, 0.25)) == pytest.approx(0.75)


def test_chances_worse_than_the_frequency_score_below_zero():
    """Certain and wrong each time: error 1 against 1/4, skill -3."""
    assert brier_skill(YES_NO, np.where(YES_NO, 0.0, 1.0)) == pytest.approx(-3)


@pytest.mark.parametrize("happened", [True, False])
def test_brier_skill_needs_both_outcomes(happened):
    """Where all or nothing happened the frequency is perfect already."""
    assert np.isnan(brier_skill(np.full(3, happened), np.full(3, 0.5)))


def test_calibration_puts_chances_into_bands():
    """Two chances of 0.15, one of which came true, and one of 1.0, which did."""
    table = calibration(np.array([True, False, True]), np.array([0.15, 0.15, 1.0]))
    assert table[["low", "high", "forecasts", "said", "came_true"]].to_numpy().tolist() == [
        [0.1, 0.2, 2.0, 0.15, 0.5],
        [0.9, 1.0, 1.0, 1.0, 1.0],
    ]


def test_a_share_among_few_is_uncertain_even_at_one():
    """One of one came true: smoothed to 2/3, with an error of sqrt(2/9)."""
    error = calibration(np.array([True]), np.array([1.0]))["error"].iloc[0]
    assert error == pytest.approx(np.sqrt(2 / 9))


def test_calibration_error_weighs_the_bands_by_their_forecasts():
    """Two forecasts off by 0.35 and one off by 0: 0.7 / 3."""
    assert calibration_error(np.array([True, False, True]), np.array([0.15, 0.15, 1.0])) == pytest.approx(0.7 / 3)


def test_pinball_punishes_the_side_that_the_quantile_should_avoid():
    """A 90 % quantile of 8: 10 costs 0.9 × 2, 6 costs 0.1 × 2, on average 1.0."""
    assert pinball(np.array([10.0, 6.0]), np.array([[8.0], [8.0]]), np.array([0.9])) == pytest.approx(1.0)


def test_both_ends_of_an_interval_are_inside():
    """1 and 3 of 1..3 are, 4 isn't; no interval at all has no share."""
    low, high = np.full(3, 1.0), np.full(3, 3.0)
    assert inside(np.array([1.0, 3.0, 4.0]), low, high) == pytest.approx(2 / 3)
    assert np.isnan(inside(np.zeros(0), np.zeros(0), np.zeros(0)))


def test_every_ward_has_a_list_of_its_own():
    """The top entry of ward a came true, that of ward b didn't, though it scores higher than a's."""
    happened = np.array([True, False, False, True])
    wards = np.array(["a", "a", "b", "b"], dtype=object)
    assert precision_at_top(happened, np.array([0.2, 0.1, 0.9, 0.8]), wards, top=1) == 0.5
