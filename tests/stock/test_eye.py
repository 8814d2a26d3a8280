"""What an order made by eye tells of the shelf."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.stock import eye as seeing
from brikopt.stock.eye import chances_at_order, draw_order_point, draw_stock, eye_error, eye_of, seen_range

from .histories import evidence_of, extracts


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3_000), st.floats(1e-4, 500), st.floats(0.01, 0.35))
def test_an_order_is_made_at_some_stock(min_level, use, sd):
    """Whatever min, use and eye: the chances of all stocks sum to 1, and none is below 0."""
    eye = eye_of(min_level, use, sd)
    assert eye.first.sum() == pytest.approx(1.0)
    assert eye.first.min() >= 0.0
    assert (np.diff(eye.unordered) >= 0).all()


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 300), st.floats(0.001, 50), st.floats(0.01, 0.35), st.integers(0, 300))
def test_a_drawn_stock_lies_where_an_order_is_possible(min_level, use, sd, ordered):
    """Never below nothing, and never above four times min."""
    eye = eye_of(min_level, use, sd)
    chance = chances_at_order(eye, min_level, *map(float, seen_range(min_level, min_level + 50, 10, ordered)), sd)
    rng = np.random.default_rng(0)
    drawn = [draw_stock(rng, eye, chance) for _ in range(20)]
    assert min(drawn) >= 0
    assert max(drawn) <= 4 * (min_level + 1) + eye.step


def test_a_sharp_eye_orders_at_min():
    """An error of a hundredth, and use so slow that every unit is looked at: ordered at 20 or 21, where min is 20."""
    eye = eye_of(20, 0.001, 0.01)
    assert eye.first @ eye.stock == pytest.approx(20.5, abs=0.5)


def test_the_slower_the_use_the_earlier_the_order():
    """Min 20: at a tenth of a unit from one order day to the next more lies there than at ten."""
    slow, fast = (eye_of(20, use, 0.15) for use in (0.1, 10.0))
    assert slow.first @ slow.stock > 22
    assert fast.first @ fast.stock < 20


def test_what_was_seen_is_what_was_missing_from_max():
    """Max 47, packs of 10, 20 ordered: between 27 and 36 were seen, and no more than min, 30."""
    assert seen_range(30, 47, 10, 20) == (27, 30)
    assert seen_range(40, 47, 10, 20) == (27, 36)


def test_the_next_order_comes_from_below_the_inventory_position():
    """Min 5, and 4 units there and on order: at most 3 are left when the next order is made."""
    eye = eye_of(5, 1.0, 0.2)
    rng = np.random.default_rng(1)
    assert max(draw_order_point(rng, eye, 4) for _ in range(100)) <= 3


@pytest.mark.parametrize("error", [0.04, 0.20])
def test_the_error_of_the_eye_is_read_off_the_counts(error, monkeypatch):
    """Two hundred counts, each on the day after an order that was made with this error."""
    monkeypatch.setattr(seeing, "MOST_LOOKS", 200)
    rng = np.random.default_rng(3)
    positions, orders, counts, items = ["cabinet_id item_id min_level max_level"], [], [], ["item_id"]
    for at in range(200):
        low = int(rng.integers(20, 60))
        stock, seen = 2.5 * low, np.inf
        while seen > low:
            stock -= 2
            seen = round(stock * (1 + error * rng.normal())) if rng.random() < seeing.LOOKS else np.inf
        positions.append(f"S2 I{at} {low} {2 * low}")
        items.append(f"I{at}")
        orders.append(f"S2 I{at} 2025-02-20 {2 * low - max(seen, 0)}")
        counts.append(f"S2 I{at} 2025-02-21 {int(stock)}")
    found = evidence_of(
        extracts(
            items="\n".join(items),
            positions="\n".join(positions),
            orders="\n".join(["cabinet_id item_id ordered_at quantity", *orders]),
            counts="\n".join(["cabinet_id item_id counted_at quantity", *counts]),
        )
    )
    use = np.full(len(found.positions), 2.0)
    assert eye_error(found.ledger, found.places, use, found.past) == pytest.approx(error, abs=0.03)
