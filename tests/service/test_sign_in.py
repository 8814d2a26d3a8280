"""Signing in with a local account, and out again."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from service.access.accounts import add_account, hash_password, remove_account
from service.access.grants import Grant, Role

PASSWORD = "lange-ord-er-gode-ord"  # noqa: S105 - of an account that lives for one test


@pytest.fixture
def site_of_karen(site):
    """A service that lets local accounts in, and one of them."""
    app = site.client.app
    settings = app.state.service.settings.model_copy(update={"local_accounts": True})
    app.state.service = replace(app.state.service, settings=settings)
    with site.database.writing() as session:
        add_account(session, "Karen", hash_password(PASSWORD), [Grant(Role("logistics"))], by="test")
    yield site
    site.client.cookies.clear()


def enter(site, name="Karen", password=PASSWORD, onward="/afsnit", **headers):
    """Send the form."""
    form = {"name": name, "password": password, "next": onward}
    return site.client.post("/log-ind", data=form, headers=headers, follow_redirects=False)


def test_the_right_password_opens_the_page_asked_for(site_of_karen):
    """303 to the list of wards, and the cookie shows it: 200 where it was 401."""
    assert site_of_karen.client.get("/afsnit").status_code == 401
    entered = enter(site_of_karen)
    assert (entered.status_code, entered.headers["location"]) == (303, "/afsnit")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    shown = site_of_karen.client.get("/afsnit")
    assert shown.status_code == 200
    assert "Karen" in shown.text


@pytest.mark.parametrize(("name", "password"), [("Karen", "lange-ord-er-gode-or"), ("Nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(site_of_karen, name, password):
    """401 and the same words, no cookie."""
    refused = enter(site_of_karen, name, password)
    assert refused.status_code == 401
    assert "Navn eller adgangskode passer ikke" in refused.text
    assert "set-cookie" not in refused.headers


def test_after_five_failures_the_right_password_waits_too(site_of_karen):
    """401 five times, then 429 with the seconds to wait."""
    assert [enter(site_of_karen, password=f"wrong-{time}-wrong").status_code for time in range(5)] == [401] * 5
    assert enter(site_of_karen).status_code == 429


@pytest.mark.parametrize("onward", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_led_elsewhere(site_of_karen, onward):
    """To the first page instead."""
    assert enter(site_of_karen, onward=onward).headers["location"] == "/"


def test_another_sites_form_signs_nobody_in(site_of_karen):
    """The browser says where the form came from: 403."""
    assert enter(site_of_karen, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert enter(site_of_karen, Origin="https://elsewhere.example").status_code == 403


def test_a_session_shown_before_is_not_taken_over(site_of_karen):
    """Two sign-ins have two secrets, and the first is good no more."""
    enter(site_of_karen)
    first = dict(site_of_karen.client.cookies)
    enter(site_of_karen)
    second = dict(site_of_karen.client.cookies)
    assert first != second
    site_of_karen.client.cookies.clear()
    site_of_karen.client.cookies.update(first)
    assert site_of_karen.client.get("/afsnit").status_code == 401


def test_signing_out_needs_the_pages_own_form(site_of_karen):
    """403 without its token; with it the session is over, wherever its cookie is shown."""
    enter(site_of_karen)
    kept = dict(site_of_karen.client.cookies)
    assert site_of_karen.client.post("/log-ud", follow_redirects=False).status_code == 403
    token = re.search(r'name="csrf_token" value="([^"]+)"', site_of_karen.client.get("/log-ud").text)[1]
    left = site_of_karen.client.post("/log-ud", data={"csrf_token": token}, follow_redirects=False)
    assert (left.status_code, left.headers["location"]) == (303, "/log-ind")
    site_of_karen.client.cookies.update(kept)
    assert site_of_karen.client.get("/afsnit").status_code == 401


def test_a_removed_account_is_out_at_once(site_of_karen):
    """200, then 401, and its password opens nothing."""
    enter(site_of_karen)
    assert site_of_karen.client.get("/afsnit").status_code == 200
    with site_of_karen.database.writing() as session:
        remove_account(session, "Karen", by="test")
    assert site_of_karen.client.get("/afsnit").status_code == 401
    assert enter(site_of_karen).status_code == 401


def test_without_the_setting_no_account_is_let_in(site):
    """The page says so, and the right password gets 401."""
    with site.database.writing() as session:
        add_account(session, "Karen", hash_password(PASSWORD), [Grant(Role("logistics"))], by="test")
    assert "password" not in site.client.get("/log-ind").text
    assert enter(site).status_code == 401


def test_the_english_page_is_english(site_of_karen):
    """By ?lang=en."""
    assert "Password" in site_of_karen.client.get("/log-ind?lang=en").text
