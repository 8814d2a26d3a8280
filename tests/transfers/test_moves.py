"""The moves of a region."""

from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.contract.outputs import TRANSFERS
from brikopt.transfers.handling import Handling
from brikopt.transfers.moves import transfers

from .shelves import givers, takers

AS_OF = date(2025, 3, 1)
PRICE = pd.Series({"I": 19.5, "J": 19.5})
FREE = Handling(same_ward=0.0, same_hospital=0.0, same_unit=0.0, region=0.0, days=0)


def moves(offered, asking, **terms):
    """Propose moves at 19.50 DKK a unit and 0.50 DKK to throw it away, handling free if not said."""
    chosen = {"disposal_per_unit": 0.5, "as_of": AS_OF, "handling": FREE} | terms
    return transfers(offered, asking, PRICE, **chosen)


def joined(one, other):
    """Givers or takers of both."""
    columns = (np.concatenate([getattr(one, field.name), getattr(other, field.name)]) for field in fields(one))
    return type(one)(*columns)


def test_units_that_surely_expire_go_where_they_are_surely_used():
    """5 units, 20 DKK each, to a ward that uses 100 before the date: 5 units and 100 DKK saved."""
    found = moves(givers(("A", 5)), takers(("B", 100 / 61, 0, 50)))
    row = found.iloc[0]
    assert (row["from_cabinet_id"], row["to_cabinet_id"], row["item_id"], row["units"]) == ("A", "B", "I", 5)
    assert row["expected_saved_units"] == pytest.approx(5)
    assert row["expected_saved_dkk"] == pytest.approx(100)
    assert row["earliest_expiry"] == pd.Timestamp("2025-04-30")


def test_the_columns_are_those_of_the_contract_even_without_moves():
    """Nobody to take."""
    found = moves(givers(("A", 5)), takers(("B", 0.0, 0, 50)))
    assert list(found.columns) == [column.name for column in TRANSFERS.columns if column.name != "reason"]
    assert found.empty


def test_a_move_below_the_least_saving_is_not_proposed():
    """2 units save 40 DKK, less than 50; 3 save 60."""
    asking = takers(("B", 5.0, 0, 50))
    assert moves(givers(("A", 2)), asking).empty
    assert moves(givers(("A", 3)), asking)["units"].tolist() == [3]


def test_handling_counts_against_a_move():
    """3 units save 60 DKK, but the hospital's transport takes 25."""
    near = Handling(same_ward=0.0, same_hospital=25.0, same_unit=60.0, region=120.0, days=0)
    assert moves(givers(("A", 3)), takers(("B", 5.0, 0, 50)), handling=near).empty


def test_the_giver_keeps_what_it_needs():
    """Of 5 units at risk 8 are there and 5 have to stay: 3 go."""
    assert moves(givers(("A", 5, 5, 8)), takers(("B", 5.0, 0, 50)))["units"].tolist() == [3]


def test_packs_stay_unbroken_where_they_have_to():
    """Of 23 units that surely expire two packs of 10 go to a shelf with room for 50, and one where 15 would fit."""
    offered, packs = givers(("A", 23), n_units=30), pd.Series({"I": 10, "J": 1})
    for room, units in ((50, 20), (15, 10), (9, 0)):
        found = moves(offered, takers(("B", 5.0, 0, room)), piece_units=packs)
        assert found["units"].sum() == units == pytest.approx(found["expected_saved_units"].sum())
        assert found["expected_saved_dkk"].sum() == pytest.approx(20 * units)
    assert moves(offered, takers(("B", 5.0, 0, 50)))["units"].tolist() == [23]


@settings(max_examples=60, deadline=None)
@given(sure=st.lists(st.integers(0, 30), min_size=1, max_size=4), room=st.integers(0, 60), pack=st.integers(2, 12))
def test_whatever_is_offered_only_whole_packs_move(sure, room, pack):
    """No giver gives more than it has too much, and nobody gets more than fits."""
    offered = givers(*[(f"A{n}", units) for n, units in enumerate(sure)], n_units=40)
    found = moves(offered, takers(("B", 9.0, 0, room)), piece_units=pd.Series({"I": pack, "J": 1}))
    assert (found["units"] % pack == 0).all()
    assert found["units"].sum() <= room
    given_away = found.set_index("from_cabinet_id")["units"]
    assert all(given_away.get(f"A{n}", 0) <= units for n, units in enumerate(sure))


def test_another_item_is_never_a_match():
    """The only user holds item J."""
    assert moves(givers(("A", 5)), takers(("B", 5.0, 0, 50), item="J")).empty


def test_goods_never_go_back_and_forth():
    """A and B both have too much, and both use some: neither takes from the other."""
    assert moves(givers(("A", 5), ("B", 5)), takers(("A", 5.0, 0, 50), ("B", 5.0, 0, 50))).empty


def test_an_item_without_a_price_stays():
    """Nothing is known of what it would save."""
    assert moves(givers(("A", 5), item="K"), takers(("B", 5.0, 0, 50), item="K")).empty


def test_the_earlier_date_fills_the_shelf_first():
    """Room for 5: the goods with 20 days left take it, those with 200 stay, though both could be used."""
    offered = joined(givers(("A", 5), day=200), givers(("C", 5), day=20))
    assert moves(offered, takers(("B", 5.0, 0, 5)))["from_cabinet_id"].tolist() == ["C"]


def test_the_order_of_the_rows_does_not_matter():
    """Givers and takers turned around give the same table."""
    offered, asking = (
        givers(("A", 5), ("C", 4)),
        takers(("B", 0.1, 0, 9), ("D", 0.12, 1, 9), ("E", 0.1, 0, 9)),
    )
    turned = moves(offered.take(np.array([1, 0])), asking.take(np.array([2, 0, 1])))
    pd.testing.assert_frame_equal(moves(offered, asking), turned)


def test_most_saved_comes_first():
    """5 units before 4."""
    asking = takers(("B", 5.0, 0, 5), ("D", 5.0, 0, 5))
    assert moves(givers(("A", 4), ("C", 5)), asking)["expected_saved_dkk"].is_monotonic_decreasing


@settings(max_examples=40, deadline=None)
@given(
    sure=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    asked=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5), st.integers(0, 6)), min_size=1, max_size=4),
    day=st.integers(-5, 400),
)
def test_what_holds_for_any_region(sure, asked, day):
    """Nobody gives more than it has at risk or takes more than fits, and no more is saved than moved."""
    offered = givers(*((f"G{i}", units) for i, units in enumerate(sure)), day=day)
    asking = takers(*((f"T{i}", *row) for i, row in enumerate(asked)))
    found = moves(offered, asking)
    given_away = found.groupby("from_cabinet_id")["units"].sum()
    taken = found.groupby("to_cabinet_id")["units"].sum()
    assert all(units <= sure[int(name[1:])] for name, units in given_away.items())
    assert all(units <= asked[int(name[1:])][2] for name, units in taken.items())
    assert (found["expected_saved_dkk"] >= 50.0).all()
    assert (found["expected_saved_units"] <= found["units"] + 1e-9).all()


@pytest.mark.parametrize("n_units", [0, 5])
def test_nothing_at_risk_moves_nothing(n_units):
    """No givers at all, or givers without a unit at risk."""
    nobody = givers(("A", 0), n_units=n_units)
    asking = takers(("B", 5.0, 0, 50))
    assert moves(nobody, asking).empty
    assert moves(nobody.take(np.array([], dtype=int)), asking).empty
