"""One shelf lived forward, day by day."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .futures import NOTHING, cards, figures, known_future, left, lived, min_max


def test_the_oldest_lot_is_used_first():
    """3 a day from 5 units of day 9 and 5 of day 2: on day 1 the old ones are gone, and nothing expires."""
    out = figures(lived(NOTHING, known_future([3, 3, 3], [(9, 5), (2, 5)])))
    assert (out["expired"], out["short"]) == (0, 0)


def test_who_reaches_for_the_newest_lets_the_old_go_out_of_date():
    """The same shelf, newest first: 5 of day 9, then 1 of day 2 by the end of day 1, 3 more on day 2; 1 expires."""
    out = figures(lived(NOTHING, known_future([3, 3, 3], [(9, 5), (2, 5)], newest_first=1.0, pick=0.0)))
    assert out["expired"] == 1


def test_a_share_of_the_picks_takes_the_newest_box():
    """Of 10 wanted, 40 % take the newest: 4 of day 9 and 6 of day 0; the other 4 of day 0 expire tonight."""
    out = figures(lived(NOTHING, known_future([10], [(0, 10), (9, 10)], newest_first=0.4, pick=0.0)))
    assert out["expired"] == 4


def test_a_unit_is_usable_on_its_date_and_out_of_date_the_day_after():
    """One unit of day 2: wanted on day 2 it is used, wanted on day 3 it is gone."""
    on_the_day = figures(lived(NOTHING, known_future([0, 0, 1, 0], [(2, 1)])))
    day_after = figures(lived(NOTHING, known_future([0, 0, 0, 1], [(2, 1)])))
    assert (on_the_day["expired"], on_the_day["short"]) == (0, 0)
    assert (day_after["expired"], day_after["short"]) == (1, 1)


def test_what_is_not_there_is_a_lost_sale():
    """4 on the shelf, 3 wanted on three days: 5 are short, the first of them on day 1."""
    out = figures(lived(NOTHING, known_future([3, 3, 3], [(9, 4)])))
    assert (out["wanted"], out["short"], out["first_short"]) == (9, 5, 1)


def test_a_lost_sale_is_not_ordered_later():
    """20 wanted from an empty shelf on day 0: three cards of 5 order 15, not 20 or 35."""
    out = lived(cards(5, 3), known_future([20, *[0] * 5], lead_time=2))
    assert left(cards(5, 3), known_future([20, *[0] * 5], lead_time=2)).tolist() == [15]
    assert figures(out)["short"] == 20


def test_where_nothing_is_short_the_first_day_short_lies_beyond_the_last():
    """5 days with enough on the shelf."""
    assert figures(lived(NOTHING, known_future([1] * 5, [(9, 5)])))["first_short"] == 5


def test_units_held_are_counted_at_the_end_of_each_day():
    """4 units, 1 used a day: 3 + 2 + 1 + 0 unit-days."""
    assert figures(lived(NOTHING, known_future([1] * 4, [(9, 4)])))["holding"] == 6


def test_goods_out_of_date_lie_there_until_the_check():
    """6 units of day 1, checked on day 4: they lie there on the evenings of days 0 to 3."""
    assert figures(lived(NOTHING, known_future(0, [(1, 6)], days=8, checks=[4])))["holding"] == 24


def test_goods_out_of_date_on_day_zero_are_nobodys_use_and_nobodys_news():
    """6 units of yesterday: none is used, none counted as expired, all lie there until the check of day 2."""
    out = figures(lived(NOTHING, known_future([1] * 4, [(-1, 6)], checks=[2])))
    assert (out["expired"], out["short"], out["holding"]) == (0, 4, 12)


def test_a_card_orders_its_quantity_once_as_much_has_gone():
    """3 cards of 4 on a full shelf, 1 used a day: orders of 4 on the evenings of days 3 and 7, none before."""
    outlook = known_future(1, [(99, 12)], days=8, lead_time=2)
    assert [int(lived(cards(4, 3), outlook, day).order_lines[0]) for day in range(1, 9)] == [0, 0, 0, 1, 1, 1, 1, 2]
    assert left(cards(4, 3), outlook).tolist() == [12 - 8 + 4]


def test_two_cards_hung_on_one_day_are_one_line():
    """9 units gone from 3 cards of 4: two whole cards, one line, 8 units next day."""
    outlook = known_future([9, 0], [(99, 12)], lead_time=1)
    assert figures(lived(cards(4, 3), outlook))["order_lines"] == 1
    assert left(cards(4, 3), outlook).tolist() == [12 - 9 + 8]


def test_what_is_on_order_keeps_a_card_from_hanging_again():
    """Full stock 8, nothing on the shelf, 8 on the way: no line until it comes."""
    outlook = known_future(0, ordered=[(4, 8)], days=6)
    assert figures(lived(cards(4, 2), outlook))["order_lines"] == 0
    assert left(cards(4, 2), outlook).tolist() == [8]


def test_goods_out_of_date_and_not_yet_found_keep_a_card_from_hanging():
    """4 of 8 units go out of date on day 0; found on day 3, their card is hung that evening."""
    outlook = known_future(0, [(0, 4), (99, 4)], days=5, checks=[3], lead_time=1)
    lines = [int(lived(cards(4, 2), outlook, day).order_lines[0]) for day in range(1, 6)]
    assert lines == [0, 0, 0, 1, 1]


def test_the_board_is_scanned_on_order_days_alone():
    """Day 0 is a Wednesday and the ward orders on Mondays and Thursdays: a shelf found low waits until day 1."""
    outlook = known_future(0, days=4, weekday=2, order_days="1,4", lead_time=2)
    lines = [int(lived(cards(4, 2), outlook, day).order_lines[0]) for day in range(1, 5)]
    assert lines == [0, 1, 1, 1]


def test_goods_come_on_the_first_delivery_day_after_the_lead_time():
    """Ordered on Monday, ready after 2 days on Wednesday, delivered on Friday: 1 a day is short for days 0 to 3."""
    outlook = known_future(1, days=7, order_days="1", delivery_days="5", lead_time=2)
    assert figures(lived(cards(7, 1), outlook))["short"] == 4


def test_goods_that_come_today_are_used_today():
    """Delivery, then use: 5 units that come on day 0 meet the 5 wanted on day 0."""
    assert figures(lived(NOTHING, known_future([5], ordered=[(0, 5)])))["short"] == 0


def test_delivered_goods_have_their_life_from_the_day_they_come():
    """Shelf life 3, delivered on day 2: usable on day 5, out of date on day 6."""
    last_day, too_late = ([0] * 5 + [1, 0], [0] * 6 + [1])
    assert figures(lived(NOTHING, known_future(last_day, ordered=[(2, 1)], shelf_life=3)))["short"] == 0
    assert figures(lived(NOTHING, known_future(too_late, ordered=[(2, 1)], shelf_life=3)))["short"] == 1


def test_without_cards_nothing_is_ordered_above_min():
    """Min 3, max 10: at 4 on the shelf no line, at 3 one."""
    assert figures(lived(min_max(3, 10), known_future([0], [(99, 4)])))["order_lines"] == 0
    assert figures(lived(min_max(3, 10), known_future([0], [(99, 3)])))["order_lines"] == 1


@pytest.mark.parametrize(("there", "pack", "after"), [(3, 1, 10), (3, 5, 13), (0, 5, 10), (2, 4, 10), (1, 4, 13)])
def test_without_cards_the_fewest_packs_reach_max(there, pack, after):
    """Max 10: from 3, 7 single units or two packs of 5; from 2 two packs of 4; from 1 three of them."""
    assert left(min_max(3, 10, pack), known_future([0, 0], [(99, there)])).tolist() == [after]


def test_a_shelf_above_its_new_level_orders_nothing_until_it_is_used_up():
    """30 units under a new max of 8 (2 cards of 4), 1 used a day: the first line when 26 are gone, on day 25."""
    outlook = known_future(1, [(999, 30)], days=40)
    lines = [int(lived(cards(4, 2), outlook, day).order_lines[0]) for day in (25, 26)]
    assert lines == [0, 1]


def test_a_removed_item_orders_nothing_and_what_lies_there_may_still_be_used():
    """All levels 0: 5 units serve the first 5 days of 8."""
    out = figures(lived(min_max(0, 0), known_future([1] * 8, [(99, 5)])))
    assert (out["order_lines"], out["short"]) == (0, 3)


def test_new_levels_meet_what_is_on_order():
    """On order 20, on the shelf 0, new max 8: nothing more is ordered."""
    assert figures(lived(cards(4, 2), known_future(0, ordered=[(3, 20)], days=6)))["order_lines"] == 0


def test_of_what_expires_the_units_of_day_zero_are_told_apart():
    """2 units of day 1 lie there, 3 more come on day 2 with a life of 2: 5 expire, 2 of them from the shelf."""
    out = figures(lived(NOTHING, known_future(0, [(1, 2)], days=8, ordered=[(2, 3)], shelf_life=2)))
    assert (out["expired"], out["expired_first"]) == (5, 2)


def test_goods_that_come_are_not_goods_of_day_zero():
    """1 unit of day 99 lies there; 3 come on day 2 and expire on day 4: none of the three lay there on day 0."""
    out = figures(lived(NOTHING, known_future(0, [(99, 1)], days=8, ordered=[(2, 3)], shelf_life=2)))
    assert (out["expired"], out["expired_first"]) == (3, 0)


USE = st.lists(st.integers(0, 6), min_size=2, max_size=25)
LOTS = st.lists(st.tuples(st.integers(-3, 30), st.integers(1, 8)), max_size=6)
COMING = st.lists(st.tuples(st.integers(0, 24), st.integers(1, 8)), max_size=4)


@settings(max_examples=150, deadline=None)
@given(USE, LOTS, COMING, st.floats(0, 1), st.floats(0, 0.99))
def test_units_used_out_of_date_and_left_add_up_to_units_that_were_there_and_came(use, lots, coming, newest, pick):
    """Nothing is ordered anew and nobody checks, so every unit is used or lies there at the end."""
    outlook = known_future(use, lots, ordered=coming, shelf_life=5, newest_first=newest, pick=pick)
    out = figures(lived(NOTHING, outlook))
    came = sum(units for day, units in coming if day < len(use))
    there = sum(units for _, units in lots)
    used = out["wanted"] - out["short"]
    stale = sum(units for date, units in lots if date < 0)
    assert there + came == used + left(NOTHING, outlook)[0]
    assert out["expired"] <= left(NOTHING, outlook)[0] - stale


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=2, max_size=25), LOTS, COMING, st.floats(0, 1))
def test_no_more_of_day_zero_expires_than_lay_there_usable(use, lots, coming, newest):
    """And never more than expires in all."""
    out = figures(lived(NOTHING, known_future(use, lots, ordered=coming, shelf_life=5, newest_first=newest)))
    assert out["expired_first"] <= min(out["expired"], sum(units for date, units in lots if date >= 0))


def by_hand(plan, use, lots, coming, life, checks, order_days, lead):
    """The same days as a list of units, one entry a unit, oldest first; returns (holding, lines, expired, short)."""
    fresh, stale = sorted(date for date, n in lots for _ in range(n) if date >= 0), 0
    stale = sum(n for date, n in lots if date < 0)
    on_the_way, totals = list(coming), [0, 0, 0, 0]
    for day, wanted in enumerate(use):
        for order in [order for order in on_the_way if order[0] <= day]:
            fresh += [day + life] * order[1]
            on_the_way.remove(order)
        fresh.sort()
        if day in checks:
            stale = 0
        totals[3] += max(wanted - len(fresh), 0)
        fresh = fresh[wanted:]
        if day % 7 + 1 in order_days and plan.max_level > 0:
            position = len(fresh) + stale + sum(order[1] for order in on_the_way)
            lacking = plan.max_level - position
            if plan.is_brik:
                units = max(lacking // plan.brik_qty, 0) * plan.brik_qty
            else:
                units = -(-lacking // plan.pack_size) * plan.pack_size if position <= plan.min_level else 0
            if units:
                on_the_way.append((day + lead, units))
                totals[1] += 1
        late = sum(date <= day for date in fresh)
        totals[2] += late
        stale += late
        fresh = fresh[late:]
        totals[0] += len(fresh) + stale
    return totals


PLANS = st.one_of(
    st.builds(cards, st.integers(1, 5), st.integers(1, 4)),
    st.tuples(st.integers(0, 6), st.integers(1, 6), st.integers(1, 4)).map(
        lambda levels: min_max(levels[0], sum(levels[:2]), levels[2])
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    PLANS,
    USE,
    st.lists(st.tuples(st.integers(-3, 30), st.integers(1, 8)), max_size=4),
    COMING,
    st.integers(2, 12),
    st.sets(st.integers(0, 24), max_size=3),
    st.sampled_from(["1", "1,4", "1,2,3,4,5", "1,2,3,4,5,6,7"]),
    st.integers(1, 5),
)
def test_the_days_pass_as_they_are_told_in_plain_words(plan, use, lots, coming, life, checks, order_days, lead):
    """Oldest first, any plan, any order days: the compiled shelf and a list of single units agree."""
    outlook = known_future(
        use, lots, ordered=coming, shelf_life=life, checks=sorted(checks), order_days=order_days, lead_time=lead
    )
    out = figures(lived(plan, outlook))
    days = {int(day) for day in order_days.split(",")}
    expected = by_hand(plan, use, lots, coming, life, checks, days, lead)
    assert [out["holding"], out["order_lines"], out["expired"], out["short"]] == expected


def test_each_path_is_lived_by_itself():
    """Three paths that want 0, 1 and 5 units a day from 4 units of day 1: 4, 2 and 0 expire."""
    wanted = np.repeat([[0], [1], [5]], 3, axis=1)
    assert lived(NOTHING, known_future(wanted, [(1, 4)])).expired.tolist() == [4, 2, 0]
