"""Visits put into weeks one after another."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brikopt.coverage.packing import UNPLACED, first_fit, last_week, minutes_used


def test_a_visit_stays_within_a_week_that_has_the_minutes():
    """40 minutes of the 60 of the second week."""
    assert minutes_used(40, np.array([10, 60, 60]), 1).tolist() == [40]


def test_a_visit_longer_than_a_week_takes_whole_weeks():
    """90 minutes are the 60 of the first week, none of the holiday week, and 30 of the third."""
    assert minutes_used(90, np.array([60, 0, 60]), 0).tolist() == [60, 0, 30]


def test_a_visit_that_is_never_done_uses_nothing():
    """130 minutes don't fit in two weeks of 60, and nothing begins in a week without hours."""
    assert minutes_used(130, np.array([60, 60]), 0).tolist() == []
    assert minutes_used(10, np.array([0, 60]), 0).tolist() == []


def test_first_come_first_served():
    """Of 40, 30 and 20 minutes in weeks of 60, the first and the third share week 0 and the second gets week 1."""
    capacity = np.array([[60, 60]])
    start = first_fit([0, 1, 2], np.array([40, 30, 20]), np.zeros(3, dtype=int), capacity.copy(), capacity)
    assert start.tolist() == [0, 1, 0]


def test_hospitals_do_not_lend_hours():
    """The second hospital has none, so its visit waits for ever."""
    capacity = np.array([[60], [0]])
    start = first_fit([0, 1], np.array([10, 10]), np.array([0, 1]), capacity.copy(), capacity)
    assert start.tolist() == [0, UNPLACED]


@given(
    minutes=st.lists(st.integers(1, 200), min_size=1, max_size=12),
    weeks=st.lists(st.integers(0, 90), min_size=1, max_size=12),
)
def test_no_week_is_ever_overfull(minutes, weeks):
    """What is placed takes its minutes, all of them, from weeks that have them."""
    capacity, work = np.array([weeks]), np.array(minutes)
    place, room = np.zeros(len(work), dtype=int), np.array([weeks])
    start = first_fit(range(len(work)), work, place, room, capacity)
    end = last_week(start, work, place, capacity)
    assert (room >= 0).all()
    assert (capacity - room).sum() == work[start != UNPLACED].sum()
    assert ((end >= start) & (end < len(weeks))).all()
