"""What is promised to nobody: closed wards, wards still to open, replaced items, levels of 0. As of 3 March 2025."""

import numpy as np
import pytest

from brikopt.flows.cabinet import CabinetJob, work_on_cabinet
from brikopt.policy import Policy
from tests.stock.histories import AS_OF, evidence_of, extracts

BOTH = "item_id min_level max_level brik_qty brik_count\nI1 10 20 10 2\nI2 10 20 10 2"


def weekly(units, item="I1", end="2025-02-20"):
    """A line of so many units a week until a day, each delivered on the day it was ordered."""
    dates = np.arange(np.datetime64("2023-03-01"), np.datetime64(end), 7)
    rows = "\n".join(f"B{item}{at} {item} {day} {units}" for at, day in enumerate(dates))
    return {
        "orders": f"order_id item_id ordered_at quantity\n{rows}",
        "deliveries": f"order_id item_id delivered_at quantity\n{rows}",
    }


def worked(**tables):
    """The result of cabinet S1."""
    evidence = evidence_of(extracts(**tables))
    rows = np.flatnonzero(evidence.positions["cabinet_id"] == "S1")
    return work_on_cabinet(CabinetJob(evidence.part(rows[0], rows[-1] + 1), Policy(), AS_OF))


def test_the_same_shelf_in_an_open_ward_is_raised_and_at_risk():
    """20 units for a use of 10 a week, none there: what follows would else show nothing."""
    found = worked(**weekly(10), counts="counted_at quantity\n2025-03-02 0").facts.iloc[0]
    assert found["action"] == "raise"
    assert found["p_stockout"] > 0.5


@pytest.mark.parametrize("last_day", ["2025-03-02", "2025-02-24", "2024-09-01"])
def test_in_a_closed_ward_nothing_is_raised_or_at_risk(last_day):
    """Closed yesterday, a week or half a year ago: what lies there is to go, and nothing of it will be used."""
    wards = f"ward_id valid_to\nW1 {last_day}\nW2 _"
    found = worked(wards=wards, **weekly(10, end=last_day), counts=f"counted_at quantity\n{last_day} 7")
    facts = found.facts.iloc[0]
    assert facts["action"] != "raise"
    assert (facts["p_stockout"], facts["on_hand_mean"]) == (0, 7)
    assert (facts["demand_per_day_mean"], facts["p_dead"]) == (0, 1)


def test_a_ward_is_open_on_its_last_and_on_its_first_day():
    """valid_to and valid_from on the day of decision itself: at risk as any other."""
    for wards in ("ward_id valid_to\nW1 2025-03-03\nW2 _", "ward_id valid_from\nW1 2025-03-03\nW2 _"):
        found = worked(wards=wards, **weekly(10), counts="counted_at quantity\n2025-03-02 0").facts.iloc[0]
        assert found["p_stockout"] > 0.5


def test_in_a_ward_that_is_still_to_open_levels_stay():
    """It opens tomorrow."""
    wards = "ward_id valid_from\nW1 2025-03-04\nW2 _"
    found = worked(wards=wards, **weekly(10), counts="counted_at quantity\n2025-03-02 0").facts.iloc[0]
    assert found["p_stockout"] == 0


def test_a_replaced_item_is_used_up_and_removed():
    """I1, in full use, is replaced by I2, with or without a place for I2 in the cabinet."""
    for places in ("item_id min_level max_level brik_qty brik_count\nI1 10 20 10 2", BOTH):
        found = worked(items="item_id replaced_by\nI1 I2\nI2 _", positions=places, **weekly(10))
        facts = found.facts.iloc[0]
        assert (facts["action"], facts["new_max_level"], facts["p_stockout"]) == ("remove", 0, 0)


def test_what_lies_there_of_a_replaced_item_covers_the_one_that_takes_its_place():
    """Of I2 nothing is there; beside it lie 200 units of I1, or none."""
    items = "item_id replaced_by\nI1 I2\nI2 _"
    risks = []
    for units in (0, 200):
        counts = f"item_id counted_at quantity\nI1 2025-03-02 {units}\nI2 2025-03-02 0"
        risks.append(worked(items=items, positions=BOTH, counts=counts, **weekly(10, "I2")).facts["p_stockout"].iloc[1])
    assert risks[0] > 0.5
    assert risks[1] == 0


def test_the_one_that_takes_its_place_is_used_as_much():
    """I1 went at 10 a week until I2 was put up beside it: I2, without a history, is believed to within a half of it."""
    items = "item_id replaced_by\nI1 I2\nI2 _"
    rate = worked(items=items, positions=BOTH, **weekly(10)).facts["demand_per_day_mean"].iloc[1]
    assert 0.5 < rate / (10 / 7) < 2


def test_levels_of_nought_stay():
    """Min and max 0: taken away, so nothing is promised and nothing raised."""
    found = worked(
        cabinets="cabinet_id ward_id kind\nS1 W1 non_brik\nS2 W2 brik",
        positions="min_level max_level\n0 0",
        **weekly(10, end="2025-01-01"),
    ).facts.iloc[0]
    assert found["p_stockout"] == 0
