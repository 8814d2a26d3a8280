"""One date that is too early in many wards."""

import pandas as pd

from brikopt.purchasing.short_dated import short_dated_in_many_wards
from brikopt.reports.sentences import Sentences


def lying(count, item="I1", date="2025-05-31", p_expire=0.9, units=4.0):
    """An item with one date in so many wards."""
    rows = [(item, f"Vare {item}", f"A{n}", 5.0, pd.Timestamp(date), p_expire, units) for n in range(count)]
    names = "item_id name ward_id unit_price_dkk earliest_expiry p_expire expected_expired_units"
    return pd.DataFrame(rows, columns=names.split())


def found(*frames):
    return short_dated_in_many_wards(pd.concat(frames, ignore_index=True))


def test_a_date_in_ten_wards_is_one_case():
    """4 units in each of ten wards, at DKK 5: 40 units and DKK 200."""
    (one,) = found(lying(10))
    said = Sentences("da").say(one)
    assert said.startswith(
        "Samme korte dato mange steder: Vare I1 med udløb 31-05-2025 i 10 afsnit; ca. 40 stk. til 200 kr."
    )


def test_two_wards_another_date_and_small_chances_are_no_case():
    """Two wards with one date and two with the next; and five where it will rather be used."""
    assert found(lying(2), lying(2, date="2025-06-30"), lying(5, item="I2", p_expire=0.4)) == []


def test_goods_without_a_date_are_no_case():
    """They do not go out of date."""
    assert found(lying(5, date=None)) == []


def test_three_cases_are_named_by_their_kroner():
    """Of 60, 75, 90, 105 and 120 kroner, the first two are left out."""
    frames = [lying(3, item=f"I{n}", units=float(n)) for n in (4, 5, 6, 7, 8)]
    assert [one.numbers["dkk"] for one in found(*frames)] == [120, 105, 90]
