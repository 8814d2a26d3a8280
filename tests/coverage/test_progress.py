"""Coverage against the targets."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.contract.outputs import COVERAGE
from brikopt.coverage.progress import coverage, wards_needed
from brikopt.policy import Target

AS_OF = date(2025, 2, 1)
TARGET = Target(brik=0.9, non_brik=0.5, deadline=date(2025, 2, 28))


def wards(n, units=("U",), **columns):
    """Wards W0, W1 … dealt out over the units, each with a brik cabinet only."""
    return pd.DataFrame(
        {
            "ward_id": [f"W{i}" for i in range(n)],
            "unit": [units[i % len(units)] for i in range(n)],
            "nonbrik_relevant": [False] * n,
            "valid_from": pd.to_datetime([None] * n),
            "valid_to": pd.to_datetime([None] * n),
            "excluded_reason": [""] * n,
        }
    ).assign(**columns)


def brik_cabinets(table):
    """One brik cabinet a ward."""
    return pd.DataFrame({"cabinet_id": "C" + table["ward_id"], "ward_id": table["ward_id"], "kind": "brik"})


def reviews(*days):
    """W0 reviewed on the first day, W1 on the second, and so on, all of kind brik."""
    return pd.DataFrame(
        {
            "reviewed_at": pd.to_datetime(list(days)).astype("datetime64[s]"),
            "ward_id": [f"W{i}" for i in range(len(days))],
            "kind": ["brik"] * len(days),
        }
    )


def region(table, seen, as_of=AS_OF, target=TARGET, kind="brik"):
    """Take the region's row of one kind."""
    found = coverage(table, brik_cabinets(table), seen, [target], as_of)
    return found[(found["unit"] == "*") & (found["kind"] == kind)].iloc[0]


@pytest.mark.parametrize(
    ("target", "in_scope", "needed"),
    [(0.9, 10, 9), (0.9, 11, 10), (0.07, 100, 7), (0.5, 3, 2), (0.0, 5, 0), (1.0, 7, 7)],
)
def test_wards_needed_round_up_on_the_decimal_fraction(target, in_scope, needed):
    """0.07 × 100 is 7.000000000000001 in floats, and still 7 wards."""
    assert wards_needed(target, in_scope) == needed


def test_the_columns_are_those_of_the_contract():
    """In name and order."""
    table = wards(2)
    found = coverage(table, brik_cabinets(table), reviews(), [TARGET], AS_OF)
    assert list(found.columns) == [column.name for column in COVERAGE.columns]


def test_the_region_counts_from_its_own_totals():
    """Two units of 5 wards each need 5 of 5 = 10 together, but the region needs 9 of 10: gaps 5, 5 and 9."""
    table = wards(10, units=("U1", "U2"))
    found = coverage(table, brik_cabinets(table), reviews(), [TARGET], AS_OF)
    brik = found[found["kind"] == "brik"].set_index("unit")
    assert brik["gap_wards"].to_dict() == {"*": 9, "U1": 5, "U2": 5}
    assert brik["wards_in_scope"].to_dict() == {"*": 10, "U1": 5, "U2": 5}


def test_a_review_on_the_day_itself_does_not_count_yet():
    """One of the two reviews lies before 1 February."""
    row = region(wards(10), reviews("2025-01-31", "2025-02-01"))
    assert (row["wards_reviewed"], row["share"], row["gap_wards"]) == (1, 0.1, 8)


def test_a_ward_reviewed_twice_counts_once():
    """Two reviews of W0."""
    twice = pd.concat([reviews("2025-01-02"), reviews("2025-01-09")])
    assert region(wards(10), twice)["wards_reviewed"] == 1


def test_a_review_of_a_ward_out_of_scope_does_not_count():
    """W0 is excluded, so 9 wards are left in scope and none is reviewed."""
    row = region(wards(10, excluded_reason=["ombygning"] + [""] * 9), reviews("2025-01-02"))
    assert (row["wards_in_scope"], row["wards_reviewed"]) == (9, 0)


def test_a_unit_without_wards_in_scope_shows_a_blank_share():
    """No ward is relevant for non-brik: 0 wards, no share, and nothing missing."""
    row = region(wards(3), reviews(), kind="non_brik")
    assert (row["wards_in_scope"], row["gap_wards"], row["p_reach_target"]) == (0, 0, 1.0)
    assert pd.isna(row["share"])
    assert pd.isna(row["projected_share"])


def test_a_target_reached_early_names_the_day():
    """The second of two wards needed was reviewed on 7 January."""
    row = region(wards(4), reviews("2025-01-03", "2025-01-07"), target=TARGET.model_copy(update={"brik": 0.5}))
    assert row["projected_reach_date"] == pd.Timestamp("2025-01-07")
    assert (row["p_reach_target"], row["gap_wards"]) == (1.0, 0)


@pytest.mark.parametrize(("day", "p", "share"), [("2025-02-28", 1.0, 1.0), ("2025-03-01", 0.0, 0.0)])
def test_after_the_deadline_the_chance_is_a_fact(day, p, share):
    """A review on the deadline day reaches the target, one on the day after does not."""
    row = region(wards(1), reviews(day), as_of=date(2025, 4, 1))
    assert (row["p_reach_target"], row["projected_share"], row["share"]) == (p, share, 1.0)


def test_after_the_deadline_the_wards_in_force_then_are_counted():
    """W1 opened in March, so the one ward of February made the target; today one of two is reviewed."""
    table = wards(2, valid_from=pd.to_datetime([None, "2025-03-10"]))
    row = region(table, reviews("2025-02-20"), as_of=date(2025, 4, 1))
    assert (row["p_reach_target"], row["projected_share"], row["share"]) == (1.0, 1.0, 0.5)


def test_the_reach_date_and_the_chance_agree():
    """The date lies within the deadline exactly where the chance is at least one half."""
    seen = reviews(*pd.bdate_range("2025-01-06", "2025-01-31").strftime("%Y-%m-%d"))
    for deadline in pd.date_range("2025-02-03", "2025-04-30", freq="7D"):
        row = region(wards(40), seen, target=Target(deadline=deadline.date()))
        assert (row["projected_reach_date"] <= deadline) == (row["p_reach_target"] >= 0.5)


def test_a_steady_pace_is_carried_on():
    """One ward a working day for four weeks (20 of 60); by 28 February 16 to 22 more."""
    seen = reviews(*pd.bdate_range("2025-01-06", "2025-01-31").strftime("%Y-%m-%d"))
    assert region(wards(60), seen)["projected_share"] == pytest.approx(39 / 60, abs=0.05)


def test_later_reviews_change_nothing():
    """Rows on or after the day leave every figure as it was."""
    table, early = wards(6, units=("U1", "U2")), reviews("2025-01-10", "2025-01-20")
    later = reviews("2025-01-10", "2025-01-20", "2025-02-01", "2025-03-01")
    one, other = (coverage(table, brik_cabinets(table), seen, [TARGET], AS_OF) for seen in (early, later))
    pd.testing.assert_frame_equal(one, other)


def test_every_period_has_its_rows():
    """Two periods, two kinds, and the region with one unit: eight rows."""
    table = wards(2)
    later = TARGET.model_copy(update={"deadline": date(2026, 2, 28)})
    assert len(coverage(table, brik_cabinets(table), reviews(), [TARGET, later], AS_OF)) == 8


@settings(deadline=None)  # frames take milliseconds, more on a busy machine
@given(
    n=st.integers(1, 30),
    seen=st.lists(st.dates(date(2024, 1, 1), date(2025, 1, 31)), max_size=30),
    brik=st.floats(0, 1),
)
def test_what_holds_for_any_region(n, seen, brik):
    """Shares and chances lie in [0, 1], nothing is un-reviewed, and no gap means certainty."""
    target = Target(brik=round(brik, 3), deadline=date(2025, 6, 30))
    row = region(wards(n), reviews(*map(str, seen[:n])), target=target)
    assert row["share"] - 1e-12 <= row["projected_share"] <= 1 + 1e-12
    assert 0 <= row["p_reach_target"] <= 1
    assert (row["gap_wards"] == 0) == (row["p_reach_target"] == 1.0)


def test_a_review_before_the_period_fulfils_nothing_in_it():
    """Two wards reviewed, one of them before 1 June 2024: 2 of 2 without a beginning, 1 of 2 from then on."""
    table, seen = wards(2), reviews("2024-03-01", "2024-07-01")
    counted = [
        region(table, seen, target=Target.model_validate({"deadline": date(2025, 2, 28), "from": day}))[
            "wards_reviewed"
        ]
        for day in (None, date(2024, 6, 1))
    ]
    assert counted == [2, 1]


def test_a_unit_may_have_agreed_on_a_share_of_its_own():
    """Ten wards each in U and V, none reviewed: 90 % is 9 wards, V's own 40 % is 4; the region keeps 90 %, 18 of 20."""
    table = wards(20, units=("U", "V"))
    target = Target.model_validate({"deadline": date(2025, 2, 28), "units": {"V": {"brik": 0.4}}})
    found = coverage(table, brik_cabinets(table), reviews(), [target], AS_OF)
    brik = found[found["kind"] == "brik"].set_index("unit")
    assert brik["gap_wards"].to_dict() == {"*": 18, "U": 9, "V": 4}
    assert brik["target"].to_dict() == {"*": 0.9, "U": 0.9, "V": 0.4}
