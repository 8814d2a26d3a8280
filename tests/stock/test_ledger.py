"""What the extracts say of each position, day by day."""

import numpy as np
import pytest

from brikopt.contract.positions import position_table
from brikopt.stock.ledger import (
    COUNT,
    COUNT_LOT,
    DAMAGE,
    DELIVERY,
    DISCARD,
    LINE,
    SHELF_DATE,
    URGENT_LINE,
    check_days,
    ledger,
)
from brikopt.stock.lots import UNKNOWN

from .histories import days, extracts

TWO_POSITIONS = "cabinet_id item_id min_level max_level brik_qty brik_count\nS1 I1 10 20 10 2\nS2 I1 5 20 _ _"


def book(**tables):
    """The ledger of hand-written extracts."""
    known = extracts(**tables)
    return ledger(known, position_table(known))


def test_within_a_day_goods_come_before_checks_counts_and_the_board():
    """Everything on one day: delivery, discard, damage, typed date, count with its lot, line, urgent line."""
    found = book(
        orders="ordered_at quantity channel\n2025-02-10 5 urgent\n2025-02-10 10 brik",
        counts="counted_at quantity expiry_date\n2025-02-10 7 2025-09-01",
        shelf_dates="checked_at earliest_expiry\n2025-02-10 2025-09-01",
        discards="discarded_at quantity reason\n2025-02-10 1 damaged\n2025-02-10 2 expired",
        deliveries="delivered_at quantity\n2025-02-10 10",
    )
    assert found.kind.tolist() == [DELIVERY, DISCARD, DAMAGE, SHELF_DATE, COUNT, COUNT_LOT, LINE, URGENT_LINE]
    assert found.units.tolist() == [10, 2, 1, 0, 7, 7, 10, 5]


def test_events_lie_side_by_side_by_position_and_day():
    """Two events of S1 and one of S2, in whatever order the files have them."""
    found = book(
        positions=TWO_POSITIONS,
        orders="cabinet_id ordered_at quantity\nS2 2025-01-05 15\nS1 2025-02-10 10\nS1 2025-01-10 10",
    )
    assert found.start.tolist() == [0, 2, 3]
    assert found.day.tolist() == [days("2025-01-10"), days("2025-02-10"), days("2025-01-05")]


def test_events_of_no_position_are_left_out():
    """S2 holds no I2 (any more): its delivery is history, not an event."""
    assert book(deliveries="cabinet_id item_id delivered_at quantity\nS2 I2 2025-02-10 10").start.tolist() == [0, 0]


def test_the_rows_of_one_count_are_one_count():
    """Two lots of 3 and 4 and 2 units without a date: 9 units, two of the lots named."""
    found = book(
        counts="counted_at quantity expiry_date\n2025-02-10 3 2025-09-01\n2025-02-10 4 2025-10-01\n2025-02-10 2 _"
    )
    assert found.kind.tolist() == [COUNT, COUNT_LOT, COUNT_LOT]
    assert found.units.tolist() == [9, 3, 4]
    assert found.expiry.tolist() == [UNKNOWN, days("2025-09-01"), days("2025-10-01")]


def test_of_several_counts_of_one_day_the_last_stands():
    """50 and then 48, 48 twice, and 50, 47, 49: 48, 48 and 49 lie there; the next day's count is another."""
    for counted, stands in (("50 48", 48), ("48 48", 48), ("50 47 49", 49)):
        rows = "".join(f"\n2025-02-10 {units}" for units in counted.split())
        found = book(counts=f"counted_at quantity{rows}\n2025-02-11 5")
        assert found.units.tolist() == [stands, 5]


def test_of_one_lot_counted_twice_the_last_row_stands():
    """L1 as 3 and again as 2, L2 as 4 and goods without a lot as 1: 7 units."""
    counts = "counted_at quantity lot expiry_date\n2025-02-10 3 L1 2025-09-01\n2025-02-10 4 L2 2025-09-01"
    found = book(counts=f"{counts}\n2025-02-10 1 _ _\n2025-02-10 2 L1 2025-09-01")
    assert (found.kind.tolist(), found.units.tolist()) == ([COUNT, COUNT_LOT, COUNT_LOT], [7, 4, 2])


def test_a_lot_counted_again_under_another_date_is_one_lot():
    """The date of L1 was corrected: its 3 units lie there once."""
    counts = "counted_at quantity lot expiry_date\n2025-02-10 3 L1 2025-09-01\n2025-02-10 3 L1 2026-09-01"
    found = book(counts=counts)
    assert (found.units.tolist(), found.expiry[1]) == ([3, 3], days("2026-09-01"))


def test_a_count_of_nothing_is_a_count():
    """0 units, no lot."""
    found = book(counts="counted_at quantity expiry_date\n2025-02-10 0 2025-09-01")
    assert (found.kind.tolist(), found.units.tolist()) == ([COUNT], [0])


def test_what_one_check_throws_out_is_one_discard():
    """Two lots of 2 and 3 on one day: 5 units; damage on that day is told apart."""
    found = book(
        discards="discarded_at quantity reason\n2025-02-10 2 expired\n2025-02-10 3 expired\n2025-02-10 1 other"
    )
    assert found.kind.tolist() == [DISCARD, DAMAGE]
    assert found.units.tolist() == [5, 1]


def test_a_delivery_without_a_date_knows_the_nearest_dated_one():
    """Another cabinet got lot of 2025-12-31 a day later: at 1 day the prior says 0.975."""
    found = book(
        positions=TWO_POSITIONS,
        deliveries="cabinet_id delivered_at quantity expiry_date\nS1 2025-02-10 10 _\nS2 2025-02-11 15 2025-12-31",
    )
    assert found.near_expiry[0] == days("2025-12-31")
    assert found.p_near[0] == pytest.approx(0.975)


def test_units_on_their_way_are_those_ordered_and_not_yet_there_that_evening():
    """Lines of 10 on days 1, 3 and 5 of February; the first comes on day 4, the second never, the third on day 9."""
    found = book(
        orders="order_id ordered_at quantity\nB1 2025-02-01 10\nB2 2025-02-03 10\nB3 2025-02-05 10",
        deliveries="order_id delivered_at quantity\nB1 2025-02-04 10\nB3 2025-02-09 10",
    )
    assert found.outstanding[found.kind == LINE].tolist() == [10, 20, 10]


def test_both_lines_of_a_day_are_on_their_way_that_evening():
    """10 by card and 5 in a hurry."""
    found = book(orders="ordered_at quantity channel\n2025-02-01 10 brik\n2025-02-01 5 urgent")
    assert found.outstanding.tolist() == [15, 15]


def test_a_line_is_not_on_its_way_once_its_goods_came_that_day():
    """Ordered and delivered on 1 February: nothing is outstanding in the evening."""
    found = book(
        orders="order_id ordered_at quantity\nB1 2025-02-01 10",
        deliveries="order_id delivered_at quantity\nB1 2025-02-01 10",
    )
    assert found.outstanding[found.kind == LINE].tolist() == [0]


def checks(first, last, interval=30, **tables):
    """Check days of cabinet S1 between two dates."""
    known = extracts(**tables)
    (found,) = check_days(known, np.array(["S1"], dtype=object), interval, days(first), days(last))
    return found


def thrown_out(*dates):
    """Discards of goods out of date on these days."""
    return "discarded_at quantity\n" + "\n".join(f"{day} 1" for day in dates)


def test_without_discards_a_cabinet_is_checked_as_the_policy_says():
    """Every 30 days over 90 days: four checks."""
    found = checks("2025-01-01", "2025-04-01")
    assert np.diff(found).tolist() == [30, 30, 30]


def test_the_rhythm_is_read_off_the_discards():
    """Discards on 1, 15 and 29 January: every 14 days, before, between and after."""
    found = checks("2024-12-18", "2025-02-28", discards=thrown_out("2025-01-01", "2025-01-15", "2025-01-29"))
    assert found.tolist() == [days("2024-12-18") + 14 * step for step in range(6)]


def test_a_check_that_found_nothing_is_filled_in():
    """Discards on 1, 15 and 29 January and 26 February: something was checked on 12 February too."""
    discards = thrown_out("2025-01-01", "2025-01-15", "2025-01-29", "2025-02-26")
    assert days("2025-02-12") in checks("2025-01-01", "2025-03-10", discards=discards)


def test_two_days_with_discards_show_no_rhythm():
    """Below three days the policy's interval stands."""
    found = checks("2025-01-01", "2025-04-01", discards=thrown_out("2025-01-03", "2025-01-04"))
    assert np.diff(found).tolist() == [30, 30, 30]


def test_damage_is_no_check():
    """Three broken boxes tell nothing of the days on which dates are looked at."""
    discards = "discarded_at quantity reason\n2025-01-01 1 damaged\n2025-01-08 1 damaged\n2025-01-15 1 other"
    assert np.diff(checks("2025-01-01", "2025-04-01", discards=discards)).tolist() == [30, 30, 30]


def test_check_days_rise_and_lie_within_the_days_asked_for():
    """An uneven rhythm of 29 to 31 days over two years."""
    found = checks(
        "2024-01-01", "2025-12-31", discards=thrown_out("2024-03-01", "2024-03-30", "2024-04-30", "2024-06-29")
    )
    assert (np.diff(found) > 0).all()
    assert found[0] >= days("2024-01-01")
    assert found[-1] <= days("2025-12-31")
