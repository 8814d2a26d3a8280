"""Transfers: proposed by the run, decided by those at either end."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import text

from service.db.migrate import migrate, migrate_to
from service.runs.folder import open_run
from service.runs.publish import publish


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


@pytest.fixture
def ends(site):
    """A proposed move between two wards, and a key of each: giver, taker."""
    items = site.get(site.key("logistics"), "/transfers").json()["items"]
    between = next(one for one in items if one["from_ward_id"] != one["to_ward_id"])
    return between, *(site.key("logistics", wards=between[f"{end}_ward_id"]) for end in ("from", "to"))


def said(answer) -> tuple[str, bool, bool, bool]:
    """State, and who has agreed: giver, taker, both."""
    return tuple(answer.json()[name] for name in ("state", "giver_agreed", "taker_agreed", "agreed"))


@pytest.mark.parametrize("first", ["giver", "taker"])
def test_a_move_is_agreed_once_both_ends_have_said_yes(first, site, ends):
    """Each with a key of its own ward: one yes after the first, two after the second; the list says the same."""
    move, *keys = ends
    one, other = keys if first == "giver" else reversed(keys)
    yes = decide(site, one, move, "accepted")
    assert said(yes) == ("accepted", first == "giver", first == "taker", False)
    assert said(decide(site, one, move, "accepted", yes.headers["ETag"])) == said(yes)
    seen = site.get(other, f"/transfers/{move['id']}")
    both = decide(site, other, move, "accepted", seen.headers["ETag"])
    assert said(both) == ("accepted", True, True, True)
    (listed,) = [row for row in site.get(one, "/transfers").json()["items"] if row["id"] == move["id"]]
    assert listed == both.json()


def test_whoever_reaches_both_ends_agrees_for_both(site, ends):
    """A key without limits: agreed with one answer; before it, nobody has said anything."""
    move, *_ = ends
    assert (move["state"], move["giver_agreed"], move["taker_agreed"], move["agreed"]) == ("proposed", *[False] * 3)
    assert said(decide(site, site.key("logistics"), move, "accepted")) == ("accepted", True, True, True)


def test_a_no_takes_back_the_yes_of_its_own_end_alone(site, ends):
    """Both yes, the taker no: declined, and the giver's yes stands; the taker yes after all: agreed again."""
    move, giver, taker = ends
    tag = move["etag"]
    for key, state, expected in (
        (giver, "accepted", (True, False, False)),
        (taker, "accepted", (True, True, True)),
        (taker, "declined", (True, False, False)),
        (taker, "accepted", (True, True, True)),
        (giver, "declined", (False, True, False)),
    ):
        answer = decide(site, key, move, state, tag)
        assert said(answer) == (state, *expected)
        tag = answer.headers["ETag"]


def carried_out(answer) -> tuple[str, bool, bool]:
    """State, and which ends have done their part: giver, taker."""
    return tuple(answer.json()[name] for name in ("state", "giver_done", "taker_done"))


def test_nobody_carries_out_a_move_that_is_not_agreed(site, ends):
    """The giver alone says done: 409, and the taker has said nothing; with its yes and the taker's, it may."""
    move, giver, taker = ends
    refused = decide(site, giver, move, "done")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:brikopt:problem:not-agreed")
    assert site.get(giver, f"/transfers/{move['id']}").json() == move
    tag = decide(site, taker, move, "accepted").headers["ETag"]
    assert carried_out(decide(site, giver, move, "done", tag)) == ("accepted", True, False)


def test_each_end_carries_out_its_own_part(site, ends):
    """Sent by the giver, still accepted; a second time 409, and no way back by a no; received by the taker: done."""
    move, giver, taker = ends
    tag = decide(site, giver, move, "accepted").headers["ETag"]
    tag = decide(site, taker, move, "accepted", tag).headers["ETag"]
    sent = decide(site, giver, move, "done", tag)
    assert carried_out(sent) == ("accepted", True, False)
    tag = sent.headers["ETag"]
    assert decide(site, giver, move, "done", tag).status_code == 409
    assert decide(site, taker, move, "declined", tag).status_code == 409
    received = decide(site, taker, move, "done", tag)
    assert carried_out(received) == ("done", True, True)
    assert said(received) == ("done", True, True, True)


def test_an_administrator_takes_back_what_was_done(site, move):
    """Done by somebody who reaches both; logistics may not take it back, an administrator may; then it is agreed."""
    logistics, admin = site.key("logistics"), site.key("admin")
    done = decide(site, logistics, move, "done")
    path = f"/api/v1/transfers/{move['id']}/done"
    tag = {"If_Match": done.headers["ETag"]}
    assert carried_out(done) == ("done", True, True)
    assert site.call(logistics, "DELETE", path, **tag).status_code == 403
    assert site.call(admin, "DELETE", path).status_code == 428
    back = site.call(admin, "DELETE", path, **tag)
    assert (carried_out(back), said(back)) == (("accepted", False, False), ("accepted", True, True, True))
    assert site.call(admin, "DELETE", path, If_Match=back.headers["ETag"]).status_code == 409


def test_a_move_seen_in_an_earlier_run_is_not_decided_by_its_list(site, move):
    """409 where the run that was seen isn't the one served; 200 with the served one's name."""
    key = site.key("logistics")
    served = site.get(key, "/transfers").headers["X-Brikopt-Run"]
    body = {"state": "accepted", "run_id": "0123456789ab"}
    tag = {"If_Match": move["etag"]}
    refused = site.call(key, "POST", f"/api/v1/transfers/{move['id']}", body, **tag)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:brikopt:problem:newer-run")
    kept = site.call(key, "POST", f"/api/v1/transfers/{move['id']}", {**body, "run_id": served}, **tag)
    assert kept.status_code == 200


def test_the_log_says_for_which_end_somebody_spoke(site, ends):
    """The giver's yes, then no by somebody who reaches both."""
    move, giver, _ = ends
    tag = decide(site, giver, move, "accepted").headers["ETag"]
    decide(site, site.key("logistics"), move, "declined", tag)
    entries = site.get(site.key("admin"), f"/audit?subject={move['id']}").json()["items"]
    after = [entry["after"] for entry in sorted(entries, key=lambda entry: entry["number"])]
    assert all(len(one.pop("whole")) == 64 for one in after)
    assert after == [
        {"state": "accepted", "agreed": "giver", "done": "neither", "end": "giver"},
        {"state": "declined", "agreed": "neither", "done": "neither", "end": "both"},
    ]
    assert entries[0]["before"] == {"state": "accepted", "agreed": "giver", "done": "neither"}


def published_again(site, folder, move) -> dict:
    """Publish the same lists once more, a cell of the stock apart; return the move as it is proposed there."""
    again = shutil.copytree(site.result, folder / "again")
    stock = again / "stock.csv"
    stock.write_text(stock.read_text("utf-8").replace("0000", "0001", 1), "utf-8")
    publish(site.database, open_run(again), site.settings, by="test")
    way = ("from_cabinet_id", "to_cabinet_id", "item_id")
    items = site.get(site.key("logistics"), "/transfers").json()["items"]
    return next(one for one in items if all(one[name] == move[name] for name in way))


def test_one_yes_waits_for_the_other_in_the_next_run(site, ends, tmp_path):
    """The giver's yes to a move that is proposed again stands; the taker's makes it agreed there."""
    move, giver, taker = ends
    decide(site, giver, move, "accepted")
    again = published_again(site, tmp_path, move)
    assert again["id"] != move["id"]
    assert (again["state"], again["giver_agreed"], again["taker_agreed"]) == ("accepted", True, False)
    assert said(decide(site, taker, again, "accepted")) == ("accepted", True, True, True)


def test_what_was_accepted_before_the_ends_were_told_apart_is_agreed(empty, opened):
    """Rows of the version before: accepted and done count for both ends, declined for neither."""
    database = opened(empty)
    row = "INSERT INTO transfer_states (id, run_id, state, decided_at, decided_by, version) VALUES "
    with database.writing() as session:
        migrate_to(session, "0007_exported_levels")
        for state in ("accepted", "declined", "done"):
            values = f"('{state}', 'run', '{state}', '2026-01-01 12:00:00.000', 'key-1', 1)"
            session.execute(text(row + values))
    migrate(database)
    with database.reading() as session:
        found = session.execute(text("SELECT state, giver_agreed, taker_agreed FROM transfer_states ORDER BY state"))
        assert found.all() == [("accepted", True, True), ("declined", False, False), ("done", True, True)]


def test_whoever_is_at_neither_end_may_not(site, move):
    """Not in the list, 403 to see it and to decide; 404 for a move that isn't there."""
    ward = next(w["ward_id"] for w in site.wards if w["ward_id"] not in (move["from_ward_id"], move["to_ward_id"]))
    key = site.key("logistics", wards=ward)
    assert move["id"] not in {one["id"] for one in site.get(key, "/transfers").json()["items"]}
    assert site.get(key, f"/transfers/{move['id']}").status_code == 403
    assert decide(site, key, move, "accepted").status_code == 403
    for unknown in ("x", "x-1", f"{move['id']}9999", "-", "²"):
        assert site.get(key, f"/transfers/{unknown}").status_code == 404
