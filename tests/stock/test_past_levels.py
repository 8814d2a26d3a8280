"""History read with the levels and the card size of its own day. The day of decision is Monday, 3 March 2025."""

import numpy as np
import pytest

from brikopt.contract.past_levels import levels_today, past_levels
from brikopt.contract.positions import position_table

from .histories import days, evidence_of, extracts, on_hand, stock
from .test_past import every

KEEPS = "item_id shelf_life_days\nI1 _"
FIFTIES = "min_level max_level brik_qty brik_count\n50 100 50 2"
TWENTIES = "min_level max_level brik_qty brik_count\n20 40 20 2"
CHANGED = "changed_at old_min_level old_max_level old_brik_qty old_brik_count\n"


def standing(changes, positions=TWENTIES, day="2024-01-01"):
    """Levels (min, max, units a card) of a day."""
    tables = extracts(positions=positions, level_changes=changes)
    table = position_table(tables)
    past = past_levels(tables.level_changes, table)
    found = past.at(levels_today(table), np.array([0]), np.array([days(day)]))
    return tuple(int(level[0]) for level in found)


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        ("2024-05-31", (10, 20, 10)),
        ("2024-06-01", (50, 100, 50)),
        ("2024-12-31", (50, 100, 50)),
        ("2025-01-01", (20, 40, 20)),
    ],
)
def test_changes_chain_and_the_new_levels_stand_on_their_day(day, levels):
    """Two cards of 10 until June, of 50 until January, of 20 today."""
    assert standing(CHANGED + "2025-01-01 50 100 50 2\n2024-06-01 10 20 10 2", day=day) == levels


@pytest.mark.parametrize(
    ("told", "levels"),
    [
        ("_ _ 50 _", (50, 100, 50)),  # as many cards
        ("_ _ _ 3", (40, 60, 20)),  # of the same size
        ("30 60 _ _", (30, 60, 30)),  # a card is what lies between
        ("_ 60 _ _", (40, 60, 20)),
        ("0 0 0 0", (0, 0, 20)),
    ],
)
def test_what_a_row_leaves_out_is_as_afterwards(told, levels):
    """Two cards of 20 stand today."""
    assert standing(f"{CHANGED}2025-01-01 {told}") == levels


def test_a_change_yesterday_leaves_rate_and_stock_as_they_were():
    """50 every 14 days are 3.6 a day, and two cards of 50 hold 50 to 100, whatever stands since yesterday."""
    history = {**every(14, 50, start="2023-03-06", end="2025-02-25"), "items": KEEPS}
    before = stock(extracts(positions=FIFTIES, **history))
    told = stock(extracts(positions=TWENTIES, level_changes=CHANGED + "2025-03-02 50 100 50 2", **history))
    untold = stock(extracts(positions=TWENTIES, level_changes="changed_at old_brik_qty\n2020-01-01 20", **history))
    assert told.rate_mean == pytest.approx(before.rate_mean, rel=0.05)
    assert told.on_hand_mean == pytest.approx(before.on_hand_mean, abs=4)
    assert abs(untold.on_hand_mean - before.on_hand_mean) > 20


@pytest.mark.parametrize("larger", ["150 300 150 2", "400 600 200 3"])
def test_a_line_of_the_old_size_shows_that_cards_were_not_exchanged_yet(larger):
    """50 ordered on the evening of the change, or the day after: neither rate nor stock are other than before."""
    history = {**every(14, 50, start="2023-03-05", end="2025-03-02"), "items": KEEPS}
    before = stock(extracts(positions=FIFTIES, **history))
    larger = f"min_level max_level brik_qty brik_count\n{larger}"
    for day in ("2025-03-02", "2025-03-01"):
        after = stock(extracts(positions=larger, level_changes=f"{CHANGED}{day} 50 100 50 2", **history))
        assert after.rate_mean == pytest.approx(before.rate_mean, rel=0.1)
        assert after.on_hand_mean == pytest.approx(before.on_hand_mean, abs=6)
        assert after.p_dead < 0.05


def test_the_first_line_after_a_raise_fills_the_level():
    """10 every ten days; two cards of 10 become two of 50 on 24 February and 90 are ordered: still one unit a day."""
    lines = every(10, 10, start="2023-03-06", end="2025-02-20")
    lines["orders"] += "\nB900 2025-02-24 90"
    lines["deliveries"] += "\nB900 2025-02-26 90"
    found = stock(extracts(positions=FIFTIES, items=KEEPS, level_changes=CHANGED + "2025-02-24 10 20 10 2", **lines))
    assert found.rate_mean == pytest.approx(1.0, rel=0.15)
    # The line leaves the shelf and what is coming at more than one card of 50 below 100; a week's use is gone since.
    assert found.on_hand_mean == pytest.approx(92, abs=6)


def test_without_cards_the_eye_ordered_by_the_levels_of_its_day():
    """Until yesterday max was 100: 60 ordered showed 40 on the shelf; unwritten, lines tell less than half of it."""
    cabinet = {"positions": "cabinet_id min_level max_level\nS2 5 20", "items": KEEPS}
    orders = "cabinet_id ordered_at quantity\n" + "\n".join(f"S2 2024-{month:02}-01 60" for month in range(1, 13))
    orders += "\nS2 2025-03-01 60"
    came = [f"S2 2024-{month:02}-03 60 B{month}" for month in range(1, 13)]
    cabinet["deliveries"] = "\n".join(["cabinet_id delivered_at quantity order_id", *came])
    changes = "cabinet_id changed_at old_min_level old_max_level\nS2 2025-03-02 50 100"
    assert on_hand(extracts(orders=orders, level_changes=changes, **cabinet)).mean() == pytest.approx(40, abs=6)
    assert on_hand(extracts(orders=orders, **cabinet)).mean() < 30


def test_a_workers_part_has_the_changes_of_its_positions():
    """Of two positions the second changed: its part alone holds the change."""
    positions = "cabinet_id item_id min_level max_level brik_qty brik_count\nS1 I1 10 20 10 2\nS1 I2 20 40 20 2"
    found = evidence_of(extracts(positions=positions, level_changes="item_id " + CHANGED + "I2 2025-01-01 50 100 50 2"))
    assert found.part(0, 1).past.until.tolist() == []
    assert found.part(1, 2).past.max_level.tolist() == [100]


def test_a_change_that_nobody_wrote_down_is_seen_in_the_lines():
    """Always 50, where two cards of 20 stand now: rate and stock as under the two cards of 50 that they were."""
    history = {**every(14, 50, start="2023-03-06", end="2025-02-25"), "items": KEEPS}
    before = stock(extracts(positions=FIFTIES, **history))
    unwritten = stock(extracts(positions=TWENTIES, **history))
    assert unwritten.rate_mean == pytest.approx(before.rate_mean, rel=0.03)
    assert unwritten.rate_mean == pytest.approx(50 / 14, rel=0.12)
    assert unwritten.on_hand_mean == pytest.approx(before.on_hand_mean, rel=0.05)
