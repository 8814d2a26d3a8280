"""Positions that may run out, and who could lend."""

import pandas as pd
import pytest

from brikopt.reports.sentences import Sentences
from brikopt.supply_risk import lenders, risk_in_many_wards, supply_risk


def positions(*rows):
    """Positions of item I; each row is cabinet, ward, hospital, unit, chance of running out, spare units."""
    names = ["cabinet_id", "ward_id", "hospital", "unit", "p_stockout", "spare_units"]
    return pd.DataFrame(rows, columns=names).assign(
        item_id="I", critical=False, protected=False, next_delivery=pd.Timestamp("2025-03-05")
    )


def listed(table):
    """The risk list, with the nearest lenders."""
    return supply_risk(table, lenders(table))


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
    assert listed(positions(BORROWER, *others))["lender_cabinet_id"].tolist() == [lender]


def test_three_lenders_are_named_the_nearest_first_with_what_they_can_spare():
    """Of six holders of the item: the one in the ward, in the hospital, in the unit; 1, 20 and 50 units."""
    found = lenders(positions(("C0", "W0", "H0", "U0", 0.5, 99.0), FAR, SAME_UNIT, SAME_HOSPITAL, SAME_WARD))
    assert found.to_dict("list") == {
        "cabinet_id": ["C0"] * 3,
        "item_id": ["I"] * 3,
        "lender_cabinet_id": ["C4", "C3", "C2"],
        "lender_ward_id": ["W0", "W7", "W8"],
        "spare_units": [1.0, 20.0, 50.0],
    }


def test_where_nobody_is_at_risk_nobody_lends():
    """No rows, and the columns all the same."""
    found = lenders(positions(SAME_WARD))
    assert (len(found), list(found)) == (
        0,
        ["cabinet_id", "item_id", "lender_cabinet_id", "lender_ward_id", "spare_units"],
    )


def test_nobody_lends_to_itself():
    """The borrower has spare units on paper, but only the other cabinet counts."""
    found = listed(positions(("C0", "W0", "H0", "U0", 0.5, 99.0), SAME_HOSPITAL))
    assert found["lender_cabinet_id"].tolist() == ["C3"]


def test_another_item_is_no_loan():
    """The only cabinet with spare units holds item J."""
    table = positions(BORROWER, SAME_WARD).assign(item_id=["I", "J"])
    assert listed(table)["lender_cabinet_id"].tolist() == [""]


def test_among_equals_the_most_spare_then_the_lowest_id_lends():
    """Three cabinets of the ward have 2, 5 and 5 spare units."""
    rows = [(cabinet, "W0", "H0", "U0", 0.0, spare) for cabinet, spare in (("C9", 5.0), ("C7", 2.0), ("C8", 5.0))]
    assert listed(positions(BORROWER, *rows))["lender_cabinet_id"].tolist() == ["C8"]


def test_critical_and_protected_goods_come_first():
    """C2 is critical, C3 protected; C1 is neither, though the likeliest to run out."""
    rows = [(cabinet, "W", "H", "U", p, 0.0) for cabinet, p in (("C1", 0.9), ("C2", 0.1), ("C3", 0.2))]
    table = positions(*rows).assign(critical=[False, True, False], protected=[False, False, True])
    assert listed(table)["cabinet_id"].tolist() == ["C3", "C2", "C1"]


def test_less_than_one_in_a_hundred_is_no_risk():
    """0.01 is listed, 0.0099 is not."""
    rows = [(cabinet, "W", "H", "U", p, 0.0) for cabinet, p in (("C1", 0.01), ("C2", 0.0099))]
    assert listed(positions(*rows))["cabinet_id"].tolist() == ["C1"]


def together(*frames):
    """Positions of all, numbered anew."""
    return pd.concat(frames, ignore_index=True)


def in_wards(count, item):
    """An item with even chances of running out in so many wards, one cabinet each."""
    rows = [(f"{item}{n}", f"W{n}", "H", "U", 0.5, 5.0) for n in range(count)]
    return positions(*rows).assign(item_id=item, name=f"Vare {item}", late_goods=False)


def test_an_item_short_in_ten_wards_is_one_case():
    """Ten wards, four of which wait for late goods; two other cabinets can do without 7 and 2."""
    short = in_wards(10, "I")
    short.loc[:3, "late_goods"] = True
    others = positions(("C1", "W20", "H", "U", 0.0, 7.0), ("C2", "W21", "H", "U", 0.2, 2.0))
    (one,) = risk_in_many_wards(together(short, others.assign(name="Vare I", late_goods=False)))
    assert one.numbers == {"name": "Vare I", "wards": 10, "late_wards": 4, "spare_units": 9.0}
    said = Sentences("da").say(one)
    assert "Vare I i 10 afsnit, hvoraf 4 venter" in said and said.endswith("undvære ca. 9 stk.")


def test_two_wards_are_not_many_and_neither_are_small_chances():
    """Two wards at 50 %, and five at 24 %."""
    assert risk_in_many_wards(together(in_wards(2, "I"), in_wards(5, "J").assign(p_stockout=0.24))) == []


def test_critical_items_come_first_and_three_are_enough():
    """Six wards, a critical item in three, five and four: the item in three wards leads, that in four is left out."""
    rows = [in_wards(6, "A"), in_wards(3, "B").assign(critical=True), in_wards(5, "C"), in_wards(4, "D")]
    assert [one.numbers["name"] for one in risk_in_many_wards(together(*rows))] == ["Vare B", "Vare A", "Vare C"]
