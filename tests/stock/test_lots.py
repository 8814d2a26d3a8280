"""When goods without a recorded date will expire."""

import numpy as np
import pandas as pd
import pytest

from brikopt.stock.lots import (
    FRESHNESS_PRIOR,
    SAME_LOT_GAPS,
    SAME_LOT_PRIOR,
    UNKNOWN,
    freshness,
    known_expiry,
    nearest_dated,
    same_lot_curve,
)


def whole(*numbers):
    """An array of whole numbers."""
    return np.array(numbers, dtype=np.int64)


def test_the_nearest_dated_delivery_of_the_item_dates_a_delivery():
    """Item 7 on day 11: the dated deliveries are of days 1 and 12, and of day 11 for item 8."""
    near = nearest_dated(whole(7), whole(11), whole(7, 7, 8), whole(1, 12, 11), whole(50, 90, 70))
    assert near.expiry.tolist() == [90]


def test_a_dated_delivery_of_the_same_day_is_surely_the_same_lot():
    """At a distance of 0 days the prior says 1, and one delivery of each item says nothing against it."""
    near = nearest_dated(whole(7), whole(11), whole(7, 8), whole(11, 11), whole(50, 70))
    assert near.p_same.tolist() == [1.0]


def test_an_item_that_nobody_dated_stays_undated():
    """Item 9 has no dated delivery, item 7 has one."""
    near = nearest_dated(whole(9, 7), whole(11, 11), whole(7), whole(11), whole(50))
    assert near.expiry.tolist() == [UNKNOWN, 50]
    assert near.p_same[0] == 0.0


def test_without_any_dated_delivery_nothing_is_known():
    """Two deliveries, no date in the whole region."""
    near = nearest_dated(whole(1, 2), whole(5, 6), whole(), whole(), whole())
    assert near.expiry.tolist() == [UNKNOWN, UNKNOWN]
    assert near.p_same.tolist() == [0.0, 0.0]


def test_the_chance_of_the_same_lot_falls_with_the_days_between():
    """Four deliveries 1, 15, 45 and 200 days from the only dated one."""
    near = nearest_dated(np.full(4, 7), whole(101, 115, 145, 300), whole(7), whole(100), whole(400))
    assert (np.diff(near.p_same) < 0).all()
    assert near.p_same[-1] == 0.0


def test_every_delivery_finds_the_nearest_that_a_search_through_all_finds():
    """Sixty deliveries against forty dated ones of three items, fixed seed."""
    rng = np.random.default_rng(4)
    item, day = rng.integers(0, 4, 60), rng.integers(0, 300, 60)
    dated_item, dated_day = rng.integers(0, 3, 40), rng.integers(0, 300, 40)
    expiry = dated_day + 365
    near = nearest_dated(item, day, dated_item, dated_day, expiry)
    for one in range(60):
        gaps = [abs(int(day[one]) - int(other)) for other in dated_day[dated_item == item[one]]]
        if not gaps:
            assert near.expiry[one] == UNKNOWN
        else:
            assert abs(int(near.expiry[one]) - 365 - int(day[one])) == min(gaps)


def test_without_pairs_the_prior_stands():
    """One dated delivery makes no pair."""
    assert same_lot_curve(whole(7), whole(1), whole(50)) == pytest.approx(SAME_LOT_PRIOR)


def test_pairs_that_share_their_date_raise_the_curve():
    """Ten pairs 2 days apart, all of one lot, beside a prior of 0.95 worth ten pairs: (10 + 9.5) / 20."""
    curve = same_lot_curve(np.full(11, 7), 2 * np.arange(11), np.full(11, 500))
    assert curve[SAME_LOT_GAPS.tolist().index(2)] == pytest.approx(0.975)


def test_pairs_that_do_not_share_their_date_lower_it():
    """Ten pairs 20 days apart, all of different lots: 6.5 / 20."""
    curve = same_lot_curve(np.full(11, 7), 20 * np.arange(11), 500 + np.arange(11))
    assert curve[SAME_LOT_GAPS.tolist().index(20)] == pytest.approx(0.325)


def test_the_curve_never_rises():
    """Pairs 60 days apart share their date and pairs 5 days apart do not: still no rise."""
    day = np.cumsum([0, *[5] * 20, *[60] * 20])
    expiry = np.concatenate([np.arange(21), np.full(20, 20)])
    assert (np.diff(same_lot_curve(np.full(41, 7), day, expiry)) <= 0).all()


def test_lots_of_other_items_are_no_pairs():
    """Eleven items, one dated delivery each."""
    assert same_lot_curve(np.arange(11), 20 * np.arange(11), np.full(11, 500)) == pytest.approx(SAME_LOT_PRIOR)


def test_without_dates_the_usual_freshness_stands():
    """No dated delivery: 40 % to 95 % of the life is left."""
    assert freshness(np.array([])) == pytest.approx(FRESHNESS_PRIOR)


def test_many_fresh_deliveries_make_all_goods_fresh():
    """2,000 deliveries with 90 % left outweigh a prior worth twenty: all quantiles lie within 1 % of it."""
    assert freshness(np.full(2000, 0.9)) == pytest.approx(np.full(len(FRESHNESS_PRIOR), 0.9), abs=0.01)


def test_impossible_lives_teach_nothing():
    """Goods out of date on arrival, or with twice their shelf life left, are slips of the pen."""
    assert freshness(np.array([-0.1, 0.0, 2.0])) == pytest.approx(FRESHNESS_PRIOR)


def test_recorded_dates_are_kept_to_the_day():
    """2025-06-30 is day 20269 since 1970-01-01; an empty cell is unknown."""
    dates = pd.Series(pd.to_datetime(["2025-06-30", None])).astype("datetime64[s]")
    assert known_expiry(dates).tolist() == [20269, UNKNOWN]
