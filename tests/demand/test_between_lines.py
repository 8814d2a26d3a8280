"""Uses from one order line to the next."""

import numpy as np

from brikopt.demand.between_lines import LATEST, Discards, LineLevels, stretches
from brikopt.demand.order_lines import NEVER, OrderLines

AS_OF = 1000
CLOCK = np.arange(AS_OF + 1, dtype=np.float64)
NOTHING = np.zeros(0, dtype=np.int64)


def told(rows, discards=(), came=None, positions=2, clock=CLOCK, full=20):
    """Stretches of lines (position, day, units), cards of 10, ordered every other day."""
    position, day, units = (np.array([row[at] for row in sorted(rows)], dtype=np.int64) for at in range(3))
    delivered = day + 3 if came is None else np.where(came, day + 3, NEVER)
    lines = OrderLines(position, day, units, np.zeros(len(day), dtype=bool), delivered, np.full(len(day), NEVER))
    thrown = Discards(*(np.array([row[at] for row in discards], dtype=np.int64) for at in range(3)))
    step, gap, first = np.full(positions, 10), np.full(positions, 2.0), np.zeros(positions, dtype=np.int64)
    cards = LineLevels(np.broadcast_to(full, len(day)), np.full(len(day), 10), step)
    return stretches(lines, thrown, cards, gap, first, clock, 0, AS_OF)


def test_use_lies_between_two_lines():
    """Lines on days 100, 130 and 170: 10 units in 30 days, 20 in 40, and silence for the 830 after."""
    found = told([(0, 100, 10), (0, 130, 10), (0, 170, 20)])
    assert found.start.tolist() == [0, 2, 2]
    assert found.days.tolist() == [30, 40]
    assert found.units.tolist() == [10, 20]
    assert found.silent_days.tolist() == [830, 1000]


def test_what_was_thrown_away_was_not_used():
    """Four of the ten units before the second line, and more than the third line replaces."""
    found = told([(0, 100, 10), (0, 130, 10), (0, 170, 10)], [(0, 120, 4), (0, 170, 15), (1, 120, 9), (0, 900, 5)])
    assert found.units.tolist() == [6, 0]


def test_what_fills_a_higher_level_was_not_used():
    """Full stock 20, then 50: 30 of 40 units fill the level; lowered to 30, 20 more went than were ordered."""
    found = told([(0, 100, 10), (0, 130, 40), (0, 170, 10)], full=[20, 50, 30])
    assert found.units.tolist() == [10, 30]


def test_lines_of_a_fortnight_are_one():
    """Fortnights end on days 999, 985 and so on: of lines on 960, 972, 975 and 990 the middle two are one."""
    found = told([(0, 960, 10), (0, 972, 10), (0, 975, 20), (0, 990, 10)])
    assert found.days.tolist() == [15, 15]
    assert found.units.tolist() == [30, 10]


def test_a_line_that_never_came_ends_nothing():
    """The card was hung again later: 70 days lie between the lines that came."""
    found = told([(0, 100, 10), (0, 130, 10), (0, 170, 10)], came=[True, False, True])
    assert found.days.tolist() == [70]


def test_only_the_latest_count():
    """Fifty lines leave as many stretches as are asked for."""
    found = told([(0, day, 10) for day in range(100, 800, 14)])
    assert len(found.units) == LATEST


def test_days_are_counted_by_the_use_they_hold():
    """Half a usual day each: 30 days hold 15, and no stretch holds none."""
    found = told([(0, 100, 10), (0, 130, 10)], clock=0.5 * CLOCK)
    assert found.usual_days.tolist() == [15]


def test_no_lines_at_all_are_silence():
    """Nobody ordered anything."""
    found = told([])
    assert found.start.tolist() == [0, 0, 0]
    assert found.silent_days.tolist() == [1000, 1000]
