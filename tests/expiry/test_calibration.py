"""Chances are straightened from the truth, and from records that hold only a part of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.utils.estimator_checks import parametrize_with_checks

from brikopt.expiry.calibration import ExpiryCalibrator, RecordedExpiryCalibrator


@parametrize_with_checks([ExpiryCalibrator(), RecordedExpiryCalibrator()])
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    """Every check that scikit-learn makes of an estimator."""
    check(estimator)


def overconfident(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that are a half too large, with more than enough chances near 0 and 1, and what happened."""
    true = rng.normal(-2.0, 3.0, n)
    return (true / 0.67)[:, None], rng.random(n) < expit(true)


def test_overconfident_chances_are_drawn_in():
    """Where log-odds of 3 mean 2, the slope is 0.67."""
    said, happened = overconfident(np.random.default_rng(1), 20_000)
    found = ExpiryCalibrator().fit(said, happened)
    assert found.coef_[0] == pytest.approx(0.67, abs=0.03)
    assert found.intercept_ == pytest.approx(0.0, abs=0.1)


def test_chances_that_were_right_stay():
    """With few cases, the belief that they are right outweighs chance: ten cases move 0.8 by less than 0.05."""
    said = np.full((10, 1), logit(0.8))
    found = ExpiryCalibrator(prior_weight=1000.0).fit(said, np.arange(10) < 5)
    assert found.predict_proba(said)[0, 1] == pytest.approx(0.8, abs=0.05)


def test_a_higher_chance_stays_the_higher_one():
    """Ranking is left alone: the slope is positive."""
    said, happened = overconfident(np.random.default_rng(2), 300)
    straightened = ExpiryCalibrator().fit(said, happened).predict_proba(said)[:, 1]
    assert (np.argsort(straightened, kind="stable") == np.argsort(said[:, 0], kind="stable")).all()


@pytest.mark.parametrize("recorded", [0.2, 0.6, 1.0])
def test_recorded_losses_are_not_taken_for_all_losses(recorded):
    """Whether a fifth or all is written down, the chances add up to what happened, and the share is found."""
    rng = np.random.default_rng(3)
    true = rng.normal(-1.0, 3.0, 8000)
    happened = rng.random(8000) < expit(true)
    noted = happened & (rng.random(8000) < recorded)
    found = RecordedExpiryCalibrator().fit(true[:, None], noted)
    assert found.recorded_share_[0] == pytest.approx(recorded, abs=0.06)
    assert found.predict_proba(true[:, None])[:, 1].sum() == pytest.approx(happened.sum(), rel=0.06)


def test_a_slope_is_found_through_the_records():
    """Overconfident chances and half of it recorded: the slope moves from 1 towards 0.67."""
    rng = np.random.default_rng(4)
    said, happened = overconfident(rng, 6000)
    noted = happened & (rng.random(6000) < 0.5)
    found = RecordedExpiryCalibrator().fit(said, noted)
    assert 0.6 < found.coef_[0] < 0.8


def test_wards_that_write_little_down_are_told_from_those_that_write_all():
    """Shares of 0.9 and 0.3 are found; a ward with one case is thought to be like the region."""
    rng = np.random.default_rng(5)
    true = rng.normal(-1.0, 3.0, 6000)
    ward = np.where(np.arange(6000) < 3000, "A", "B")
    ward[-1] = "C"
    noted = (rng.random(6000) < expit(true)) & (rng.random(6000) < np.where(ward == "A", 0.9, 0.3))
    found = RecordedExpiryCalibrator().fit(true[:, None], noted, ward=ward)
    assert dict(zip(found.wards_, found.recorded_share_, strict=True)) == pytest.approx(
        {"A": 0.9, "B": 0.3, "C": 0.6}, abs=0.1
    )


def test_losses_that_may_be_older_count_for_less():
    """Half of the recorded losses only half belong to the days in question: a quarter fewer are counted."""
    rng = np.random.default_rng(6)
    true = rng.normal(-1.0, 3.0, 8000)
    noted = rng.random(8000) < expit(true)
    sure = np.where(np.arange(8000) % 2, 1.0, 0.5)
    found = RecordedExpiryCalibrator().fit(true[:, None], noted, certainty=sure)
    assert found.recorded_share_[0] == pytest.approx(0.75, abs=0.06)
