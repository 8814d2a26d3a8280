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
        (cards(2, 50), cards(3, 50), "Hæng 1 brik mere op."),
        (cards(2, 50), cards(2, 20), "Byt alle 2 brikker ud med nye."),
        (cards(1, 50), cards(1, 20), "Byt brikken ud med en ny."),
        (cards(2, 50), cards(3, 20), "Byt brikkerne ud med nye: 3 i stedet for 2."),
        (min_max(5, 20), min_max(5, 10), "Ret mærkaten på hylden."),
        (cards(2, 50), Reason("level_none", {}), "Tag varens plads i skabet ned, og brug resten op."),
    ],
)
def test_a_change_is_said_as_people_say_it(today, new, said):
    """Fewer or more cards, another size, both, other levels, none at all; the levels themselves aren't said twice."""
    assert Sentences("da").say(deed(today, new)) == said


def test_where_a_place_is_new_there_is_nothing_to_add():
    """From nothing to cards: the two levels say it."""
    assert deed(Reason("level_none", {}), cards(2, 50)) is None
