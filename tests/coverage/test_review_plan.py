"""The plan of reviews: the targets first, then the most kroner, within the hours, none twice."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.contract.outputs import REVIEW_PLAN
from brikopt.coverage.progress import coverage
from brikopt.coverage.review_plan import review_plan
from brikopt.coverage.review_schedule import schedule
from brikopt.coverage.review_task import Need
from brikopt.coverage.visits import Visits
from brikopt.policy import Reviews, Target
from tests.coverage.regions import cabinets_of, reviews_of, wards_of

MONDAY = date(2025, 3, 3)
EASTER = date(2025, 4, 18)
HOUR = Reviews(hours_per_week=5.0, minutes_per_ward=60.0, minutes_per_position=0.0)  # five wards a week
NO_REVIEWS = reviews_of()


def plan(wards, saving, *, seen=NO_REVIEWS, terms=HOUR, target=None, as_of=MONDAY, kinds=("brik",)):
    """Plan the wards; ``saving`` is by ward, the same for each kind."""
    cabinets = cabinets_of(wards, kinds)
    worth = cabinets["ward_id"].map(saving)
    by_ward = cabinets[["ward_id", "kind"]].assign(positions=10, saving_dkk=worth, broken=3, mended=2)
    covered = coverage(wards, cabinets, seen, [target or Target(deadline=EASTER)], as_of)
    return review_plan(wards, cabinets, seen, by_ward, covered, terms, as_of)


def by_rank(n):
    """W0 saves 1,000 DKK, W1 2,000 and so on."""
    return {f"W{i}": 1000.0 * (i + 1) for i in range(n)}


def test_the_most_kroner_come_first():
    """Five an hour's ward a week: W7 to W3 in week 10, W2 to W0 in week 11."""
    table = plan(wards_of(8), by_rank(8)).table
    assert table["ward_id"].tolist() == ["W7", "W6", "W5", "W4", "W3", "W2", "W1", "W0"]
    assert table["week"].tolist() == ["2025-W10"] * 5 + ["2025-W11"] * 3
    assert table["order"].tolist() == [1, 2, 3, 4, 5, 1, 2, 3]


def test_the_columns_are_those_of_the_contract_but_the_words():
    """In name and order; the words of the reason come later."""
    table = plan(wards_of(2), by_rank(2)).table
    assert [*table.columns, "reason"] == [column.name for column in REVIEW_PLAN.columns]


def test_a_reviewed_ward_is_not_planned_again():
    """W0 and W1 were reviewed in January; a review on the day itself does not count yet."""
    table = plan(wards_of(4), by_rank(4), seen=reviews_of("2025-01-06", "2025-01-07", "2025-03-03")).table
    assert sorted(table["ward_id"]) == ["W2", "W3"]


def test_a_ward_out_of_scope_is_not_planned():
    """W0 is excluded and W1 closes before the deadline; W2 closes on it."""
    wards = wards_of(
        4, excluded_reason=["ombygning", "", "", ""], valid_to=pd.to_datetime([None, "2025-04-17", EASTER, None])
    )
    assert sorted(plan(wards, by_rank(4)).table["ward_id"]) == ["W2", "W3"]


def test_the_kinds_of_a_ward_are_reviewed_together():
    """Brik and non-brik of each of three wards stand side by side in one week, and take one visit."""
    table = plan(wards_of(3), by_rank(3), kinds=("brik", "non_brik")).table
    assert table["ward_id"].tolist() == ["W2", "W2", "W1", "W1", "W0", "W0"]
    assert table["kind"].tolist() == ["brik", "non_brik"] * 3
    assert set(table["week"]) == {"2025-W10"}


def test_a_lagging_target_comes_before_kroner():
    """One hour until the deadline, and the region lacks W0 or W1 in non-brik only: the rich W2 has to wait."""
    wards = wards_of(3, nonbrik_relevant=[True, True, False])
    target = Target(brik=0.0, non_brik=0.5, deadline=date(2025, 3, 7))
    found = plan(wards, by_rank(3), terms=HOUR.model_copy(update={"hours_per_week": 1.0}), target=target)
    assert found.table[["ward_id", "week"]].to_numpy().tolist()[0] == ["W1", "2025-W10"]


def test_a_lagging_unit_comes_before_kroner():
    """One hour. The region lacks one ward of two, U0 none and U1 one: W3 of U1 goes before the richer W2 of U0."""
    target = Target(brik=0.5, deadline=date(2025, 3, 7))
    terms = HOUR.model_copy(update={"hours_per_week": 1.0})
    saving = {"W1": 1.0, "W2": 900.0, "W3": 2.0}
    found = plan(wards_of(4, units=("U0", "U1")), saving, seen=reviews_of("2025-01-06"), terms=terms, target=target)
    assert found.table["ward_id"].tolist() == ["W3", "W2", "W1"]


def test_days_off_hold_no_hours():
    """The week of Easter 2025 has three working days: three of five wards, the other two in the week after."""
    table = plan(wards_of(5), by_rank(5), as_of=date(2025, 4, 14), target=Target(deadline=date(2025, 6, 1))).table
    assert table["week"].value_counts().to_dict() == {"2025-W16": 3, "2025-W17": 2}


def test_july_holds_half():
    """From Monday 7 July five hours a week are two and a half: two wards a week."""
    table = plan(wards_of(4), by_rank(4), as_of=date(2025, 7, 7), target=Target(deadline=date(2025, 9, 1))).table
    assert table["week"].tolist() == ["2025-W28"] * 2 + ["2025-W29"] * 2


def test_what_is_needed_in_time_says_so_and_the_rest_too():
    """90 % of 10 wards are 9: nine rows are needed by the deadline, the tenth is beyond the target."""
    found = plan(wards_of(10), by_rank(10))
    assert [reason.code for reason in found.reasons] == ["review_in_time"] * 9 + ["review_beyond"]
    assert found.reasons[0].numbers["deadline"] == EASTER
    assert [reason.code for reason in found.findings] == ["found_plan", "found_plan_met_brik"]
    assert found.findings[1].numbers["week"] == "2025-W11"


def test_a_ward_with_nothing_to_save_is_planned_all_the_same():
    """W0 saves nothing and the target of one of two is met by W1: it comes last, and says so."""
    found = plan(wards_of(2), {"W0": 0.0, "W1": 500.0}, target=Target(brik=0.5, deadline=EASTER))
    assert found.table["ward_id"].tolist() == ["W1", "W0"]
    assert [reason.code for reason in found.reasons] == ["review_in_time", "review_beyond_nothing"]


def test_a_target_out_of_reach_says_what_would_reach_it():
    """Two weeks of 2 hours hold 4 of the 9 wards needed; 3 hours more a week make 10."""
    terms = HOUR.model_copy(update={"hours_per_week": 2.0})
    found = plan(wards_of(10), by_rank(10), terms=terms, target=Target(deadline=date(2025, 3, 14)))
    short = found.findings[1]
    assert (short.code, short.numbers["short"], short.numbers["hours"]) == ("found_plan_short_brik", 5, 3)
    assert short.numbers["week"] == "2025-W14"  # 2 a week from week 10: the ninth in the fifth week
    assert [reason.code for reason in found.reasons].count("review_late") == 5


def test_a_deadline_that_has_passed_is_made_up_for():
    """Ten wards are left: the nine that the target lacks come first, and say that the deadline has passed."""
    found = plan(wards_of(10), by_rank(10), target=Target(deadline=date(2025, 2, 28)))
    assert [reason.code for reason in found.reasons] == ["review_overdue"] * 9 + ["review_beyond"]
    assert found.table["week"].tolist() == ["2025-W10"] * 5 + ["2025-W11"] * 5


def test_a_hospital_without_hours_is_said_to_have_none():
    """W1 lies at a hospital with 0 hours: no week, after all others."""
    wards = wards_of(2, hospital=["Mølleby", "Nørrevang"])
    terms = HOUR.model_copy(update={"hospital_hours": {"Nørrevang": 0.0}})
    found = plan(wards, by_rank(2), terms=terms)
    assert found.table["week"].tolist() == ["2025-W10", ""]
    assert [reason.code for reason in found.reasons] == ["review_in_time", "review_no_hours"]
    assert [reason.code for reason in found.findings] == ["found_plan_no_hours", "found_plan_never_brik"]


def test_nothing_left_is_an_empty_plan():
    """Both wards are reviewed: no row, and nothing to say."""
    found = plan(wards_of(2), by_rank(2), seen=reviews_of("2025-01-06", "2025-01-07"))
    assert (len(found.table), list(found.reasons), list(found.findings)) == (0, [], [])


def test_several_deadlines_are_each_planned_for():
    """Half by 7 March and all by 14 March: five wards in week 10 for the first, five in week 11 for the second."""
    wards, cabinets = wards_of(10), cabinets_of(wards_of(10), ("brik",))
    targets = [Target(brik=0.5, deadline=date(2025, 3, 7)), Target(brik=1.0, deadline=date(2025, 3, 14))]
    covered = coverage(wards, cabinets, NO_REVIEWS, targets, MONDAY)
    worth = cabinets["ward_id"].map(by_rank(10))
    by_ward = cabinets[["ward_id", "kind"]].assign(positions=1, saving_dkk=worth, broken=0, mended=0)
    found = review_plan(wards, cabinets, NO_REVIEWS, by_ward, covered, HOUR, MONDAY)
    assert [reason.numbers["deadline"].day for reason in found.reasons] == [7] * 5 + [14] * 5


def random_visits(n, hospitals, seed):
    """Visits of one to nine hours with one or both kinds."""
    rng = np.random.default_rng(seed)
    left = rng.random((n, 2)) < (0.9, 0.4)
    left[~left.any(axis=1), 0] = True
    names = [
        np.array([f"{letter}{i % of}" for i in range(n)], dtype=object) for letter, of in (("H", hospitals), ("U", 3))
    ]
    return Visits(
        ward_id=np.array([f"W{i:03d}" for i in range(n)], dtype=object),
        hospital=names[0],
        unit=names[1],
        left=left,
        positions=np.ones((n, 2), dtype=np.int64),
        saving_dkk=rng.lognormal(8, 1, (n, 2)),
        broken=np.zeros((n, 2), dtype=np.int64),
        mended=np.zeros((n, 2), dtype=np.int64),
        minutes=rng.integers(60, 540, n),
    )


@settings(max_examples=12, deadline=None)
@given(n=st.integers(1, 14), seed=st.integers(0, 99), needed=st.integers(0, 14), week=st.integers(0, 7))
def test_what_holds_for_any_plan(n, seed, needed, week):
    """No week beyond its minutes, every visit placed once, and no fewer in time than either simple rule has."""
    visits = random_visits(n, 2, seed)
    capacity = np.tile(np.array([600, 600, 0, 300] * 40), (2, 1))
    last_day = 6 + 7 * np.arange(160)
    found = schedule(visits, ["H0", "H1"], capacity, last_day, [Need("*", 0, week, needed)], 12)
    assert (found.start >= 0).all() and 0 <= found.gap <= 1
    for row in range(2):
        here = np.flatnonzero(visits.hospital == f"H{row}")
        # Until the end of each week no more can be done than the weeks so far hold.
        for at in range(160):
            assert visits.minutes[here][found.end[here] <= at].sum() <= capacity[row, : at + 1].sum()


def test_the_same_region_gives_the_same_plan():
    """Twice the same 40 visits, week by week."""
    visits = random_visits(40, 3, 7)
    capacity, last_day = np.full((3, 60), 900), 6 + 7 * np.arange(60)
    needs = [Need("*", 0, 7, 30), Need("U1", 1, 7, 4)]
    one, other = (schedule(visits, ["H0", "H1", "H2"], capacity, last_day, needs, 26) for _ in range(2))
    assert one.start.tolist() == other.start.tolist()
    assert one.gap == other.gap < 0.1


@settings(max_examples=12, deadline=None)
@given(
    n=st.integers(1, 6),
    hours=st.sampled_from([0.0, 0.5, 3.0, 10_000.0]),
    minutes=st.sampled_from([0.0, 60.0, 10_000.0]),
    deadline=st.dates(date(2024, 1, 1), date(2040, 1, 1)),
    kinds=st.sampled_from([("brik",), ("non_brik",), ("brik", "non_brik")]),
)
def test_a_plan_can_be_made_of_anything(n, hours, minutes, deadline, kinds):
    """No hours, endless hours, endless work, deadlines long past or far off: each ward and kind has its one row."""
    terms = Reviews(hours_per_week=hours, minutes_per_ward=minutes, minutes_per_position=minutes)
    found = plan(
        wards_of(n, hospital=(["A", "B"] * 3)[:n]),
        by_rank(n),
        terms=terms,
        target=Target(deadline=deadline),
        kinds=kinds,
    )
    assert len(found.table) == len(found.reasons) == n * len(kinds)
    assert not found.table.duplicated(["ward_id", "kind"]).any()
    blank = found.table["week"] == ""
    assert not (hours == 0.0 and not blank.all())
    assert not (hours == 10_000.0 and blank.any())
