"""Positions whose stock may never be used again."""

from datetime import date

import pandas as pd

from brikopt.dead_stock import dead_stock


def positions():
    """Three positions: a dear one likely dead, a cheap one surely dead and never moved, and a living one."""
    return pd.DataFrame(
        {
            "cabinet_id": ["C1", "C2", "C3"],
            "item_id": ["I1", "I1", "I1"],
            "unit_price_dkk": [1.0, 50.0, 9.0],
            "last_movement": pd.to_datetime([None, "2025-02-01", "2025-02-27"]).astype("datetime64[s]"),
            "on_hand_mean": [10.0, 4.0, 8.0],
            "p_dead": [1.0, 0.5, 0.009],
        }
    )


def test_the_dearest_likely_loss_comes_first():
    """4 units at 50 DKK with one chance in two are 100 DKK, 10 units at 1 DKK for sure are 10."""
    found = dead_stock(positions(), date(2025, 3, 1))
    assert found["cabinet_id"].tolist() == ["C2", "C1"]
    assert found["value_dkk"].tolist() == [200.0, 10.0]


def test_a_position_below_one_in_a_hundred_is_left_out():
    """C3 has 0.009."""
    assert "C3" not in dead_stock(positions(), date(2025, 3, 1))["cabinet_id"].tolist()


def test_days_count_from_the_last_movement_and_are_blank_without_one():
    """From 1 February to 1 March 2025 are 28 days; C1 never moved."""
    days = dead_stock(positions(), date(2025, 3, 1)).set_index("cabinet_id")["days_since_movement"]
    assert days["C2"] == 28
    assert pd.isna(days["C1"])


def test_an_empty_shelf_may_be_dead_too():
    """A row for every position with the chance, even with nothing on the shelf."""
    found = dead_stock(positions().assign(on_hand_mean=0.0), date(2025, 3, 1))
    assert found["cabinet_id"].tolist() == ["C1", "C2"]


def test_no_positions_make_an_empty_table():
    """The columns are there all the same."""
    found = dead_stock(positions().iloc[:0], date(2025, 3, 1))
    assert list(found.columns)[:3] == ["cabinet_id", "item_id", "days_since_movement"]
    assert found.empty
