"""The watch on use: planted changes are found and told apart, and what is none stays unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from brikopt.flows.previous import Previous
from brikopt.flows.watch import changes_of_groups, changes_of_positions, shift_table, watch
from brikopt.flows.watch_causes import with_causes
from brikopt.flows.watched import ITEM, POSITION, WARD, Known
from brikopt.flows.watched_stock import changes_of_stock
from brikopt.reports.sentences import Sentences
from tests.stock.histories import AS_OF, evidence_of, extracts

START = AS_OF - timedelta(days=3 * 365)
CHANGED = AS_OF - timedelta(days=200)
WARDS = ("W1", "W2", "W3", "W4")


def days(gap_before, gap_after=None, changed=CHANGED):
    """Order days: one every so many days, and every so many others from a day on; never again where that is 0."""
    found, day = [], START
    while day < AS_OF:
        found.append(day)
        gap = gap_before if gap_after is None or day < changed else gap_after
        if not gap:
            break
        day += timedelta(days=gap)
    return found[:-1] if gap_after == 0 else found


def world(shelves, more_items="", **tables):
    """Tables of cabinets C1 … C4, one in each of four wards; a shelf is (cabinet, item, its order days)."""
    items = dict.fromkeys(item for _, item, _ in shelves)
    places = "\n".join(f"{cabinet} {item} 10 20 10 2" for cabinet, item, _ in shelves)
    lines = [(day, cabinet, item) for cabinet, item, order_days in shelves for day in order_days]
    ordered = "\n".join(f"{day} {cabinet} {item} 10" for day, cabinet, item in lines)
    goods = "\n".join(f"{day + timedelta(days=1)} {cabinet} {item} 10" for day, cabinet, item in lines)
    wards = "\n".join(f"{ward} {ward}" for ward in WARDS)
    return extracts(
        wards=f"ward_id ward_name\n{wards}",
        cabinets="cabinet_id ward_id kind\n" + "\n".join(f"C{n} W{n} brik" for n in range(1, 5)),
        items="item_id name replaced_by\n"
        + "\n".join([f"{item} {item} _" for item in items if item not in more_items] + more_items.split()),
        positions=f"cabinet_id item_id min_level max_level brik_qty brik_count\n{places}",
        orders=f"ordered_at cabinet_id item_id quantity\n{ordered}",
        deliveries=f"delivered_at cabinet_id item_id quantity\n{goods}",
        **tables,
    )


def told(known):
    """All changes of use, with their causes."""
    evidence = evidence_of(known)
    seen = watch(evidence)
    found = [*changes_of_positions(seen), *changes_of_groups(seen, ITEM), *changes_of_groups(seen, WARD)]
    return with_causes(found, evidence.positions, known, seen.told, evidence.as_of)


def at(found, level, place):
    """The changes of one level at one place, its first id that isn't empty."""
    ids = {POSITION: "item_id", ITEM: "item_id", WARD: "ward_id"}
    return [one for one in found if one.level == level and getattr(one, ids[level]) == place]


def background(cabinet):
    """Six steady goods of a cabinet."""
    return [(cabinet, f"{cabinet}-steady-{n}", days(17 + 3 * n)) for n in range(6)]


@pytest.fixture(scope="module")
def alone():
    """In one ward one good doubles twice, one halves twice, one stops, one comes back; six are steady."""
    back = [day for day in days(14) if day < AS_OF - timedelta(days=700) or day > CHANGED]
    shelves = [
        ("C1", "rises", days(40, 10)),
        ("C1", "falls", days(10, 40)),
        ("C1", "stops", days(14, 0)),
        ("C1", "returns", back),
        *background("C1"),
    ]
    return told(world(shelves))


def test_planted_changes_are_found_and_dated_and_steady_goods_are_not(alone):
    """A rise, a fall, a stop and a restart 200 days ago, each within its days; nothing of six steady goods."""
    found = {one.item_id: one for one in alone}
    assert {item: one.change for item, one in found.items()} == {
        "rises": "rise",
        "falls": "fall",
        "stops": "stop",
        "returns": "restart",
    }
    for one in found.values():
        assert one.from_date - timedelta(days=21) <= CHANGED <= one.to_date + timedelta(days=21)
        assert (one.last_day - one.first_day) < 120


def test_the_size_of_a_change_is_told_with_its_error(alone):
    """From 10 units in 40 days to 10 in 10: 0.25 and 1 a day, each within three of its errors."""
    (one,) = at(alone, POSITION, "rises")
    assert abs(one.before - 0.25) < 3 * one.before_sd
    assert abs(one.after - 1.0) < 3 * one.after_sd
    assert 0 < one.after_sd < 0.5


def test_one_good_alone_is_no_change_of_its_ward_and_has_no_known_cause(alone):
    """Four of ten goods changed, up and down: the ward didn't, and nothing says why."""
    assert not at(alone, WARD, "W1")
    assert {one.cause for one in at(alone, POSITION, "rises")} == {"unknown"}


def test_urgent_orders_on_top_are_no_stop():
    """A shelf that orders every 50 days ordered four times as much urgently: silence of 150 days is the rest of it."""
    usual = days(50, 0, AS_OF - timedelta(days=160))
    known = world([("C1", "topped", usual), *background("C1")])
    extra = known.orders[known.orders["item_id"] == "topped"].tail(1)
    urgent = extra.assign(order_id="U1", quantity=40, channel="urgent")
    goods = known.deliveries[known.deliveries["item_id"] == "topped"].tail(1).assign(quantity=40, order_id="U1")
    assert at(told(known), POSITION, "topped")
    with_urgent = replace(
        known,
        orders=pd.concat([known.orders, urgent], ignore_index=True),
        deliveries=pd.concat([known.deliveries, goods], ignore_index=True),
    )
    assert not at(told(with_urgent), POSITION, "topped")


def test_an_item_that_changes_in_several_wards_is_told_as_one_with_its_cause():
    """Doubled twice in three of four wards: one row of the item, and its positions have the same cause."""
    shelves = [
        *[(f"C{n}", "shared", days(40, 10)) for n in (1, 2, 3)],
        ("C4", "shared", days(30)),
        ("C4", "lonely", days(40, 10)),
        ("C1", "lonely", days(30)),
        *background("C4"),
    ]
    found = told(world(shelves))
    (one,) = at(found, ITEM, "shared")
    assert one.rises and one.positions >= 3 and one.cause == "new_procedure"
    assert {each.cause for each in at(found, POSITION, "shared")} == {"new_procedure"}
    assert not at(found, ITEM, "lonely")


def test_a_ward_whose_goods_all_fall_is_told_as_its_activity():
    """Eight goods of W1 fall to a half at once; those of W2 stay."""
    shelves = [("C1", f"busy-{n}", days(10 + n, 2 * (10 + n))) for n in range(8)]
    found = told(world([*shelves, *background("C2")]))
    (one,) = at(found, WARD, "W1")
    assert one.after / one.before == pytest.approx(0.5, abs=0.2)
    assert one.cause == "ward_activity"
    assert not at(found, WARD, "W2")
    causes = {each.cause for each in found if each.level == POSITION}
    assert causes <= {"ward_activity"}


def test_what_came_at_the_same_time_a_year_before_is_the_season():
    """A line every 60 days, and every 7 in the last 120 days of each year up to now."""
    high = [
        day
        for day in (START + timedelta(days=n) for n in range(3 * 365))
        if ((AS_OF - day).days % 365 < 120 and (AS_OF - day).days % 7 == 0) or (AS_OF - day).days % 60 == 0
    ]
    (one,) = at(told(world([("C1", "yearly", high), *background("C1")])), POSITION, "yearly")
    assert (one.change, one.cause) == ("rise", "season")


def test_an_item_that_is_replaced_says_so():
    """The old item stops as the new one rises."""
    shelves = [("C1", "old", days(10, 0)), ("C1", "new", days(60, 10)), *background("C1")]
    known = world(shelves)
    items = known.items.assign(replaced_by=np.where(known.items["item_id"] == "old", "new", ""))
    found = told(replace(known, items=items))
    assert {one.item_id: one.cause for one in found if one.level == POSITION} == {
        "old": "replaced_item",
        "new": "replaced_item",
    }


def test_what_the_result_before_told_is_not_new_and_comes_last():
    """The stop is known, at days that meet; a fall at the same place would be another change."""
    known = world([("C1", "rises", days(40, 10)), ("C1", "stops", days(8, 0)), *background("C1")])
    evidence = evidence_of(known)
    say = Sentences("da").say
    fresh = shift_table(evidence, known, evidence.positions, None, say)
    assert fresh["is_new"].tolist() == [1, 1]
    stop = fresh[fresh["change"] == "stop"].iloc[0]
    key = (POSITION, "C1", "stops", "W1", "use", "stop")
    before = Previous("r", date(2025, 1, 6), {}, {}, frozenset(), (Known(key, stop["from_date"], stop["to_date"]),))
    again = shift_table(evidence, known, evidence.positions, before, say)
    assert list(zip(again["item_id"], again["is_new"], strict=True)) == [("rises", 1), ("stops", 0)]
    other = replace(before, shifts=(Known((*key[:-1], "fall"), stop["from_date"], stop["to_date"]),))
    assert shift_table(evidence, known, evidence.positions, other, say)["is_new"].tolist() == [1, 1]
    assert "holdt op" in stop["reason"]


def stock(means, wide=2):
    """Figures of six positions of W1, two cards of 10 each, at 10 DKK a unit."""
    size = len(means)
    return pd.DataFrame(
        {
            "cabinet_id": "C1",
            "item_id": [f"I{n}" for n in range(size)],
            "ward_id": "W1",
            "ward_name": "Kirurgisk",
            "name": "Kompres",
            "unit_price_dkk": 10.0,
            "is_brik": True,
            "brik_qty": 10,
            "min_level": 10,
            "max_level": 20,
            "on_hand_mean": means,
            "on_hand_low": np.asarray(means) - wide,
            "on_hand_high": np.asarray(means) + wide,
        }
    )


def test_stock_that_moved_by_more_than_an_order_is_told_and_less_is_not():
    """From 60 to 18, of cards of 10: told, with DKK 420; from 18 to 11 a card was hung. A ward of 168 now has 73."""
    then, now = [60, 18, 30, 30, 15, 15], [18, 11, 12, 12, 10, 10]
    earlier = {("C1", f"I{n}"): (units, 1.0) for n, units in enumerate(then)}
    before = Previous("r", date(2025, 1, 6), {}, {}, frozenset(), (), earlier)
    counted = "counted_at cabinet_id item_id quantity\n2025-02-01 C1 I0 18"
    known = world([("C1", f"I{n}", days(30)) for n in range(6)], counts=counted)
    found = changes_of_stock(stock(now), known, before)
    by_place = {(one.level, one.item_id): one for one in found}
    assert (POSITION, "I0") in by_place and (POSITION, "I1") not in by_place
    assert by_place[POSITION, "I0"].dkk == 420 and by_place[POSITION, "I0"].cause == "counted"
    assert by_place[WARD, ""].before == 1680 and by_place[WARD, ""].after == 730
    assert not changes_of_stock(stock(now), known, None)
