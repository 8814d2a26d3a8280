"""The season of a region, read off its order lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.demand.season import PARTS, Season, part_of_year, season_of

AS_OF = int(np.datetime64("2025-03-01").astype("datetime64[D]").astype(np.int64))


def lines_a_day(a_day):
    """Three years of days with lines; ``a_day`` gives each day's number of lines."""
    days = np.arange(AS_OF - 3 * 366, AS_OF)
    return np.repeat(days, a_day(days)), days[0]


def test_an_even_year_has_no_season():
    """Ten lines every day: each fortnight holds its own share, to one per cent."""
    found = season_of(*lines_a_day(lambda days: np.full(len(days), 10)), AS_OF)
    assert found.share == pytest.approx(np.ones(PARTS), abs=0.03)


def test_a_quiet_july_is_found():
    """Half as many lines in July: the middle of July holds about 0.55 of a usual day."""

    def a_day(days):
        july = (days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12) == 6
        return np.where(july, 20, 40)

    found = season_of(*lines_a_day(a_day), AS_OF)
    middle = part_of_year(np.array([np.datetime64("2024-07-16").astype("datetime64[D]").astype(np.int64)]))[0]
    assert found.share[middle] == pytest.approx(0.55, abs=0.06)
    assert found.share.mean() == pytest.approx(1.0)


def test_cabinets_put_up_one_by_one_are_no_season():
    """Ten positions order every day of three years, twenty more in the last 240 days alone: nothing but even use."""
    old = np.tile(np.arange(AS_OF - 3 * 366, AS_OF), 10)
    new = np.tile(np.arange(AS_OF - 240, AS_OF), 20)
    owner = np.concatenate([np.arange(len(old)) // (3 * 366), 10 + np.arange(len(new)) // 240])
    days = np.concatenate([old, new])
    found = season_of(days, AS_OF - 3 * 366, AS_OF, owner)
    assert found.share == pytest.approx(np.ones(PARTS), abs=0.06)
    assert np.ptp(season_of(days, AS_OF - 3 * 366, AS_OF).share) > 0.4


def test_less_than_a_year_tells_no_season():
    """300 days of history, however uneven: all ones."""
    days = np.repeat(np.arange(AS_OF - 300, AS_OF), np.arange(300))
    assert (season_of(days, AS_OF - 300, AS_OF).share == 1.0).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(7_000, 30_000), st.integers(1, 900), st.lists(st.floats(0.2, 3), min_size=PARTS, max_size=PARTS))
def test_the_clock_never_runs_backwards(first, days, share):
    """And a day holds what its fortnight holds."""
    clock = Season(np.array(share)).clock(first, first + days)
    assert clock[0] == 0.0
    assert len(clock) == days + 1
    assert np.diff(clock) == pytest.approx(np.array(share)[part_of_year(np.arange(first, first + days))])
