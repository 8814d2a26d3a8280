"""Slow goods that lie in several cabinets."""

import pytest

from brikopt.policy import Policy
from brikopt.purchasing.pooling import pooling
from tests.purchasing.rows import shelves

# 3.65 a year from a full stock of 10 that keeps for a year: most of it expires.
SLOW = {
    "demand_per_day_mean": 0.01,
    "new_max_level": 10,
    "lines_per_year": 1.0,
    "lines": 1,
    "unit_price_dkk": 40.0,
    "new_expired_units_per_year": 6.0,
}
HOST = SLOW | {"cabinet_id": "S2", "demand_per_day_mean": 0.02, "new_expired_units_per_year": 3.0}


def found(*rows):
    return list(pooling(shelves(*rows), Policy()))


def test_two_slow_stocks_of_one_ward_are_better_together():
    """Apart, 10 + 10 a year are bought and 11 used: 9 lost; together √200 in packs of 5 are 15: 4 lost, so 3.3 of 6."""
    (one,) = found(SLOW | {"pack_size": 5}, HOST | {"pack_size": 5})
    assert (one.code, one.ward_ids) == ("pooling", ("A1",))
    numbers = one.reason.numbers
    assert (numbers["host_cabinet"], numbers["cabinets"], numbers["wards"]) == ("S2", 2, 1)
    assert numbers["use_per_month"] == pytest.approx(0.03 * 365 / 12)
    assert numbers["expired_units"] == pytest.approx(6 * (1 - 4.05 / 9.05), abs=0.1)
    # 40.50 for each of them, 2 − √2 lines, half of 20 − √200 units held at DKK 8; fetching 3.65 units costs DKK 2 each.
    saving = numbers["expired_units"] * 40.5 + 18 * (2 - 2**0.5) + 8 * (20 - 200**0.5) / 2 - 2 * 3.65
    assert one.saving_dkk_per_year == pytest.approx(saving)
    assert one.saving_co2e_kg_per_year == pytest.approx(numbers["expired_units"] * 0.2)


def test_neighbours_in_one_unit_and_hospital_may_share():
    """The busier ward hosts; fetching a unit takes two minutes."""
    (one,) = found(SLOW | {"pack_size": 5}, HOST | {"pack_size": 5, "ward_id": "A2"})
    (same_ward,) = found(SLOW | {"pack_size": 5}, HOST | {"pack_size": 5})
    assert one.ward_ids == ("A1", "A2")
    assert same_ward.saving_dkk_per_year - one.saving_dkk_per_year == pytest.approx((10 - 2) * 3.65)


@pytest.mark.parametrize(
    "other",
    [
        {"usable_days": float("inf")},
        {"critical": True},
        {"protected": True},
        {"in_use": False},
        {"item_id": "I2"},
        {"ward_id": "A2", "hospital": "Elsewhere"},
        {"ward_id": "A2", "unit": "Elsewhere"},
    ],
)
def test_what_keeps_for_ever_or_must_stay_is_left_alone(other):
    """Never out of date, critical, protected, dead, another item, far away."""
    assert found(HOST | {"pack_size": 5}, SLOW | {"pack_size": 5} | other) == []


def test_fast_goods_stay_apart():
    """At 3 a day nothing expires in either cabinet, and everybody would have to walk."""
    fast = {"demand_per_day_mean": 3.0, "new_expired_units_per_year": 0.0}
    assert found(HOST | fast, SLOW | fast) == []


def test_a_cabinet_joins_one_host_only():
    """Three of one ward: two join the third, and none of them a neighbour."""
    ward = [SLOW | {"cabinet_id": f"S{n}", "pack_size": 5} for n in (1, 2)] + [
        HOST | {"cabinet_id": "S3", "pack_size": 5}
    ]
    far = HOST | {"cabinet_id": "S9", "ward_id": "A2", "demand_per_day_mean": 0.03, "pack_size": 5}
    (one,) = found(*ward, far)
    assert one.reason.numbers["cabinets"] == 3
    assert one.ward_ids == ("A1",)
