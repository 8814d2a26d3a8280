"""Signing in through a real OpenID provider, which runs as a process of its own."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from sqlalchemy import func, select

from service.access.tables import GrantRow, PersonRow, PrincipalRow, SessionRow, SignInRow
from service.access.throttle import PER_ADDRESS_TO_PROVIDER, count_address
from service.clock import now
from tests.service.people import use
from tests.service.provider import CLIENT, SECRET, running_provider

GRANTS = """
[[grants]]
group = "SKAB-LOGISTIK"
role = "logistics"
everywhere = true

[[grants]]
group = "SKAB-LEDELSE"
role = "programme"
everywhere = true
"""


@pytest.fixture(scope="module")
def provider():
    """One provider for all tests; each tells it who comes."""
    with running_provider() as running:
        yield running


@pytest.fixture
def region(site, provider, tmp_path):
    """A service that knows the provider, and what two of its groups may."""
    (tmp_path / "groups.toml").write_text(GRANTS, encoding="utf-8")
    use(
        site,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_grants=tmp_path / "groups.toml",
    )
    provider.tell(person={"sub": "anna", "name": "Anna Skov", "groups": ["SKAB-LOGISTIK", "KANTINE"]})
    yield site
    site.client.cookies.clear()


def go(site, onward="/afsnit"):
    """Set out, and return the provider's address."""
    there = site.client.get("/log-ind/region", params={"next": onward}, follow_redirects=False)
    assert there.status_code == 303, there.text
    return there.headers["location"]


def back(there):
    """Sign in at the provider, and return the address on which it sends the browser back."""
    answer = httpx.get(there)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def enter(site, onward="/afsnit"):
    """Go there and come back."""
    return come(site, back(go(site, onward)))


def come(site, address):
    """Open the address on which the provider sent the browser back."""
    return site.client.get(address, follow_redirects=False)


def me(site):
    """What the service says of whoever is signed in."""
    return site.client.get("/api/v1/me").json()


def test_the_provider_opens_the_page_asked_for(region):
    """303 to the list of wards, as a person with the role of the group and an id that says nothing."""
    entered = enter(region)
    assert (entered.status_code, entered.headers["location"]) == (303, "/afsnit")
    assert region.client.get("/afsnit").status_code == 200
    known = me(region)
    assert known["roles"] == ["logistics"]
    assert re.fullmatch("person-[0-9a-f]{16}", known["id"])
    assert (known["kind"], known["name"]) == ("person", "")


def test_the_sign_in_page_leads_to_the_provider(region):
    """With the page asked for; there is no form for a password."""
    shown = region.client.get("/log-ind?next=/afsnit").text
    assert 'href="/log-ind/region?next=%2Fafsnit"' in shown
    assert "password" not in shown


def test_what_the_provider_is_asked(region):
    """A code with PKCE by S256, state and nonce of 256 bits, and nothing secret."""
    asked = parse_qs(urlsplit(go(region)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/log-ind/retur"]
    assert [len(asked[name][0]) for name in ("state", "nonce", "code_challenge")] == [43, 43, 43]
    assert SECRET not in str(asked)


def test_two_sign_ins_are_the_same_person(region):
    """One row, and the name only where the settings keep it."""
    enter(region)
    first = me(region)
    use(region, keep_names=True)
    enter(region)
    assert me(region) == {**first, "name": "Anna Skov"}
    with region.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PersonRow)) == 1


def test_another_group_gives_another_role_at_the_next_sign_in(region, provider):
    """logistics, then programme alone; the session of before is over."""
    enter(region)
    before = dict(region.client.cookies)
    provider.tell(person={"sub": "anna", "groups": ["SKAB-LEDELSE"]})
    assert me(region)["roles"] == ["logistics"]
    region.client.cookies.clear()
    enter(region)
    assert me(region)["roles"] == ["programme"]
    region.client.cookies.clear()
    region.client.cookies.update(before)
    assert region.client.get("/api/v1/me").status_code == 401


def test_who_left_all_groups_is_let_in_no_more(region, provider):
    """403 with the id to tell the administrator, no session, no grant left."""
    enter(region)
    provider.tell(person={"sub": "anna", "groups": []})
    refused = enter(region)
    assert refused.status_code == 403
    assert re.search("person-[0-9a-f]{16}", refused.text)
    with region.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(GrantRow).where(GrantRow.from_groups)) == 0
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 0


def test_groups_may_stand_in_the_userinfo_alone(region, provider):
    """The same role."""
    provider.tell(person={"sub": "bo", "groups": ["SKAB-LEDELSE"]}, in_userinfo=True)
    enter(region)
    assert me(region)["roles"] == ["programme"]


def test_a_provider_that_takes_the_secret_as_a_form_gets_it_so(region, provider):
    """401, as the one here takes it as Basic alone: it was sent the way that the document asks for."""
    provider.tell(about={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    assert enter(region).status_code == 401


@pytest.mark.parametrize(
    ("lies", "signed"),
    [
        ({"iss": "https://elsewhere.example"}, "right"),
        ({"aud": ["another"]}, "right"),
        ({"aud": ["another", CLIENT], "azp": "another"}, "right"),
        ({"nonce": "another"}, "right"),
        ({"exp": int(time.time()) - 120}, "right"),
        ({"iat": int(time.time()) + 3600, "nbf": int(time.time()) + 3600}, "right"),
        ({"at_hash": "of-another-token"}, "right"),
        ({"sub": ""}, "right"),
        ({"sub": 7}, "right"),
        ({}, "another"),
        ({}, "HS256"),
        ({}, "none"),
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_lets_nobody_in(region, provider, lies, signed):
    """Issuer, audience, nonce, time, access token, person or signature is another's: 401 and no person made."""
    provider.tell(person={"sub": "anna", "groups": ["SKAB-LOGISTIK"]}, lies=lies, signed=signed)
    refused = enter(region)
    assert refused.status_code == 401
    assert "set-cookie" not in refused.headers
    with region.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PersonRow)) == 0


def test_userinfo_of_somebody_else_is_not_believed(region, provider):
    """The id token is Bo's, what is told beside it Anna's: 401."""
    provider.tell(person={"sub": "anna", "groups": ["SKAB-LEDELSE"]}, in_userinfo=True, lies={"sub": "bo"})
    assert enter(region).status_code == 401


def test_a_return_counts_once(region):
    """303, then 401: neither the state nor the code is good any more."""
    address = back(go(region))
    assert [come(region, address).status_code for _ in range(2)] == [303, 401]


def test_a_return_to_another_browser_is_refused(region):
    """Whoever lures somebody to the return of his own sign-in gets 401; the way is closed after that."""
    address = back(go(region))
    region.client.cookies.clear()
    assert come(region, address).status_code == 401


@pytest.mark.parametrize("change", ["state=x", "code=x", "code=", "iss=https://elsewhere.example"])
def test_a_return_with_something_changed_is_refused(region, change):
    """Another state, code or issuer: 401."""
    name, value = change.split("=", 1)
    parts = urlsplit(back(go(region)))
    asked = {**{key: one[0] for key, one in parse_qs(parts.query).items()}, name: value}
    assert region.client.get(parts.path, params=asked, follow_redirects=False).status_code == 401


def test_a_return_after_ten_minutes_is_refused(region):
    """401, although the provider would still take the code."""
    address = back(go(region))
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert come(region, address).status_code == 401


def test_whom_the_provider_does_not_let_in_is_not_signed_in(region, provider):
    """It sends the browser back with an error: 401."""
    provider.tell(person={})
    assert enter(region).status_code == 401


def test_two_tabs_on_their_way_both_arrive(region):
    """Each has a state of its own, and the browser one secret."""
    first, second = back(go(region, "/afsnit")), back(go(region, "/flytninger"))
    assert [come(region, one).status_code for one in (second, first)] == [303, 303]


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_with_another_name_or_unsafe_addresses_is_not_gone_to(region, provider, about):
    """502, and a page that says so."""
    provider.tell(about=about)
    refused = region.client.get("/log-ind/region", follow_redirects=False)
    assert refused.status_code == 502
    assert "Regionens login svarer ikke rigtigt" in refused.text


def test_a_provider_that_is_away_is_said_so(region):
    """502, not a failure of ours; the pages of those signed in go on."""
    enter(region)
    use(region, oidc_issuer="http://127.0.0.1:9")
    assert region.client.get("/log-ind/region", follow_redirects=False).status_code == 502
    assert region.client.get("/afsnit").status_code == 200


def test_nobody_is_led_elsewhere_by_the_way_back(region):
    """To the first page instead."""
    assert enter(region, "//elsewhere.example").headers["location"] == "/"


def test_signing_out_ends_the_session_and_offers_to_end_that_of_the_provider(region):
    """401 afterwards; the link leads to the provider, which leads back to the sign-in page."""
    enter(region)
    token = re.search(r'name="csrf_token" value="([^"]+)"', region.client.get("/log-ud").text)[1]
    left = region.client.post("/log-ud", data={"csrf_token": token})
    assert region.client.get("/api/v1/me").status_code == 401
    assert 'href="/log-ud/region"' in left.text
    there = region.client.get("/log-ud/region", follow_redirects=False).headers["location"]
    assert httpx.get(there).headers["location"] == "http://testserver/log-ind"


def test_without_the_setting_there_is_no_way_through_a_provider(site):
    """404 on all three pages."""
    for path in ("/log-ind/region", "/log-ind/retur", "/log-ud/region"):
        assert site.client.get(path, follow_redirects=False).status_code == 404


def test_nothing_that_tells_who_it_is_is_kept_beyond_the_providers_id(region):
    """No name in the tables of people; states and secrets only as hashes."""
    there = go(region)
    with region.database.reading() as session:
        (row,) = session.scalars(select(SignInRow))
        assert parse_qs(urlsplit(there).query)["state"][0] not in vars(row).values()
    come(region, back(there))
    with region.database.reading() as session:
        names = session.scalars(select(PrincipalRow.name).where(PrincipalRow.kind == "person")).all()
        cookies = set(region.client.cookies.values())
        assert not cookies & set(session.scalars(select(SessionRow.hashed)))
    assert names == [""]


def test_over_https_cookies_are_the_hosts_own(region):
    """__Host-, Secure, HttpOnly, SameSite=Lax and no domain, on the way and after it."""
    use(region, public_url="https://brik.region.example")
    there = region.client.get("/log-ind/region", follow_redirects=False)
    cookie = there.headers["set-cookie"]
    assert cookie.startswith("__Host-brikopt-browser=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert parse_qs(urlsplit(there.headers["location"]).query)["redirect_uri"] == [
        "https://brik.region.example/log-ind/retur"
    ]


def test_too_many_ways_out_from_one_address_are_stopped(region):
    """The 301st within five minutes gets 429 and the seconds to wait."""
    with region.database.writing() as session:
        for _ in range(PER_ADDRESS_TO_PROVIDER.amount):
            count_address(session, PER_ADDRESS_TO_PROVIDER, "testclient")
    refused = region.client.get("/log-ind/region", follow_redirects=False)
    assert refused.status_code == 429
    assert int(refused.headers.get("Retry-After", "1")) > 0


def test_whom_an_administrator_let_go_the_provider_does_not_bring_back(region):
    """403 at the next sign-in, and the log has no name; in again, as somebody new, once the block is taken away."""
    enter(region)
    anna, admin = me(region)["id"], region.key("admin")
    etag = region.get(admin, f"/users/{anna}").headers["ETag"]
    assert region.call(admin, "DELETE", f"/api/v1/users/{anna}", If_Match=etag).status_code == 200
    assert enter(region).status_code == 403
    assert region.call(None, "GET", "/api/v1/me").status_code == 401
    lifted = f"/api/v1/users/{anna}/block"
    assert [region.call(admin, "DELETE", lifted).status_code for _ in range(2)] == [200, 404]
    assert enter(region).status_code == 303
    assert me(region)["id"] != anna


def test_sign_ins_and_refusals_stand_in_the_log_by_marks(region, capsys):
    """In, out, and refused a ward: three events, with a mark of the address that a command can find, and no address."""
    enter(region)
    region.client.get("/api/v1/audit")
    token = re.search(r'name="csrf_token" value="([^"]+)"', region.client.get("/log-ud").text)[1]
    region.client.post("/log-ud", data={"csrf_token": token}, follow_redirects=False)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    told = [line for line in lines if line["event"] in ("sign_in.ok", "sign_out", "refused")]
    assert [line["event"] for line in told] == ["sign_in.ok", "refused", "sign_out"]
    mark = region.client.app.state.service.witness.mark("address", "testclient")
    assert {line["address"] for line in told} == {mark}
    assert (told[1]["why"], told[1]["who"]) == ("out-of-role", told[0]["who"])
    assert "testclient" not in json.dumps(lines)
