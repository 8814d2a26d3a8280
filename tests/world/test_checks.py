"""What people find on a shelf, on shelves filled by hand."""

from __future__ import annotations

import numpy as np
import pytest

from brikopt.world.calendar import BY_LOT, CHECK, COUNT
from brikopt.world.chance import fork
from brikopt.world.checks import count_shelf, counted, go_through, look, pass_dates
from brikopt.world.log import (
    AMOUNT,
    COUNTED,
    DAY,
    EXPIRED,
    FLAG,
    KIND,
    LOT,
    N_COLUMNS,
    N_LOGGED,
    N_LOTS,
    RECORDED,
    THROWN,
    Shelf,
    empty_shelf,
)
from brikopt.world.lots import put, stock
from brikopt.world.shelves import SHELF


def _position(**habits: float) -> np.record:
    shelf = np.zeros(1, dtype=SHELF)
    shelf["shelf_life"] = 100
    for name, value in habits.items():
        shelf[name] = value
    return shelf[0]


def _shelf(*lots: tuple[int, int]) -> Shelf:
    """A shelf with lots of (expiry day, units)."""
    shelf = empty_shelf(np.zeros((99, N_COLUMNS), dtype=np.int32), np.uint64(5))
    for number, (expiry, units) in enumerate(lots):
        shelf.tally[N_LOTS] = put(shelf.lots, shelf.tally[N_LOTS], expiry, number, units)
    return shelf


def _events(shelf: Shelf, kind: int) -> np.ndarray:
    rows = shelf.log[: shelf.tally[N_LOGGED]]
    return rows[rows[:, KIND] == kind]


def test_goods_are_out_of_date_the_day_after_their_date():
    """4 units of day 30 are told of on day 31, not on day 30, and still lie there."""
    shelf = _shelf((30, 4), (60, 3))
    for day in (30, 31, 32):
        pass_dates(shelf, day)
    told = _events(shelf, EXPIRED)
    assert told[:, [DAY, AMOUNT]].tolist() == [[31, 4]]
    assert stock(shelf.lots, 2) == 7


def test_a_check_throws_out_what_is_out_of_date_and_nothing_else():
    """On day 31: the 4 of day 30 go, the 3 of day 31 and the 2 of day 60 stay."""
    shelf = _shelf((30, 4), (31, 3), (60, 2))
    go_through(_position(recorded_share=1.0), shelf, 31, CHECK)
    assert _events(shelf, THROWN)[:, [AMOUNT, FLAG]].tolist() == [[4, RECORDED]]
    assert stock(shelf.lots, 3) == 5


def test_without_a_check_nothing_is_found():
    """Out of date for weeks, and still there."""
    shelf = _shelf((30, 4))
    go_through(_position(recorded_share=1.0), shelf, 60, COUNT)
    assert len(_events(shelf, THROWN)) == 0
    assert stock(shelf.lots, 1) == 4


def test_where_nothing_is_written_down_a_discard_is_hidden():
    """Thrown, but without the mark of what the extracts tell."""
    shelf = _shelf((30, 4))
    go_through(_position(recorded_share=0.0), shelf, 31, CHECK)
    assert _events(shelf, THROWN)[:, [AMOUNT, FLAG]].tolist() == [[4, 0]]


def test_a_count_is_one_heap_or_lot_by_lot():
    """4 and 3 units: 7 in all, or 4 and 3; what is out of date is counted with the rest."""
    for visit, amounts in ((COUNT, [7]), (COUNT | BY_LOT, [4, 3])):
        shelf = _shelf((30, 4), (60, 3))
        look(_position(), shelf, 40, visit)
        assert _events(shelf, COUNTED)[:, AMOUNT].tolist() == amounts


def test_a_day_without_a_count_counts_nothing():
    """A check alone writes no count down."""
    shelf = _shelf((30, 4))
    look(_position(), shelf, 20, CHECK)
    assert len(_events(shelf, COUNTED)) == 0


@pytest.mark.parametrize("units", [0, 1, 40])
def test_a_wrong_count_is_off_by_a_tenth_and_one_at_most(units):
    """Wrong each time: 40 are counted as 35 to 39 or 41 to 45, none as 0 or 1; never below 0."""
    position = _position(count_wrong=1.0)
    told = np.array([counted(position, units, fork(np.uint64(3), day)) for day in range(300)])
    assert told.min() >= 0
    assert (np.abs(told - units) <= 1 + 0.1 * units).all()
    # Nobody can count fewer than nothing, so half of the wrong counts of an empty shelf are right by luck.
    assert (told != units).mean() == (1.0 if units else pytest.approx(0.5, abs=0.1))


def test_lots_keep_their_numbers_in_a_count():
    """Of two lots, 0 and 1, each row has its own."""
    shelf = _shelf((30, 4), (60, 3))
    count_shelf(_position(), shelf, 10, COUNT | BY_LOT)
    assert _events(shelf, COUNTED)[:, LOT].tolist() == [0, 1]
