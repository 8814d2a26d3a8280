"""Lead times as they were, by supplier and item."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.purchasing.calendars import calendars
from brikopt.purchasing.lead_times import lead_times

AS_OF = 20_000


def told(days: list[tuple[int, int]]):
    """Lines of item A (promised in 3 days, delivered every day): days before today, and days that they took."""
    positions = pd.DataFrame({"item_id": ["A"], "name": ["Kompres"], "supplier": ["Nord"]})
    positions = positions.assign(order_days="1,2,3,4,5,6,7", delivery_days="1,2,3,4,5,6,7", lead_time_days_mean=3.0)
    day = np.array([AS_OF - ago for ago, _ in days])
    came = np.array([NEVER if took < 0 else AS_OF - ago + took for ago, took in days])
    ones = np.ones(len(days), dtype=np.int64)
    lines = OrderLines(ones * 0, day, ones, ones < 0, came, np.append(day[1:], NEVER))
    return lead_times(positions, lines, calendars(positions), AS_OF).set_index("item_id")


def test_three_of_four_came_as_promised():
    """After 2, 3, 3 and 9 days: 75 %, in 4.25 days; the supplier says the same; the interval is Jeffreys' of 3 of 4."""
    found = told([(80, 2), (60, 3), (40, 3), (20, 9)])
    assert found["as_promised"].tolist() == [0.75, 0.75]
    assert found.loc["A", "days_mean"] == 4.25
    assert found.loc["A", ["low", "high"]].tolist() == pytest.approx([0.3493, 0.9540], abs=1e-4)


def test_what_never_came_is_late_and_what_is_not_due_says_nothing():
    """One on time, one never came, one ordered yesterday: one of two."""
    found = told([(80, 3), (60, -1), (1, -1)])
    assert found.loc["A", ["lines", "as_promised"]].tolist() == [2, 0.5]


def test_many_lines_as_promised_leave_little_doubt():
    """50 of 50: the lower end is above 96 %."""
    found = told([(500 - 7 * week, 3) for week in range(50)])
    assert (found.loc["A", "as_promised"], found.loc["A", "low"] > 0.96) == (1.0, True)
