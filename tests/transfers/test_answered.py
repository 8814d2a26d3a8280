"""Moves that people answered: kept, not undone, not proposed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from brikopt.transfers.answered import AnsweredMove, still_possible, with_agreed, with_answers
from tests.transfers.shelves import givers, takers
from tests.transfers.test_moves import AS_OF, joined, moves

AGREED = AnsweredMove("A", "B", "I", 3, date(2025, 4, 30), 2.9, 58.0)


def beside(offered, asking, agreed, declined=()):
    """Propose moves beside answered ones."""
    return with_answers(moves(*with_agreed(offered, asking, agreed)), agreed, declined)


def told(found: pd.DataFrame) -> list[tuple[str, str, int]]:
    """From, to and units."""
    return list(zip(found["from_cabinet_id"], found["to_cabinet_id"], found["units"].astype(int), strict=True))


def test_an_agreed_move_is_kept_and_only_the_rest_is_matched():
    """8 units expire, 3 are agreed to go to B, who would not be chosen today: the move stays, and 5 are left for C."""
    offered = givers(("A", 8), n_units=10)
    asking = takers(("B", 0.0, 0, 3), ("C", 5.0, 0, 50))
    assert told(moves(offered, asking)) == [("A", "C", 8)]
    found = beside(offered, asking, [AGREED])
    assert told(found) == [("A", "C", 5), ("A", "B", 3)]
    kept = found.iloc[1]
    assert (kept["expected_saved_units"], kept["expected_saved_dkk"]) == (2.9, 58.0)
    assert kept["earliest_expiry"] == pd.Timestamp("2025-04-30")
    assert found.dtypes.equals(moves(offered, asking).dtypes)


def test_goods_that_come_by_agreement_do_not_go_back():
    """B has 5 that expire and A would use them; but A is to send goods to B, so B sends A none."""
    offered = joined(givers(("A", 0)), givers(("B", 5)))
    asking = takers(("A", 5.0, 0, 50), ("B", 0.0, 0, 50))
    assert told(moves(offered, asking)) == [("B", "A", 5)]
    assert told(beside(offered, asking, [AGREED])) == [("A", "B", 3)]


def test_agreed_goods_take_room_and_use_at_the_taker():
    """B has room for 5; with 3 on their way there is room for 2, too few to be worth a move."""
    asking = takers(("B", 5.0, 0, 5))
    assert told(moves(givers(("C", 5)), asking)) == [("C", "B", 5)]
    assert told(beside(givers(("C", 5)), asking, [AGREED])) == [("A", "B", 3)]


@pytest.mark.parametrize(
    ("move", "there"),
    [
        (AGREED, {("A", "I"): 2.0, ("B", "I"): 0.0}),
        (AGREED, {("A", "I"): 9.0}),
        (AGREED, {("B", "I"): 9.0}),
        (replace(AGREED, earliest_expiry=date(2025, 2, 28)), {("A", "I"): 9.0, ("B", "I"): 0.0}),
    ],
    ids=["fewer there", "no taker", "no giver", "out of date"],
)
def test_what_cannot_be_carried_out_any_more_is_let_go(move, there):
    """Too few units, a position that is gone, a date that has passed."""
    assert still_possible([move], there, AS_OF) == []
    assert still_possible([AGREED], {("A", "I"): 3.0, ("B", "I"): 0.0}, AS_OF) == [AGREED]


@pytest.mark.parametrize(("dkk", "left"), [(100.0, 0), (80.0, 0), (125.0, 0), (79.0, 1), (134.0, 1)])
def test_a_declined_move_comes_back_when_its_saving_changed_enough(dkk, left):
    """100 kroner now: not proposed where it was 80 to 133 when it was declined."""
    declined = AnsweredMove("A", "B", "I", 5, date(2025, 4, 30), 5.0, dkk)
    assert len(beside(givers(("A", 5)), takers(("B", 5.0, 0, 50)), [], [declined])) == left
