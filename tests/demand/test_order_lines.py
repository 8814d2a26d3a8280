"""Which delivery belongs to which order line, and what is still on its way (contract, section 5)."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand.order_lines import NEVER, OrderLines, match_deliveries


def dates(days):
    """Days since 1970-01-01 as dates."""
    return pd.Series(np.array(days, dtype="datetime64[D]").astype("datetime64[s]"))


def matched(orders, deliveries=()):
    """Match rows of (position, day, quantity, order number); a number of a delivery may be blank."""
    numbers = [[row[at] for row in orders] for at in range(4)]
    goods = [[row[at] for row in deliveries] for at in range(4)]
    return match_deliveries(
        pd.DataFrame(
            {
                "position": np.array(numbers[0], dtype=np.int64),
                "ordered_at": dates(numbers[1]),
                "quantity": np.array(numbers[2], dtype=np.int64),
                "order_id": pd.Series(numbers[3], dtype="str"),
                "channel": pd.Series(["brik"] * len(orders), dtype="str"),
            }
        ),
        pd.DataFrame(
            {
                "position": np.array(goods[0], dtype=np.int64),
                "delivered_at": dates(goods[1]),
                "quantity": np.array(goods[2], dtype=np.int64),
                "order_id": pd.Series(goods[3], dtype="str"),
            }
        ),
    )


def delivered_days(lines: OrderLines):
    """Day of delivery of each line, None where there is none."""
    return [None if day == NEVER else int(day) for day in lines.delivered_day]


def test_an_order_number_names_the_line():
    """The delivery of B2 is B2's, though B1 is older and as large."""
    lines = matched([(0, 10, 20, "B1"), (0, 12, 20, "B2")], [(0, 15, 20, "B2")])
    assert delivered_days(lines) == [None, 15]


def test_one_order_number_may_stand_for_lines_of_several_positions():
    """B1 ordered for positions 0 and 1; only position 1 has got its goods."""
    lines = matched([(0, 10, 20, "B1"), (1, 10, 20, "B1")], [(1, 13, 20, "B1")])
    assert delivered_days(lines) == [None, 13]


def test_an_order_number_on_no_line_of_the_position_counts_as_none():
    """B9 was never ordered, and B2 in another cabinet: these 20 units are those of the open line."""
    for number in ("B9", "B2", "8000074"):
        lines = matched([(0, 10, 20, "B1"), (1, 10, 20, "B2")], [(0, 13, 20, number)])
        assert delivered_days(lines) == [13, None]


def test_leading_zeros_and_blanks_part_no_numbers():
    """The delivery of 75 is that of line 00000075 of day 12, not of the older line, however it is written."""
    for number in ("75", "0075", " 75", "00000075 ", "\u00a075", "000 75"):
        lines = matched([(0, 10, 20, "00000074"), (0, 12, 20, "00000075")], [(0, 15, 20, number)])
        assert delivered_days(lines) == [None, 15]


def test_a_number_of_a_standing_agreement_names_no_line():
    """All goods carry B1, though each line has its own number: from the second on they are as those without one."""
    lines = matched([(0, 10 * n, 20, f"B{n}") for n in range(1, 6)], [(0, 10 * n + 2, 20, "B1") for n in range(1, 6)])
    assert delivered_days(lines) == [12, 22, 32, 42, 52]


def test_parts_and_one_repetition_belong_to_the_number_they_carry():
    """10 and 10 of the 20 ordered, and 20 more by mistake: B2 has got nothing."""
    lines = matched([(0, 10, 20, "B1"), (0, 12, 20, "B2")], [(0, 14, 10, "B1"), (0, 15, 10, "B1"), (0, 16, 20, "B1")])
    assert delivered_days(lines) == [14, None]


def test_zeros_within_a_number_or_at_its_end_do_part_numbers():
    """705 and 750 are not 75: the goods are those of the oldest open line."""
    for number in ("705", "750", "O75"):
        lines = matched([(0, 10, 20, "74"), (0, 12, 20, "75")], [(0, 15, 20, number)])
        assert delivered_days(lines) == [15, None]


def test_the_very_same_number_goes_before_one_without_its_zeros():
    """Both 075 and 75 were ordered: each gets its own goods."""
    lines = matched([(0, 10, 20, "075"), (0, 12, 20, "75")], [(0, 15, 20, "75"), (0, 17, 20, "075")])
    assert delivered_days(lines) == [17, 15]


def test_a_second_delivery_of_a_number_closes_no_other_line():
    """B1 came in two parts, the second without its zeros: B2 is still on its way."""
    lines = matched([(0, 10, 20, "01"), (0, 12, 20, "02")], [(0, 13, 10, "01"), (0, 14, 10, "1")])
    assert delivered_days(lines) == [13, None]


def test_a_number_of_zeros_is_none():
    """0 and 000 stand for no number at all: two lines and two deliveries, the older to the older."""
    lines = matched([(0, 10, 20, "0"), (0, 11, 20, "0")], [(0, 13, 20, "000"), (0, 14, 20, "")])
    assert delivered_days(lines) == [13, 14]


def test_without_a_number_the_oldest_line_of_the_same_quantity_is_meant():
    """Of lines of 40, 20 and 20, a delivery of 20 is that of day 11."""
    lines = matched([(0, 10, 40, "B1"), (0, 11, 20, "B2"), (0, 12, 20, "B3")], [(0, 15, 20, "")])
    assert delivered_days(lines) == [None, 15, None]


def test_without_one_of_the_same_quantity_the_oldest_larger_line_is_meant():
    """A delivery of 15 does not fit the line of 10; of those of 20 and 40 the older one is meant."""
    lines = matched([(0, 10, 10, "B1"), (0, 11, 20, "B2"), (0, 12, 40, "B3")], [(0, 15, 15, "")])
    assert delivered_days(lines) == [None, 15, None]


def test_a_delivery_larger_than_every_line_belongs_to_none():
    """50 units have come where 20 were ordered."""
    assert delivered_days(matched([(0, 10, 20, "B1")], [(0, 15, 50, "")])) == [None]


def test_a_line_ninety_days_old_is_matched_and_one_of_ninety_one_is_not():
    """Ordered on day 10, delivered on day 100 or on day 101."""
    assert delivered_days(matched([(0, 10, 20, "B1")], [(0, 100, 20, "")])) == [100]
    assert delivered_days(matched([(0, 10, 20, "B1")], [(0, 101, 20, "")])) == [None]


def test_goods_cannot_come_before_they_were_ordered():
    """A delivery of day 9 is not that of a line of day 10; on the day itself it may be."""
    assert delivered_days(matched([(0, 10, 20, "B1")], [(0, 9, 20, "")])) == [None]
    assert delivered_days(matched([(0, 10, 20, "B1")], [(0, 10, 20, "")])) == [10]


def test_a_line_takes_one_delivery():
    """Two deliveries of 20 belong to two lines, the older to the older."""
    lines = matched([(0, 10, 20, "B1"), (0, 11, 20, "B2")], [(0, 13, 20, ""), (0, 14, 20, "")])
    assert delivered_days(lines) == [13, 14]


def test_a_numbered_line_is_not_given_to_loose_goods():
    """B1's goods come later under its number; the loose 20 units of day 12 belong to B2."""
    lines = matched([(0, 10, 20, "B1"), (0, 11, 20, "B2")], [(0, 12, 20, ""), (0, 15, 20, "B1")])
    assert delivered_days(lines) == [15, 12]


def test_goods_of_another_position_are_left_alone():
    """Position 1 got 20 units; position 0 still waits for its own."""
    assert delivered_days(matched([(0, 10, 20, "B1")], [(1, 12, 20, "")])) == [None]


def test_a_short_delivery_closes_its_line():
    """Of 40 ordered 20 came: nothing is on its way any more."""
    lines = matched([(0, 10, 40, "B1")], [(0, 12, 20, "B1")])
    assert lines.open_at(20).tolist() == [False]


def test_a_line_is_open_until_a_later_one_is_made():
    """The undelivered line of day 10 is void as soon as one of day 12 has been made; that one is open."""
    lines = matched([(0, 10, 20, "B1"), (0, 12, 20, "B2")])
    assert lines.open_at(12).tolist()[0]
    assert lines.open_at(13).tolist() == [False, True]


def test_two_lines_of_one_day_do_not_void_each_other():
    """Cards and an urgent line of the same day both are on their way."""
    lines = matched([(0, 10, 20, "B1"), (0, 10, 5, "B2")])
    assert lines.open_at(11).tolist() == [True, True]


def test_a_later_line_of_another_position_voids_nothing():
    """Positions 0 and 1 order on their own."""
    lines = matched([(0, 10, 20, "B1"), (1, 12, 20, "B2")])
    assert lines.open_at(20).tolist() == [True, True]


def test_a_line_is_void_after_forty_five_days():
    """Ordered on day 10: on its way on day 54, given up on day 55."""
    lines = matched([(0, 10, 20, "B1")])
    assert lines.open_at(54).tolist() == [True]
    assert lines.open_at(55).tolist() == [False]


def test_nothing_ordered_is_nothing_open():
    """A hospital without order lines."""
    assert matched([], [(0, 12, 20, "")]).open_at(20).tolist() == []


def without_shared_numbers(deliveries, lines):
    """Blank the number of goods that came after its lines had got everything, where there are three such or more."""
    kept, surplus = [], {}
    got = {}
    for row in sorted(deliveries, key=lambda row: row[:2]):
        key = (row[0], row[3])
        ordered = sum(line["at"][2] for line in lines if (line["at"][0], line["at"][3]) == key)
        if row[3] and got.get(key, 0) >= ordered:
            surplus.setdefault(key, []).append(row)
        else:
            kept.append(row)
        got[key] = got.get(key, 0) + row[2]
    for rows in surplus.values():
        kept += [(*row[:3], "") for row in rows] if len(rows) >= 3 else rows
    return sorted(kept, key=lambda row: row[:2])


def by_hand(orders, deliveries, as_of):
    """The rules again, in plain words: (delivered day, open) of each line, by position, day and place in the file."""
    lines = sorted(({"at": row, "came": None} for row in orders), key=lambda line: line["at"][:2])
    ordered = {(line["at"][0], line["at"][3]) for line in lines}
    deliveries = [(*row[:3], row[3] if (row[0], row[3]) in ordered else "") for row in deliveries]
    deliveries = without_shared_numbers(deliveries, lines)
    for position, day, _, number in sorted((row for row in deliveries if row[3]), key=lambda row: row[1]):
        for line in lines:
            if line["came"] is None and (line["at"][0], line["at"][3]) == (position, number):
                line["came"] = day
    for position, day, units, _ in sorted((row for row in deliveries if not row[3]), key=lambda row: row[1]):
        waiting = [
            line
            for line in lines
            if line["came"] is None and line["at"][0] == position and 0 <= day - line["at"][1] <= 90
        ]
        same = [line for line in waiting if line["at"][2] == units]
        larger = [line for line in waiting if line["at"][2] > units]
        for line in (same or larger)[:1]:
            line["came"] = day
    found = []
    for line in lines:
        position, day, _, _ = line["at"]
        later = any(other[0] == position and other[1] > day for other in orders)
        found.append((line["came"], line["came"] is None and not later and as_of - day < 45))
    return found


DAYS = st.integers(0, 130)
UNITS = st.sampled_from([5, 10, 20])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), DAYS, UNITS), max_size=8),
    st.lists(st.tuples(st.integers(0, 1), DAYS, UNITS, st.integers(-6, 7)), max_size=8),
)
def test_the_matching_is_that_of_the_rules_read_aloud(lines, goods):
    """Up to eight lines and eight deliveries of two positions; about half the deliveries have a number."""
    orders = [(*line, f"B{at}") for at, line in enumerate(lines)]
    deliveries = [(*row[:3], f"B{row[3]}" if row[3] >= 0 else "") for row in goods]
    found = matched(orders, deliveries)
    expected = by_hand(orders, deliveries, 131)
    assert delivered_days(found) == [came for came, _ in expected]
    assert found.open_at(131).tolist() == [is_open for _, is_open in expected]
