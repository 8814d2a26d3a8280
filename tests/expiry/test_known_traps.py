"""Where other systems stumble over expiry: each case a test, by the number that the others get wrong.

The day of decision is Monday, 3 March 2025; with a horizon of 180 days, 29 August is inside and 30 August is not.
"""

import numpy as np
import pytest

from brikopt.flows.cabinet import CabinetJob, work_on_cabinet
from brikopt.policy import Expiry, Policy
from tests.stock.futures import NOTHING, cards, figures, known_future, lived
from tests.stock.histories import AS_OF, evidence_of, extracts

LASTING = "item_id shelf_life_days\nI1 1500"


def facts(policy=None, **tables):
    """What is found of the first position, by name."""
    job = CabinetJob(evidence_of(extracts(**tables)), policy or Policy(), AS_OF)
    return work_on_cabinet(job).facts.iloc[0]


def counted(*lots):
    """Lots counted yesterday: (expiry date, units)."""
    rows = "".join(f"\n2025-03-02 {units} {expiry}" for expiry, units in lots)
    return {"counts": "counted_at quantity expiry_date" + rows}


# Case 1: an unused item vanishes from the list, because its months of cover are a division by zero.
def test_with_no_use_all_of_it_is_at_risk():
    """100 units, 60 days left, nothing wanted: 100 expire, and neither 0 nor nothing at all."""
    assert figures(lived(NOTHING, known_future(0, [(60, 100)], days=180)))["expired"] == 100


def test_an_item_that_nobody_ever_ordered_is_flagged_and_never_blank():
    """18 units of 1 May in a cabinet without a single order line: nearly all of them will expire."""
    found = facts(**counted(("2025-05-01", 18)))
    assert found["p_expire"] > 0.95
    assert found["expected_expired_units"] == pytest.approx(18, abs=1)
    assert found[["p_expire", "expected_expired_units", "demand_per_day_mean", "p_dead"]].notna().all()


# Case 2: each lot is given the whole consumption.
def test_several_lots_share_one_use():
    """30 a month, two lots of 60 with two months left: 60 used, 60 at risk, not 0 and 0."""
    assert figures(lived(NOTHING, known_future(1, [(59, 60), (59, 60)], days=180)))["expired"] == 60
    assert figures(lived(NOTHING, known_future(1, [(58, 60), (59, 60)], days=180)))["expired"] == 60


def test_each_lot_alone_would_be_used_up():
    """The same use meets one lot of 60 in time: it is the sharing that puts the other at risk."""
    assert figures(lived(NOTHING, known_future(1, [(59, 60)], days=180)))["expired"] == 0


# Case 3: one number, although use is lumpy.
def test_lumpy_use_gives_a_chance_and_not_a_yes_or_no():
    """15 units of 1 June, about 15 wanted until then in lumps of 10: the chance lies well inside 0 and 1."""
    orders = "ordered_at quantity\n" + "\n".join(
        f"{day} 10" for day in np.arange(np.datetime64("2023-03-01"), np.datetime64("2025-02-20"), 60)
    )
    found = facts(orders=orders, deliveries=orders.replace("ordered_at", "delivered_at"), **counted(("2025-06-01", 15)))
    assert 0.05 < found["p_expire"] < 0.95
    assert 0 < found["expected_expired_units"] < 15


def test_the_stock_is_given_as_a_range():
    """One card in half a year and no count: the 90 % range is wider than a point and holds the mean."""
    found = facts(orders="ordered_at quantity\n2024-09-01 10", deliveries="delivered_at quantity\n2024-09-04 10")
    assert found["on_hand_low"] < found["on_hand_high"]
    assert found["on_hand_low"] <= found["on_hand_mean"] <= found["on_hand_high"]


# Case 4: ward cabinets have no lots.
def test_without_lots_the_date_is_inferred_and_marked_so():
    """A delivery without a lot a year ago, of goods that last 500 days: a date is named, and known it is not."""
    found = facts(
        items="item_id shelf_life_days\nI1 500",
        orders="ordered_at quantity\n2024-03-01 20",
        deliveries="delivered_at quantity\n2024-03-04 20",
    )
    assert found["p_expire"] > 0.1
    assert not found["expiry_known"]
    assert found["earliest_expiry"] >= np.datetime64(AS_OF)


def test_one_typed_date_makes_it_known():
    """The same shelf after somebody read 15 April on it: that date, known."""
    found = facts(
        items="item_id shelf_life_days\nI1 500",
        orders="ordered_at quantity\n2024-03-01 20",
        deliveries="delivered_at quantity\n2024-03-04 20",
        shelf_dates="checked_at earliest_expiry\n2025-03-02 2025-04-15",
    )
    assert found["expiry_known"]
    assert found["earliest_expiry"] == np.datetime64("2025-04-15")


def test_what_came_three_years_ago_and_never_moved_is_flagged_without_any_lot():
    """Goods that last about four years, delivered on 1 March 2022: the list names them."""
    found = facts(
        items=LASTING, orders="ordered_at quantity\n2022-02-26 20", deliveries="delivered_at quantity\n2022-03-01 20"
    )
    assert found["p_expire"] >= 0.01
    assert found["p_dead"] > 0.1
    assert not found["expiry_known"]


# Case 5: oldest first is assumed.
def test_people_who_reach_for_the_newest_lose_more():
    """10 of day 9 and 10 of day 99, one a day: 0 expire if the oldest goes first, 10 if the newest does."""
    lots = [(9, 10), (99, 10)]
    assert figures(lived(NOTHING, known_future(1, lots, days=20)))["expired"] == 0
    assert figures(lived(NOTHING, known_future(1, lots, days=20, newest_first=1.0, pick=0.0)))["expired"] == 10


# Case 6: the calendar slips.
@pytest.mark.parametrize("day", ["2025-03-31", "2025-05-30", "2025-06-15", "2025-08-29"])
def test_dates_are_those_that_were_sent(day):
    """No rounding to a month's end, no time zone: the date on the box is the date in the list."""
    found = facts(**counted((day, 18)))
    assert found["earliest_expiry"] == np.datetime64(day)
    assert found["expiry_known"]


def test_a_lot_dated_today_may_be_used_today_and_counts():
    """18 units of 3 March: some may be used today, the rest is out of date tomorrow and is expected to expire."""
    found = facts(**counted(("2025-03-03", 18)))
    assert found["p_expire"] > 0.95
    assert found["expected_expired_units"] > 17


def test_the_last_day_of_the_horizon_counts_and_the_next_does_not():
    """180 days from 3 March end with 29 August: 18 units of that day count, the same of 30 August do not."""
    inside = facts(**counted(("2025-08-29", 18)))
    outside = facts(**counted(("2025-08-30", 18)))
    assert inside["expected_expired_units"] > 15
    assert outside["expected_expired_units"] < 1


def test_a_horizon_is_days_and_not_months():
    """With a horizon of 30 days, 1 April is inside and 2 April is not, whatever the month's length."""
    policy = Policy(expiry=Expiry(horizon_days=30))
    assert facts(policy, **counted(("2025-04-01", 18)))["expected_expired_units"] > 15
    assert facts(policy, **counted(("2025-04-02", 18)))["expected_expired_units"] < 1


# Case 7: goods out of date are counted as stock that can be used.
def test_goods_out_of_date_are_on_hand_and_not_expected_to_expire():
    """18 units of yesterday: all on the shelf, all stale, none of them still to expire."""
    found = facts(**counted(("2025-03-02", 18)), positions="min_level max_level brik_qty brik_count\n9 18 9 2")
    assert (found["on_hand_low"], found["on_hand_high"]) == (18, 18)
    assert found["stale_units"] == pytest.approx(18, abs=0.5)
    assert found["expected_expired_units"] < 1


def test_goods_out_of_date_meet_no_demand():
    """A full shelf of yesterday, used every day: short until something comes; the same shelf in date is not."""
    stale = figures(lived(cards(10, 2), known_future(1, [(-1, 20)], days=5)))
    fresh = figures(lived(cards(10, 2), known_future(1, [(99, 20)], days=5)))
    assert (stale["short"], fresh["short"]) == (5, 0)


def test_a_shelf_full_of_goods_out_of_date_may_run_out():
    """Half a unit a day, 18 on the shelf: in date no risk of running out, out of date a high one."""
    orders = "ordered_at quantity\n" + "\n".join(
        f"{day} 10" for day in np.arange(np.datetime64("2023-03-01"), np.datetime64("2025-02-20"), 10)
    )
    history = {"orders": orders, "deliveries": orders.replace("ordered_at", "delivered_at")}
    stale = facts(**history, **counted(("2025-03-02", 18)))
    fresh = facts(**history, **counted(("2025-12-31", 18)))
    assert stale["p_stockout"] > 0.6
    assert fresh["p_stockout"] < 0.1
