"""What helps most against a loss: a move, the oldest in front, a lower level, or a look at the date."""

import pandas as pd
import pytest

from brikopt.expiry.helps import helps

GIVER = {"cabinet_id": "S1", "item_id": "I1", "ward_name": "A", "expected_expired_units": 10.0, "p_expire": 0.5}
GIVER |= {"rotated_units": 0.0, "action": "keep", "expiry_known": True, "demand_per_day_mean": 0.0}
TAKER = GIVER | {"cabinet_id": "S2", "ward_name": "Dialyse", "p_expire": 0.0, "demand_per_day_mean": 0.5}
COLUMNS = ["from_cabinet_id", "to_cabinet_id", "item_id", "units", "expected_saved_units"]


def helped(saved=None, **facts):
    """What helps the giver, with a move of 7 units that saves so many, or without one."""
    moves = pd.DataFrame([["S1", "S2", "I1", 7, saved]] if saved else [], columns=COLUMNS)
    return helps(pd.DataFrame([GIVER | facts, TAKER]), moves)[0]


def test_a_move_names_the_ward_and_the_weeks_it_takes_there():
    """7 units at half a unit a day are used in 2 weeks."""
    found = helped(saved=6.0)
    assert (found.code, found.numbers) == ("help_move_weeks", {"units": 7, "to_ward": "Dialyse", "weeks": 2.0})


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"saved": 3.0, "rotated_units": 5.0}, "help_use_first"),  # saves more than the move
        ({"rotated_units": 2.0}, "help_use_first"),
        ({"rotated_units": 1.9, "action": "trim"}, "help_lower_level"),  # less than a fifth of ten
        ({"saved": 1.0, "action": "remove"}, "help_lower_level"),
        ({"expiry_known": False}, "help_date"),
    ],
)
def test_what_saves_most_comes_first(facts, code):
    """Ten units are expected to be lost."""
    assert helped(**facts).code == code


@pytest.mark.parametrize("facts", [{}, {"expiry_known": False, "p_expire": 0.95}])
def test_nothing_is_said_where_nothing_would_help(facts):
    """A date that is known, or an answer that a date would hardly change."""
    assert helped(**facts) is None
