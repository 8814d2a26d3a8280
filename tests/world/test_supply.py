"""The board and the eye, on shelves filled by hand."""

from __future__ import annotations

import numpy as np

from brikopt.world.log import (
    AMOUNT,
    ARRIVES,
    CHANNEL_BITS,
    DAY,
    DELIVERED,
    GIVEN_UP_ON,
    KIND,
    N_COLUMNS,
    N_LOGGED,
    N_LOTS,
    N_WAY,
    NUMBER,
    ORDERED,
    UNITS_COMING,
    Shelf,
    empty_shelf,
)
from brikopt.world.lots import NO_DATE, put, stock
from brikopt.world.shelves import NEVER, SHELF
from brikopt.world.supply import (
    DAYS_TILL_GIVEN_UP,
    hung_cards,
    order_by_eye,
    order_urgently,
    receive,
    redraw_arrivals,
    scan_board,
)

EVERY_DAY = np.ones(7, dtype=np.bool_)
THURSDAYS = np.arange(7) == 3


def _position(*, cards: int, pack_size: int = 5) -> np.record:
    """Four cards of 10, or by eye between 10 and 40."""
    shelf = np.zeros(1, dtype=SHELF)
    shelf["is_brik"], shelf["brik_qty"], shelf["brik_count"] = cards > 0, 10 if cards else 0, cards
    shelf["min_level"], shelf["max_level"] = 10 * (cards - 1) if cards else 10, 10 * cards if cards else 40
    shelf["pack_size"], shelf["lead_mean"], shelf["lot_span"] = pack_size, 2, 30
    return shelf[0]


def _shelf(on_hand: int, hand_key: int = 1) -> Shelf:
    shelf = empty_shelf(np.zeros((99, N_COLUMNS), dtype=np.int32), np.uint64(hand_key))
    if on_hand:
        shelf.tally[N_LOTS] = put(shelf.lots, 0, NO_DATE, 0, on_hand)
    return shelf


def _ordered(shelf: Shelf) -> list[int]:
    rows = shelf.log[: shelf.tally[N_LOGGED]]
    return rows[rows[:, KIND] == ORDERED, AMOUNT].tolist()


def test_a_card_hangs_for_each_whole_card_below_full_stock():
    """Four cards of 10: with 40, 31, 30, 15 and 0 units on the shelf hang 0, 0, 1, 2 and 4."""
    hung = [hung_cards(_position(cards=4), _shelf(units)) for units in (40, 31, 30, 15, 0)]
    assert hung == [0, 0, 1, 2, 4]


def test_what_is_ordered_hangs_no_second_card():
    """With 15 of 40 units, two cards hang; once they are scanned, none."""
    position, shelf = _position(cards=4), _shelf(15)
    scan_board(position, shelf, 0, 0, EVERY_DAY)
    assert _ordered(shelf) == [20]
    assert hung_cards(position, shelf) == 0


def test_surplus_hangs_no_card():
    """A double scan left 55 units in a place for 40: nothing hangs."""
    assert hung_cards(_position(cards=4), _shelf(55)) == 0


def test_an_urgent_order_comes_on_top_of_the_cards():
    """An empty shelf: one card's worth in a hurry, and all four cards still order."""
    position, shelf = _position(cards=4), _shelf(0)
    order_urgently(position, shelf, 0, 0, EVERY_DAY)
    scan_board(position, shelf, 0, 0, EVERY_DAY)
    assert _ordered(shelf) == [10, 40]


def test_the_eye_orders_whole_packs_up_to_about_max():
    """With nothing there, up to 40 in packs of 15 is 3 packs (2.7 rounded); with 40 there, nothing."""
    for on_hand, expected in ((0, [45]), (40, [])):
        shelf = _shelf(on_hand)
        order_by_eye(_position(cards=0, pack_size=15), shelf, 0, 0, EVERY_DAY)
        assert _ordered(shelf) == expected


def test_goods_come_on_a_delivery_day_after_the_lead_time():
    """Ordered on Monday with 2 days' lead time and deliveries on Thursdays: they lie there on Thursday."""
    position, shelf = _position(cards=2), _shelf(10)
    scan_board(position, shelf, 0, 0, THURSDAYS)
    for day in range(5):
        receive(position, shelf, day)
    row = shelf.log[: shelf.tally[N_LOGGED]][-1]
    assert (row[KIND], row[DAY], row[AMOUNT]) == (DELIVERED, 3, 10)
    assert stock(shelf.lots, shelf.tally[N_LOTS]) == 20


def test_a_line_that_never_comes_is_given_up_on():
    """A line that is given up on day 45 keeps its card off the board until then, and no longer."""
    position, shelf = _position(cards=2), _shelf(10)
    shelf.tally[N_WAY] = 1
    shelf.way[0, [ARRIVES, UNITS_COMING, GIVEN_UP_ON]] = NEVER, 10, 45
    receive(position, shelf, 44)
    assert hung_cards(position, shelf) == 0
    receive(position, shelf, 45)
    assert hung_cards(position, shelf) == 1


def test_what_has_not_come_yet_comes_later_or_never():
    """A line of day 7 that is waited for on day 12: 2 to 4 days are ruled out, and it is lost 1 time in 6."""
    position = _position(cards=2)
    position["late"], position["never_comes"] = 0.05, 0.01
    weekdays, arrives = np.arange(60) % 7, []
    for hand_key in range(400):
        shelf = _shelf(0, hand_key)
        shelf.tally[N_WAY], shelf.way[0, NUMBER], shelf.way[0, UNITS_COMING] = 1, 7 * CHANNEL_BITS, 20
        redraw_arrivals(position, shelf, 12, weekdays, EVERY_DAY)
        arrives.append(int(shelf.way[0, ARRIVES]))
    lost = [day == NEVER for day in arrives]
    assert min(arrives) >= 12
    assert max(day for day in arrives if day < NEVER) == 7 + 2 + 20
    assert 0.1 < np.mean(lost) < 0.25
    assert shelf.way[0, GIVEN_UP_ON] == (7 + DAYS_TILL_GIVEN_UP if lost[-1] else NEVER)
