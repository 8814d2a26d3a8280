"""Every reason can be said, with its numbers, in both languages."""

import re
from datetime import date

import pytest

from brikopt.contract.outputs import OUTPUTS
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences, texts_of
from brikopt.reports.wording import LANGUAGES

AUGUST, MAY = date(2024, 8, 14), date(2025, 5, 1)
MOVE = {
    "units": 6,
    "to_ward": "Kirurgisk",
    "to_cabinet": "0007",
    "use_per_month": 40.2,
    "saved_units": 5.2,
    "saved_dkk": 1234.5,
}
OUT = {"units": 6, "on_hand": 12, "expiry": AUGUST, "expiry_known": True}
# What the steps hand over for each code.
REASONS = {
    "expires_unused": {
        "units": 12.0,
        "last_movement": AUGUST,
        "earliest_expiry": MAY,
        "expiry_known": True,
        "expired_units": 8.4,
    },
    "expires_never_moved": {
        "units": 12.0,
        "earliest_expiry": MAY,
        "expiry_known": False,
        "expired_units": 8.4,
    },
    "expires_before_use": {
        "units": 12.0,
        "use_per_month": 0.31,
        "earliest_expiry": MAY,
        "expiry_known": False,
        "expired_units": 8.4,
    },
    "arrivals_expire": {"units": 12.0, "use_per_month": 0.31, "expired_units": 8.4, "horizon_days": 180},
    "help_move": {"units": 6, "to_ward": "Kirurgisk"},
    "help_move_weeks": {"units": 6, "to_ward": "Kirurgisk", "weeks": 3.0},
    "help_use_first": {"units": 8.4},
    "help_lower_level": {},
    "help_date": {},
    "keep_best": {"use_per_month": 40.2, "fill_rate": 0.987},
    "keep_small_saving": {"saving_dkk": 3.2, "min_saving_dkk": 5.0},
    "keep_protected": {"owner": "Anæstesi", "because": "genoplivning"},
    "keep_no_room": {"saving_dkk": 1234.5},
    "keep_unclear": {"saving_dkk": 123.0},
    "keep_not_open": {"opens": MAY},
    "keep_not_raised": {"p_dead": 0.6},
    "keep_unreachable": {"reach": 0.93},
    "keep_dearer": {"dkk": 71.0},
    "keep_little_at_stake": {"short_per_year": 0.6, "saving_dkk": 21.0, "min_saving_dkk": 50.0},
    "raise_fill_reach": {
        "use_per_month": 40.2,
        "fill_rate": 0.8,
        "new_fill_rate": 0.93,
        "promised_fill_rate": 0.95,
    },
    "raise_fill_dearer": {
        "use_per_month": 40.2,
        "fill_rate": 0.8,
        "new_fill_rate": 0.93,
        "promised_fill_rate": 0.95,
        "dkk": 71.0,
    },
    "do_fewer_cards": {"fewer": 1, "count": 3},
    "do_more_cards": {"more": 1},
    "do_other_card": {},
    "do_other_size": {"count": 2},
    "do_other_cards": {"count": 2, "new_count": 3},
    "do_min_max": {},
    "do_remove": {},
    "keep_next_visit": {"saving_dkk": 1234.5},
    "cabinet_overfull": {"missing_litres": 3.2, "largest_item": "Drænpose"},
    "cabinet_full": {"room_litres": 120.0, "litre_dkk": 41.0},
    "cabinet_waits": {"changed": 5, "waiting": 9},
    "cabinet_has_room": {"new_litres": 80.4, "room_litres": 120.0},
    "trim_overstock": {
        "use_per_month": 0.31,
        "months_covered": 14.2,
        "expired_units_per_year": 9.1,
        "new_expired_units_per_year": 0.4,
        "new_fill_rate": 0.987,
    },
    "trim_holding": {"use_per_month": 0.31, "months_covered": 14.2, "new_fill_rate": 0.987},
    "raise_fill": {
        "use_per_month": 40.2,
        "fill_rate": 0.91,
        "new_fill_rate": 0.987,
        "promised_fill_rate": 0.95,
    },
    "raise_lines": {"lines_per_year": 52.0, "new_lines_per_year": 12.0, "new_fill_rate": 0.987},
    "change_rule": {"brik_count": 1, "allowed_from": 2},
    "remove_dead": {"p_dead": 0.97, "last_movement": AUGUST, "units": 12.0},
    "remove_never_moved": {"p_dead": 0.97, "units": 12.0},
    "use_first": {"units": 12.0, "earliest_expiry": MAY, "expiry_known": True, "expired_units": 8.4},
    "move": MOVE | {"earliest_expiry": MAY, "expiry_known": True, "own_use_per_month": 0.2},
    "move_dead": MOVE | {"p_dead": 0.97},
    "move_dead_dated": MOVE | {"p_dead": 0.97, "earliest_expiry": MAY, "expiry_known": False},
    "take_out": OUT | {"chance": 0.9},
    "take_out_sure": OUT,
    "take_out_all": {"units": 12, "expiry": AUGUST, "expiry_known": True},
    "arrivals_expire_more": {"use_per_month": 0.31, "expired_units": 8.4, "horizon_days": 180},
    "expires_arrivals_too": {"on_shelf": 3.0},
    "expires_stale_too": {"units": 12.0},
    "raise_costs": {"saving_dkk": -3.2},
    "raise_costs_short": {"short_per_month": 3.0, "saving_dkk": -210.4},
    "below_promise": {"fill_rate": 0.91, "promised_fill_rate": 0.95},
    "keep_below_promise": {},
    "risk_stale": {"units": 12.0},
    "risk_partly_stale": {"units": 12.0, "stale": 8.4},
    "risk_empty": {},
    "risk_shelf": {"units": 12.0},
    "risk_use": {"use_per_month": 40.2, "next_delivery": MAY, "p_stockout": 0.61},
    "risk_on_order": {"on_order": 50},
    "risk_late": {"on_order": 50},
    "risk_nothing_ordered": {},
    "risk_lender": {"cabinet_id": "0007", "spare": 12},
    "risk_no_lender": {},
    "lends": {
        "cabinet_id": "0007",
        "ward": "Kirurgisk",
        "low": 12.0,
        "need": 3.0,
        "spare": 9,
        "next_delivery": MAY,
    },
    "dead_moved": {"last_movement": AUGUST, "days": 199, "units": 12.0, "value_dkk": 1234.5, "p_dead": 0.97},
    "dead_never_moved": {"units": 12.0, "value_dkk": 1234.5, "p_dead": 0.97},
    "dead_used": {"use_per_month": 0.31},
    "dead_mover": {"units": 6, "to_ward": "Kirurgisk", "use_per_month": 40.2},
    "dead_remove": {},
    "count_worth": {"low": 3.0, "high": 40.0, "value_dkk": 90.0, "minutes": 3.0},
    "date_worth": {"earliest_expiry": MAY, "value_dkk": 90.0, "minutes": 1.0},
    "date_worth_known": {"earliest_expiry": MAY, "value_dkk": 90.0, "minutes": 1.0},
    "level_cards": {"count": 3, "qty": 50},
    "level_minmax": {"min_level": 5, "max_level": 20},
    "level_none": {},
    "shelf_units": {"units": 12.0},
    "cabinet": {"cabinet_id": "0007", "ward_name": "Kirurgisk"},
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REASONS)
def test_every_reason_names_its_numbers(code, lang):
    """No field is left open, and each number or name given is read in the sentence."""
    said = Sentences(lang).say(Reason(code, REASONS[code]))
    assert not re.search(r"[{}]|\.\.|  ", said)
    shown = {
        "use_per_month",
        "expired_units",
        "because",
        "to_cabinet",
        "saving_dkk",
        "units",
        "count",
        "high",
    }
    signs = {
        8.4: "8[,.]4",
        0.31: "0[,.]31",
        3.2: "3[,.]20",
        -3.2: "3",
        -210.4: "210",
        1234.5: "1[.,]234",
        5.2: "5[.,]2",
        40.2: "40",
    }
    for name, value in REASONS[code].items():
        if name in shown and (code, name) != ("arrivals_expire", "units"):
            assert re.search(signs.get(value, f"{value:g}" if isinstance(value, float) else str(value)), said), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reason_is_one_sentence(lang):
    """It starts with a capital, ends with one full stop, and fits on two lines of a list."""
    for code, numbers in REASONS.items():
        said = Sentences(lang).say(Reason(code, numbers))
        if not code.startswith(("level_", "shelf_", "cabinet")):
            assert said[0].isupper() and said.endswith(".") and len(said) < 260, said


def test_both_languages_know_the_same():
    """A sentence, heading or word that one language has, the other has too, with the same fields."""
    danish, english = texts_of("da"), texts_of("en")
    assert {section: set(danish[section]) for section in danish} == {s: set(english[s]) for s in english}
    assert {v: set(danish["values"][v]) for v in danish["values"]} == {
        v: set(english["values"][v]) for v in english["values"]
    }
    fields = re.compile(r"\{(\w+):")
    for code, sentence in danish["sentences"].items():
        assert set(fields.findall(sentence)) == set(fields.findall(english["sentences"][code])), code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_output_has_a_sheet_and_every_column_a_heading(lang):
    """A table added to the outputs can't be forgotten here; Excel takes names of 31 characters."""
    texts = texts_of(lang)
    for output in OUTPUTS:
        assert len(texts["sheets"][output.name][0]) <= 26
        assert all(texts["columns"][column.name] for column in output.columns)


def test_one_card_is_singular_and_two_are_not():
    """1 brik, 2 brikker; 1 card, 2 cards."""
    one, two = (Reason("level_cards", {"count": n, "qty": 50}) for n in (1, 2))
    assert [Sentences("da").say(reason) for reason in (one, two)] == [
        "1 brik à 50 stk.",
        "2 brikker à 50 stk.",
    ]
    assert [Sentences("en").say(reason) for reason in (one, two)] == [
        "1 card of 50 units",
        "2 cards of 50 units",
    ]


def test_a_sentence_says_whether_its_date_is_known():
    """The same date, read on a box or worked out."""
    numbers = REASONS["use_first"]
    assert "01-05-2025 (kendt dato)" in Sentences("da").say(Reason("use_first", numbers))
    inferred = Reason("use_first", numbers | {"expiry_known": False})
    assert "01-05-2025 (anslået dato)" in Sentences("da").say(inferred)


def test_no_sentence_promises_endless_months():
    """Without any use a level lasts for ever: more than 120 months are enough to say."""
    numbers = REASONS["trim_holding"] | {"months_covered": float("inf"), "use_per_month": 0.0}
    assert "over 120 måneder" in Sentences("da").say(Reason("trim_holding", numbers))


def test_texts_from_the_extracts_are_not_read_as_fields():
    """A protected item's reason in braces is said as it stands."""
    reason = Reason("keep_protected", {"because": "{units:unit}", "owner": "{}"})
    assert "{units:unit} (ansvarlig: {})" in Sentences("da").say(reason)


def test_an_unknown_code_is_our_mistake():
    """It can't be said, and nothing is made up."""
    with pytest.raises(KeyError):
        Sentences("da").say(Reason("no_such_code", {}))


@pytest.mark.parametrize(("lang", "said"), [("da", "Bruges den, er det under 0,01 stk. om måneden."),
                                            ("en", "If it is used, then under 0.01 units a month.")])  # fmt: skip
def test_next_to_nothing_is_not_about_next_to_nothing(lang, said):
    """Not "ca. under 0,01 stk."."""
    assert Sentences(lang).say(Reason("dead_used", {"use_per_month": 0.001})) == said
