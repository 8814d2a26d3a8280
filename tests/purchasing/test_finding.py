"""Findings: how sure, worth whose time, in which order, and said in both languages."""

import re
from datetime import date

import numpy as np
import pytest

from brikopt.policy import Policy
from brikopt.purchasing.finding import Finding, least_saving, ranked
from brikopt.purchasing.order_history import order_history
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences
from brikopt.reports.wording import LANGUAGES
from tests.purchasing.rows import order_lines

AS_OF = date(2025, 3, 1)
TODAY = (AS_OF - date(1970, 1, 1)).days


def finding(**other):
    usual = {"item_id": "I1", "code": "pooling", "ward_ids": ("A1",), "reason": Reason("sure", {}), "lines": 30}
    return Finding(**{**usual, "saving_dkk_per_year": 50.0, "saving_co2e_kg_per_year": 1.0, **other})


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        (30, "sure", "Sikkert: bygger på 30 ordrelinjer det seneste år."),
        (29, "likely", "Sandsynligt: bygger på 29 ordrelinjer det seneste år."),
        (1, "estimated", "Skøn: bygger kun på 1 ordrelinje det seneste år."),
        (0, "estimated_without_lines", "Skøn: ingen ordrelinjer det seneste år."),
    ],
)
def test_a_finding_is_as_sure_as_its_lines_are_many(lines, code, said):
    """30 are sure, 10 likely, fewer an estimate."""
    certainty = finding(lines=lines).certainty
    assert certainty.code == code
    assert Sentences("da").say(certainty) == said


def test_a_case_is_worth_five_changes_or_one_for_each_ward():
    """DKK 5 a change: 25 for up to five wards, 50 for ten."""
    assert [least_saving(Policy(), wards) for wards in (1, 5, 10)] == [25, 25, 50]


def test_most_kroner_come_first_then_most_kg_then_the_item():
    """Of 50, 60 and 50 kroner with 2 kg, the order is 60, 50 with 2 kg, 50."""
    first, second = finding(saving_dkk_per_year=60.0), finding(saving_co2e_kg_per_year=2.0)
    third, fourth = finding(), finding(item_id="I2")
    assert ranked([fourth, third, second, first]) == [first, second, third, fourth]


def test_a_year_of_lines_is_counted_and_a_short_history_stretched():
    """Three lines of 10 in the year and one before it; position 1 began half a year ago, position 2 last week."""
    days = (TODAY - 366, TODAY - 365, TODAY - 100, TODAY - 1)
    rows = [(0, day, 10, False, day) for day in days] + [(0, TODAY - 50, 10, True, TODAY - 49)]
    rows += [(1, TODAY - 30, 7, False, TODAY - 29), (2, TODAY - 3, 7, False, TODAY)]
    found = order_history(order_lines(*rows), np.array([0, TODAY - 182, TODAY - 7]), AS_OF)
    assert found.lines.tolist() == [3, 1, 1]
    assert found.lines_per_year.tolist() == pytest.approx([3, 365 / 182, 0])
    assert found.units_per_year.tolist() == pytest.approx([30, 7 * 365 / 182, 0])


SHARED = {"name": "Kateter CH 12", "wards": 2}
URGENT = SHARED | {"urgent_lines": 5, "cabinet_id": "S0007"}
REASONS = {
    "purchase_pack": SHARED
    | {"pack_size": 500, "use_per_month": 3.1, "usable_months": 24.0, "p_left": 0.97}
    | {"expired_units": 214.0, "expired_dkk": 1177.0, "fit_size": 50},
    "purchase_often": SHARED | {"lines_per_year": 260.0, "line_units": 10.0, "best_lines": 8.7, "best_units": 300.0},
    "purchase_urgent_min": URGENT | {"min_level": 5, "new_min_level": 35, "avoided": 0.84},
    "purchase_urgent_day": URGENT | {"weekday": 2, "avoided": 3},
    "purchase_urgent_late": SHARED | {"urgent_lines": 5, "late": 3, "days_late": 4.0},
    "purchase_air": {
        "name": "Kateter",
        "share": 0.5,
        "units": 500.0,
        "extra_weeks": 6,
        "lead_days": 45.0,
        "more_units": 13.6,
    }
    | {"co2e_kg": 263.0, "holding_dkk": 13.6},
    "purchase_substitute": SHARED
    | {"kept_name": "Kateter CH 14", "kept_id": "000050", "lines_saved": 7.0}
    | {"expired_units": 2.0, "price_change_dkk": -36.5},
    "purchase_pool": SHARED | {"cabinets": 3, "use_per_month": 0.9, "host_cabinet": "S2", "expired_units": 3.4},
}
REASONS["purchase_substitute_ecolabel"] = REASONS["purchase_substitute"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REASONS)
def test_every_finding_is_one_sentence_with_its_numbers(code, lang):
    """No field is left open; texts are read as they are."""
    said = Sentences(lang).say(Reason(code, REASONS[code]))
    assert said[0].isupper() and said.endswith(".") and not re.search(r"[{}]|\.\.|  ", said)
    for value in REASONS[code].values():
        if isinstance(value, str):
            assert value in said


def test_weekdays_are_named():
    """Day 2 is Wednesday."""
    said = [Sentences(lang).say(Reason("purchase_urgent_day", REASONS["purchase_urgent_day"])) for lang in LANGUAGES]
    assert "om onsdagen" in said[0] and "on Wednesdays" in said[1]
