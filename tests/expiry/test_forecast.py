"""Reading the forecast off the futures of one position."""

from datetime import date

import numpy as np
import pytest

from brikopt.demand.rates import RATES
from brikopt.expiry.forecast import ExpiryForecast, besides, forecast, reason
from brikopt.reports.sentences import Sentences
from brikopt.stock.particles import Particles
from brikopt.stock.shelf import DOES_NOT_EXPIRE, MAX_LOTS
from tests.stock.futures import NOTHING, known_future, lived

AS_OF = 20_150


def particles(*shelves):
    """One particle a shelf, each a list of (days from as_of, units)."""
    expiry, units = np.zeros((2, len(shelves), MAX_LOTS), dtype=np.int64)
    for one, lots in enumerate(shelves):
        for place, (day, quantity) in enumerate(sorted(lots, key=lambda lot: lot[0] or DOES_NOT_EXPIRE)):
            expiry[one, place] = DOES_NOT_EXPIRE if day is None else AS_OF + day
            units[one, place] = quantity
    size = len(shelves)
    lots = (units > 0).sum(axis=1)
    return Particles(expiry, units, lots, np.zeros((size, RATES + 1)), np.zeros(size), units.sum(axis=1))


def read(shelves, use, lots, recorded=(), **future):
    """Forecast from hand-made particles and from futures of hand-made lots."""
    outcome = lived(NOTHING, known_future(use, lots, **future))
    return forecast(outcome, particles(*shelves), np.array(recorded, dtype=np.int64), AS_OF)


def test_units_and_chance_are_those_of_the_futures():
    """4 units of day 1; three paths want 0, 1 and 5 a day: 4, 2 and 0 expire, so 2 on average and 2 chances in 3."""
    found = read([[(1, 4)]], np.repeat([[0], [1], [5]], 3, axis=1), [(1, 4)])
    assert (found.units, found.units_on_shelf) == (2.0, 2.0)
    assert found.p_expire == pytest.approx(2 / 3)


def test_goods_on_their_way_count_and_are_told_apart():
    """2 on the shelf expire on day 1, 3 come on day 2 and expire on day 4: 5 units, 2 of them on the shelf."""
    found = read([[(1, 2)]], 0, [(1, 2)], days=8, ordered=[(2, 3)], shelf_life=2)
    assert (found.units, found.units_on_shelf) == (5.0, 2.0)


def test_the_earliest_date_is_the_one_most_particles_agree_on():
    """Three particles say day 40, one says day 10."""
    found = read([[(40, 1)], [(40, 2)], [(40, 1), (90, 1)], [(10, 1)]], [0], [])
    assert found.earliest_expiry == AS_OF + 40


def test_where_particles_disagree_the_middle_date_is_named():
    """Days 10, 20, 30, 40 and 50, each once: 30."""
    assert read([[(day, 1)] for day in (50, 10, 30, 20, 40)], [0], []).earliest_expiry == AS_OF + 30


def test_a_date_is_known_when_somebody_recorded_it_here():
    """Day 40 was recorded, day 41 was not."""
    assert read([[(40, 1)]], [0], [], recorded=[AS_OF + 40]).expiry_known
    assert not read([[(40, 1)]], [0], [], recorded=[AS_OF + 41]).expiry_known


def test_goods_out_of_date_already_are_stale_and_not_the_earliest_date():
    """3 units of yesterday and 2 of day 20 in one particle of two: 1.5 stale units, one chance in two, day 20."""
    found = read([[(-1, 3), (20, 2)], [(20, 2)]], [0], [])
    assert (found.stale_units, found.p_stale) == (1.5, 0.5)
    assert found.earliest_expiry == AS_OF + 20


def test_goods_dated_today_are_not_out_of_date_yet():
    """A unit of day 0 may be used today (contract, section 2)."""
    found = read([[(0, 1)]], [0], [])
    assert (found.stale_units, found.earliest_expiry) == (0.0, AS_OF)


def test_what_does_not_expire_has_no_earliest_date():
    """Also an empty shelf has none."""
    assert read([[(None, 5)], []], [0], []).earliest_expiry == 0


def found_with(**facts):
    """A forecast of 8 of 12 units, the earliest on 1 May 2025."""
    usual = {
        "p_expire": 0.9,
        "units": 8.0,
        "units_on_shelf": 8.0,
        "stale_units": 0.0,
        "p_stale": 0.0,
        "earliest_expiry": 20_209,
        "expiry_known": True,
    }
    return ExpiryForecast(**usual | facts)


@pytest.mark.parametrize(
    ("facts", "use_per_day", "last_movement", "code"),
    [
        ({}, 0.1, date(2025, 2, 1), "expires_before_use"),
        ({}, 0.0, date(2025, 2, 1), "expires_unused"),
        ({}, 0.0, None, "expires_never_moved"),
        ({"units_on_shelf": 0.4}, 0.1, date(2025, 2, 1), "arrivals_expire"),
        ({"units_on_shelf": 1.0}, 0.1, date(2025, 2, 1), "arrivals_expire_more"),
        ({"units_on_shelf": 0.4, "p_stale": 0.5}, 0.1, date(2025, 2, 1), "arrivals_expire_more"),
        ({"units_on_shelf": 0.0, "earliest_expiry": 0}, 0.1, date(2025, 2, 1), "arrivals_expire"),
    ],
)
@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_reason_can_be_said(facts, use_per_day, last_movement, code, lang):
    """Used, unused, never moved, or still to come: the sentence finds all its numbers."""
    why = reason(found_with(**facts), 12.0, use_per_day, last_movement, 180)
    assert why.code == code
    assert "8" in Sentences(lang).say(why)


def test_the_reason_names_the_date_as_it_was_recorded():
    """Day 20209 since 1970-01-01 is 1 May 2025."""
    why = reason(found_with(), 12.0, 0.1, date(2025, 2, 1), 180)
    assert why.numbers["earliest_expiry"] == date(2025, 5, 1)


def test_more_than_lies_there_can_only_go_out_of_date_with_what_comes():
    """35 expected of 20 on the shelf, 15 of them to come: that is said; 8 of 12 need no word."""
    (said,) = besides(found_with(units=35.0, units_on_shelf=20.0), 20.0)
    assert (said.code, said.numbers["on_shelf"]) == ("expires_arrivals_too", 20.0)
    assert besides(found_with(), 12.0) == []


def test_a_flag_names_what_is_out_of_date_already():
    """4.5 units at a chance of .9 are 5 where there are any; below an even chance nothing is said."""
    (said,) = besides(found_with(stale_units=4.5, p_stale=0.9), 12.0)
    assert (said.code, said.numbers["units"]) == ("expires_stale_too", 5.0)
    assert besides(found_with(stale_units=0.4, p_stale=0.4), 12.0) == []


def test_goods_out_of_date_have_their_own_first_date():
    """Days -9 and -1 in one particle, -9 in the other: day -9, which was recorded; day 20 is the first to come."""
    found = read([[(-9, 1), (-1, 3), (20, 2)], [(-9, 4)]], [0], [], recorded=[AS_OF - 9])
    assert (found.stale_expiry, found.stale_known) == (AS_OF - 9, True)
    assert found.earliest_expiry == AS_OF + 20
