"""Sessions: over in time, good for changes only from the service's own pages; and how often somebody may try."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from service.access.callers import routes_of
from service.access.csrf import SAFE
from service.access.grants import Grant, Role
from service.access.keys import make_key
from service.clock import now
from tests.service.people import PASSWORD, known, signed_in, use


@pytest.fixture
def karen(on_sqlite):
    """A service that knows Karen, who reviews."""
    known(on_sqlite, "Karen", Grant(Role.LOGISTICS))
    use(on_sqlite, local_accounts=True)
    yield on_sqlite
    on_sqlite.client.cookies.clear()


def review(site, **headers):
    """Send a review as a browser does: with its cookie."""
    body = {"ward_id": site.wards[0]["ward_id"], "kind": "brik"}
    return site.client.post("/api/v1/reviews", json=body, headers=headers).status_code


def tried(site, name="Karen", password="wrong-wrong-wrong", **client):  # noqa: S107 - it opens nothing
    """Try to sign in; return the status."""
    form = {"name": name, "password": password}
    return site.client.post("/log-ind", data=form, follow_redirects=False, **client).status_code


def status_of_me(site):
    """200 for whoever is signed in."""
    return site.client.get("/api/v1/me").status_code


def test_a_cookie_alone_changes_nothing(karen):
    """403 without the token, with a wrong one, or from another site; 201 with it; and reading needs none."""
    with signed_in(karen, "Karen") as token:
        assert status_of_me(karen) == 200
        assert review(karen) == 403
        assert review(karen, **{"X-CSRF-Token": "0" * 64}) == 403
        assert review(karen, **token, **{"Sec-Fetch-Site": "cross-site"}) == 403
        assert review(karen, **token, Origin="https://elsewhere.example") == 403
        assert review(karen, **token) == 201


def test_no_route_that_changes_something_takes_a_cookie_without_its_token(karen):
    """403 on every route with another method than GET, but the open one that signs in, whatever else is wrong."""
    known(karen, "Admin", Grant(Role.ADMIN), Grant(Role.LOGISTICS))
    changing = [(method, route) for route in routes_of(karen.client.app) for method in route.methods - SAFE]
    asked = [
        (method, route.path.replace(":path", "").format(id="x", ward_id="x"))
        for method, route in changing
        if route.path != "/log-ind"
    ]
    with signed_in(karen, "Admin"):
        answered = {one: karen.client.request(*one, follow_redirects=False).status_code for one in asked}
    assert len(answered) >= 9
    assert answered == dict.fromkeys(asked, 403)


def test_whoever_shows_a_key_is_known_by_that_alone(karen):
    """A wrong key beside a good cookie: 401."""
    with signed_in(karen, "Karen"):
        assert karen.client.get("/api/v1/me", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 401)])
def test_a_session_unused_for_an_hour_is_over(karen, minutes, status):
    """59 minutes are fine."""
    with signed_in(karen, "Karen"), time_machine.travel(now() + timedelta(minutes=minutes)):
        assert status_of_me(karen) == status


def test_a_session_in_use_is_over_after_twelve_hours(karen):
    """Used every 50 minutes: 200 up to 11 hours and 40 minutes, then 401."""
    with signed_in(karen, "Karen"):
        begun, statuses = now(), []
        for use_of in range(1, 16):
            with time_machine.travel(begun + timedelta(minutes=50 * use_of)):
                # The client keeps no cookie past its age; whoever stole it would show it all the same.
                statuses.append(status_of_me(karen))
    assert statuses == [200] * 14 + [401]


def test_a_locked_account_opens_again_a_quarter_of_an_hour_after_the_last_failure(karen):
    """429 after 14 minutes, 303 after 16; unknown names are locked alike, so that nobody learns which exist."""
    for name in ("Karen", "Nobody"):
        assert [tried(karen, name) for _ in range(6)] == [401] * 5 + [429]
    begun = now()
    with time_machine.travel(begun + timedelta(minutes=14)):
        assert tried(karen, password=PASSWORD) == 429
    with time_machine.travel(begun + timedelta(minutes=16)):
        assert tried(karen, password=PASSWORD) == 303


def test_from_one_address_no_more_than_sixty_tries_in_five_minutes(karen):
    """With another name each time: the 61st gets 429, right or not; five minutes later it goes on."""
    assert [tried(karen, f"guess {number}") for number in range(60)] == [401] * 60
    assert tried(karen, password=PASSWORD) == 429
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert tried(karen, password=PASSWORD) == 303


def test_over_https_the_session_is_the_hosts_own(karen):
    """__Host-brikopt: Secure, HttpOnly, SameSite=Lax, no domain, 12 hours."""
    use(karen, public_url="https://brik.region.example")
    form = {"name": "Karen", "password": PASSWORD}
    cookie = karen.client.post("/log-ind", data=form, follow_redirects=False).headers["set-cookie"]
    assert cookie.startswith("__Host-brikopt=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Domain" not in cookie


def test_a_key_is_good_on_its_last_day_and_not_after_it(on_sqlite):
    """200 at noon of it, 401 at noon of the next."""
    last_day = now().date() + timedelta(days=400)
    with on_sqlite.database.writing() as session:
        key = make_key(session, "for a while", Grant(Role.READER), last_day, by="test")
    for later, status in ((timedelta(hours=12), 200), (timedelta(days=1, hours=12), 401)):
        with time_machine.travel(now().replace(hour=0) + timedelta(days=400) + later):
            assert on_sqlite.get(key, "/me").status_code == status
