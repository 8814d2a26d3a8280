"""What may lie on the shelf now, read off tiny extracts. The day of decision is Monday, 3 March 2025."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.stock.posterior import present

from .histories import days, evidence_of, extracts, now, on_hand, stock

KEEPS = "item_id shelf_life_days\nI1 _"
WITHOUT_CARDS = "cabinet_id min_level max_level\nS2 5 20"
SINGLE_CARDS = "min_level max_level brik_qty brik_count\n3 4 1 4"


def every(gap, units, lead=2, start="2023-03-01", end="2025-03-02"):
    """Orders and deliveries of a line every so many days, each delivered after the lead time."""
    dates = np.arange(np.datetime64(start), np.datetime64(end) + 1, gap)
    orders = "order_id ordered_at quantity\n" + "\n".join(f"B{at} {day} {units}" for at, day in enumerate(dates))
    came = [f"B{at} {day + lead} {units}" for at, day in enumerate(dates) if day + lead < np.datetime64("2025-03-03")]
    return {"orders": orders, "deliveries": "order_id delivered_at quantity\n" + "\n".join(came)}


def rows_of_s2(rows):
    """The same rows for the cabinet without cards."""
    header, *lines = rows.split("\n")
    return "\n".join([f"cabinet_id {header}", *(f"S2 {line}" for line in lines)])


def earliest(particles):
    """First date on the shelf in each particle that holds anything, as days since 1970-01-01."""
    holds = particles.lots > 0
    return particles.expiry[holds, 0]


def share_holding(particles, date):
    """Share of the particles with a lot of this date."""
    return ((particles.expiry == days(date)) & (particles.units > 0)).any(axis=1).mean()


def test_every_particle_is_a_shelf():
    """Dates rise, units are above 0 in the lots in use and 0 elsewhere, and the chances of the rates sum to 1."""
    found = now(extracts(**every(20, 10)))
    for one in range(len(found.lots)):
        lots = found.lots[one]
        assert (np.diff(found.expiry[one, :lots]) > 0).all()
        assert (found.units[one, :lots] > 0).all()
        assert (found.units[one, lots:] == 0).all()
    assert found.chance.sum(axis=1) == pytest.approx(np.ones(len(found.lots)))


def test_after_a_scan_the_shelf_and_what_is_on_order_fill_the_level_but_for_a_part_of_a_card():
    """Full stock 20, a card of 10 scanned yesterday: on the shelf 10 less what had gone of the next card, 1 to 10."""
    found = on_hand(extracts(orders="ordered_at quantity\n2024-06-01 10\n2025-03-02 10"))
    assert found.min() >= 1
    assert found.max() <= 10


def test_what_was_counted_yesterday_evening_lies_there_this_morning():
    """With and without cards, at 2 and at 16 units a week: 8 were counted yesterday, and nothing has gone since."""
    for rows in (every(7, 2), every(7, 16), every(10, 10)):
        counted = {"counts": "counted_at quantity\n2025-03-02 8"}
        assert set(on_hand(extracts(**rows, **counted))) == {8}
        no_cards = {name: rows_of_s2(text) for name, text in (rows | counted).items()}
        assert set(on_hand(extracts(positions=WITHOUT_CARDS, **no_cards))) == {8}


def test_goods_that_came_before_yesterdays_count_were_counted():
    """Within a day goods come before the count: 10 came and 12 were counted, so 12 lie there."""
    rows = {"deliveries": "delivered_at quantity\n2025-03-02 10", "counts": "counted_at quantity\n2025-03-02 12"}
    assert set(on_hand(extracts(**rows))) == {12}


def test_a_board_scanned_after_the_count_doesnt_change_what_was_counted():
    """13 were counted, then the board was scanned: 13 lie there, whatever a card of 10 would say, and 10 are coming."""
    rows = {"orders": "ordered_at quantity\n2024-06-01 10\n2025-03-02 10"}
    found = stock(extracts(**rows, counts="counted_at quantity\n2025-03-02 13"))
    assert (found.on_hand_low, found.on_hand_high, found.on_order) == (13, 13, 10)


def test_a_day_passes_since_a_count_of_the_day_before_yesterday():
    """60 counted on Saturday, 70 a week: about 10 went on Sunday, and 10 more had the count been on Friday."""
    rows = every(7, 70, start="2024-03-02")
    at = {"positions": "min_level max_level brik_qty brik_count\n70 140 70 2", "items": KEEPS}
    one, two = (
        on_hand(extracts(**rows, **at, counts=f"counted_at quantity\n{day} 60")).mean()
        for day in ("2025-03-01", "2025-02-28")
    )
    assert one == pytest.approx(50, abs=3)
    assert two == pytest.approx(40, abs=5)


def test_what_yesterdays_check_left_behind_was_counted():
    """5 of 20 counted yesterday went out of date in January, and yesterday's check was before: they lie there."""
    checks = "item_id discarded_at quantity\nI2 2025-01-01 1\nI2 2025-01-31 1\nI2 2025-03-02 1"
    counts = "counted_at quantity lot expiry_date\n2025-03-02 5 L1 2025-01-31\n2025-03-02 15 L2 2026-01-31"
    assert set(on_hand(extracts(counts=counts, discards=checks))) == {20}


def test_a_slow_card_is_scanned_soon_after_its_last_unit():
    """A card of 10 lasts nine months here, so less than one unit of the next is gone at the scan: about 10 are left."""
    found = on_hand(extracts(orders="ordered_at quantity\n2024-06-01 10\n2025-03-02 10"))
    assert found.mean() == pytest.approx(10, abs=0.5)


def test_cards_of_one_unit_leave_nothing_to_guess():
    """Four cards of 1, one hung yesterday: 3 on the shelf, in nine particles of ten at least."""
    orders = "ordered_at quantity\n2024-03-03 1\n2024-09-03 1\n2025-03-02 1"
    found = stock(extracts(positions=SINGLE_CARDS, orders=orders))
    assert (found.on_hand_low, found.on_hand_high) == (3, 3)


def test_what_has_come_since_the_scan_lies_on_the_shelf():
    """Scanned on 25 February and delivered on 1 March, goods that keep: between 11 and 20 lie there."""
    history = {"orders": "ordered_at quantity\n2025-02-25 10", "deliveries": "delivered_at quantity\n2025-03-01 10"}
    found = stock(extracts(**history, items=KEEPS))
    assert 11 <= found.on_hand_low <= found.on_hand_high <= 20


def test_without_cards_a_line_says_what_was_seen_and_what_was_missing():
    """Min 5, max 20, and 16 units a week, the last ones yesterday evening: about 4 were seen and lie there still."""
    history = every(7, 16, start="2024-03-03")
    found = stock(extracts(positions=WITHOUT_CARDS, **{name: rows_of_s2(rows) for name, rows in history.items()}))
    assert found.on_hand_low <= 4 <= found.on_hand_high <= 6
    assert found.on_order == 16


def test_a_slow_shelf_is_ordered_for_before_it_is_down_to_min():
    """Min 5, max 20, and one order of 15 in two years: of hundreds of looks at 7 or 8 units one saw only 5."""
    orders = "cabinet_id ordered_at quantity\nS2 2025-03-02 15"
    found = stock(extracts(positions=WITHOUT_CARDS, orders=orders, items=KEEPS))
    assert found.on_hand_low > 5


def test_an_urgent_line_usually_means_an_empty_shelf():
    """A card of 10 lasts 20 days and the last one, of 18 February, has not come: few are left, then probably none."""
    calm = every(20, 10, lead=15)
    rows = [line + (" brik" if at else " channel") for at, line in enumerate(calm["orders"].splitlines())]
    urgent = calm | {"orders": "\n".join([*rows, "U1 2025-03-02 5 urgent"])}
    before, after = on_hand(extracts(**calm)), on_hand(extracts(**urgent))
    assert (before == 0).mean() < 0.4
    assert (after == 0).mean() > 0.6


def test_a_count_fixes_the_stock():
    """17 counted yesterday, and hardly any use: 17 today."""
    found = stock(extracts(counts="counted_at quantity\n2025-03-02 17"))
    assert (found.on_hand_low, found.on_hand_high) == (17, 17)
    assert found.evidence == "count"


def test_a_count_above_full_stock_is_believed():
    """35 counted where 20 is full stock: somebody found more, and it lies there."""
    assert stock(extracts(counts="counted_at quantity\n2025-03-02 35")).on_hand_low >= 34


def test_a_count_of_nothing_empties_the_shelf():
    """0 counted yesterday: 0 today, and no lot left."""
    found = now(extracts(counts="counted_at quantity\n2025-03-02 0"))
    assert found.units.sum() == 0


def test_the_lots_of_a_count_replace_what_was_believed():
    """9 of October and 4 of May counted yesterday: the earliest date is 1 May, in every particle."""
    found = now(extracts(counts="counted_at quantity expiry_date\n2025-03-02 9 2025-10-01\n2025-03-02 4 2025-05-01"))
    assert set(earliest(found).tolist()) == {days("2025-05-01")}
    assert on_hand(extracts(counts="counted_at quantity\n2025-03-02 13")).max() == 13


def test_goods_that_come_after_a_count_are_added():
    """5 counted on Saturday, 10 delivered on Sunday: 15."""
    found = stock(
        extracts(
            orders="order_id ordered_at quantity\nB1 2025-02-26 10",
            deliveries="order_id delivered_at quantity\nB1 2025-03-02 10",
            counts="counted_at quantity\n2025-03-01 5",
        )
    )
    assert found.on_hand_high == 15
    assert found.on_hand_low >= 14


def test_a_position_that_never_moved_is_full_but_for_a_part_of_a_card():
    """Two cards of 10 of goods that keep, never hung in a year: 11 to 20 lie there, but for a forgotten card."""
    found = on_hand(extracts(items=KEEPS))
    assert np.quantile(found, 0.05) >= 11
    assert found.max() <= 20


def test_a_position_of_single_cards_that_never_moved_is_full():
    """Four cards of 1 of goods that keep, none hung: 4, give or take a forgotten card."""
    found = stock(extracts(positions=SINGLE_CARDS, items=KEEPS))
    assert (found.on_hand_low, found.on_hand_high) == (4, 4)


def test_a_position_put_up_yesterday_is_not_believed_full():
    """Active since 2 March and nothing delivered yet: the shelf is empty."""
    positions = "min_level max_level brik_qty brik_count active_from\n10 20 10 2 2025-03-02"
    found = on_hand(extracts(positions=positions, orders="cabinet_id ordered_at quantity\nS1 2025-03-02 20"))
    assert found.max() == 0


def test_a_recorded_date_is_kept_to_the_day():
    """10 units of 31 December came in January: a lot of that date lies in nearly every particle."""
    found = now(
        extracts(
            orders="ordered_at quantity\n2025-01-01 10",
            deliveries="delivered_at quantity expiry_date\n2025-01-04 10 2025-12-31",
        )
    )
    assert share_holding(found, "2025-12-31") > 0.95


def test_a_delivery_of_the_same_day_elsewhere_dates_goods_without_a_date():
    """Another cabinet got a lot of 31 December on the same day: almost surely it is the same."""
    positions = "cabinet_id min_level max_level brik_qty brik_count\nS1 10 20 10 2\nS2 5 20 _ _"
    found = now(
        extracts(
            positions=positions,
            orders="cabinet_id ordered_at quantity\nS1 2025-01-01 10",
            deliveries="cabinet_id delivered_at quantity expiry_date\nS1 2025-01-04 10 _\nS2 2025-01-04 15 2025-12-31",
        )
    )
    assert share_holding(found, "2025-12-31") > 0.9


def test_a_typed_date_moves_the_earliest_date_at_once():
    """Somebody read 15 April on the shelf yesterday: so it is, unless that last unit was used since."""
    history = every(90, 10, end="2024-12-01")
    before = now(extracts(**history))
    after = now(extracts(**history, shelf_dates="checked_at earliest_expiry\n2025-03-02 2025-04-15"))
    assert len(set(earliest(before).tolist())) > 5
    assert (earliest(after) == days("2025-04-15")).mean() > 0.95
    assert earliest(after).min() == days("2025-04-15")


def test_a_typed_date_changes_no_units():
    """Nobody counted: as many units as before, but for how dates bear on the odds."""
    history = every(90, 10, end="2024-12-01")
    typed = {"shelf_dates": "checked_at earliest_expiry\n2025-03-02 2025-04-15"}
    before, after = (now(extracts(**history, **more), count=2_000).units.sum(axis=1) for more in ({}, typed))
    assert after.mean() == pytest.approx(before.mean(), rel=0.15)


def test_what_checks_threw_out_unrecorded_was_not_used():
    """Goods of a year's life, a card of 10 every 200 days: part of what left went out of date, so less was used."""
    history = every(200, 10)
    lasting = extracts(**history, items="item_id shelf_life_days\nI1 _")
    perishing = extracts(**history, items="item_id shelf_life_days\nI1 120")
    assert stock(perishing).rate_mean < 0.9 * stock(lasting).rate_mean


def test_what_was_recorded_as_thrown_out_was_not_used():
    """A card of 10 every 70 days, and every other one thrown out: about half the use."""
    history = every(70, 10)
    dates = np.arange(np.datetime64("2023-05-01"), np.datetime64("2025-02-01"), 140)
    thrown = "discarded_at quantity\n" + "\n".join(f"{day} 10" for day in dates)
    used, discarded = stock(extracts(**history)), stock(extracts(**history, discards=thrown))
    assert discarded.rate_mean < 0.75 * used.rate_mean


def test_a_recorded_discard_takes_what_was_out_of_date():
    """Counted: 10 of 1 February and 8 of 31 December. 10 were thrown out on 10 February, so the 8 are left."""
    found = now(
        extracts(
            counts="counted_at quantity expiry_date\n2025-01-05 10 2025-02-01\n2025-01-05 8 2025-12-31",
            discards="discarded_at quantity expiry_date\n2025-02-10 10 2025-02-01",
        )
    )
    assert share_holding(found, "2025-02-01") < 0.05
    assert found.units.sum(axis=1).max() <= 8


def test_an_item_that_does_not_expire_has_no_date():
    """No shelf life: one lot for ever."""
    found = now(extracts(**every(90, 10), items="item_id shelf_life_days\nI1 _"))
    assert set(found.lots.tolist()) <= {0, 1}


def test_regular_use_is_found():
    """A card of 10 every 20 days is half a unit a day, to a quarter."""
    found = stock(extracts(**every(20, 10)))
    assert found.rate_mean == pytest.approx(0.5, rel=0.25)
    assert found.p_dead < 0.02


def test_short_extracts_are_no_long_silence_before():
    """Extracts of 60 days with a card of 10 every 10 days: one unit a day, to a third, though a year is not known."""
    found = stock(extracts(**every(10, 10, start="2025-01-02")))
    assert found.rate_mean == pytest.approx(1.0, rel=0.33)


def test_long_silence_makes_death_likely():
    """The same use until two years ago, then nothing at all: more likely dead than not."""
    found = stock(extracts(**every(20, 10, start="2021-03-01", end="2023-03-01")))
    assert found.p_dead > 0.5


def test_each_position_has_a_stream_of_its_own():
    """A position's particles are the same, byte for byte, whether its evidence comes alone or with that of others."""
    positions = (
        "cabinet_id item_id min_level max_level brik_qty brik_count\nS1 I1 10 20 10 2\nS1 I2 5 10 5 2\nS2 I1 5 20 _ _"
    )
    evidence = evidence_of(extracts(**every(20, 10), positions=positions))
    for row in range(3):
        whole, alone = present(evidence, row), present(evidence.part(row, row + 1), 0)
        assert all((left == right).all() for left, right in zip(whole, alone, strict=True))


AGO = st.integers(1, 500)
UNITS = st.integers(0, 40)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["10 20 10 2", "3 4 1 4", "0 5 5 1", "0 30 30 1"]),
    st.sampled_from(["_", "30", "365"]),
    st.lists(st.tuples(AGO, UNITS), max_size=5),
    st.lists(st.tuples(AGO, UNITS, st.none() | st.integers(-50, 700)), max_size=5),
    st.lists(st.tuples(AGO, UNITS, st.none() | st.integers(-50, 700)), max_size=3),
    st.lists(st.tuples(AGO, UNITS, st.sampled_from(["expired", "damaged"])), max_size=4),
    st.lists(st.tuples(AGO, st.integers(-50, 700)), max_size=2),
)
def test_whatever_the_extracts_say_a_shelf_comes_of_it(levels, life, ordered, delivered, counted, thrown, typed):
    """Goods nobody ordered, discards of more than there was, counts that agree with nothing: shelves all the same."""

    def on(ago):
        return str(np.datetime64("2025-03-03") - ago)

    def dated(ago, left):
        return "_" if left is None else str(np.datetime64("2025-03-03") - ago + left)

    tables = {
        "positions": f"min_level max_level brik_qty brik_count\n{levels}",
        "items": f"item_id shelf_life_days\nI1 {life}",
        "orders": ["ordered_at quantity", *(f"{on(ago)} {units}" for ago, units in ordered)],
        "deliveries": [
            "delivered_at quantity expiry_date",
            *(f"{on(ago)} {units} {dated(ago, left)}" for ago, units, left in delivered),
        ],
        "counts": [
            "counted_at quantity expiry_date",
            *(f"{on(ago)} {units} {dated(ago, left)}" for ago, units, left in counted),
        ],
        "discards": ["discarded_at quantity reason", *(f"{on(ago)} {units} {why}" for ago, units, why in thrown)],
        "shelf_dates": ["checked_at earliest_expiry", *(f"{on(ago)} {dated(ago, left)}" for ago, left in typed)],
    }
    found = now(
        extracts(**{name: text if isinstance(text, str) else "\n".join(text) for name, text in tables.items()}), 0, 16
    )
    in_use = np.arange(found.units.shape[1]) < found.lots[:, None]
    assert (found.units[in_use] > 0).all()
    assert (found.units[~in_use] == 0).all()
    assert (np.diff(found.expiry, axis=1)[in_use[:, 1:]] > 0).all()
    assert np.isfinite(found.chance).all()
    assert found.chance.sum(axis=1) == pytest.approx(np.ones(16))
    most = sum(units for *_, units in ordered) + sum(units for _, units, _ in [*delivered, *counted]) + 40
    assert found.units.sum(axis=1).max() <= most


def test_a_second_look_sees_the_same():
    """No clock, no global state: the same extracts, the same particles."""
    first, second = now(extracts(**every(20, 10))), now(extracts(**every(20, 10)))
    assert all((left == right).all() for left, right in zip(first, second, strict=True))


MONTHLY = every(30, 10, end="2024-11-30")


def test_a_ward_that_is_no_more_uses_nothing():
    """Closed on 1 December, a line a month until then and none since: surely dead, and what lay there lies there."""
    found = stock(extracts(wards="ward_id valid_to\nW1 2024-12-01\nW2 _", **MONTHLY))
    assert found.p_dead == 1.0
    assert found.rate_mean == 0.0


def test_a_ward_that_ended_on_paper_alone_is_used_on():
    """The same end, but lines go on under another name: alive."""
    found = stock(extracts(wards="ward_id valid_to\nW1 2024-12-01\nW2 _", **every(30, 10)))
    assert found.p_dead < 0.05


def test_a_ward_that_ended_yesterday_is_closed_and_one_that_ends_today_is_not():
    """What lies there is to go from the day after its last one on; on its last day it is in use."""
    chances = [
        stock(extracts(wards=f"ward_id valid_to\nW1 {day}\nW2 _", **every(30, 10))).p_dead
        for day in ("2025-03-02", "2025-03-03")
    ]
    assert chances[0] == 1.0
    assert chances[1] < 0.05


def test_an_urgent_line_says_that_somebody_asked():
    """Ten months of silence, then a line in a hurry: goods that seemed out of use are believed to be in use."""
    silent = extracts(orders="ordered_at quantity channel\n2024-05-01 10 brik")
    asked = extracts(orders="ordered_at quantity channel\n2024-05-01 10 brik\n2025-03-02 5 urgent")
    assert stock(asked).p_dead < 0.2 * stock(silent).p_dead


OUT_OF_DATE_AT_A_LINE = {
    "counts": "counted_at quantity expiry_date\n2024-10-01 18 2025-02-10",
    "orders": "ordered_at quantity channel\n2025-02-12 10 urgent\n2025-02-16 10 brik",
    "deliveries": "order_id delivered_at quantity\nB1 2025-02-14 10\nB2 2025-02-18 10",
}


def test_an_urgent_line_may_find_nothing_but_goods_out_of_date():
    """18 counted until 10 February, an urgent line two days later, and 15 thrown out on the 15th: 3 were used."""
    found = stock(extracts(**OUT_OF_DATE_AT_A_LINE, discards="discarded_at quantity\n2025-02-15 15"))
    assert found.rate_mean < 2 * 3 / 134  # days since the count; 18 units would be six times as much


def test_a_line_right_after_a_check_replaces_what_was_thrown_out():
    """Goods of 31 January; checked on 5 February, as another item shows. A line on the 6th tells of no use there."""
    positions = "item_id min_level max_level brik_qty brik_count\nI1 10 20 10 2\nI2 10 20 10 2"
    days_of_checks = [f"2024-{month:02d}-05" for month in range(3, 13)] + ["2025-01-05", "2025-02-05"]
    thrown = "discarded_at item_id quantity\n" + "\n".join(f"{day} I2 1" for day in days_of_checks)
    counted = "counted_at quantity expiry_date\n2024-06-01 10 2025-01-31\n2024-06-01 10 2026-01-31"

    def found(line: str):
        orders = f"ordered_at quantity\n{line} 10"
        return stock(extracts(positions=positions, counts=counted, discards=thrown, orders=orders))

    after_check, any_day = found("2025-02-06"), found("2024-12-20")
    assert after_check.p_dead > 2 * any_day.p_dead
    assert after_check.rate_mean < 0.6 * any_day.rate_mean
