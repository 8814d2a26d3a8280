"""One shelf as a short list of lots."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.stock.shelf import MAX_LOTS, drop_front, first_usable, on_shelf, put, take_newest, take_oldest

LOTS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=MAX_LOTS)
MANY_LOTS = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 20)), max_size=3 * MAX_LOTS)


def laid(lots):
    """Put lots of (date, units) on an empty shelf; returns dates, units and the number of lots."""
    expiry, units, count = np.zeros(MAX_LOTS, dtype=np.int64), np.zeros(MAX_LOTS, dtype=np.int64), 0
    for date, quantity in lots:
        count = put(expiry, units, count, date, quantity)
    return expiry, units, count


def as_pairs(expiry, units, count):
    """The lots as (date, units)."""
    return list(zip(expiry[:count].tolist(), units[:count].tolist(), strict=True))


def pooled(lots):
    """What a shelf of these lots holds, by hand: one entry a date, oldest first."""
    return sorted({date: sum(n for other, n in lots if other == date) for date, _ in lots}.items())


@settings(max_examples=200, deadline=None)
@given(LOTS)
def test_lots_lie_oldest_first_and_equal_dates_together(lots):
    """Up to sixteen lots, in whatever order they come."""
    assert as_pairs(*laid(lots)) == pooled(lots)


def test_putting_nothing_adds_no_lot():
    """A lot of 0 units is no lot."""
    assert as_pairs(*laid([(5, 0)])) == []


@settings(max_examples=200, deadline=None)
@given(MANY_LOTS)
def test_a_full_shelf_merges_lots_and_keeps_every_unit(lots):
    """Up to 48 lots on sixteen places: all units stay, dates rise, and none is later than the latest that came."""
    expiry, units, count = laid(lots)
    assert count <= MAX_LOTS
    assert units[:count].sum() == sum(quantity for _, quantity in lots)
    assert (np.diff(expiry[:count]) > 0).all()
    assert (units[:count] > 0).all()
    if lots:
        assert expiry[0] == min(date for date, _ in lots)


def test_the_closest_two_lots_are_merged_under_the_earlier_date():
    """Sixteen lots ten days apart but for 51 and 52; the seventeenth, of day 500, makes these one lot of 51."""
    dates = [0, 10, 20, 30, 40, 51, 52, *range(70, 160, 10)]
    expiry, units, count = laid([(date, 1) for date in [*dates, 500]])
    assert as_pairs(expiry, units, count) == [(date, 2 if date == 51 else 1) for date in dates if date != 52] + [
        (500, 1)
    ]


@settings(max_examples=200, deadline=None)
@given(LOTS, st.integers(0, 400), st.integers(0, 60))
def test_the_oldest_usable_units_are_taken_first(lots, quantity, day):
    """Taking units one by one from a sorted list gives the same shelf."""
    expiry, units, count = laid(lots)
    start = first_usable(expiry, count, day)
    left, taken = take_oldest(expiry, units, count, start, quantity)
    boxes = [date for date, n in pooled(lots) for _ in range(n)]
    usable = [date for date in boxes if date >= day]
    rest = [date for date in boxes if date < day] + usable[quantity:]
    assert taken == min(quantity, len(usable))
    assert as_pairs(expiry, units, left) == pooled([(date, 1) for date in rest])


@settings(max_examples=200, deadline=None)
@given(LOTS, st.integers(0, 400), st.integers(0, 60))
def test_the_newest_units_are_taken_from_the_other_end(lots, quantity, day):
    """Never further down than the oldest usable lot."""
    expiry, units, count = laid(lots)
    start = first_usable(expiry, count, day)
    left, taken = take_newest(units, count, start, quantity)
    boxes = [date for date, n in pooled(lots) for _ in range(n)]
    usable = [date for date in boxes if date >= day]
    rest = [date for date in boxes if date < day] + usable[: max(len(usable) - quantity, 0)]
    assert taken == min(quantity, len(usable))
    assert as_pairs(expiry, units, left) == pooled([(date, 1) for date in rest])


@settings(max_examples=100, deadline=None)
@given(LOTS, st.integers(0, 61))
def test_dropping_what_is_out_of_date_leaves_what_may_be_used(lots, day):
    """The lots dated before the day go, the others stay; units on the shelf are those of the rest."""
    expiry, units, count = laid(lots)
    gone = first_usable(expiry, count, day)
    before = on_shelf(units, 0, count)
    late = on_shelf(units, 0, gone)
    left = drop_front(expiry, units, count, gone)
    assert as_pairs(expiry, units, left) == [(date, n) for date, n in pooled(lots) if date >= day]
    assert on_shelf(units, 0, left) == before - late


def test_a_unit_may_be_used_on_its_date_and_not_the_day_after():
    """A lot of day 5 is usable on day 5 and out of date on day 6 (contract, section 2)."""
    expiry, _, count = laid([(5, 1)])
    assert first_usable(expiry, count, 5) == 0
    assert first_usable(expiry, count, 6) == 1
