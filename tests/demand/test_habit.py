"""What people order at a time, and how often."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand.habit import LATEST_LINES, order_habits

AS_OF = date(2025, 3, 1)


def lines(*rows):
    """Order lines from position, day and quantity."""
    frame = pd.DataFrame(rows, columns=["position", "ordered_at", "quantity"])
    return frame.astype({"position": "int64", "ordered_at": "datetime64[s]", "quantity": "int64"})


def test_forty_every_third_week():
    """Lines of 40, 40 and 20 units, 21 days apart: the median is 40, the gap 21, from 3 lines."""
    habit = order_habits(lines((0, "2025-01-06", 40), (0, "2025-01-27", 40), (0, "2025-02-17", 20)), 1, AS_OF).iloc[0]
    assert (habit["habit_lines"], habit["habit_quantity"], habit["habit_gap_days"]) == (3, 40, 21)
    assert habit["last_ordered"] == pd.Timestamp("2025-02-17")
    assert not habit["silent"]


def test_two_lines_of_one_day_are_one_day():
    """10 + 30 on 3 February and 20 on 13 February: one gap, of 10 days, and a median line of 20 units."""
    habit = order_habits(lines((0, "2025-02-03", 10), (0, "2025-02-03", 30), (0, "2025-02-13", 20)), 1, AS_OF).iloc[0]
    assert (habit["habit_lines"], habit["habit_quantity"], habit["habit_gap_days"]) == (3, 20, 10)


def test_a_single_line_has_no_gap_and_no_line_no_habit():
    """Position 1 of three has one line; positions 0 and 2 have none."""
    habits = order_habits(lines((1, "2025-02-03", 10)), 3, AS_OF)
    assert habits["habit_lines"].tolist() == [0, 1, 0]
    assert habits["habit_gap_days"].isna().all()
    assert habits["last_ordered"].isna().tolist() == [True, False, True]
    assert habits["silent"].tolist() == [False, False, False]


def test_only_the_latest_twelve_lines_count():
    """After 20 yearly lines of 100 units come 12 weekly ones of 5: the habit is 5 a week."""
    old = [(0, f"{year}-01-01", 100) for year in range(2000, 2020)]
    new = [(0, str(pd.Timestamp("2024-12-01") + pd.Timedelta(days=7 * week))[:10], 5) for week in range(12)]
    habit = order_habits(lines(*new, *old), 1, AS_OF).iloc[0]
    assert (habit["habit_lines"], habit["habit_quantity"], habit["habit_gap_days"]) == (LATEST_LINES, 5, 7)


@pytest.mark.parametrize(("last", "silent"), [("2024-12-01", False), ("2024-11-30", True)])
def test_silence_begins_after_ninety_days(last, silent):
    """From 1 December to 1 March are 90 days, from 30 November 91; the gap was a week."""
    before = str(pd.Timestamp(last) - pd.Timedelta(days=7))[:10]
    habits = order_habits(lines((0, before, 5), (0, last, 5)), 1, AS_OF)
    assert habits["silent"].tolist() == [silent]


def test_who_orders_once_a_year_is_not_silent_after_half_a_year():
    """Gaps of 365 days, and 181 days since the last line: three gaps would be 1,095 days."""
    habits = order_habits(lines((0, "2023-09-02", 5), (0, "2024-09-01", 5)), 1, AS_OF)
    assert habits["silent"].tolist() == [False]


def test_a_line_of_the_moment_of_decision_is_refused():
    """What is ordered on 1 March isn't known in the morning of 1 March."""
    with pytest.raises(ValueError, match="2025-03-01 or later"):
        order_habits(lines((0, "2025-03-01", 5)), 1, AS_OF)


@settings(max_examples=30, deadline=None)  # frames take milliseconds
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 400), st.integers(1, 50)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_file_does_not_matter(rows, shuffle):
    """One line a position and day, in whatever order: the same habits, inside what was ordered."""
    once = list({(position, age): (position, age, units) for position, age, units in rows}.values())
    dated = [(p, str(pd.Timestamp(AS_OF) - pd.Timedelta(days=age))[:10], units) for p, age, units in once]
    habits = order_habits(lines(*dated), 4, AS_OF)
    shuffle.shuffle(dated)
    pd.testing.assert_frame_equal(order_habits(lines(*dated), 4, AS_OF), habits)
    known = habits[habits["habit_lines"] > 0]
    assert known["habit_quantity"].between(1, 50).all()
    assert (known["habit_gap_days"].dropna() >= 1).all()
    assert len(known) == len(np.unique([row[0] for row in once]))
