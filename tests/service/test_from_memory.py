"""Answers given again from memory: never to another, never after a change, and 304 to whoever has them."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from service.access.keys import revoke_key
from service.answers.recall import Made, Pages, WhileUnchanged
from service.audit.chain import record


@pytest.fixture
def path(site):
    """A ward's trim list."""
    return f"/wards/{site.wards[0]['ward_id']}/trim-list"


def statements(site, ask) -> int:
    """How many statements the database hears while something is asked."""
    heard = []
    engine = site.database.engine
    event.listen(engine, "before_cursor_execute", lambda *said: heard.append(said[2]), named=False)
    ask()
    return len(heard)


def test_asked_twice_the_tables_are_read_once(site, path):
    """The same bytes, version, run and tag; 0 statements for the second, and some again after any change."""
    key = site.key("reader")
    first = site.get(key, path)
    again = []
    assert statements(site, lambda: again.append(site.get(key, path))) == 0
    assert again[0].content == first.content
    for name in ("ETag", "X-Brikopt-Run", "Content-Type", "Content-Security-Policy"):
        assert again[0].headers[name] == first.headers[name]
    assert again[0].headers["X-Request-Id"] != first.headers["X-Request-Id"]
    with site.database.writing() as session:
        record(session, "somebody", "tried", "1")
    assert statements(site, lambda: site.get(key, path)) > 0


def test_a_key_revoked_elsewhere_is_refused_at_once(site, opened, path):
    """200, 200, and 401 after another process revoked it, on either database."""
    key = site.key("reader")
    found = [site.get(key, path).status_code for _ in range(2)]
    name = site.get(key, "/me").json()["name"]
    with opened(site.settings).writing() as session:
        revoke_key(session, name, by="test")
    assert [*found, site.get(key, path).status_code] == [200, 200, 401]


def test_what_one_may_see_is_not_given_to_another(site, path):
    """A key of another ward asks for the same address after it was answered: 403; nobody: 401."""
    assert site.get(site.key("reader"), path).status_code == 200
    stranger = site.key("reader", wards=site.wards[1]["ward_id"])
    assert [site.get(one, path).status_code for one in (stranger, None)] == [403, 401]
    assert site.get(site.key("reader", wards=site.wards[0]["ward_id"]), path).status_code == 200


def test_another_page_form_or_language_is_another_answer(site, path):
    """Two pages of one row each, a CSV, and Danish and English headings differ."""
    key = site.key("reader")
    pages = [site.get(key, f"{path}?page_size=1&page={page}").json() for page in (1, 2, 1)]
    assert pages[0] == pages[2] != pages[1]
    assert site.get(key, path, Accept="text/csv").headers["Content-Type"].startswith("text/csv")
    assert site.get(key, path, Accept="application/json").headers["Content-Type"] == "application/json"
    titles = [site.get(key, path, Accept="text/html", Accept_Language=lang).text for lang in ("da", "en")]
    assert titles[0] != titles[1]


def test_coverage_counts_a_review_at_once(site):
    """One ward more than before, although the figure was asked for a moment ago."""
    key, ward = site.key("logistics"), next(one for one in site.wards if not one["reviewed"])

    kind = next(kind for kind, covered in ward["in_scope"].items() if covered)
    items = [site.get(key, "/coverage").json()["items"] for _ in range(2)][1]
    place = next(number for number, row in enumerate(items) if (row["unit"], row["kind"]) == ("*", kind))
    assert site.review(key, ward["ward_id"], kind).status_code == 201
    after = site.get(key, "/coverage").json()["items"][place]["wards_reviewed"]
    assert after == items[place]["wards_reviewed"] + 1


@pytest.mark.parametrize("sent", ["{tag}", "W/{tag}", '"x", {tag}', "*"])
def test_whoever_has_the_present_version_gets_304(sent, site, path):
    """No body, the same tag, and the headers of every answer; 200 for another tag."""
    key = site.key("reader")
    whole = site.get(key, path)
    short = site.get(key, path, If_None_Match=sent.format(tag=whole.headers["ETag"]))
    assert (short.status_code, short.content, short.headers["ETag"]) == (304, b"", whole.headers["ETag"])
    assert short.headers["X-Content-Type-Options"] == "nosniff"
    assert site.get(key, path, If_None_Match='"x"').status_code == 200


def test_a_single_review_is_304_until_it_is_undone(site):
    """304, then 200 with another tag."""
    key = site.key("logistics")
    made = site.review(key, site.wards[0]["ward_id"])
    place, tag = made.headers["Location"], made.headers["ETag"]
    assert site.call(key, "GET", place, If_None_Match=tag).status_code == 304
    site.call(key, "DELETE", place, If_Match=tag)
    assert site.call(key, "GET", place, If_None_Match=tag).status_code == 200


def test_pages_beyond_their_room_are_let_go_the_oldest_first():
    """Room for 10 bytes: of three of 4, the one not asked for longest is gone."""
    pages = Pages(most_bytes=10)
    for name in "ab":
        pages.keep((name,), Made(b"1234", name))
    assert pages.get(("a",)) is not None
    pages.keep(("c",), Made(b"1234", "c"))
    assert [pages.get((name,)) is None for name in "abc"] == [False, True, False]


def test_what_was_read_before_a_change_is_forgotten_after_it():
    """Kept in state 1: there in state 1, gone in state 2, and nothing is kept in a state that nobody knows."""
    things: WhileUnchanged[str] = WhileUnchanged()
    things.keep(1, "a", "read")
    assert (things.get(1, "a"), things.get(2, "a"), things.get(None, "a")) == ("read", None, None)
    things.keep(None, "b", "read")
    assert things.get(None, "b") is None
