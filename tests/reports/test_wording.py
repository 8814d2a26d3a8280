"""Numbers, shares and dates as people write them."""

from datetime import date

import pandas as pd
import pytest

from brikopt.reports import wording
from brikopt.reports.wording import Words, amount, day, decimal, kroner, percent, takes_singular

WORDS = Words(
    "ukendt",
    "under {}",
    "over {}",
    "kendt",
    "anslået",
    "{} kr.",
    "ca.",
    "sparer {}",
    "koster {}",
    "intet",
    "op {}",
    "ned {}",
)


@pytest.mark.parametrize(
    ("value", "danish", "english"),
    [
        (0, "0", "0"),
        (0.004, "under 0,01", "under 0.01"),
        (0.03, "0,03", "0.03"),
        (1.04, "1", "1"),
        (8.44, "8,4", "8.4"),
        (9.96, "10", "10"),
        (12.4, "12", "12"),
        (1234567.0, "1.234.567", "1,234,567"),
        (float("nan"), "ukendt", "ukendt"),
    ],
)
def test_amounts_are_as_precise_as_they_deserve(value, danish, english):
    """Decimal comma in Danish, point in English; whole from 10."""
    assert (amount(value, WORDS, "da"), amount(value, WORDS, "en")) == (danish, english)


@pytest.mark.parametrize(
    ("share", "danish"),
    [
        (0, "0 %"),
        (0.0004, "under 0,1 %"),
        (0.012, "1,2 %"),
        (0.873, "87 %"),
        (0.987, "98,7 %"),
        (0.99999, "over 99,9 %"),
        (1.0, "100 %"),
        (float("nan"), "ukendt"),
    ],
)
def test_a_share_is_never_certain_unless_it_is(share, danish):
    """99.999 % isn't rounded to 100 %."""
    assert percent(share, WORDS, "da") == danish


def test_kroner_are_whole_from_100_and_have_oere_below():
    """3.2 DKK is 3,20 kr., 1,234.5 DKK is 1.234 kr."""
    assert [kroner(dkk, WORDS, "da") for dkk in (3.2, 5.0, 1234.5)] == ["3,20 kr.", "5 kr.", "1.234 kr."]


def test_no_number_is_minus_zero():
    """-0.001 with two decimals is 0."""
    assert decimal(-0.001, 2, "da") == "0"


def test_dates_are_written_the_danish_way_round():
    """The first of March 2025; a missing date is unknown."""
    assert day(date(2025, 3, 1), WORDS, "da") == "01-03-2025"
    assert day(pd.Timestamp("2025-03-01"), WORDS, "en") == "1 Mar 2025"
    assert day(pd.NaT, WORDS, "da") == "ukendt"


def test_a_noun_agrees_with_the_number_that_is_read():
    """1 brik, 0,5 brik, 2 brikker; in English 0.5 cards."""
    assert [takes_singular(n, "da") for n in ("1", "0,5", "2", "1.001")] == [True, True, False, False]
    assert [takes_singular(n, "en") for n in ("1", "0.5", "2", "under 0.01")] == [True, False, False, False]


@pytest.mark.parametrize(("dkk", "said"), [(210.4, "sparer 210 kr."), (-210.4, "koster 210 kr."), (0.3, "intet")])
def test_what_is_lost_is_said_to_cost(dkk, said):
    """No minus in a sentence, and no øre in an estimate."""
    assert wording.saves(dkk, WORDS, "da") == said


def test_what_falls_is_said_to_fall():
    """10,601 kroner less, or more."""
    assert (wording.changes(-10601, WORDS, "da"), wording.changes(10601, WORDS, "da")) == (
        "ned 10.601 kr.",
        "op 10.601 kr.",
    )
