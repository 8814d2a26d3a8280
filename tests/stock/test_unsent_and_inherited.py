"""What stands in for a table that nobody sent, and what a position inherits from the item that it replaces."""

import numpy as np
import pytest

from brikopt.contract.positions import position_table
from brikopt.demand.inheritance import inherited
from brikopt.stock.ledger import LINE, ledger
from brikopt.stock.posterior import first_day_of
from tests.stock.histories import extracts, stock

WEEKS = 60
LAST_DAYS = [f"{np.datetime64('2025-03-01') - np.timedelta64(7 * week, 'D')}" for week in range(WEEKS)][::-1]


def weekly(dated_by, **more):
    """Ten units on each of the last sixty Saturdays."""
    names = " ".join(more)
    cells = " ".join(more.values())
    return f"{dated_by} quantity {names}\n" + "\n".join(f"{day} 10 {cells}" for day in LAST_DAYS)


def test_without_an_orders_table_deliveries_stand_for_lines():
    """Ten units came each week: about 1.4 are used a day, and the shelf holds at most its 20."""
    found = stock(extracts(deliveries=weekly("delivered_at")))
    assert found.rate_mean == pytest.approx(10 / 7, rel=0.25)
    assert found.on_hand_high <= 20


def test_without_a_deliveries_table_lines_are_taken_for_delivered():
    """Ten units were ordered each week: about 1.4 are used a day, and nothing is far out of reach."""
    found = stock(extracts(orders=weekly("ordered_at")))
    assert found.rate_mean == pytest.approx(10 / 7, rel=0.25)
    assert 0 <= found.on_hand_mean <= 20


def test_a_few_deliveries_without_lines_are_left_alone():
    """Two deliveries tell nothing of a table that was not sent."""
    tables = extracts(deliveries="delivered_at quantity\n2025-01-10 5\n2025-02-10 5")
    assert not (ledger(tables, position_table(tables)).kind == LINE).any()


def test_a_replaced_item_hands_its_history_on():
    """I2 took the place of I1, which was used ten a week: I2 starts with that rate, not as something dead."""
    items = "item_id replaced_by\nI1 I2\nI2 _"
    positions = "item_id min_level max_level brik_qty brik_count\nI2 10 20 10 2"
    tables = extracts(items=items, positions=positions, orders=weekly("ordered_at"), deliveries=weekly("delivered_at"))
    heir = inherited(tables, position_table(tables))
    assert heir.units.tolist() == [600]
    assert heir.days.tolist() == [7 * (WEEKS - 1) + 1]
    found = stock(tables)
    assert found.rate_mean > 0.5
    assert found.p_dead < 0.2


def test_an_item_that_is_still_there_hands_its_history_on_as_well():
    """Both have a position in the cabinet: 60 weeks of 10 units are the heir's past, too."""
    items = "item_id replaced_by\nI1 I2\nI2 _"
    positions = "item_id min_level max_level brik_qty brik_count\nI1 10 20 10 2\nI2 10 20 10 2"
    tables = extracts(items=items, positions=positions, orders=weekly("ordered_at"))
    assert inherited(tables, position_table(tables)).units.tolist() == [0, 600]


def test_a_stray_old_date_does_not_move_the_beginning():
    """One slip of 1995 before sixty days of 2024; four old days are more than slips."""
    days = np.arange(20_000, 20_060)
    assert first_day_of(np.append(9_000, days), as_of=20_100) == 20_000
    assert first_day_of(np.append([9_000, 9_001, 9_002, 9_003], days), as_of=20_100) == 9_000
    assert first_day_of(np.array([], dtype=np.int64), as_of=20_100) == 20_100
