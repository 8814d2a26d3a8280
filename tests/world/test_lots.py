"""Lots on one shelf."""

from __future__ import annotations

import numpy as np
import pytest

from brikopt.world.lots import (
    EXPIRY,
    MOST_LOTS,
    NO_DATE,
    UNITS,
    expiry_of,
    lot_on,
    put,
    stock,
    take,
    tidy,
)
from brikopt.world.shelves import SHELF


def _shelf_of(*lots: tuple[int, int]) -> tuple[np.ndarray, int]:
    """Lay lots of (expiry day, units) on a shelf, in the order given."""
    shelf, n = np.zeros((MOST_LOTS, 3), dtype=np.int64), 0
    for number, (expiry, units) in enumerate(lots):
        n = put(shelf, n, expiry, number, units)
    return shelf, n


def test_lots_lie_in_the_order_of_their_dates():
    """Lots of day 90, 30 and 60 lie as 30, 60, 90, whatever the order in which they came."""
    shelf, n = _shelf_of((90, 1), (30, 2), (60, 3))
    assert shelf[:n, EXPIRY].tolist() == [30, 60, 90]


def test_the_oldest_goes_first():
    """7 units from 5 (day 30) and 5 (day 60) leave 0 and 3."""
    shelf, n = _shelf_of((30, 5), (60, 5))
    assert take(shelf, n, 10, 7, False) == 7
    assert shelf[:n, UNITS].tolist() == [0, 3]


def test_a_pick_from_the_back_takes_the_newest():
    """7 units from the back of 5 (day 30) and 5 (day 60) leave 3 and 0."""
    shelf, n = _shelf_of((30, 5), (60, 5))
    assert take(shelf, n, 10, 7, True) == 7
    assert shelf[:n, UNITS].tolist() == [3, 0]


def test_goods_are_used_on_their_date_and_not_after():
    """5 units of day 30 and 5 of day 60 serve 10 on day 30; on day 31 only 5, and 5 still lie there."""
    for day, served, left in ((30, 10, 0), (31, 5, 5)):
        shelf, n = _shelf_of((30, 5), (60, 5))
        assert take(shelf, n, day, 10, False) == served
        assert stock(shelf, n) == left


def test_goods_without_a_date_are_one_heap():
    """Two deliveries of 4 that never expire are one heap of 8."""
    shelf, n = _shelf_of((NO_DATE, 4), (NO_DATE, 4))
    assert (n, stock(shelf, n)) == (1, 8)


def test_empty_lots_are_forgotten():
    """Of three lots with one used up, two are left in order."""
    shelf, n = _shelf_of((30, 2), (60, 3), (90, 4))
    take(shelf, n, 10, 2, False)
    assert shelf[: tidy(shelf, n), EXPIRY].tolist() == [60, 90]


def test_a_shelf_with_too_many_lots_says_so():
    """One lot more than there is room for is an error, not a loss."""
    shelf, n = _shelf_of(*((day, 1) for day in range(MOST_LOTS)))
    with pytest.raises(IndexError, match="more lots"):
        put(shelf, n, MOST_LOTS, 0, 1)


def test_a_lot_arrives_with_most_of_its_life_left():
    """An item of 1,000 days, one lot a 50 days: on any day 550 to 950 days less the lot's age are left."""
    shelf = np.zeros(1, dtype=SHELF)
    shelf["shelf_life"], shelf["lot_span"], shelf["item_key"] = 1000, 50, 99
    left = [expiry_of(shelf[0], lot_on(shelf[0], day)) - day for day in range(0, 2000, 7)]
    assert min(left) >= 500
    assert max(left) <= 950
    assert lot_on(shelf[0], 50) == lot_on(shelf[0], 0) + 1
