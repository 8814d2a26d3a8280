"""Positions that may run out, and who could lend."""

import pandas as pd
import pytest

from brikopt.supply_risk import supply_risk


def positions(*rows):
    """Positions of item I; each row is cabinet, ward, hospital, unit, chance of running out, spare units."""
    names = ["cabinet_id", "ward_id", "hospital", "unit", "p_stockout", "spare_units"]
    return pd.DataFrame(rows, columns=names).assign(
        item_id="I", critical=False, protected=False, next_delivery=pd.Timestamp("2025-03-05")
    )


BORROWER = ("C0", "W0", "H0", "U0", 0.5, 0.0)
FAR = ("C1", "W9", "H9", "U9", 0.0, 90.0)
SAME_UNIT = ("C2", "W8", "H8", "U0", 0.0, 50.0)
SAME_HOSPITAL = ("C3", "W7", "H0", "U0", 0.0, 20.0)
SAME_WARD = ("C4", "W0", "H0", "U0", 0.0, 1.0)
NEAR_BUT_BARE = ("C5", "W0", "H0", "U0", 0.0, 0.9)


@pytest.mark.parametrize(
    ("others", "lender"),
    [
        ((FAR, SAME_UNIT, SAME_HOSPITAL, SAME_WARD), "C4"),
        ((FAR, SAME_UNIT, SAME_HOSPITAL), "C3"),
        ((FAR, SAME_UNIT), "C2"),
        ((FAR, NEAR_BUT_BARE), "C1"),
        ((NEAR_BUT_BARE,), ""),
    ],
)
def test_the_nearest_cabinet_with_a_spare_unit_lends(others, lender):
    """One spare unit in the ward beats twenty in the hospital; 0.9 of a unit is none."""
    assert supply_risk(positions(BORROWER, *others))["lender_cabinet_id"].tolist() == [lender]


def test_nobody_lends_to_itself():
    """The borrower has spare units on paper, but only the other cabinet counts."""
    found = supply_risk(positions(("C0", "W0", "H0", "U0", 0.5, 99.0), SAME_HOSPITAL))
    assert found["lender_cabinet_id"].tolist() == ["C3"]


def test_another_item_is_no_loan():
    """The only cabinet with spare units holds item J."""
    table = positions(BORROWER, SAME_WARD).assign(item_id=["I", "J"])
    assert supply_risk(table)["lender_cabinet_id"].tolist() == [""]


def test_among_equals_the_most_spare_then_the_lowest_id_lends():
    """Three cabinets of the ward have 2, 5 and 5 spare units."""
    rows = [(cabinet, "W0", "H0", "U0", 0.0, spare) for cabinet, spare in (("C9", 5.0), ("C7", 2.0), ("C8", 5.0))]
    assert supply_risk(positions(BORROWER, *rows))["lender_cabinet_id"].tolist() == ["C8"]


def test_critical_and_protected_goods_come_first():
    """C2 is critical, C3 protected; C1 is neither, though the likeliest to run out."""
    rows = [(cabinet, "W", "H", "U", p, 0.0) for cabinet, p in (("C1", 0.9), ("C2", 0.1), ("C3", 0.2))]
    table = positions(*rows).assign(critical=[False, True, False], protected=[False, False, True])
    assert supply_risk(table)["cabinet_id"].tolist() == ["C3", "C2", "C1"]


def test_less_than_one_in_a_hundred_is_no_risk():
    """0.01 is listed, 0.0099 is not."""
    rows = [(cabinet, "W", "H", "U", p, 0.0) for cabinet, p in (("C1", 0.01), ("C2", 0.0099))]
    assert supply_risk(positions(*rows))["cabinet_id"].tolist() == ["C1"]
