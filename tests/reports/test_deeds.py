"""What to do at the cabinet, in the words that people use."""

import pytest

from brikopt.reason import Reason
from brikopt.reports.deeds import deed
from brikopt.reports.sentences import Sentences


def cards(count, qty):
    """Cards as a phrase."""
    return Reason("level_cards", {"count": count, "qty": qty})


def min_max(min_level, max_level):
    """Min and max as a phrase."""
    return Reason("level_minmax", {"min_level": min_level, "max_level": max_level})


@pytest.mark.parametrize(
    ("today", "new", "said"),
    [
        (cards(3, 50), cards(2, 50), "Tag 1 af 3 brikker ned."),
        (cards(2, 50), cards(3, 50), "Hæng 1 mere op, så der er 3 brikker."),
        (cards(2, 50), cards(2, 20), "Brik fra 50 til 20 stk."),
        (cards(2, 50), cards(3, 20), "Byt 2 brikker à 50 stk. ud med 3 brikker à 20 stk."),
        (min_max(5, 20), min_max(2, 10), "Min. fra 5 til 2, maks. fra 20 til 10."),
        (cards(2, 50), Reason("level_none", {}), "Tag varens plads i skabet ned, og brug resten op."),
    ],
)
def test_a_change_is_said_as_people_say_it(today, new, said):
    """Fewer or more cards, another size, both, other levels, none at all."""
    assert Sentences("da").say(deed(today, new)) == said


def test_where_a_place_is_new_there_is_nothing_to_add():
    """From nothing to cards: the two levels say it."""
    assert deed(Reason("level_none", {}), cards(2, 50)) is None
