"""Coverage on any day: the run's own figures, and what people have reviewed since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from brikopt.coverage.progress import REGION
from service.clock import danish_day, now

COUNTS = ("unit", "kind", "wards_in_scope", "wards_reviewed", "gap_wards")


def coverage(site, key, query="") -> list[dict]:
    """Rows of the coverage."""
    return site.get(key, f"/coverage{query}").json()["items"]


def not_reviewed(site, kind: str) -> dict:
    """A ward in scope of a kind that nobody has reviewed in it."""
    return next(w for w in site.wards if w["in_scope"][kind] and w["reviewed_on"][kind] is None)


def reviewed(rows: list[dict], unit: str, kind: str) -> int:
    """Wards reviewed, in one row."""
    return next(row["wards_reviewed"] for row in rows if (row["unit"], row["kind"]) == (unit, kind))


def test_at_the_moment_of_decision_it_is_the_runs_own_table(site):
    """Every count of coverage.csv, and the shares to 4 decimals."""
    key = site.key("programme")
    as_of = site.get(site.key("admin"), "/runs").json()["items"][0]["as_of"]
    shown, written = coverage(site, key, f"?as_of={as_of}"), site.rows("coverage")
    assert [[str(row[name]) for name in COUNTS] for row in shown] == [[row[name] for name in COUNTS] for row in written]
    for row, wrote in zip(shown, written, strict=True):
        for name in ("share", "projected_share", "p_reach_target"):
            assert ("" if row[name] is None else f"{row[name]:.4f}") == wrote[name]


@pytest.mark.parametrize("kind", ["brik", "non_brik"])
def test_a_review_counts_at_once_and_not_before_its_day(kind, site):
    """One more now; none more as of today; one more as of tomorrow; as before once it is undone."""
    logistics, programme = site.key("logistics"), site.key("programme")
    ward = not_reviewed(site, kind)
    before = reviewed(coverage(site, programme), ward["unit"], kind)
    review = site.review(logistics, ward["ward_id"], kind)
    today = danish_day(now())
    days = ("", f"?as_of={today}", f"?as_of={today + timedelta(days=1)}")
    found = [reviewed(coverage(site, programme, day), ward["unit"], kind) - before for day in days]
    assert found == [1, 0, 1]
    site.call(logistics, "DELETE", f"/api/v1/reviews/{review.json()['id']}", If_Match=review.headers["ETag"])
    assert reviewed(coverage(site, programme), ward["unit"], kind) == before


def test_of_two_reviews_undoing_one_leaves_the_ward_reviewed(site):
    """1 more than before throughout, in the region's row as well."""
    logistics, programme = site.key("logistics"), site.key("programme")
    ward = not_reviewed(site, "brik")
    before = reviewed(coverage(site, programme), REGION, "brik")
    first = site.review(logistics, ward["ward_id"])
    site.review(logistics, ward["ward_id"])
    site.call(logistics, "DELETE", f"/api/v1/reviews/{first.json()['id']}", If_Match=first.headers["ETag"])
    assert reviewed(coverage(site, programme), REGION, "brik") == before + 1
    listed = site.get(logistics, "/wards?reviewed=true&kind=brik").json()["items"]
    assert ward["ward_id"] in {one["ward_id"] for one in listed}


@pytest.mark.parametrize(("limit", "column"), [("units", "unit"), ("hospitals", "hospital"), ("wards", "ward_id")])
def test_a_limited_grant_sees_its_own_unit_and_no_other(limit, column, site):
    """Not the region's row either; a filter on another unit shows nothing."""
    ward = site.wards[0]
    other = next(one["unit"] for one in site.wards if one["unit"] != ward["unit"])
    key = site.key("programme", **{limit: ward[column]})
    assert {row["unit"] for row in coverage(site, key)} == {ward["unit"]}
    assert coverage(site, key, f"?unit={other}") == []


def test_wards_are_split_into_reviewed_and_not(site):
    """Every ward is in one of the two lists, for each kind."""
    key = site.key("reader")
    for kind in ("brik", "non_brik"):
        parts = [site.get(key, f"/wards?reviewed={yes}&kind={kind}").json() for yes in ("true", "false")]
        assert sorted(w["ward_id"] for part in parts for w in part["items"]) == sorted(w["ward_id"] for w in site.wards)
        assert all(ward["reviewed_on"][kind] for ward in parts[0]["items"])
