"""The plan of reviews, counted a second time from the raw extracts and the other lists."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests.whole.regions import AS_OF
from tests.whole.results import good_rows, rows
from tests.whole.test_coverage import counts_today

HOURS, WARD_MINUTES, POSITION_MINUTES = 16, 30, 1


@pytest.fixture(scope="module")
def plan(result):
    """The rows of the plan."""
    return rows(result / "review_plan.csv")


def test_every_ward_still_to_review_is_planned_once(plan, result, region):
    """In scope today, not reviewed in the kind, and not closing within a quarter: one row, and no other rows."""
    cabinets = good_rows(region.history, result, "cabinets")
    reviewed = {(row["ward_id"], row["kind"]) for row in good_rows(region.history, result, "reviews")}
    expected = Counter()
    for ward in filter(counts_today, good_rows(region.history, result, "wards")):
        if ward["valid_to"] and (date.fromisoformat(ward["valid_to"]) - AS_OF).days < 91:
            continue
        kinds = {row["kind"] for row in cabinets if row["ward_id"] == ward["ward_id"]} & {"brik"}
        kinds |= {"non_brik"} if ward["nonbrik_relevant"] == "1" else set()
        expected.update((ward["ward_id"], kind) for kind in kinds if (ward["ward_id"], kind) not in reviewed)
    assert Counter((row["ward_id"], row["kind"]) for row in plan) == expected
    assert expected


def test_savings_are_those_of_the_trim_list(plan, result, region):
    """Each ward's lines, by the kind of their cabinet, to the øre that rounding leaves."""
    kind_of = {row["cabinet_id"]: row["kind"] for row in good_rows(region.history, result, "cabinets")}
    listed = rows(result / "trim_list.csv")
    for row in plan:
        here = [
            line for line in listed if (line["ward_id"], kind_of[line["cabinet_id"]]) == (row["ward_id"], row["kind"])
        ]
        saved = sum(float(line["saving_dkk_per_year"]) for line in here)
        assert float(row["expected_saving_dkk"]) == pytest.approx(saved, abs=0.01 * (1 + len(here)))


def test_no_week_holds_more_than_its_hours(plan, result, region):
    """16 hours at each hospital, 30 minutes a ward and 1 a position: a visit that begins and ends in one week."""
    kind_of = {
        row["cabinet_id"]: (row["ward_id"], row["kind"]) for row in good_rows(region.history, result, "cabinets")
    }
    hospital = {row["ward_id"]: row["hospital"] for row in good_rows(region.history, result, "wards")}
    positions = Counter(kind_of[row["cabinet_id"]] for row in good_rows(region.history, result, "positions"))
    minutes: Counter[tuple[str, str]] = Counter()
    for row in plan:
        minutes[row["week"], hospital[row["ward_id"]]] += positions[row["ward_id"], row["kind"]] * POSITION_MINUTES
    for week, ward in {(row["week"], row["ward_id"]) for row in plan}:
        minutes[week, hospital[ward]] += WARD_MINUTES
    assert max(minutes.values()) <= HOURS * 60


def test_weeks_follow_one_another_and_orders_count_up(plan):
    """ISO weeks from the one of the day on; 1, 2, 3 … within each."""
    weeks = [row["week"] for row in plan]
    assert weeks == sorted(weeks)
    year, week, _ = AS_OF.isocalendar()
    assert weeks[0] >= f"{year}-W{week:02d}"
    seen: Counter[str] = Counter()
    for row in plan:
        seen[row["week"]] += 1
        assert int(row["order"]) == seen[row["week"]]
