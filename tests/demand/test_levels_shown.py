"""Levels of the past, as order lines show them where nobody wrote them down."""

from __future__ import annotations

import numpy as np
import pytest

from brikopt.contract.positions import position_table
from brikopt.demand.levels_shown import levels_shown
from brikopt.demand.order_lines import OrderLines
from tests.stock.histories import extracts

AS_OF = 1000
BRIK = "cabinet_id ward_id kind\nS1 W1 brik"
EYE = "cabinet_id ward_id kind\nS1 W1 non_brik"
CARDS = "min_level max_level brik_qty brik_count\n20 40 20 2"


def lines(quantities, every=14):
    """One position's lines, so many days apart, the last on the day before as_of."""
    day = AS_OF - 1 - every * np.arange(len(quantities))[::-1]
    units = np.array(quantities, dtype=np.int64)
    no = np.zeros(len(units), dtype=np.bool_)
    return OrderLines(np.zeros(len(units), dtype=np.int64), day, units, no, day + 3, np.append(day[1:], 2**31 - 1))


def shown(quantities, positions=CARDS, cabinets=BRIK, use_per_gap=1.0, known=False, **tables):
    """Until when, min, max and card of each earlier time of one position, the newest first."""
    master = position_table(extracts(positions=positions, cabinets=cabinets, **tables))
    found = levels_shown(master, lines(quantities), np.array([use_per_gap]), np.array([known]), AS_OF)
    return list(found[["until", "min_level", "max_level", "brik_qty"]].itertuples(index=False, name=None))


def test_lines_that_todays_cards_explain_tell_of_no_other_time():
    """Cards of 20, two of them: lines of 20 and of 40; and no lines at all."""
    assert shown([20, 20, 40, 20, 40, 20]) == []
    assert shown([]) == []


def test_a_larger_card_of_the_past_is_read_from_its_lines():
    """Lines of 50 until the one before the last three, which are of 20: cards of 50 until the first of these."""
    assert shown([50, 50, 100, 50, 50, 20, 20, 20]) == [(AS_OF - 29, 50, 100, 50)]


def test_two_earlier_times_are_told_apart():
    """Cards of 30, then of 50, then today's of 20."""
    found = shown([30, 30, 30, 30, 50, 50, 50, 50, 20, 20, 20])
    assert [(high, card) for _, _, high, card in found] == [(100, 50), (60, 30)]


def test_cards_changed_since_the_last_line_stood_from_the_moment_of_decision_on():
    """All lines of 10, cards of 20 now."""
    assert shown([10] * 6) == [(AS_OF, 10, 20, 10)]


def test_a_slip_is_no_other_card():
    """One line of 7 among lines of 20."""
    assert shown([20, 20, 7, 20, 20, 20]) == []


def test_what_somebody_wrote_down_is_not_guessed():
    """The same lines, of a position with a row in level_changes."""
    assert shown([10] * 6, known=True) == []


@pytest.mark.parametrize(("shelf_life", "found"), [("_", 1), ("25", 0), ("3650", 1)])
def test_always_two_cards_of_a_slow_position_were_one(shelf_life, found):
    """Lines of 40 every 14 days at 1 unit an order day; goods that last 25 days may have been thrown out whole."""
    assert len(shown([40] * 6, items=f"item_id shelf_life_days\nI1 {shelf_life}")) == found
    assert shown([40] * 6, use_per_gap=30.0) == []


def test_a_line_smaller_than_from_min_to_max_was_made_under_others():
    """Min 10, max 50: at least 40 a line. Lines of 20 were made when max lay 20 above min."""
    ((until, low, high, card),) = shown([20, 21, 20, 22], "min_level max_level\n10 50", cabinets=EYE)
    assert (until, high - low, card) == (AS_OF, 20, 0)
