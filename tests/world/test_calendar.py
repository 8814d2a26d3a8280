"""Quiet weeks, closed weekends, rounds of the cabinets."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from brikopt.world.calendar import BY_LOT, CHECK, COUNT, activity, closing_days, days_of, months_of, visits
from brikopt.world.settings import WorldSettings

DAYS = days_of(WorldSettings(years=2))


def test_days_end_before_the_moment_of_decision():
    """Two years up to 1 March 2025 begin on 1 March 2023 and end on 28 February 2025: 731 days."""
    assert (DAYS[0], DAYS[-1], len(DAYS)) == (pd.Timestamp("2023-03-01"), pd.Timestamp("2025-02-28"), 731)


def test_months_are_counted_from_the_first():
    """March 2023 is month 0, and February 2025 month 23."""
    assert months_of(DAYS)[[0, -1]].tolist() == [0, 23]


def test_some_wards_close_at_weekends_and_none_on_ordinary_weekdays():
    """Of 40 wards about a quarter has no use at all on Saturdays and Sundays; on weekdays in spring all have some."""
    busy = activity(DAYS, seed=0, n_wards=40)
    weekend = np.asarray(DAYS.day_of_week) >= 5
    closed = (busy[:, weekend] == 0).all(axis=1)
    assert 4 <= closed.sum() <= 16
    spring = np.asarray(DAYS.month) == 4
    assert (busy[:, ~weekend & spring] > 0).all()


def test_some_wards_close_in_summer_and_some_at_christmas():
    """Of 400 wards an eighth is closed in the whole of week 29, another eighth on 27 December, 1 % on both."""
    busy = activity(DAYS, seed=0, n_wards=400)
    week_29 = (busy[:, DAYS.get_indexer(pd.date_range("2024-07-15", "2024-07-19"))] == 0).all(axis=1)
    christmas = busy[:, DAYS.get_loc("2024-12-27")] == 0
    assert 25 <= week_29.sum() <= 75
    assert 25 <= christmas.sum() <= 75
    assert (week_29 & christmas).sum() <= 20


def test_a_ward_that_closed_for_good_closes_on_the_day_it_no_longer_counts():
    """Closed on the 10th day after 1 March 2023: day 9; one that was rebuilt then goes on."""
    wards = pd.DataFrame(
        {
            "valid_to": pd.Series(["2023-03-10", "2023-03-10", None]).astype("datetime64[s]"),
            "excluded_reason": pd.Series(["lukket", "under ombygning", ""], dtype="str"),
        }
    )
    closing = closing_days(wards, date(2023, 3, 1))
    assert closing[0] == 9
    assert (closing[1:] > 10_000).all()


def test_july_is_quiet():
    """In every ward an ordinary July Wednesday has less use than an ordinary May Wednesday."""
    busy = activity(DAYS, seed=0, n_wards=40)
    july, may = DAYS.get_indexer(pd.to_datetime(["2024-07-17", "2024-05-15"]))
    assert (busy[:, july] < busy[:, may]).all()


def test_a_cabinet_is_checked_about_monthly_and_counted_once_or_twice_a_year():
    """In two years: 17 to 36 checks, 2 to 4 counts; only counts are made by lot."""
    flags = visits(DAYS, seed=0, n_cabinets=30)
    checks, counts = ((flags & flag > 0).sum(axis=1) for flag in (CHECK, COUNT))
    assert checks.min() >= 15
    assert checks.max() <= 36
    assert set(counts.tolist()) <= {1, 2, 3, 4, 5}
    assert (flags[flags & BY_LOT > 0] & COUNT > 0).all()
