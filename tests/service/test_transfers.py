"""Transfers: proposed by the run, decided by those at either end."""

from __future__ import annotations

import pytest


@pytest.fixture
def move(site):
    """The first proposed move."""
    items = site.get(site.key("logistics"), "/transfers").json()["items"]
    assert len(items) == len(site.rows("transfers"))
    if not items:
        pytest.fail("the run of the tests proposes no move")
    return items[0]


def decide(site, key, move, state, tag=None, **headers):
    """Send a decision."""
    matched = {"If_Match": tag or move["etag"]}
    return site.call(key, "POST", f"/api/v1/transfers/{move['id']}", {"state": state}, **matched, **headers)


def test_a_move_is_accepted_then_done_and_then_settled(site, move):
    """proposed, accepted, done; then 409."""
    key = site.key("logistics")
    accepted = decide(site, key, move, "accepted")
    done = decide(site, key, move, "done", accepted.headers["ETag"])
    again = decide(site, key, move, "declined", done.headers["ETag"])
    assert [move["state"], accepted.json()["state"], done.json()["state"]] == ["proposed", "accepted", "done"]
    assert again.status_code == 409
    fetched = site.get(key, f"/transfers/{move['id']}")
    assert (fetched.json()["state"], fetched.headers["ETag"]) == ("done", done.headers["ETag"])


def test_a_decision_takes_the_present_tag(site, move):
    """428 without, 412 with the one of before; sent again with its key, it is answered as the first time."""
    key = site.key("logistics")
    path = f"/api/v1/transfers/{move['id']}"
    assert site.call(key, "POST", path, {"state": "accepted"}).status_code == 428
    first = decide(site, key, move, "accepted", Idempotency_Key="a")
    assert decide(site, key, move, "declined").status_code == 412
    again = decide(site, key, move, "accepted", Idempotency_Key="a")
    assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize("end", ["from_ward_id", "to_ward_id"])
def test_giver_and_taker_may_both_decide(end, site, move):
    """A key of that ward alone sees the move, and decides."""
    key = site.key("logistics", wards=move[end])
    assert move["id"] in {one["id"] for one in site.get(key, "/transfers").json()["items"]}
    assert decide(site, key, move, "accepted").status_code == 200


def test_whoever_is_at_neither_end_may_not(site, move):
    """Not in the list, 403 to see it and to decide; 404 for a move that isn't there."""
    ward = next(w["ward_id"] for w in site.wards if w["ward_id"] not in (move["from_ward_id"], move["to_ward_id"]))
    key = site.key("logistics", wards=ward)
    assert move["id"] not in {one["id"] for one in site.get(key, "/transfers").json()["items"]}
    assert site.get(key, f"/transfers/{move['id']}").status_code == 403
    assert decide(site, key, move, "accepted").status_code == 403
    for unknown in ("x", "x-1", f"{move['id']}9999", "-", "²"):
        assert site.get(key, f"/transfers/{unknown}").status_code == 404
