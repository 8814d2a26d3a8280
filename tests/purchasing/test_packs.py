"""Packs that outlast their shelf life."""

import pytest

from brikopt.policy import Policy
from brikopt.purchasing.packs import packs_too_large
from tests.purchasing.rows import shelves

THREE_A_MONTH = 36 / 365
LARGE = {"pack_size": 500, "demand_per_day_mean": THREE_A_MONTH, "usable_days": 730.0}


def found(*rows, policy=None):
    return list(packs_too_large(shelves(*rows), policy or Policy()))


def test_a_pack_of_500_at_a_ward_that_uses_3_a_month_is_too_large():
    """In two years 72 are used and 428 thrown away: 214 a year, DKK 1,177 at 5.50 each; 50 would do."""
    (one,) = found(LARGE)
    numbers = one.reason.numbers
    assert (one.code, one.item_id, one.ward_ids) == ("pack_too_large", "I1", ("A1",))
    assert numbers["expired_units"] == pytest.approx(214, abs=1)
    assert numbers["expired_dkk"] == pytest.approx(1177, abs=5)
    assert numbers["use_per_month"] == pytest.approx(3)
    assert numbers["fit_size"] in (20, 25, 50)
    # What it saves cannot be more than what expires and lies there: half of 500 at DKK 1 a year.
    assert 900 < one.saving_dkk_per_year < 1177 + 500
    assert one.saving_co2e_kg_per_year == pytest.approx(214 * 0.2, rel=0.1)


def test_a_fast_mover_keeps_its_large_pack():
    """500 last 50 days at 10 a day, and the goods keep for two years."""
    assert found(LARGE | {"demand_per_day_mean": 10.0}) == []


@pytest.mark.parametrize("other", [{"usable_days": float("inf")}, {"in_use": False}, {"pack_size": 1}])
def test_what_does_not_expire_is_not_used_or_comes_singly_is_left_alone(other):
    """No smaller pack would save anything there."""
    assert found(LARGE | other) == []


def test_cheap_goods_are_not_worth_a_case():
    """At 5 øre each, and thrown away for nothing, 214 a year are DKK 10.70; a case has to save 25."""
    assert list(packs_too_large(shelves(LARGE | {"unit_price_dkk": 0.05}).assign(loss_dkk=0.05), Policy())) == []


def test_cabinets_of_a_ward_share_a_pack():
    """Each of eight cabinets uses 1 in two weeks: a pack of 100 lasts none of them, but the ward uses 208 a year."""
    rows = [{"cabinet_id": f"S{n}", "pack_size": 100, "demand_per_day_mean": 1 / 14} for n in range(8)]
    assert found(*rows) == []
    apart = [row | {"ward_id": f"A{n}"} for n, row in enumerate(rows)]
    (one,) = found(*apart)
    assert one.ward_ids == tuple(f"A{n}" for n in range(8))


def test_only_the_wards_that_lose_are_named():
    """A2 uses the pack in a month and a half."""
    (one,) = found(LARGE, LARGE | {"ward_id": "A2", "cabinet_id": "S2", "demand_per_day_mean": 11.0})
    assert one.ward_ids == ("A1",)
