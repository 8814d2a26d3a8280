"""What the service takes from callers it doesn't know: little, and none of it onto the disk."""

from __future__ import annotations

import http.client
import itertools

from service.access.accounts import add_account
from service.access.grants import Grant, Role
from service.access.sessions import make_session
from tests.service.servers import running

FORM = {"Content-Type": "multipart/form-data; boundary=x"}
PIECES = {**FORM, "Transfer-Encoding": "chunked"}
LARGE = {**FORM, "Content-Length": str(2 * 2**20)}
COOKIE = {"Cookie": "brikopt=opens-nothing"}


def status_before_it_came(server, path: str, headers: dict[str, str]) -> int:
    """Status of a request whose content is announced and never sent."""
    connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", path)
    for header in headers.items():
        connection.putheader(*header)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_stranger_is_refused_before_a_large_form_came(on_sqlite):
    """2 MB, or without end: 401 for no key, a wrong one, or a cookie that opens nothing; 400 where one signs in."""
    shown = [{}, COOKIE, {"Authorization": "Bearer bk_wrong_wrong"}]
    with running(on_sqlite.settings) as server:
        for path in ("/koersler", "/flytninger/x", "/log-ud", "/api/v1/runs", "/api/v1/reviews"):
            for who, form in itertools.product(shown, (LARGE, PIECES)):
                if path != "/log-ud" or who is COOKIE:
                    assert status_before_it_came(server, path, {**who, **form}) == 401, (path, who, form)
        assert status_before_it_came(server, "/log-ind", LARGE) == 400


def test_a_form_from_elsewhere_is_refused_before_it_came(on_sqlite):
    """403 to the page of another site that sends 2 MB with the cookie of somebody who is signed in."""
    with on_sqlite.database.writing() as session:
        secret = make_session(session, add_account(session, "Karen", "", [Grant(Role.ADMIN)], by="test"))
    sent = {"Cookie": f"brikopt={secret}", "Origin": "https://elsewhere.example", **LARGE}
    with running(on_sqlite.settings) as server:
        assert status_before_it_came(server, "/koersler", sent) == 403


def test_who_is_known_may_bring_more_than_a_stranger(on_sqlite):
    """A review of 100 kB: 401 without a key, and with it looked at, which finds that there is no such ward."""
    body = {"ward_id": "x", "kind": "brik", "decisions": [], "shelf_dates": [], "more": "x" * 100_000}
    key = on_sqlite.key("logistics")
    assert [on_sqlite.call(who, "POST", "/api/v1/reviews", body).status_code for who in (None, key)] == [401, 422]
