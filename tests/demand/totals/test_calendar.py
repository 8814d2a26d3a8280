"""Periods of any kind become consecutive whole numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand.totals.calendar import period_numbers
from brikopt.demand.totals.errors import BadSeries


def distances(periods):
    """Between neighbouring rows."""
    return np.diff(period_numbers(pd.Series(periods))).tolist()


@pytest.mark.parametrize(
    "periods",
    [
        [7, 8, 9, 12],
        ["7", "8", "9", "12"],
        [202311, 202312, 202401, 202404],
        ["2023-11", "2023-12", "2024-01", "2024-04"],
        ["2023-11-30", "2023-12-31", "2024-01-31", "2024-04-30"],
        ["2024-03-04", "2024-03-11", "2024-03-18", "2024-04-08"],
        ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-04"],
        pd.to_datetime(["2023-11-01", "2023-12-01", "2024-01-01", "2024-04-01"]),
        pd.PeriodIndex(["2023Q3", "2023Q4", "2024Q1", "2024Q4"], freq="Q"),
        [pd.Period("2024-03-01", "D") + days for days in (0, 1, 2, 5)],
    ],
    ids=["numbers", "text numbers", "yyyymm", "months", "month ends", "weeks", "days", "dates", "quarters", "objects"],
)
def test_two_neighbours_and_a_gap_of_two(periods):
    """Four periods, of which two are missing before the last: 1, 1 and 3 apart, however they are written."""
    assert distances(periods) == [1, 1, 3]


def test_quarters_written_as_dates_are_one_period_each():
    """No quarter is missing among four dates three months apart, so the horizon counts quarters."""
    assert distances(["2023-01-01", "2023-04-01", "2023-07-01", "2023-10-01"]) == [1, 1, 1]


def test_dates_that_are_thinly_used_stay_months():
    """January, March and July: 2 and 4 months apart, with months missing between them."""
    assert distances(["2023-01-01", "2023-03-01", "2023-07-01"]) == [2, 4]


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(0, 400), min_size=2, max_size=30))
def test_days_are_as_far_apart_as_the_calendar_has_them(days):
    """Two neighbouring days and others within 400: differences are those of the dates."""
    days = sorted(days | {500, 501})
    dates = pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D")
    assert distances(dates.strftime("%Y-%m-%d")) == np.diff(days).tolist()


@pytest.mark.parametrize("periods", [["2024-01-01", None], ["spring", "summer"], [1.5, 2.5]])
def test_a_period_that_cannot_be_read_is_refused(periods):
    """Missing, a word, and one and a half: each stops with the column's name."""
    with pytest.raises(BadSeries, match="period"):
        period_numbers(pd.Series(periods))
