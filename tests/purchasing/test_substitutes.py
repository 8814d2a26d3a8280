"""Two items where one would do."""

import pytest

from brikopt.policy import Policy
from brikopt.purchasing.merged import saved_by_merging
from brikopt.purchasing.substitutes import substitutes
from tests.purchasing.rows import shelves

ONE = {"substitute_group": "E1", "lines_per_year": 12.0, "new_expired_units_per_year": 2.0}
TWO = ONE | {"item_id": "I2", "cabinet_id": "S2", "name": "Kateter, grøn", "unit_price_dkk": 6.0}


def found(*rows):
    return list(substitutes(shelves(*rows), Policy()))


def test_three_and_four_lines_become_five():
    """3 + 4 − √(9 + 16) = 2."""
    assert saved_by_merging([3, 0], [4, 7]).tolist() == [2, 0]


def test_two_twins_in_one_ward_are_one_too_many():
    """The dearer goes: 24 − √288 = 7.03 lines, 10 − √50 units of min at DKK 1, 2 × 6.50 expired, 36.5 × 1 cheaper."""
    (one,) = found(ONE, TWO)
    assert (one.code, one.item_id, one.ward_ids, one.lines) == ("substitute", "I2", ("A1",), 24)
    assert one.reason.code == "purchase_substitute"
    assert one.reason.numbers["kept_id"] == "I1"
    saving = 18 * (24 - 288**0.5) + (10 - 50**0.5) + 2 * 6.5 + 36.5
    assert one.saving_dkk_per_year == pytest.approx(saving)
    assert one.saving_co2e_kg_per_year == pytest.approx(2 * 0.2)


def test_the_ecolabel_comes_before_the_price():
    """I2 is dearer by DKK 36.50 a year, and stays; that is taken off."""
    (one,) = found(ONE, TWO | {"ecolabel": True})
    assert (one.item_id, one.reason.code) == ("I1", "purchase_substitute_ecolabel")
    assert one.reason.numbers["price_change_dkk"] == pytest.approx(36.5)


def test_a_much_dearer_ecolabel_does_not_pay():
    """DKK 20 more for each of 36.5 units is more than the rest saves, so nothing is said."""
    assert found(ONE, TWO | {"ecolabel": True, "unit_price_dkk": 25.0}) == []


@pytest.mark.parametrize(
    "other",
    [
        {"ward_id": "A2"},
        {"substitute_group": "E2"},
        {"substitute_group": ""},
        {"critical": True},
        {"protected": True},
        {"in_use": False},
    ],
)
def test_what_is_no_twin_or_must_stay_is_left_alone(other):
    """Another ward, another group or none; critical, protected or dead."""
    assert found(ONE, TWO | other) == []


def test_the_same_item_in_two_cabinets_is_no_twin():
    """It is one item."""
    assert found(ONE, ONE | {"cabinet_id": "S2"}) == []


def test_wards_add_up():
    """Two wards with both items: one finding, twice the saving."""
    (alone,) = found(ONE, TWO)
    elsewhere = [row | {"ward_id": "A2", "cabinet_id": f"T{n}"} for n, row in enumerate((ONE, TWO))]
    (both,) = found(ONE, TWO, *elsewhere)
    assert both.ward_ids == ("A1", "A2")
    assert both.saving_dkk_per_year == pytest.approx(2 * alone.saving_dkk_per_year)
