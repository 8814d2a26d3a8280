"""The last year of a shelf, told from its events."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from brikopt.stock.ledger import COUNT, DELIVERY, DISCARD, LINE
from brikopt.stock.past_year import FORTNIGHT, FORTNIGHTS, past_year

AS_OF = 20_000


def told(*events: tuple[int, int, int], on_hand: float, rate: float):
    """Walk back from a stock; events are days before today, kind and units."""
    rows = sorted((AS_OF - ago, kind, units) for ago, kind, units in events)
    day, kind, units = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(3))
    book = SimpleNamespace(day=day, kind=kind, units=units)
    return past_year(book, slice(0, len(rows)), AS_OF, on_hand, rate)


def test_a_card_a_fortnight_delivered_the_next_day_keeps_the_stock():
    """A line of 10 each 14 days, its goods the day after, 10 used a fortnight: 15 lie there at each fortnight's end."""
    lines = [(FORTNIGHT * back, LINE, 10) for back in range(1, 60)]
    goods = [(FORTNIGHT * back - 1, DELIVERY, 10) for back in range(1, 60)]
    used, there = told(*lines, *goods, on_hand=15.0, rate=10 / FORTNIGHT)
    assert used == pytest.approx([10.0] * FORTNIGHTS, abs=1e-4)
    assert there == pytest.approx([15.0] * FORTNIGHTS, abs=1e-4)


def test_between_two_counts_the_balance_says_what_was_used():
    """On the evening 29 days ago 40 lay there, 10 came, 5 were thrown out, 17 are left: 28 went, 14 a fortnight."""
    events = [(29, COUNT, 40), (20, DELIVERY, 10), (10, DISCARD, 5)]
    used, there = told(*events, on_hand=17.0, rate=3.0)
    assert used[-2:] == pytest.approx([14.0, 14.0])
    assert there[-1] == pytest.approx(17.0)
    assert there[-3] == pytest.approx(40.0)


def test_where_no_line_ever_came_nothing_is_said_to_be_used():
    """The stock was what it is."""
    used, there = told(on_hand=7.0, rate=0.5)
    assert used == pytest.approx([0.0] * FORTNIGHTS, abs=1e-6)
    assert there == pytest.approx([7.0] * FORTNIGHTS, abs=1e-6)
