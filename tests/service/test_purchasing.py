"""Purchasing decides, it is remembered, and what came of it is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from service.access.grants import Grant, Role
from service.purchasing.findings import state_of
from service.purchasing.tables import FindingDecision
from tests.service.people import known, signed_in
from tests.service.test_list_pages import texts_of

TODAY = date(2025, 3, 1)


def decide(site, key, row, decision, **more):
    """Send one decision."""
    body = {"item_id": row["item_id"], "finding": row["finding"], "decision": decision, **more}
    return site.call(key, "POST", "/api/v1/purchasing/decisions", body)


def states(site, key, row):
    """In which states a finding is listed."""
    asked = {
        name: site.get(key, f"/purchasing?state={name}&page_size=1000").json() for name in ("open", "later", "settled")
    }
    key_of = (row["item_id"], row["finding"])
    return [
        name for name, page in asked.items() if key_of in {(one["item_id"], one["finding"]) for one in page["items"]}
    ]


def test_a_decision_is_remembered_and_can_be_taken_back(site):
    """Yes and no settle, later postpones, and taken back it is open again; the audit knows all."""
    key = site.key("purchasing")
    row = site.get(key, "/purchasing").json()["items"][0]
    assert states(site, key, row) == ["open"]
    for decision, more, state in (
        ("accepted", {}, "settled"),
        ("postponed", {"until": "2199-01-01"}, "later"),
        ("rejected", {"reason": "Findes ikke i mindre"}, "settled"),
        ("agreed", {"agreed_on": "2025-03-01"}, "settled"),
        ("reopened", {}, "open"),
    ):
        assert decide(site, key, row, decision, **more).status_code == 201
        assert states(site, key, row) == [state]
    told = site.get(key, "/purchasing/decisions").json()["items"]
    assert [one["decision"] for one in told] == ["reopened", "agreed", "rejected", "postponed", "accepted"]
    assert {one["saving_dkk_per_year_then"] for one in told} == {row["saving_dkk_per_year"]}
    assert {one["still_found"] for one in told} == {None}
    audit = site.get(site.key("admin"), "/audit?page_size=5").json()["items"]
    assert {one["what"] for one in audit if one["subject"].startswith(row["item_id"])} == {"finding.decided"}


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "rejected"},
        {"decision": "postponed"},
        {"decision": "agreed"},
        {"decision": "rejected", "reason": "010190-1234"},
    ],
)
def test_a_decision_that_says_too_little_is_refused(body, on_sqlite):
    """No without why, later without when, an agreement without its day, and a reason with a personal number."""
    key = on_sqlite.key("purchasing")
    row = on_sqlite.get(key, "/purchasing").json()["items"][0]
    assert decide(on_sqlite, key, row, **body).status_code == 422
    assert states(on_sqlite, key, row) == ["open"]


def test_who_may_decide_and_about_what(on_sqlite):
    """Not an administrator, not about wards out of reach, not about another result, and not about what isn't found."""
    key, admin = on_sqlite.key("purchasing"), on_sqlite.key("admin")
    rows = on_sqlite.get(key, "/purchasing?page_size=1000").json()["items"]
    wide = next(row for row in rows if ";" in row["wards"])
    limited = on_sqlite.key("purchasing", wards=wide["wards"].split(";")[0])
    assert decide(on_sqlite, admin, wide, "accepted").status_code == 403
    assert decide(on_sqlite, limited, wide, "accepted").status_code == 403
    assert decide(on_sqlite, key, wide, "accepted", run_id="another").status_code == 409
    assert decide(on_sqlite, key, {"item_id": "x", "finding": "pooling"}, "accepted").status_code == 404
    assert decide(on_sqlite, key, wide, "accepted").status_code == 201
    assert on_sqlite.get(limited, "/purchasing/decisions").json()["total"] == 0


def test_the_next_run_tells_what_came_of_it(on_sqlite):
    """Where the decision was about an earlier result, the figures of the served one stand beside those of then."""
    key = on_sqlite.key("purchasing")
    row = on_sqlite.get(key, "/purchasing").json()["items"][0]
    decide(on_sqlite, key, row, "accepted")
    with on_sqlite.database.writing() as session:
        earlier = {**row, "saving_dkk_per_year": 5000.0}
        session.execute(update(FindingDecision).values(run_id="earlier", cells=earlier))
    (told,) = on_sqlite.get(key, "/purchasing/decisions").json()["items"]
    assert (told["saving_dkk_per_year_then"], told["still_found"]) == (5000.0, True)
    assert told["saving_dkk_per_year_now"] == row["saving_dkk_per_year"]
    assert "5.000 kr." in texts_of(on_sqlite.call(key, "GET", "/indkoeb").text)


@pytest.mark.parametrize(
    ("decision", "saving", "until", "state"),
    [
        ("rejected", 125.0, None, "settled"),
        ("rejected", 126.0, None, "open"),
        ("accepted", 900.0, None, "settled"),
        ("postponed", 100.0, TODAY + timedelta(days=1), "later"),
        ("postponed", 100.0, TODAY, "open"),
    ],
)
def test_what_was_answered_comes_back_when_it_should(decision, saving, until, state):
    """A no at 100 kr. holds up to 125; later ends on its day."""
    one = FindingDecision(decision=decision, until=until, cells={"saving_dkk_per_year": 100.0})
    assert state_of({"saving_dkk_per_year": saving}, one, TODAY) == state
    assert state_of({"saving_dkk_per_year": saving}, None, TODAY) == "open"


def test_a_buyer_decides_on_the_page(on_sqlite):
    """The form of a row answers; the row leaves the list of what waits, and the files of the list as well."""
    known(on_sqlite, "Bo", Grant(Role.PURCHASING))
    key = on_sqlite.key("purchasing")
    row = on_sqlite.get(key, "/purchasing").json()["items"][0]
    before = on_sqlite.get(key, "/purchasing?state=open&format=csv").text.count("\r\n")
    with signed_in(on_sqlite, "Bo") as token:
        form = {"item_id": row["item_id"], "finding": row["finding"], "decision": "rejected", "kept": "finding=pooling"}
        told = on_sqlite.client.post("/indkoeb/afgoerelse", data=form, headers=token, follow_redirects=False)
        assert told.headers["Location"] == "/indkoeb?finding=pooling&svar=not_fit"
        form["reason"] = "Aftalen løber til 2027"
        told = on_sqlite.client.post("/indkoeb/afgoerelse", data=form, headers=token, follow_redirects=False)
        assert told.headers["Location"].endswith("svar=rejected")
        shown = texts_of(on_sqlite.client.get("/indkoeb?state=settled").text)
    assert "Aftalen løber til 2027" in shown
    assert on_sqlite.get(key, "/purchasing?state=open&format=csv").text.count("\r\n") == before - 1
