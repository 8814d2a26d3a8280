"""What reviews changed, where that is known because it was planted."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from brikopt.coverage.comparison import LEAST_DAYS, MEASURES, by_month, compare
from brikopt.coverage.effect import effect
from brikopt.coverage.happenings import happenings
from tests.coverage.reviewed_regions import AS_OF, PRICE, START, cards, for_ever, planted_region
from tests.coverage.trimmed_regions import trimmed_region

EXPIRED, STOCK = MEASURES.index("expired_dkk"), MEASURES.index("stock_dkk")
REGIONS = 40


def happened_in(region, as_of=AS_OF):
    """Lay out a region's records."""
    return happenings(**{name: table for name, table in region.items() if name != "reviews"}, as_of=as_of)


def found_in(region):
    """The effect in a region; each ward has one place."""
    happened = happened_in(region)
    return effect(compare(happened, region["reviews"]), np.arange(len(happened.places)))


def small_region(n_wards, thrown, reviews):
    """Wards W0, W1 … with one unit thrown away on each day given, and equal orders every 10 days."""
    days = pd.date_range(START, date(2024, 2, 28), freq="10D")
    ids = [f"W{i}" for i in range(n_wards)]
    rows = [(pd.Timestamp(day), f"C{ward}") for ward, day in thrown]
    return {
        "wards": pd.DataFrame({"ward_id": ids, "unit": "U", **for_ever(n_wards)}),
        "cabinets": pd.DataFrame({"cabinet_id": [f"C{one}" for one in ids], "ward_id": ids, "kind": "brik"}),
        "items": pd.DataFrame({"item_id": ["1"], "unit_price_dkk": [PRICE]}),
        "positions": cards([f"C{one}" for one in ids]),
        "orders": pd.DataFrame(
            [(day, f"C{one}", "1", 2, "brik") for day in days for one in ids],
            columns=["ordered_at", "cabinet_id", "item_id", "quantity", "channel"],
        ),
        "discards": pd.DataFrame(rows, columns=["discarded_at", "cabinet_id"])
        .assign(item_id="1", quantity=1, reason="expired")
        .astype({"discarded_at": "datetime64[s]"}),
        "reviews": pd.DataFrame(
            [(pd.Timestamp(day), ward, "brik") for ward, day in reviews], columns=["reviewed_at", "ward_id", "kind"]
        ).astype({"reviewed_at": "datetime64[s]"}),
    }


def test_what_happened_is_added_up_to_each_day():
    """One unit of 50 DKK thrown away on the third day: none before it, 50 from the day after on."""
    day = date(2023, 3, 10)
    happened = happened_in(cut(small_region(1, [("W0", "2023-03-03")], []), day), day)
    assert happened.between(0, 2)[0, EXPIRED] == 0
    assert happened.between(2, 3)[0, EXPIRED] == PRICE
    assert happened.between(0, happened.days)[0].tolist() == [50, 1, 100, 1, 0]  # one line of 2 units


def test_the_change_is_that_of_the_ward_less_that_of_the_others():
    """Of four wards alike, three reviewed on one day, and three others: 1 unit before and 3 after, against 1 and 2."""
    before, after = pd.Timestamp("2023-06-01"), pd.Timestamp("2023-12-01")
    wards = [f"W{i}" for i in range(6)]
    thrown = [(ward, before) for ward in wards]
    thrown += [(ward, after + pd.Timedelta(days=day)) for ward in wards[:3] for day in range(3)]
    thrown += [(ward, after + pd.Timedelta(days=day)) for ward in wards[3:] for day in range(2)]
    found = found_in(small_region(6, thrown, [(ward, "2023-09-01") for ward in wards[:3]]))
    month = 365 / 12 / 180
    assert (found.reviews, found.others) == (3, 3)
    assert found.before[EXPIRED] == pytest.approx(PRICE * month)
    assert found.after[EXPIRED] == pytest.approx(3 * PRICE * month)
    assert found.expected[EXPIRED] == pytest.approx(2 * PRICE * month)
    assert found.change[EXPIRED] == pytest.approx(PRICE * month)
    assert found.low[EXPIRED] == pytest.approx(found.high[EXPIRED])  # the wards are all alike


def test_stock_has_fallen_by_what_was_not_ordered():
    """Of six wards alike, three order nothing for 60 days after the review: 6 lines of 2 units less lie there, 600 DKK.

    With 3 cards of 10 units there are 21 to 30 units now, on average 25.5 of 50 DKK.
    """
    region = small_region(6, [], [(f"W{i}", "2023-09-01") for i in range(3)])
    dated = region["orders"]["ordered_at"].between("2023-09-01", "2023-10-29")
    rests = dated & region["orders"]["cabinet_id"].isin(["CW0", "CW1", "CW2"])
    found = found_in(region | {"orders": region["orders"][~rests]})
    assert rests.sum() == 3 * 6
    assert found.after[STOCK] == 25.5 * PRICE
    assert (found.before - found.after)[STOCK] == (found.expected - found.after)[STOCK] == pytest.approx(600)


def test_what_lies_without_cards_is_between_min_and_max():
    """Min 10 and max 30: 11 to 30 units, on average 20.5 of 50 DKK."""
    region = small_region(1, [], [])
    region["cabinets"] = region["cabinets"].assign(kind="non_brik")
    region["positions"] = region["positions"].assign(min_level=10, brik_qty=np.nan, brik_count=np.nan)
    assert happened_in(region).places["stock_dkk"].tolist() == [20.5 * PRICE]


def test_a_card_taken_down_is_found_in_the_value_of_stock():
    """In 12 regions that take a card down at each review the range lies below 0, and 95-105 % of the fall is found."""
    regions = [trimmed_region(seed, cards_down=1) for seed in range(12)]
    found = [found_in(region) for region, _ in regions]
    assert all(one.high[STOCK] < 0 for one in found)
    true = np.mean([fall for _, fall in regions])
    assert np.mean([one.change[STOCK] for one in found]) == pytest.approx(true, rel=0.05)


def test_where_no_card_is_taken_down_stock_has_not_changed():
    """In about 90 % of 30 regions the range covers 0."""
    found = [found_in(trimmed_region(100 + seed, cards_down=0)[0]) for seed in range(30)]
    assert 0.8 <= np.mean([one.low[STOCK] <= 0 <= one.high[STOCK] for one in found]) <= 1.0


def test_a_ward_reviewed_twice_counts_once_from_the_first():
    """W0 has reviews in July and October 2023; the comparison has one row, of July."""
    region = small_region(4, [], [("W0", "2023-10-01"), ("W0", "2023-07-09")])
    compared = compare(happened_in(region), region["reviews"])
    assert (compared.place.tolist(), compared.day.tolist()) == ([0], [130])


def test_a_ward_reviewed_within_the_days_looked_at_is_nobodys_measure():
    """W1 is reviewed 100 days after W0, so only W2 and W3 are compared with it; for W1 neither is W0."""
    region = small_region(4, [], [("W0", "2023-06-09"), ("W1", "2023-09-17")])
    compared = compare(happened_in(region), region["reviews"])
    assert (compared.weight > 0).tolist() == [[False, False, True, True], [False, False, True, True]]


def test_a_ward_that_closes_meanwhile_is_left_out():
    """W3 closes in December 2023, within the days looked at."""
    region = small_region(4, [], [("W0", "2023-09-01")])
    region["wards"] = region["wards"].assign(valid_to=pd.to_datetime([None, None, None, "2023-12-24"]))
    compared = compare(happened_in(region), region["reviews"])
    assert (compared.weight > 0).tolist() == [[False, True, True, False]]


def test_a_review_of_yesterday_says_nothing_yet():
    """It takes 60 days after a review: 59 are too few."""
    region = small_region(4, [], [("W0", "2023-09-01")])
    seen = [
        len(compare(happened_in(cut(region, day), day), region["reviews"]).place)
        for day in (date(2023, 10, 30), date(2023, 10, 31))
    ]
    assert (seen, LEAST_DAYS) == ([0, 1], 60)


def cut(region, day):
    """The region as it was known on a day."""
    early = region["orders"][region["orders"]["ordered_at"] < pd.Timestamp(day)]
    return region | {"orders": early}


def test_too_few_reviews_say_nothing():
    """Two reviews are no effect, and neither are three with two others to compare with."""
    assert found_in(small_region(8, [], [("W0", "2023-09-01"), ("W1", "2023-09-01")])) is None
    assert found_in(small_region(5, [], [(f"W{i}", "2023-09-01") for i in range(3)])) is None


def test_no_records_say_nothing():
    """A region without orders and discards has no days to look at."""
    region = small_region(3, [], [])
    empty = region | {"orders": region["orders"].head(0)}
    assert found_in(empty) is None


@pytest.fixture(scope="module")
def without_effect():
    """Effects in regions where a review changes nothing."""
    return [found_in(planted_region(seed)) for seed in range(REGIONS)]


def test_where_nothing_changed_the_range_covers_nothing(without_effect):
    """In about 90 % of 40 regions the range of the kroner thrown away covers 0; so for lines."""
    for measure in ("expired_dkk", "expired_units", "order_lines"):
        at = MEASURES.index(measure)
        covered = np.mean([found.low[at] <= 0 <= found.high[at] for found in without_effect])
        assert 0.8 <= covered <= 1.0, measure


def test_where_nothing_changed_none_is_found_on_average(without_effect):
    """Over 40 regions the mean change is under 3 % of what is thrown away, though all wards waste less in time."""
    changes = [found.change[EXPIRED] / found.before[EXPIRED] for found in without_effect]
    assert abs(np.mean(changes)) < 0.03
    assert np.mean([found.after[EXPIRED] < found.before[EXPIRED] for found in without_effect]) > 0.7


def test_a_planted_drop_is_found():
    """Where reviewed wards throw away half, the range lies below 0 in 12 of 12 regions, and about half is found."""
    found = [found_in(planted_region(100 + seed, kept=0.5)) for seed in range(12)]
    assert all(one.high[EXPIRED] < 0 for one in found)
    assert np.mean([one.change[EXPIRED] / one.expected[EXPIRED] for one in found]) == pytest.approx(-0.5, abs=0.06)


def test_the_same_region_gives_the_same_range():
    """Drawing the wards anew is seeded."""
    one, other = (found_in(planted_region(7)) for _ in range(2))
    assert one.low.tolist() == other.low.tolist()


def test_months_before_go_together_and_months_after_part():
    """With half thrown away from the review on, the reviewed wards lie below the others in all six months after."""
    region = planted_region(3, kept=0.5)
    happened = happened_in(region)
    curve = by_month(happened, compare(happened, region["reviews"]), "expired_dkk").set_index("month")
    assert curve.index.tolist() == list(range(-6, 6))
    ratio = curve["reviewed"] / curve["others"]
    assert ratio[ratio.index >= 0].mean() < 0.7 * ratio[ratio.index < 0].mean()
