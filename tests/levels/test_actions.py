"""What to do about a level, and why."""

from dataclasses import replace
from datetime import date

import pytest

from brikopt.levels.actions import Kept, action, change_reason, from_to, keep_reason
from brikopt.reports.sentences import Sentences

from .shelves import price, recommendation

TWO_TENS = (10, 20, 10, 2)
LANGUAGES = pytest.mark.parametrize("lang", ["da", "en"])


@pytest.mark.parametrize(
    ("new", "word"),
    [
        (TWO_TENS, "keep"),
        ((5, 10, 5, 2), "trim"),
        ((0, 20, 20, 1), "trim"),
        ((15, 20, 5, 4), "raise"),
        ((20, 30, 10, 3), "raise"),
        ((0, 0, 0, 0), "remove"),
    ],
)
def test_a_change_has_one_of_four_names(new, word):
    """Less full stock is a trim, more is a raise; at equal full stock the order point decides; nothing is a removal."""
    assert action(recommendation(TWO_TENS, new)) == word


@pytest.mark.parametrize(
    ("new", "word"),
    [((5, 20, 0, 0), "keep"), ((3, 20, 0, 0), "trim"), ((5, 15, 0, 0), "trim"), ((2, 25, 0, 0), "raise")],
)
def test_levels_without_cards_have_the_same_names(new, word):
    """From min 5 and max 20."""
    assert action(recommendation((5, 20, 0, 0), new)) == word


def kept(best_saving, protected=None, min_saving=5.0):
    """Why a level stays."""
    found = recommendation(TWO_TENS, TWO_TENS, best_saving=best_saving)
    return keep_reason(found, Kept(use_per_day=0.5, min_saving=min_saving, protected=protected))


@pytest.mark.parametrize(
    ("best_saving", "protected", "code"),
    [
        (0.0, None, "keep_best"),
        (-3.0, None, "keep_best"),
        (3.0, None, "keep_small_saving"),
        (30.0, None, "keep_unclear"),
        (30.0, ("Anæstesi", "genoplivning"), "keep_protected"),
    ],
)
@LANGUAGES
def test_every_reason_to_keep_can_be_said(best_saving, protected, code, lang):
    """Best as it is, too little to gain, no room, protected: each sentence finds its numbers."""
    why = kept(best_saving, protected)
    assert why.code == code
    assert Sentences(lang).say(why)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"may_raise": False}, "keep_not_raised"),
        ({"keeping": None, "reach": 0.93}, "keep_unreachable"),
        ({"keeping": -71.0}, "keep_dearer"),
        ({"keeping": 3.0}, "keep_little_at_stake"),
        ({"kept_for": "room"}, "keep_no_room"),
        ({"kept_for": "unclear"}, "keep_unclear"),
    ],
)
def test_a_promise_that_stays_broken_says_why(found, code):
    """Not to be raised, out of reach, dearer than what is missed, little at stake, no room, not clear."""
    broken = replace(recommendation(TWO_TENS, TWO_TENS, best_saving=0.0, fill_rate=(0.9, 0.9)), **found)
    assert keep_reason(broken, Kept(use_per_day=0.5, min_saving=5.0)).code == code


@pytest.mark.parametrize(("keeping", "code"), [(None, "raise_fill_reach"), (20.0, "raise_fill_dearer")])
def test_a_raise_that_stops_short_of_the_promise_says_why(keeping, code):
    """To 93 % of the 95 that are promised: no level keeps it, or it costs 80 kr. a year more."""
    raised = replace(recommendation(TWO_TENS, (20, 30, 10, 3), fill_rate=(0.8, 0.93)), keeping=keeping)
    why = change_reason(raised, 0.5, price(), fewest_cards=3, p_dead=0.0, units=9.0, last_movement=None)
    assert why.code == code
    assert keeping is None or why.numbers["dkk"] == pytest.approx(80.0)


def test_the_reason_names_use_a_month():
    """Half a unit a day is 15.2 a month."""
    assert kept(0.0).numbers["use_per_month"] == pytest.approx(15.2, abs=0.01)


def changed(new, *, today=TWO_TENS, rule_broken=False, last_movement=date(2024, 8, 14), use_per_day=0.5, **performance):
    """Why a level changes."""
    return change_reason(
        recommendation(today, new, rule_broken=rule_broken, **performance),
        use_per_day,
        price(),
        fewest_cards=2,
        p_dead=0.97,
        units=12.0,
        last_movement=last_movement,
    )


CHANGES = [
    ({"new": (5, 10, 5, 2)}, "trim_overstock"),
    ({"new": (5, 10, 5, 2), "expired": (1.0, 1.0)}, "trim_holding"),
    ({"new": (0, 0, 0, 0)}, "remove_dead"),
    ({"new": (0, 0, 0, 0), "last_movement": None}, "remove_never_moved"),
    ({"new": (20, 30, 10, 3), "fill_rate": (0.8, 0.98)}, "raise_fill"),
    ({"new": (20, 40, 20, 2), "order_lines": (100.0, 20.0), "fill_rate": (0.98, 0.98)}, "raise_lines"),
    ({"new": (10, 20, 10, 2), "today": (0, 20, 20, 1), "rule_broken": True}, "change_rule"),
]


@pytest.mark.parametrize(("facts", "code"), CHANGES)
@LANGUAGES
def test_every_reason_to_change_can_be_said(facts, code, lang):
    """Waste, holding, removal, shortage, order lines, a rule: each sentence finds its numbers."""
    why = changed(**facts)
    assert why.code == code
    assert Sentences(lang).say(why)


def test_numbers_of_two_years_are_told_a_year():
    """4 and 1 units out of date in two years are 2 and 0.5 a year; 100 lines are 50."""
    trim = changed((5, 10, 5, 2)).numbers
    assert (trim["expired_units_per_year"], trim["new_expired_units_per_year"]) == (2.0, 0.5)
    lines = changed((20, 40, 20, 2), order_lines=(100.0, 20.0), fill_rate=(0.98, 0.98)).numbers
    assert (lines["lines_per_year"], lines["new_lines_per_year"]) == (50.0, 10.0)


def test_a_trim_says_how_long_the_old_level_lasts():
    """20 units at half a unit a day are 40 days: 1.3 months."""
    assert changed((5, 10, 5, 2)).numbers["months_covered"] == pytest.approx(1.315, abs=0.001)


def test_a_trim_of_what_nobody_uses_has_a_number_too():
    """No use at all: no division by zero."""
    assert changed((5, 10, 5, 2), use_per_day=0.0).numbers["months_covered"] > 1e6


@LANGUAGES
def test_from_and_to_are_phrases(lang):
    """Two cards of 10, min 5 and max 20, and no place in the cabinet."""
    say = Sentences(lang).say
    cards, none = from_to(recommendation(TWO_TENS, (0, 0, 0, 0)))
    assert (cards.numbers, none.numbers) == ({"count": 2, "qty": 10}, {})
    levels, _ = from_to(recommendation((5, 20, 0, 0), (0, 10, 0, 0)))
    assert levels.numbers == {"min_level": 5, "max_level": 20}
    assert all(say(phrase) for phrase in (cards, none, levels))
