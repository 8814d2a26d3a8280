"""Urgent orders that come back."""

import numpy as np
import pytest

from brikopt.policy import Policy
from brikopt.purchasing.urgent_causes import LATE, MIN_TOO_LOW, NO_DAY, ORDER_DAY, UrgentLines
from brikopt.purchasing.urgent_orders import urgent_orders
from tests.purchasing.rows import shelves

WEDNESDAY = 2
# Two units a day, and ten days until goods come: a min of 5 is gone in three.
LOW = {"min_level": 5, "new_min_level": 5, "demand_per_day_mean": 2.0, "lines": 40}


def found(*causes, rows=(LOW,), wait=10):
    """The findings for urgent lines of (position, cause); late ones by four days."""
    position, cause = (np.array(part) for part in zip(*causes, strict=True))
    urgent = UrgentLines(
        position=position,
        cause=cause,
        weekday=np.where(cause == ORDER_DAY, WEDNESDAY, NO_DAY),
        days_late=np.where(cause == LATE, 4, 0),
    )
    return list(urgent_orders(shelves(*rows), urgent, np.full(len(rows), wait), Policy()))


def test_a_min_that_is_gone_each_quarter_is_too_low():
    """Use in ten days is 20 ± 4.5: in steps of a pack, 35 lasts in 99.9 % of the waits, and 25 in 89 %."""
    (one,) = found(*[(0, MIN_TOO_LOW)] * 4)
    numbers = one.reason.numbers
    assert (one.code, one.ward_ids, one.lines) == ("urgent_orders", ("A1",), 44)
    assert one.reason.code == "purchase_urgent_min"
    assert (numbers["min_level"], numbers["new_min_level"], numbers["urgent_lines"]) == (5, 35, 4)
    # Four lines of 18 and a missing unit of 40 each, less 30 more units held at DKK 1.
    assert one.saving_dkk_per_year == pytest.approx(4 * 58 - 30, abs=1)


def test_what_the_levels_advise_is_what_the_finding_advises():
    """They raise min to 24; they know more than this."""
    (one,) = found(*[(0, MIN_TOO_LOW)] * 4, rows=[LOW | {"new_min_level": 24}])
    assert one.reason.numbers["new_min_level"] == 24
    assert one.reason.numbers["avoided"] == pytest.approx(0.84, abs=0.03)


def test_one_urgent_order_is_chance_and_so_are_two():
    """Three a year are a pattern."""
    assert found((0, MIN_TOO_LOW)) == found(*[(0, MIN_TOO_LOW)] * 2) == []
    assert len(found(*[(0, MIN_TOO_LOW)] * 3)) == 1


def test_three_that_differ_are_no_pattern():
    """One late, one between order days, one of a low min."""
    assert found((0, LATE), (0, ORDER_DAY), (0, MIN_TOO_LOW)) == []


def test_where_the_levels_advise_a_lower_min_nothing_is_said():
    """What was urgent has passed."""
    assert found(*[(0, MIN_TOO_LOW)] * 4, rows=[LOW | {"new_min_level": 0}]) == []


def test_an_order_day_is_named():
    """Three lines a Wednesday would have avoided: 3 × (18 + 40)."""
    (one,) = found(*[(0, ORDER_DAY)] * 3)
    assert one.reason.code == "purchase_urgent_day"
    assert (one.reason.numbers["weekday"], one.reason.numbers["avoided"]) == (WEDNESDAY, 3)
    assert one.saving_dkk_per_year == pytest.approx(174)


def test_a_supplier_who_is_late_is_named_for_a_critical_item():
    """Three lines at 18 and a missing critical unit of 400, four days late each."""
    (one,) = found(*[(0, LATE)] * 3, rows=[LOW | {"critical": True}])
    assert one.reason.code == "purchase_urgent_late"
    assert (one.reason.numbers["late"], one.reason.numbers["days_late"]) == (3, 4)
    assert one.saving_dkk_per_year == pytest.approx(3 * 418)


def test_wards_of_one_item_are_one_finding():
    """One urgent order in each of three wards; the worst cabinet is the first of equals."""
    rows = [LOW | {"cabinet_id": f"S{n}", "ward_id": f"A{n}"} for n in (1, 2, 3)]
    (one,) = found(*((row, MIN_TOO_LOW) for row in range(3)), rows=rows)
    assert one.ward_ids == ("A1", "A2", "A3")
    assert one.reason.numbers["cabinet_id"] == "S1"


def test_a_brik_cabinet_is_advised_whole_cards():
    """Cards of 12: 5 + 24 = 29 lasts 98 % of the waits."""
    (one,) = found(*[(0, MIN_TOO_LOW)] * 4, rows=[LOW | {"is_brik": True, "brik_qty": 12}])
    assert one.reason.numbers["new_min_level"] == 29
