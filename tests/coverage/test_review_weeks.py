"""The weeks ahead."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brikopt.coverage.review_weeks import review_weeks


def test_weeks_begin_on_mondays_and_the_first_one_today():
    """From Saturday 1 March 2025 two days are left of week 9; week 10 ends on 9 March."""
    weeks = review_weeks(date(2025, 3, 1), 9)
    assert [weeks.name(week) for week in (0, 1)] == ["2025-W09", "2025-W10"]
    assert (weeks.first.tolist(), weeks.last.tolist()) == ([0, 2], [1, 8])
    assert weeks.share.tolist() == pytest.approx([0.0, 1.0])


def test_a_deadline_cuts_its_week_in_two():
    """The deadline is Wednesday 5 March: 3 working days before, 2 after, both in week 10."""
    weeks = review_weeks(date(2025, 3, 3), 7, [date(2025, 3, 5)])
    assert [weeks.name(week) for week in (0, 1)] == ["2025-W10", "2025-W10"]
    assert weeks.share.tolist() == pytest.approx([0.6, 0.4])
    assert weeks.ends(0) == date(2025, 3, 5)


def test_a_year_can_have_53_weeks():
    """1 January 2027 lies in week 53 of 2026, and Monday 4 January in week 1."""
    weeks = review_weeks(date(2027, 1, 1), 10)
    assert [weeks.name(week) for week in range(2)] == ["2026-W53", "2027-W01"]


def test_the_leap_day_is_a_working_day():
    """29 February 2024 is a Thursday: the week has five working days."""
    assert review_weeks(date(2024, 2, 26), 7).share.tolist() == pytest.approx([1.0])


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(1, 60), after=st.integers(-5, 70))
def test_weeks_follow_one_another_without_holes(start, days, after):
    """Every day ahead lies in one stretch, and each stretch in one ISO week."""
    weeks = review_weeks(start, days, [date.fromordinal(start.toordinal() + after)])
    assert weeks.first[0] == 0 and weeks.last[-1] >= days - 1
    assert (weeks.first[1:] == weeks.last[:-1] + 1).all()
    assert all(weeks.ends(week).isocalendar()[1] == int(weeks.name(week)[-2:]) for week in range(len(weeks.first)))
