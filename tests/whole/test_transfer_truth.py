"""The shelves on which transfers are carried out: nothing is lost, and goods go out of date on their day."""

import numpy as np
import pytest

from tests.whole.transfer_truth import DAYS, Shelf, live, ordered, take_oldest

PLACE = {
    "kind": "non_brik",
    "min_level": 0,
    "max_level": 0,
    "brik_qty": 0,
    "pack_size": 10,
    "order_days": "1,2,3,4,5",
    "delivery_days": "1,2,3,4,5",
    "lead_time_days_mean": 2.0,
}


def shelf(*lots, wanted=0, **place):
    """Goods of (days to their date, units), asked for at an even rate; by default nothing is ordered."""
    asked = np.full(DAYS, wanted)
    return Shelf([[day, 1, units] for day, units in lots], [], asked, np.ones(DAYS), 0.0, PLACE | place, life=100)


@pytest.mark.parametrize(("wanted", "expired", "short"), [(0, 10, 0), (1, 4, DAYS - 6), (5, 0, DAYS * 5 - 10)])
def test_what_is_not_used_by_its_day_goes_out_of_date(wanted, expired, short):
    """10 units that are good until day 5 meet six days of use."""
    put_away = {"max_level": -10, "min_level": -10}  # never at or below min
    assert live(shelf((5, 10), wanted=wanted, **put_away)) == (expired, expired, short)


def test_goods_that_are_moved_in_are_used_on_the_other_shelf():
    """4 units that keep until day 30 are used at 1 a day from day 3 on, before the own 20 that keep for ever."""
    taker = shelf((9999, 20), wanted=1, max_level=-10, min_level=-10)
    assert live(taker, [[30, 1, 4]]) == (0, 0, DAYS - 24)


def test_the_oldest_go_and_keep_their_dates():
    """Of 3 and 5 units, 4 are taken: 3 of the first date and 1 of the second; 4 stay."""
    lots = [[5, 1, 3], [9, 1, 5]]
    assert take_oldest(lots, 4) == [[5, 1, 3], [9, 1, 1]]
    assert lots == [[9, 1, 4]]


def test_orders_follow_the_rules_of_the_cabinet():
    """Two cards of 10: none hangs at 13 units, one at 10 and at 7, both at 0. By eye: packs up to max, from min on."""
    cards = PLACE | {"kind": "brik", "max_level": 20, "brik_qty": 10}
    assert [ordered(cards, position) for position in (13, 10, 7, 0)] == [0, 10, 10, 20]
    by_eye = PLACE | {"min_level": 5, "max_level": 28}
    assert [ordered(by_eye, position) for position in (6, 5)] == [0, 30]
