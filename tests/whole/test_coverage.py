"""Reviewed wards against the agreement, counted a second time from the raw extracts."""

from __future__ import annotations

import math
from datetime import date

import pytest

from tests.whole.regions import AS_OF
from tests.whole.results import Row, good_rows, rows

TARGETS = {"brik": 0.90, "non_brik": 0.50}


def counts_today(ward: Row) -> bool:
    """Whether a ward is in force and not excluded."""
    begun = not ward["valid_from"] or date.fromisoformat(ward["valid_from"]) <= AS_OF
    ended = bool(ward["valid_to"]) and date.fromisoformat(ward["valid_to"]) < AS_OF
    return begun and not ended and not ward["excluded_reason"]


@pytest.fixture(scope="module")
def expected(result, region) -> dict[tuple[str, str], tuple[int, int]]:
    """Wards in scope and wards reviewed, by unit and kind; ``*`` is the region."""
    wards = [ward for ward in good_rows(region.history, result, "wards") if counts_today(ward)]
    cabinets = good_rows(region.history, result, "cabinets")
    reviews = good_rows(region.history, result, "reviews")
    found = {}
    for kind in TARGETS:
        with_kind = {row["ward_id"] for row in cabinets if row["kind"] == kind}
        said = {"1": True, "0": False}
        scope = [
            ward
            for ward in wards
            if (ward["ward_id"] in with_kind if kind == "brik" else said[ward["nonbrik_relevant"]])
        ]
        reviewed = {row["ward_id"] for row in reviews if row["kind"] == kind}
        for unit in {"*", *(ward["unit"] for ward in wards)}:
            here = [ward["ward_id"] for ward in scope if unit in ("*", ward["unit"])]
            found[unit, kind] = (len(here), len(reviewed.intersection(here)))
    return found


def test_wards_in_scope_and_reviewed_are_counted(result, expected):
    """Every unit with wards in scope, and the region from its own totals."""
    found = {
        (row["unit"], row["kind"]): (int(row["wards_in_scope"]), int(row["wards_reviewed"]))
        for row in rows(result / "coverage.csv")
    }
    assert {key: value for key, value in expected.items() if value[0]} == {k: v for k, v in found.items() if v[0]}
    assert len({unit for unit, _ in found}) == 3  # two units and the region


def test_the_gap_is_what_the_target_needs_beyond_what_is_reviewed(result):
    """Rounded up to whole wards; the share is reviewed by scope; chances are chances."""
    for row in rows(result / "coverage.csv"):
        scope, reviewed, target = int(row["wards_in_scope"]), int(row["wards_reviewed"]), TARGETS[row["kind"]]
        assert float(row["target"]) == target
        assert row["deadline"] == "2025-02-28"
        # 0.9 × 10 is 9.000000000000002 to a computer.
        assert int(row["gap_wards"]) == max(0, math.ceil(target * scope - 1e-9) - reviewed)
        if scope:
            assert float(row["share"]) == pytest.approx(reviewed / scope, abs=1e-4)
        assert 0 <= float(row["p_reach_target"] or 0) <= 1
        assert 0 <= float(row["projected_share"] or 0) <= 1
