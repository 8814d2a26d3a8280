"""People, keys and the log of changes, as an administrator reads and changes them."""

from __future__ import annotations

import re
from html import unescape

from service.access.grants import Grant, Role
from service.web.audit_page import change_words
from service.web.words import Speech
from tests.service.people import known, signed_in
from tests.service.test_list_pages import texts_of


def etag_of(page, path):
    """The version that the form at a path changes."""
    (form,) = re.findall(rf'action="{re.escape(path)}".*?name="etag" value="([^"]+)"', page, flags=re.DOTALL)
    return unescape(form)


def test_a_grant_is_given_and_taken_on_the_page(on_sqlite):
    """A person without a grant is found among those, gets a role in one unit, and loses it again; the log says so."""
    known(on_sqlite, "Ada", Grant(Role.ADMIN))
    bo, unit = known(on_sqlite, "Bo"), on_sqlite.wards[0]["unit"]
    with signed_in(on_sqlite, "Ada") as token:
        client, path = on_sqlite.client, f"/brugere/{bo}"
        page = client.get("/brugere?uden=1").text
        assert path in page
        form = {"etag": etag_of(page, path), "step": "add", "role": "logistics", "units": unit}
        assert client.post(path, data=form, headers=token).status_code == 200
        assert path not in client.get("/brugere?uden=1").text
        assert f"logistik, {unit}" in texts_of(client.get("/brugere").text)
        stale = client.post(path, data=form, headers=token, follow_redirects=False)
        assert stale.headers["Location"] == "/brugere?svar=stale"
        assert f"adgang: logistik, {unit}" in texts_of(client.get("/revision").text)
        form = {"etag": etag_of(client.get("/brugere").text, path), "step": "clear"}
        client.post(path, data=form, headers=token)
        assert path in client.get("/brugere?uden=1").text


def test_a_key_is_shown_once_works_and_is_revoked(on_sqlite):
    """Made on the page it opens the API; after the page is loaded again it is nowhere, and revoked it opens nothing."""
    known(on_sqlite, "Ada", Grant(Role.ADMIN))
    with signed_in(on_sqlite, "Ada") as token:
        client = on_sqlite.client
        made = client.post("/noegler", data={"name": "BI", "role": "reader"}, headers=token)
        (key,) = re.findall(r"<code>(brikopt_[^<]+)</code>", made.text)
        assert made.headers["Cache-Control"] == "no-store"
        page = client.get("/noegler").text
        assert key not in page
        (principal,) = re.findall(r'action="/noegler/(key-[0-9a-f]+)"', page)
        again = client.post("/noegler", data={"name": "BI", "role": "reader"}, headers=token)
        assert again.status_code == 422
        path = f"/noegler/{principal}"
        cookies = dict(client.cookies)
        client.cookies.clear()
        assert on_sqlite.get(key, "/wards").status_code == 200
        client.cookies.update(cookies)
        client.post(path, data={"etag": etag_of(page, path)}, headers=token)
        client.cookies.clear()
        assert on_sqlite.get(key, "/wards").status_code == 401


def test_changes_are_told_in_words():
    """Grants as roles and places, codes as words, and no digest."""
    say = Speech("da")
    grants = [{"role": "logistics", "units": ["Kirurgi"], "hospitals": [], "wards": [], "from_groups": False}]
    assert change_words({"grants": []}, {"grants": grants}, say) == ["Efter: adgang: logistik, Kirurgi"]
    assert change_words(None, {"decision": "rejected", "content": "ab12"}, say) == ["afgørelse: nej"]
