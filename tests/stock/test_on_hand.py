"""The figures of stock.csv."""

import pytest

from .histories import days, extracts, stock

WITHOUT_CARDS = "cabinet_id min_level max_level\nS2 5 20"


def test_nothing_known_is_no_evidence():
    """No line, no count, no delivery."""
    found = stock(extracts())
    assert (found.evidence, found.last_movement, found.on_order) == ("none", 0, 0)


@pytest.mark.parametrize(
    ("counted", "ordered", "evidence"),
    [("2025-02-10", "2025-02-01", "count"), ("2025-02-01", "2025-02-10", "brik"), ("2025-02-10", "2025-02-10", "brik")],
)
def test_the_newest_evidence_counts(counted, ordered, evidence):
    """Within a day the board is scanned after the count."""
    found = stock(extracts(counts=f"counted_at quantity\n{counted} 7", orders=f"ordered_at quantity\n{ordered} 10"))
    assert found.evidence == evidence


def test_without_cards_lines_are_orders():
    """S2 has no cards."""
    found = stock(extracts(positions=WITHOUT_CARDS, orders="cabinet_id ordered_at quantity\nS2 2025-02-10 15"))
    assert found.evidence == "orders"


def test_the_last_movement_is_the_last_line_or_delivery():
    """A count and a discard of later days are no movements."""
    found = stock(
        extracts(
            orders="ordered_at quantity\n2025-02-01 10",
            deliveries="delivered_at quantity\n2025-02-05 10",
            counts="counted_at quantity\n2025-02-20 7",
            discards="discarded_at quantity\n2025-02-21 1",
        )
    )
    assert found.last_movement == days("2025-02-05")


def test_on_order_is_what_is_neither_delivered_nor_void():
    """Lines of 10, 10 and 5: the first delivered, the second void by the third's later day, the third open."""
    found = stock(
        extracts(
            orders="order_id ordered_at quantity\nB1 2025-02-01 10\nB2 2025-02-10 10\nB3 2025-02-28 5",
            deliveries="order_id delivered_at quantity\nB1 2025-02-04 10",
        )
    )
    assert found.on_order == 5


def test_what_is_forty_five_days_old_is_not_on_order():
    """Ordered on 17 January 2025, 45 days before 3 March; a day later it still counts."""
    assert stock(extracts(orders="ordered_at quantity\n2025-01-17 10")).on_order == 0
    assert stock(extracts(orders="ordered_at quantity\n2025-01-18 10")).on_order == 10


def test_goods_out_of_date_lie_on_the_shelf_physically():
    """12 counted yesterday, all of 1 February: on hand is 12."""
    found = stock(extracts(counts="counted_at quantity expiry_date\n2025-03-02 12 2025-02-01"))
    assert (found.on_hand_low, found.on_hand_high) == (12, 12)


def test_the_range_is_of_whole_units_around_the_mean():
    """Low ≤ mean ≤ high, for a shelf about which little is known."""
    found = stock(extracts(orders="ordered_at quantity\n2024-03-10 10\n2024-09-10 10"))
    assert isinstance(found.on_hand_low, int)
    assert found.on_hand_low <= found.on_hand_mean <= found.on_hand_high
    assert found.rate_sd > 0
