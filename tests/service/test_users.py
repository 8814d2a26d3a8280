"""An administrator sees who is let in, gives and takes grants, and lets people and keys go."""

from __future__ import annotations

import pytest

from service.access.grants import Grant, Role
from tests.service.people import known, signed_in

KIRURGI = {"role": "logistics", "units": ["Kirurgi"], "hospitals": [], "wards": []}


def user(site, key, person):
    """One user, as the API shows it, and its ETag."""
    answer = site.get(key, f"/users/{person}")
    assert answer.json()["etag"] == answer.headers["ETag"]
    return answer.json()


def put(site, key, person, grants, **headers):
    """Send grants."""
    return site.call(key, "PUT", f"/api/v1/users/{person}/grants", {"grants": grants}, **headers)


def test_people_and_keys_are_listed_and_told_apart(site):
    """Karen and the key that asks; each with state, grants and ETag, and neither a hash nor a password."""
    admin, karen = site.key("admin"), known(site, "Karen", Grant(Role.READER, wards=frozenset({"A1"})))
    everybody = site.get(admin, "/users")
    assert [one["kind"] for one in everybody.json()["items"]] == ["key", "person"]
    (person,) = site.get(admin, "/users?kind=person").json()["items"]
    assert person == user(site, admin, karen)
    assert (person["id"], person["name"], person["state"]) == (karen, "Karen", "in_use")
    assert [(one["role"], one["wards"], one["from_groups"]) for one in person["grants"]] == [("reader", ["A1"], False)]
    assert "argon2" not in everybody.text


def test_grants_given_hold_from_the_next_sign_in_on_and_end_the_session(site):
    """A reader becomes logistics of one unit; the session of before is over, and the audit says by whom."""
    admin, karen = site.key("admin"), known(site, "Karen", Grant(Role.READER))
    with signed_in(site, "Karen"):
        given = put(site, admin, karen, [KIRURGI], If_Match=user(site, admin, karen)["etag"])
        assert (given.status_code, given.headers["ETag"]) == (200, user(site, admin, karen)["etag"])
        assert site.client.get("/api/v1/me").status_code == 401
    with signed_in(site, "Karen"):
        assert site.client.get("/api/v1/me").json()["grants"] == [KIRURGI]
    entry = site.get(admin, f"/audit?subject={karen}").json()["items"][0]
    assert (entry["what"], entry["who"]) == ("grants.changed", site.get(admin, "/me").json()["id"])
    assert [one["role"] for one in entry["after"]["grants"]] == ["logistics"]


def test_two_administrators_at_once_overwrite_nothing(site):
    """The second, with the ETag of before, gets 412 and the new one; without any 428."""
    admin, karen = site.key("admin"), known(site, "Karen")
    etag = user(site, admin, karen)["etag"]
    assert put(site, admin, karen, [KIRURGI], If_Match=etag).status_code == 200
    stale = put(site, admin, karen, [], If_Match=etag)
    assert (stale.status_code, stale.headers["ETag"]) == (412, user(site, admin, karen)["etag"])
    assert put(site, admin, karen, []).status_code == 428
    assert site.call(admin, "DELETE", f"/api/v1/users/{karen}").status_code == 428


def test_a_change_sent_twice_takes_effect_once(site):
    """The same Idempotency-Key, the same answer, one entry in the audit; with other grants 422."""
    admin, karen = site.key("admin"), known(site, "Karen")
    etag = user(site, admin, karen)["etag"]
    first, second = (put(site, admin, karen, [KIRURGI], If_Match=etag, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert put(site, admin, karen, [], If_Match=etag, Idempotency_Key="one").status_code == 422
    assert site.get(admin, f"/audit?subject={karen}").json()["total"] == 2  # made, changed


@pytest.mark.parametrize("grant", [{"role": "chief"}, {"role": "reader", "unit": "Kirurgi"}, {"units": ["Kirurgi"]}])
def test_a_grant_with_a_mistake_is_refused(site, grant):
    """422, and nothing changes: a limit misspelt must never be no limit."""
    admin, karen = site.key("admin"), known(site, "Karen")
    etag = user(site, admin, karen)["etag"]
    assert put(site, admin, karen, [grant], If_Match=etag).status_code == 422
    assert user(site, admin, karen)["etag"] == etag


def test_a_key_revoked_over_the_api_is_refused_at_once(site):
    """200, then 401; a second time 409, and its grant can't be changed: 422."""
    admin, key = site.key("admin"), site.key("reader")
    me = site.get(key, "/me").json()["id"]
    assert put(site, admin, me, [], If_Match=user(site, admin, me)["etag"]).status_code == 422
    etag = user(site, admin, me)["etag"]
    gone = site.call(admin, "DELETE", f"/api/v1/users/{me}", If_Match=etag)
    assert (gone.status_code, gone.json()["state"]) == (200, "revoked")
    assert site.get(key, "/me").status_code == 401
    assert site.call(admin, "DELETE", f"/api/v1/users/{me}", If_Match=gone.headers["ETag"]).status_code == 409


def test_a_person_let_go_is_forgotten_and_out_at_once(site):
    """No name, no grant, no session, no way in; what she decided stays, and can't be given grants any more."""
    admin, karen = site.key("admin"), known(site, "Karen", Grant(Role.READER))
    with signed_in(site, "Karen"):
        gone = site.call(admin, "DELETE", f"/api/v1/users/{karen}", If_Match=user(site, admin, karen)["etag"])
        assert (gone.status_code, gone.json()["name"], gone.json()["grants"]) == (200, "", [])
        assert gone.json()["state"] == "forgotten"
        assert site.client.get("/api/v1/me").status_code == 401
    assert put(site, admin, karen, [KIRURGI], If_Match=gone.headers["ETag"]).status_code == 409
    assert site.get(admin, "/users/nobody").status_code == 404


@pytest.mark.parametrize("limits", [{}, {"wards": []}, {"wards": ["A1"], "everywhere": True}])
def test_a_grant_without_limits_has_to_be_said(limits, on_sqlite):
    """422 for a role with nothing, with an empty list, and with both; 200 where everywhere is said, and it is told."""
    admin, karen = on_sqlite.key("admin"), known(on_sqlite, "Karen", Grant(Role.READER, wards=frozenset({"A1"})))
    etag = user(on_sqlite, admin, karen)["etag"]
    refused = put(on_sqlite, admin, karen, [{"role": "logistics", **limits}], If_Match=etag)
    assert (refused.status_code, "everywhere" in refused.text) == (422, True)
    assert put(on_sqlite, admin, karen, [{"role": "logistics", "everywhere": True}], If_Match=etag).status_code == 200
    assert [one["everywhere"] for one in user(on_sqlite, admin, karen)["grants"]] == [True]
