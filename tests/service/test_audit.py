"""The audit can only grow, and says of every change who did it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_delete_an_entry(change, site):
    """Whoever tries, by whatever way."""
    with pytest.raises(DBAPIError, match="the audit can only grow"), site.database.writing() as session:
        session.execute(text(change))


def test_postgresql_refuses_to_empty_the_audit(site):
    """TRUNCATE is no DELETE; SQLite has none."""
    if site.database.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="can only grow"), site.database.writing() as session:
            session.execute(text("TRUNCATE audit"))


def test_every_change_stands_in_the_audit_with_who_did_it_and_the_run(site):
    """A run published, two keys made, a review made and undone: 5 entries; the review's name the key's id."""
    logistics, admin = site.key("logistics"), site.key("admin")
    review = site.review(logistics, site.wards_of(logistics)[0]["ward_id"])
    site.call(logistics, "DELETE", f"/api/v1/reviews/{review.json()['id']}", If_Match=review.headers["ETag"])
    entries = site.get(admin, "/audit").json()["items"]
    assert [one["what"] for one in entries] == [
        "review.undone",
        "review.made",
        "key.made",
        "key.made",
        "run.published",
    ]
    me = site.get(logistics, "/me").json()["id"]
    assert {one["who"] for one in entries[:2]} == {me}
    assert entries[0]["before"]["version"] == 1
    assert entries[0]["after"]["version"] == 2
    assert entries[0]["run_id"] == review.json()["run_id"]


def test_a_refused_change_leaves_no_entry(site):
    """A review of a ward that isn't there: 404, and as many entries as before."""
    logistics, admin = site.key("logistics"), site.key("admin")
    before = site.get(admin, "/audit").json()["total"]
    assert site.review(logistics, "nowhere").status_code == 404
    assert site.get(admin, "/audit").json()["total"] == before
