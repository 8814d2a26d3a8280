"""What is believed of a position before its own history speaks."""

import numpy as np
import pandas as pd
import pytest

from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.demand.pooling import pooled_beliefs
from brikopt.demand.rates import RATES

YEAR = 365
AS_OF = 20_000


def positions(items, max_level=40, replaced_by=()):
    """Card positions of 2 × max/2 units, one an item named."""
    size = len(items)
    return pd.DataFrame(
        {
            "item_id": items,
            "replaced_by": list(replaced_by) or [""] * size,
            "is_brik": [True] * size,
            "min_level": np.broadcast_to(max_level, size) // 2,
            "max_level": np.broadcast_to(max_level, size),
            "brik_qty": np.broadcast_to(max_level, size) // 2,
        }
    )


def lines(*rows):
    """Delivered lines of (position, days before as_of, units)."""
    ordered = sorted((position, AS_OF - ago, units) for position, ago, units in rows)
    position, day, quantity = (np.array([row[at] for row in ordered], dtype=np.int64) for at in range(3))
    return OrderLines(position, day, quantity, np.zeros(len(day), dtype=bool), day + 3, np.full(len(day), NEVER))


def beliefs(items, order_lines, discarded=None, max_level=40, days=2 * YEAR, replaced_by=()):
    """Pool positions whose history is two years long, or as many days as given."""
    size = len(items)
    return pooled_beliefs(
        positions(items, max_level, replaced_by),
        order_lines,
        np.zeros(size) if discarded is None else np.array(discarded, dtype=float),
        np.broadcast_to(np.float64(max_level), size),
        AS_OF - np.broadcast_to(days, size),
        AS_OF,
    )


def every(days, units, position=0, over=2 * YEAR):
    """A line of ``units`` every so many days."""
    return [(position, ago, units) for ago in range(days, over, days)]


def test_a_long_history_speaks_for_itself():
    """20 units every 10 days are 2 a day, whatever is believed of the others."""
    found = beliefs(["A", "B"], lines(*every(10, 20)))
    assert found.centre[0] == pytest.approx(2.0, rel=0.1)


def test_what_was_thrown_away_was_not_used():
    """Of 1440 units delivered in two years, 720 were discarded: one a day instead of two."""
    found = beliefs(["A", "B"], lines(*every(10, 20)), discarded=[720, 0])
    assert found.centre[0] == pytest.approx(1.0, rel=0.1)


def test_a_line_that_never_came_is_no_use():
    """The same lines, none delivered, leave next to nothing."""
    ordered = lines(*every(10, 20))
    lost = OrderLines(
        ordered.position, ordered.day, ordered.quantity, ordered.urgent, np.full(72, NEVER), ordered.superseded_day
    )
    assert beliefs(["A", "B"], lost).centre[0] < 0.1 * beliefs(["A", "B"], ordered).centre[0]


def busy_and_silent():
    """Lines of five busy positions, and the days of ten: five busy, three silent, two just put up."""
    return lines(*(row for position in range(5) for row in every(10, 20, position))), np.array([730] * 8 + [60] * 2)


def test_a_silent_position_learns_from_the_item_elsewhere():
    """A is much used in five cabinets, B in none of three: of two new positions, that of A is believed used more."""
    order_lines, days = busy_and_silent()
    found = beliefs(["A"] * 5 + ["B"] * 3 + ["A", "B"], order_lines, days=days)
    assert found.centre[8] > 1.2 * found.centre[9]


def test_a_successor_inherits_the_use_of_what_it_replaces():
    """A is replaced by C, B by D: of the two successors, just put up, C is believed to be used more."""
    order_lines, days = busy_and_silent()
    found = beliefs(
        ["A"] * 5 + ["B"] * 3 + ["C", "D"], order_lines, days=days, replaced_by=["C"] * 5 + ["D"] * 3 + ["", ""]
    )
    assert found.centre[8] > 1.2 * found.centre[9]


def test_a_higher_level_hints_at_more_use():
    """Never ordered: a level of 80 is believed to serve twice the use of a level of 40."""
    found = beliefs(["A", "B"], lines(), max_level=np.array([40, 80]))
    assert found.centre[1] == pytest.approx(2 * found.centre[0], rel=0.06)  # on a lattice of a twentieth


def test_each_row_has_its_own_grid_and_the_prior_sums_to_one():
    """Two positions, 24 rates each."""
    found = beliefs(["A", "B"], lines(*every(10, 20)))
    assert found.grid.shape == found.prior.shape == (2, RATES)
    assert found.fresh.sum() == pytest.approx(1.0)
    assert found.prior.sum(axis=1) == pytest.approx(1.0)
    assert (found.grid[0] > found.grid[1]).all()


def test_levels_that_people_set_are_believed_to_be_used():
    """Two years of silence of a level that others use up in ten days: believed to be used less, not hardly at all."""
    found = beliefs(["A"] * 6, lines(*(row for position in range(5) for row in every(10, 20, position))))
    silent, busy = (found.grid[row] @ found.prior[row] for row in (5, 0))
    assert 0.05 * busy < silent < busy
    assert found.centre[5] < 0.05 * found.centre[0]


def test_a_region_without_any_line_still_has_beliefs():
    """All rates are above 0 and finite."""
    found = beliefs(["A", "B"], lines())
    assert np.isfinite(found.grid).all()
    assert (found.grid > 0).all()


def test_a_line_in_one_ward_moves_no_belief_elsewhere():
    """Forty items with a line every ten days, one line of the first left out: the others are believed the same."""
    names = [f"C{number:02}" for number in range(40)]
    rows = [row for place in range(40) for row in every(10, 20, place)]
    every_line, one_fewer = beliefs(names, lines(*rows)), beliefs(names, lines(*rows[:5], *rows[6:]))
    assert every_line.grid[1:].tolist() == one_fewer.grid[1:].tolist()
    assert every_line.prior[1:].tolist() == one_fewer.prior[1:].tolist()
