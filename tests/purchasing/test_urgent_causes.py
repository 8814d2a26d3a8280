"""Why an urgent line was made."""

import numpy as np
import pandas as pd
import pytest

from brikopt.demand.order_lines import NEVER
from brikopt.purchasing.calendars import calendars
from brikopt.purchasing.late_goods import waits_for_late_goods
from brikopt.purchasing.urgent_causes import LATE, MIN_TOO_LOW, NO_DAY, ORDER_DAY, urgent_causes
from tests.purchasing.rows import MONDAY, order_lines

# Ordered on Mondays, delivered on any working day after two days.
WEEKLY = pd.DataFrame({"order_days": ["1"], "delivery_days": ["1,2,3,4,5"], "lead_time_days_mean": [2.0]})
DAILY = WEEKLY.assign(order_days="1,2,3,4,5")


def causes(*rows, positions=WEEKLY):
    lines = order_lines(*((0, *row) for row in rows))
    return urgent_causes(lines, calendars(positions), MONDAY, MONDAY + 365)


def test_goods_arrive_after_the_lead_time_on_a_delivery_day():
    """Monday's on Wednesday; Thursday's on Saturday, so on Monday. Whoever misses Monday waits 6 + 2 days."""
    when = calendars(WEEKLY)
    assert when.arrival[0].tolist() == [2, 2, 2, 4, 3, 2, 2]
    assert when.orders[0].tolist() == [True] + [False] * 6
    assert when.longest_wait.tolist() == [8]


def test_goods_that_should_have_been_there_are_late():
    """Ordered on Monday for Wednesday, still not there on Friday: two days late."""
    found = causes((MONDAY, 10, False, MONDAY + 9), (MONDAY + 4, 10, True, MONDAY + 5))
    assert (found.cause.tolist(), found.days_late.tolist()) == ([LATE], [2])


def test_goods_on_their_way_in_good_time_were_ordered_too_late():
    """Ordered on Monday for Wednesday, and gone on Tuesday: min was too low."""
    found = causes((MONDAY, 10, False, MONDAY + 2), (MONDAY + 1, 10, True, MONDAY + 2))
    assert (found.cause.tolist(), found.days_late.tolist()) == ([MIN_TOO_LOW], [0])


def test_an_order_day_between_would_have_brought_goods():
    """Nothing on its way on Friday: what is ordered on Wednesday arrives that day."""
    found = causes((MONDAY, 10, False, MONDAY + 2), (MONDAY + 4, 10, True, MONDAY + 5))
    assert (found.cause.tolist(), found.weekday.tolist()) == ([ORDER_DAY], [2])


def test_a_ward_that_orders_every_day_needs_no_more_days():
    """Nothing on its way on Friday, and every day was an order day: min."""
    found = causes((MONDAY, 10, False, MONDAY + 2), (MONDAY + 4, 10, True, MONDAY + 5), positions=DAILY)
    assert (found.cause.tolist(), found.weekday.tolist()) == ([MIN_TOO_LOW], [NO_DAY])


def test_a_line_that_never_came_is_void_after_45_days():
    """On day 44 it is late; on day 49 nothing is on its way any more, and Wednesday would have helped on Friday."""
    for day, cause in ((44, LATE), (49 + 4, ORDER_DAY)):
        found = causes((MONDAY, 10, False, NEVER), (MONDAY + day, 10, True, NEVER))
        assert found.cause.tolist() == [cause]


def test_two_urgent_lines_of_a_day_are_one_and_older_ones_do_not_count():
    """One of four: two on the same Friday, one before the first day, one after the last."""
    rows = ((-1, 10, True), (4, 10, True), (4, 20, True), (365, 10, True))
    found = causes(*((MONDAY + day, units, urgent, NEVER) for day, units, urgent in rows))
    assert found.position.tolist() == [0]


def test_the_line_of_another_position_explains_nothing():
    """Position 0 waits for late goods; position 1, with no line of its own, does not."""
    lines = order_lines((0, MONDAY, 10, False, NEVER), (1, MONDAY + 4, 10, True, NEVER))
    both = pd.concat([DAILY, DAILY], ignore_index=True)
    found = urgent_causes(lines, calendars(both), MONDAY, MONDAY + 365)
    assert (found.position.tolist(), found.cause.tolist()) == ([1], [MIN_TOO_LOW])


def test_no_lines_have_no_causes():
    """Extracts without orders."""
    none = np.zeros(0, dtype=np.int64)
    lines = order_lines((0, MONDAY, 10, False, NEVER))
    empty = type(lines)(none, none, none, none.astype(bool), none, none)
    assert urgent_causes(empty, calendars(WEEKLY), MONDAY, MONDAY + 365).position.tolist() == []


@pytest.mark.parametrize(
    ("came", "days", "waits"), [(NEVER, 4, True), (NEVER, 2, False), (3, 4, False), (NEVER, 50, False)]
)
def test_goods_are_late_once_their_planned_day_has_passed(came, days, waits):
    """Monday's should have come on Wednesday: late on Friday, but not if they came, and void in the end."""
    lines = order_lines((0, MONDAY, 10, False, MONDAY + came if came < NEVER else NEVER))
    assert waits_for_late_goods(lines, calendars(WEEKLY), MONDAY + days).tolist() == [waits]
