"""Goods that could sail."""

import pytest

from brikopt.policy import Policy
from brikopt.purchasing.air_freight import flown_that_could_sail, kg_saved_per_unit
from tests.purchasing.rows import shelves

FLOWN = {
    "air_freight_share": 0.5,
    "units_per_year": 1000.0,
    "demand_per_day_mean": 2.74,
    "lines": 30,
    "unit_volume_litres": 0.6,
    "co2e_kg_per_unit": 1.0,
}


def found(*rows, **cost):
    return list(flown_that_could_sail(shelves(*rows), Policy.model_validate({"cost": cost})))


def test_a_kilogram_by_sea_saves_five():
    """9,000 km × 0.602 − 20,000 km × 0.008 = 5,258 kg a tonne; 6 litres count as a kilogram."""
    assert kg_saved_per_unit(6.0, 0.0) == pytest.approx(5.258)


def test_half_of_a_thousand_units_sail():
    """500 × 0.1 kg × 5.258 = 263 kg; no kroner, as CO2e has no price here."""
    (one,) = found(FLOWN)
    assert (one.code, one.saving_dkk_per_year) == ("air_freight", 0)
    assert one.saving_co2e_kg_per_year == pytest.approx(262.9)
    assert one.reason.numbers["units"] == 500
    # Three days and six weeks; 1.645 × √2.74 × (√45 − √3) units more.
    assert one.reason.numbers["lead_days"] == 45
    assert one.reason.numbers["more_units"] == pytest.approx(13.6, abs=0.1)


def test_a_price_of_co2e_makes_kroner_of_it():
    """263 kg at DKK 1, less DKK 1 a year for each of 1.645 × √2.74 × (√45 − √3) = 13.6 units more in stock."""
    (one,) = found(FLOWN, co2e_price_per_kg=1.0)
    assert one.saving_dkk_per_year == pytest.approx(262.9 - 13.6, abs=0.2)


def test_a_unit_saves_no_more_than_it_emits():
    """0.05 kg in all: 25 kg for 500 units."""
    (one,) = found(FLOWN | {"co2e_kg_per_unit": 0.05})
    assert one.saving_co2e_kg_per_year == pytest.approx(25)


@pytest.mark.parametrize(
    "other",
    [
        {"air_freight_share": 0.0},
        {"lines": 3},
        {"usable_days": 120.0},
        {"units_per_year": 30.0},
        {"unit_price_dkk": 500.0},
        {"in_use": False},
    ],
)
def test_what_cannot_or_need_not_sail_is_left_alone(other):
    """Not flown, no rhythm, too short a life, 8 kg a year, 1,360 DKK a year in stock, or dead."""
    assert found(FLOWN | other) == []
