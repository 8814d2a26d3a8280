"""Use that shifts, found and dated."""

from dataclasses import replace

import numpy as np
import pytest

from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.demand.season import PARTS, Season
from brikopt.demand.shifts import shifts

AS_OF, DAYS = 20_000, 3 * 365
START = AS_OF - DAYS


def lines_of(days_of_positions, quantity=10):
    """Order lines on the given days of each position, delivered two days later."""
    day = np.concatenate([np.sort(days) for days in days_of_positions]).astype(np.int64)
    position = np.repeat(np.arange(len(days_of_positions)), [len(days) for days in days_of_positions])
    size = len(day)
    return OrderLines(
        position=position.astype(np.int64),
        day=day,
        quantity=np.full(size, quantity, dtype=np.int64),
        urgent=np.zeros(size, dtype=np.bool_),
        delivered_day=day + 2,
        superseded_day=np.full(size, NEVER),
    )


def found(days_of_positions, first_day=START, season=None):
    """The shifts of some positions."""
    clock = (season or Season(np.ones(PARTS))).clock(START, AS_OF + 1)
    size = len(days_of_positions)
    return shifts(lines_of(days_of_positions), np.full(size, first_day), clock, START, AS_OF)


def every(gap, first, last):
    """A line every so many days."""
    return np.arange(first, last, gap)


def test_a_rate_that_falls_to_a_quarter_is_dated():
    """A line every 10 days, then every 40 days for a year: found, and the day is right to eight weeks."""
    changed = AS_OF - 365
    one = found([np.concatenate([every(10, START, changed), every(40, changed, AS_OF)])])
    assert one.told().tolist() == [True]
    assert abs(int(one.day[0]) - changed) <= 56
    assert one.before[0] == pytest.approx(1.0, rel=0.1)
    assert one.after[0] == pytest.approx(0.25, rel=0.25)


def test_a_rate_that_rises_is_told_as_one():
    """A line every 60 days, then every 8 for half a year."""
    changed = AS_OF - 182
    one = found([np.concatenate([every(60, START, changed), every(8, changed, AS_OF)])])
    assert one.told().tolist() == [True]
    assert one.after[0] > 3 * one.before[0]


def test_use_that_ended_is_a_shift():
    """A line every two weeks, and none for the last 20."""
    assert found([every(14, START, AS_OF - 140)]).told().tolist() == [True]


def test_chance_alone_is_seldom_called_a_shift():
    """400 positions of the same rate throughout: not one in fifty is called shifted."""
    rng = np.random.default_rng(8)
    same = [START + np.flatnonzero(rng.random(DAYS) < rate) for rate in np.repeat([0.005, 0.02, 0.05, 0.1], 100)]
    assert found(same).told().mean() < 0.02


def test_a_quiet_summer_is_no_shift():
    """Half the use in the last five months, every year, and known to be the season."""
    share = np.ones(PARTS)
    share[:12] = 0.5
    season = Season(share / share.mean())
    rng = np.random.default_rng(1)
    pace = np.diff(season.clock(START, AS_OF))
    seasonal = [START + np.flatnonzero(rng.random(DAYS) < 0.1 * pace) for _ in range(60)]
    assert found(seasonal, season=season).told().sum() <= 1


def test_no_line_and_a_short_history_have_no_shift():
    """Nothing ever ordered; and a position that is eight weeks old."""
    assert found([np.array([], dtype=np.int64)]).told().tolist() == [False]
    assert found([every(5, AS_OF - 56, AS_OF)], first_day=AS_OF - 56).told().tolist() == [False]


def burst(first, last):
    """A line of 10 a week, of 200 in the twelve weeks from ``first`` on; the days and their units."""
    days = every(7, START, last)
    return days, np.where((days >= first) & (days < first + 84), 200, 10)


def shift_of(days, units, first_day=START):
    """The shift of one position with lines of these units."""
    lines = replace(lines_of([days]), quantity=units.astype(np.int64))
    clock = Season(np.ones(PARTS)).clock(START, AS_OF + 1)
    return shifts(lines, np.array([first_day]), clock, START, AS_OF)


@pytest.mark.parametrize("weeks_ago", [60, 61, 62, 63])
def test_a_burst_averages_into_neither_side(weeks_ago):
    """10 a week, 200 for twelve weeks, 10 again: from 200/7 to 10/7 a day at the burst's end, right to four weeks."""
    first = AS_OF - 7 * weeks_ago - 3
    one = shift_of(*burst(first, AS_OF))
    assert one.told().tolist() == [True]
    assert abs(int(one.day[0]) - (first + 84)) <= 28
    assert (one.before[0], one.after[0]) == (pytest.approx(200 / 7, rel=0.1), pytest.approx(10 / 7, rel=0.1))


def test_silence_after_a_burst_and_calm_is_the_last_shift():
    """The same burst, 10 a week for a year, and nothing for a year: from 10/7 a day to none."""
    one = shift_of(*burst(AS_OF - 825, AS_OF - 365))
    assert one.told().tolist() == [True]
    assert abs(int(one.day[0]) - (AS_OF - 365)) <= 28
    assert (one.before[0], one.after[0]) == (pytest.approx(10 / 7, rel=0.1), 0.0)
