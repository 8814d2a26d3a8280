"""What the day of a line tells."""

from math import exp

import numpy as np
import pytest

from brikopt.stock.timing import (
    P_OTHER_REASON,
    USUAL_INTERVAL,
    between_order_days,
    chance_of_check,
    check_interval,
    log_timing,
)


@pytest.mark.parametrize(
    ("days", "used", "since_thrown", "chance"),
    [
        (300, 30, -1, 0.2),  # 30 units in 300 days: one every ten, and two days to fall into
        (300, 200, -1, 1.0),  # used so fast that any day will do
        (300, 3, -1, 0.02),
        (300, 0, -1, P_OTHER_REASON),  # nothing used, nothing thrown out: a card was forgotten, or worse
        (300, 3, 1, 1.0),  # thrown out yesterday
        (300, 3, 20, 2 / 30),  # thrown out in the month before, as far as anybody knows
        (300, 3, 60, 0.02),  # too long ago to have hung a card now
        (2, 1, -1, 1.0),  # since the order day before
    ],
)
def test_a_line_falls_on_its_day_by_use_or_by_a_check(days, used, since_thrown, chance):
    """Order days every day, checks every 30 days."""
    assert exp(log_timing(days, used, since_thrown, 1.0, 30.0)) == pytest.approx(chance)


def test_checks_are_as_far_apart_as_they_were():
    """Three in 60 days; with one alone, or none, as far as is usual."""
    assert check_interval(np.array([100, 130, 160])) == 30
    assert check_interval(np.array([100])) == check_interval(np.array([], dtype=np.int64)) == USUAL_INTERVAL


def test_a_check_falls_between_two_order_days_by_their_share_of_the_time():
    """An order day a week is eight days, both ends counted in, of thirty; never quite certain."""
    assert between_order_days(7.0) == 8
    assert chance_of_check(7.0, 30.0) == pytest.approx(8 / 30)
    assert chance_of_check(7.0, 5.0) < 1
