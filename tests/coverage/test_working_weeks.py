"""Days off and July."""

from datetime import date

import pytest

from brikopt.coverage.working_weeks import days_off, working_weeks


def test_the_easter_week_of_2025_holds_three_working_days():
    """Easter Sunday is 20 April 2025, so Thursday 17 and Friday 18 are days off: 3 days of 0.2."""
    assert working_weeks(date(2025, 4, 14), 7).sum() == pytest.approx(0.6)


def test_the_prayer_day_was_a_day_off_until_2023():
    """It lies 26 days after Easter: 5 May 2023; in 2024 it would have been 26 April."""
    assert date(2023, 5, 5) in days_off(2023)
    assert date(2024, 4, 26) not in days_off(2024)


def test_a_week_in_july_counts_half():
    """Monday 7 to Sunday 13 July 2025: five days of 0.1."""
    assert working_weeks(date(2025, 7, 7), 7).sum() == pytest.approx(0.5)


def test_days_off_are_found_across_new_year():
    """Wednesday 31 December 2025 and Thursday 1 January 2026 are off, Friday 2 January is not."""
    assert working_weeks(date(2025, 12, 31), 3).tolist() == [0.0, 0.0, 0.2]


def test_the_movable_days_of_2025():
    """Ascension is 29 May, Whit Monday 9 June and Easter Monday 21 April in 2025."""
    assert {date(2025, 5, 29), date(2025, 6, 9), date(2025, 4, 21)} <= days_off(2025)
