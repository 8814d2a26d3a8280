"""Who may call what: every route, every role, and the limits of a grant."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.access.callers import Allowed, Open, declared_access, refuse_undeclared, routes_of
from service.access.grants import Grant, Reach, Role
from service.access.tables import KeyRow
from service.places.tables import Ward

EVERYBODY = set(Role)
# As the contract has it: route -> roles; admin reads all, and reviews nothing.
ROLES = {
    ("GET", "/api/v1/me"): EVERYBODY,
    ("GET", "/api/v1/wards"): EVERYBODY,
    ("GET", "/api/v1/wards/{ward_id}/trim-list"): EVERYBODY,
    ("GET", "/api/v1/wards/{ward_id}/expiring"): EVERYBODY,
    ("GET", "/api/v1/wards/{ward_id}/supply-risk"): EVERYBODY,
    ("GET", "/api/v1/wards/{ward_id}/guide"): EVERYBODY,
    ("GET", "/api/v1/cabinets/{cabinet_id}/levels"): EVERYBODY,
    ("GET", "/api/v1/expiring"): EVERYBODY,
    ("GET", "/api/v1/supply-risk"): EVERYBODY,
    ("GET", "/api/v1/dead-stock"): EVERYBODY,
    ("GET", "/api/v1/shifts"): EVERYBODY,
    ("GET", "/api/v1/out-of-date"): EVERYBODY,
    ("GET", "/api/v1/levels"): EVERYBODY,
    ("GET", "/lister"): EVERYBODY,
    ("GET", "/for-gammelt"): EVERYBODY,
    ("GET", "/udloeb"): EVERYBODY,
    ("GET", "/forsyningsrisiko"): EVERYBODY,
    ("GET", "/doede-varer"): EVERYBODY,
    ("GET", "/taelling"): EVERYBODY,
    ("GET", "/niveauer"): EVERYBODY,
    ("GET", "/skift"): EVERYBODY,
    ("GET", "/api/v1/counts-worth-making"): EVERYBODY,
    ("POST", "/api/v1/reviews"): {Role.LOGISTICS},
    ("GET", "/api/v1/reviews"): {Role.LOGISTICS, Role.ADMIN},
    ("GET", "/api/v1/reviews/{id}"): {Role.LOGISTICS, Role.ADMIN},
    ("DELETE", "/api/v1/reviews/{id}"): {Role.LOGISTICS},
    ("GET", "/api/v1/transfers"): {Role.LOGISTICS, Role.ADMIN},
    ("GET", "/api/v1/transfers/{id}"): {Role.LOGISTICS, Role.ADMIN},
    ("POST", "/api/v1/transfers/{id}"): {Role.LOGISTICS},
    ("DELETE", "/api/v1/transfers/{id}/done"): {Role.ADMIN},
    ("GET", "/api/v1/recalls"): EVERYBODY,
    ("POST", "/api/v1/recalls"): {Role.LOGISTICS},
    ("GET", "/tilbagekaldelse"): EVERYBODY,
    ("POST", "/tilbagekaldelse"): {Role.LOGISTICS},
    ("GET", "/api/v1/new-levels"): {Role.LOGISTICS, Role.HANDOVER, Role.ADMIN},
    ("POST", "/api/v1/new-levels/exports"): {Role.HANDOVER, Role.ADMIN},
    ("GET", "/nye-niveauer"): {Role.LOGISTICS, Role.HANDOVER, Role.ADMIN},
    ("POST", "/nye-niveauer"): {Role.HANDOVER, Role.ADMIN},
    ("POST", "/api/v1/scans"): EVERYBODY,
    ("POST", "/api/v1/scans/picture"): EVERYBODY,
    ("GET", "/api/v1/purchasing"): {Role.PURCHASING, Role.ADMIN},
    ("GET", "/api/v1/purchasing/decisions"): {Role.PURCHASING, Role.ADMIN},
    ("POST", "/api/v1/purchasing/decisions"): {Role.PURCHASING},
    ("POST", "/indkoeb/afgoerelse"): {Role.PURCHASING},
    ("GET", "/api/v1/coverage"): {Role.PROGRAMME, Role.LOGISTICS, Role.ADMIN},
    ("GET", "/api/v1/reports/{unit}"): EVERYBODY,
    ("GET", "/rapport/{unit}"): EVERYBODY,
    ("GET", "/api/v1/review-plan"): {Role.PROGRAMME, Role.LOGISTICS, Role.ADMIN},
    ("GET", "/api/v1/runs"): {Role.ADMIN},
    ("GET", "/api/v1/runs/{id}"): {Role.ADMIN},
    ("POST", "/api/v1/runs"): {Role.ADMIN},
    ("POST", "/api/v1/runs/{id}/cancel"): {Role.ADMIN},
    ("GET", "/api/v1/runs/{id}/log"): {Role.ADMIN},
    ("GET", "/api/v1/runs/{id}/rejected-rows"): {Role.ADMIN},
    ("GET", "/api/v1/audit"): {Role.ADMIN},
    ("GET", "/"): EVERYBODY,
    ("GET", "/afsnit"): EVERYBODY,
    ("GET", "/afsnit/{ward_id}"): EVERYBODY,
    ("GET", "/skab/{cabinet_id}"): EVERYBODY,
    ("POST", "/afsnit/{ward_id}/gennemgang"): {Role.LOGISTICS},
    ("POST", "/gennemgange/{id}/fortryd"): {Role.LOGISTICS},
    ("GET", "/flytninger"): {Role.LOGISTICS, Role.ADMIN},
    ("POST", "/flytninger/{id}"): {Role.LOGISTICS},
    ("GET", "/indkoeb"): {Role.PURCHASING, Role.ADMIN},
    ("GET", "/daekning"): {Role.PROGRAMME, Role.LOGISTICS, Role.ADMIN},
    ("GET", "/koersler"): {Role.ADMIN},
    ("GET", "/sammenlign"): {Role.ADMIN},
    ("GET", "/brugere"): {Role.ADMIN},
    ("POST", "/brugere/{id}"): {Role.ADMIN},
    ("GET", "/noegler"): {Role.ADMIN},
    ("POST", "/noegler"): {Role.ADMIN},
    ("POST", "/noegler/{id}"): {Role.ADMIN},
    ("POST", "/koersler"): {Role.ADMIN},
    ("GET", "/koersler/{id}"): {Role.ADMIN},
    ("POST", "/koersler/{id}/afbryd"): {Role.ADMIN},
    ("GET", "/revision"): {Role.ADMIN},
    ("GET", "/api/v1/users"): {Role.ADMIN},
    ("GET", "/api/v1/users/{id}"): {Role.ADMIN},
    ("PUT", "/api/v1/users/{id}/grants"): {Role.ADMIN},
    ("DELETE", "/api/v1/users/{id}"): {Role.ADMIN},
    ("DELETE", "/api/v1/users/{id}/block"): {Role.ADMIN},
}
OPEN = {
    ("GET", "/tilgaengelighed"),
    ("GET", "/log-ind"),
    ("POST", "/log-ind"),
    ("GET", "/log-ind/region"),
    ("GET", "/log-ind/retur"),
    ("GET", "/log-ud"),
    ("GET", "/log-ud/region"),
    ("POST", "/log-ud"),
    ("GET", "/statisk/{name}"),
    ("GET", "/sw.js"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
}


def declared(app) -> dict[tuple[str, str], set[Role] | None]:
    """Route to roles, as the routes themselves declare them; None is open to everybody."""
    found = {}
    for route in routes_of(app):
        (access,) = declared_access(route)
        for method in route.methods:
            path = route.path.replace(":path}", "}")  # an id may hold slashes
            found[method, path] = set(access.roles) if isinstance(access, Allowed) else None
    return found


def filled(path: str, site) -> str:
    """A path with things that are there, or ids that aren't."""
    cabinet = site.rows("levels")[0]["cabinet_id"]
    return path.format(ward_id=site.wards[0]["ward_id"], cabinet_id=cabinet, id="unknown", unit="unknown")


def test_every_route_declares_what_the_contract_says(on_sqlite):
    """21 routes with roles, 3 without; a new route belongs into one of the two tables above."""
    expected = {**ROLES, **dict.fromkeys(OPEN)}
    assert declared(on_sqlite.client.app) == expected


def test_a_route_of_which_nobody_said_who_may_call_it_stops_the_start():
    """The message names it."""
    app = FastAPI()
    app.get("/forgotten")(lambda: None)
    with pytest.raises(RuntimeError, match="/forgotten"):
        refuse_undeclared(app)


def test_each_role_is_let_in_where_the_contract_says_and_nowhere_else(site):
    """21 routes, 5 roles and nobody: 401 without a key, 403 out of role, and never either otherwise."""
    keys = {role: site.key(role) for role in Role}
    for (method, path), roles in ROLES.items():
        address = filled(path, site)
        assert site.call(None, method, address, {}).status_code == 401, path
        for role, key in keys.items():
            status = site.call(key, method, address, {}).status_code
            assert (status == 403) == (role not in roles), (role, method, path)
            assert status not in (401, 500), (role, method, path)


def test_limits_hold_on_every_route_of_a_ward(site):
    """A key of one unit: 200 on its own wards, 403 on the others, 404 on none at all."""
    own, other = by_unit(site)
    key = site.key("reader", units=own["unit"])
    for part in ("trim-list", "expiring", "supply-risk"):
        found = [site.get(key, f"/wards/{ward}/{part}").status_code for ward in (own["ward_id"], other["ward_id"], "x")]
        assert found == [200, 403, 404], part
    assert site.get(key, f"/wards/{other['ward_id']}/guide?format=pdf").status_code == 403


def by_unit(site):
    """One ward of each of the two units."""
    first = site.wards[0]
    return first, next(ward for ward in site.wards if ward["unit"] != first["unit"])


def test_the_cabinets_of_others_are_out_of_scope(site):
    """200 in its own ward, 403 elsewhere, 404 for a cabinet that isn't there."""
    own, other = by_unit(site)
    cabinet = {row["ward_id"]: row["cabinet_id"] for row in site.rows("trim_list")}
    key = site.key("reader", wards=own["ward_id"])
    asked = (cabinet[own["ward_id"]], cabinet[other["ward_id"]], "x")
    assert [site.get(key, f"/cabinets/{one}/levels").status_code for one in asked] == [200, 403, 404]


@pytest.mark.parametrize(("limit", "column"), [("units", "unit"), ("hospitals", "hospital"), ("wards", "ward_id")])
def test_a_filter_never_widens_a_scope(limit, column, site):
    """The key's own wards without a filter; none with a filter on another unit."""
    own, other = by_unit(site)
    key = site.key("reader", **{limit: own[column]})
    expected = [ward["ward_id"] for ward in site.wards if ward[column] == own[column]]
    assert [ward["ward_id"] for ward in site.get(key, "/wards").json()["items"]] == expected
    assert site.get(key, f"/wards?unit={other['unit']}").json()["total"] == 0


def test_two_limits_narrow_together(site):
    """A unit and a ward outside of it leave 0 wards."""
    own, other = by_unit(site)
    key = site.key("reader", units=own["unit"], wards=other["ward_id"])
    assert site.get(key, "/wards").json()["total"] == 0


def test_what_shows_everything_takes_a_grant_without_limits(site):
    """403 for an admin of one unit on runs, audit and users."""
    key = site.key("admin", units=site.wards[0]["unit"])
    assert [site.get(key, path).status_code for path in ("/runs", "/audit", "/users")] == [403, 403, 403]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer brikopt_000000000000_wrong", "Bearer æ_ø_å", "Bearer __"]
)
def test_whoever_shows_no_good_key_is_not_let_in(header, on_sqlite):
    """401, and how to do it right in WWW-Authenticate."""
    answer = on_sqlite.client.get("/api/v1/me", headers={"Authorization": header.encode()})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_key_with_one_letter_changed_is_refused(site):
    """200, and 401 for any other last letter."""
    key = site.key("reader")
    changed = key[:-1] + ("a" if key[-1] != "a" else "b")
    assert [site.get(one, "/me").status_code for one in (key, changed)] == [200, 401]


def test_only_a_hash_of_a_key_is_kept(site):
    """64 hexadecimal digits, and no part of the secret in its row."""
    key = site.key("reader")
    with site.database.reading() as session:
        (row,) = session.scalars(select(KeyRow))
        kept = " ".join(str(value) for value in vars(row).values())
    assert len(row.hashed) == 64
    assert key.split("_", 2)[2] not in kept


def test_every_declaration_is_one_of_two_kinds(on_sqlite):
    """Open or Allowed, exactly one a route."""
    for route in routes_of(on_sqlite.client.app):
        (access,) = declared_access(route)
        assert isinstance(access, Allowed | Open)


NAMES = st.sampled_from(["a", "b", "c"])
LIMITS = st.frozensets(NAMES, max_size=2)
GRANTS = st.lists(st.builds(Grant, st.just(Role.READER), LIMITS, LIMITS, LIMITS), max_size=3)
PLACES = [
    SimpleNamespace(unit=unit, hospital=hospital, ward_id=ward)
    for unit, hospital, ward in itertools.product("abc", "abc", "abc")
]


@settings(deadline=None, max_examples=60)
@given(grants=GRANTS)
def test_a_query_finds_exactly_what_the_grants_cover(grants, places_in_sqlite):
    """Over all 27 places of three units, hospitals and wards."""
    reach = Reach(tuple(grants))
    with places_in_sqlite() as session:
        found = set(session.execute(select(Ward.unit, Ward.hospital, Ward.ward_id).where(reach.condition(Ward))))
    assert found == {(p.unit, p.hospital, p.ward_id) for p in PLACES if reach.covers(p)}


@given(grants=GRANTS, more=GRANTS)
def test_one_more_grant_never_takes_anything_away(grants, more):
    """What some grants cover, they cover together with others as well."""
    for place in PLACES:
        assert Reach((*grants, *more)).covers(place) >= Reach(tuple(grants)).covers(place)
