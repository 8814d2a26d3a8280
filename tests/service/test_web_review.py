"""A review made on the page of a ward, by one and by two at once; undoing it; and answers to moves."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from service.access.csrf import token_of
from service.access.grants import Grant, Role
from service.access.people import give_grants, make_person
from service.access.sessions import make_session
from service.reviews.tables import Review
from service.web.review_form import read_form, review_of
from service.web.typed_days import typed_day


def ward_of(site, kind="brik"):
    """A ward with a line of the trim list in a cabinet of a kind, and that line."""
    kinds = {row["cabinet_id"]: row["kind"] for row in site.masters["cabinets"]}
    row = next(r for r in site.rows("trim_list") if kinds[r["cabinet_id"]] == kind and r["action"] in ("trim", "raise"))
    return row["ward_id"], row


def form_of(site, key, ward_id, kind="brik"):
    """The fields of a ward's form as a browser would send them back."""
    page = site.call(key, "GET", f"/afsnit/{ward_id}").text
    return fields_in(page, kind)


def fields_in(page, kind):
    """Hidden fields, and the typed ones with what they hold."""
    (form,) = (one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'data-sheet="{kind}"' in one)
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        part = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if part.get("type") != "radio" or " checked" in tag:
            fields[part["name"]] = part.get("value", "")
    return fields


def place_of(fields, row):
    """The place of a line in the form."""
    wanted = [row["cabinet_id"], row["item_id"]]
    names = (name for name, value in fields.items() if name.startswith("row-") and json.loads(value)[:2] == wanted)
    return next(names).removeprefix("row-")


def send(site, key, path, fields):
    """Send a form, and don't follow where it leads."""
    signed = {"Authorization": f"Bearer {key}"}
    return site.client.post(path, data=fields, headers=signed, follow_redirects=False)


def finish(site, key, ward_id, fields):
    """Send the form of a ward."""
    return send(site, key, f"/afsnit/{ward_id}/gennemgang", fields)


def reviews(site, key):
    """All reviews, as the API has them."""
    return site.get(key, "/reviews").json()["items"]


def test_a_form_becomes_the_review_that_the_api_would_make(site):
    """One line followed, one date read: 303 to the page, which says 1 and 1; the API has both."""
    key, (ward_id, row) = site.key("logistics"), ward_of(site)
    fields = form_of(site, key, ward_id)
    place = place_of(fields, row)
    answer = finish(site, key, ward_id, {**fields, f"decision-{place}": "accepted", f"date-{place}": "31-12-2030"})
    assert answer.status_code == 303
    (made,) = reviews(site, key)
    position = {"cabinet_id": row["cabinet_id"], "item_id": row["item_id"]}
    assert made["decisions"] == [{**position, "action": row["action"], "decision": "accepted"}]
    assert made["shelf_dates"][0]["earliest_expiry"] == "2030-12-31"
    page = site.call(key, "GET", answer.headers["Location"]).text
    assert "afgørelser 1, datoer 1, optællinger 0, kassationer 0" in page
    assert "Rådet følges" in page


def test_what_was_written_on_the_guide_becomes_counts_dates_and_discards(site):
    """34 counted, 6 thrown away for cause A and an earliest date, and nothing decided: all are kept, of today."""
    key, (ward_id, row) = site.key("logistics"), ward_of(site, "non_brik")
    fields = form_of(site, key, ward_id, "non_brik")
    place = place_of(fields, row)
    typed = {"counted": "34", "thrown": "6", "cause": "low_use_large_pack", "date": "12-2030"}
    answer = finish(site, key, ward_id, {**fields, **{f"{name}-{place}": value for name, value in typed.items()}})
    assert answer.status_code == 303
    (made,) = reviews(site, key)
    position, today = {"cabinet_id": row["cabinet_id"], "item_id": row["item_id"]}, made["reviewed_on"]
    assert made["decisions"] == []
    assert made["counts"] == [{**position, "quantity": 34, "counted_at": today}]
    assert made["discards"] == [{**position, "quantity": 6, "cause": "low_use_large_pack", "discarded_at": today}]
    assert made["shelf_dates"] == [{**position, "earliest_expiry": "2030-12-31", "checked_at": today}]
    assert "optællinger 1, kassationer 1" in site.call(key, "GET", answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"counted": "ca. 30"}, "antallet skal være et helt tal"),
        ({"counted": "-1"}, "antallet skal være et helt tal"),
        ({"thrown": "½"}, "antallet skal være et helt tal"),
        ({"counted": "9999999999"}, "antallet skal være et helt tal"),
        ({"cause": "not_rotated"}, "der er valgt en årsag"),
        ({"thrown": "3", "cause": "mice"}, "indholdet passer ikke"),
    ],
)
def test_a_number_that_is_none_comes_back_as_it_was_typed(typed, said, on_sqlite):
    """422, the row says what is wrong, what was typed stands there still, and nothing is kept."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite, "non_brik")
    fields = form_of(on_sqlite, key, ward_id, "non_brik")
    place = place_of(fields, row)
    answer = finish(on_sqlite, key, ward_id, {**fields, **{f"{name}-{place}": text for name, text in typed.items()}})
    assert answer.status_code == 422
    assert said in answer.text
    if "counted" in typed:
        assert f'value="{typed["counted"]}"' in answer.text
    assert reviews(on_sqlite, key) == []


def test_an_item_counted_in_two_rows_is_asked_about(on_sqlite):
    """Two counts of one day would add up: 422 with both rows named, where the numbers still stand."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite)
    fields = form_of(on_sqlite, key, ward_id)
    place = place_of(fields, row)
    rows = sum(name.startswith("row-") for name in fields)
    again = {f"row-{rows}": fields[f"row-{place}"], f"counted-{rows}": "8"}
    answer = finish(on_sqlite, key, ward_id, {**fields, **again, f"counted-{place}": "5"})
    assert answer.status_code == 422
    assert "varen er optalt i to rækker" in answer.text
    assert reviews(on_sqlite, key) == []


def test_a_ward_of_many_rows_can_be_sent(on_sqlite):
    """600 rows with all their fields, 5,400 in all, of which the last was counted."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite)
    fields = form_of(on_sqlite, key, ward_id)
    about = fields[f"row-{place_of(fields, row)}"]
    names = ("decision", "reason", "level-0", "level-1", "date", "counted", "thrown", "cause")
    for place in range(600):
        fields |= {f"row-{place}": about, **{f"{name}-{place}": "" for name in names}}
    assert finish(on_sqlite, key, ward_id, {**fields, "counted-599": "7"}).status_code == 303
    assert [one["quantity"] for one in reviews(on_sqlite, key)[0]["counts"]] == [7]


def test_a_ward_of_many_rows_can_be_sent_by_somebody_signed_in(on_sqlite):
    """600 rows in a browser's form with its token: the guard against forged forms reads all of it."""
    with on_sqlite.database.writing() as session:
        person = make_person(session, "test", "anna", by="test")
        give_grants(session, person.principal, [Grant(Role.LOGISTICS)], by="test")
        secret = make_session(session, person.principal)
    ward_id, row = ward_of(on_sqlite)
    fields = form_of(on_sqlite, on_sqlite.key("logistics"), ward_id)
    about = fields[f"row-{place_of(fields, row)}"]
    for place in range(600):
        fields |= {
            f"row-{place}": about,
            **{f"{name}-{place}": "" for name in ("decision", "reason", "counted", "date")},
        }
    form = {**fields, "counted-599": "7", "csrf_token": token_of(secret)}
    how = {"headers": {"Cookie": f"brikopt={secret}"}, "follow_redirects": False}
    answer = on_sqlite.client.post(f"/afsnit/{ward_id}/gennemgang", data=form, **how)
    assert answer.status_code == 303, answer.text
    forged = {**form, "csrf_token": token_of("another")}
    refused = on_sqlite.client.post(f"/afsnit/{ward_id}/gennemgang", data=forged, **how)
    assert refused.status_code == 403


def test_nothing_thrown_away_is_no_discard(on_sqlite):
    """A nought written under Kasseret is an answer, and no row."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite, "non_brik")
    fields = form_of(on_sqlite, key, ward_id, "non_brik")
    finish(on_sqlite, key, ward_id, {**fields, f"thrown-{place_of(fields, row)}": "0"})
    assert [one["discards"] for one in reviews(on_sqlite, key)] == [[]]


def test_a_form_sent_twice_is_kept_once(site):
    """Two presses of the button: the same review both times."""
    key, (ward_id, _) = site.key("logistics"), ward_of(site)
    fields = form_of(site, key, ward_id)
    places = [finish(site, key, ward_id, fields).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert len(reviews(site, key)) == 1


@pytest.mark.parametrize(
    ("kind", "levels", "kept"),
    [
        ("brik", ("{pack}", "2"), ("new_brik_qty", "new_brik_count")),
        ("non_brik", ("3", "7"), ("new_min_level", "new_max_level")),
    ],
)
def test_another_level_is_kept_as_typed(kind, levels, kept, on_sqlite):
    """Cards: one pack, twice. Without cards: 3 to 7."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite, kind)
    fields = form_of(on_sqlite, key, ward_id, kind)
    place = place_of(fields, row)
    packs = {item["item_id"]: item["pack_size"] for item in on_sqlite.masters["items"]}
    typed = [level.format(pack=packs[row["item_id"]]) for level in levels]
    fields |= {f"decision-{place}": "changed", f"level-0-{place}": typed[0], f"level-1-{place}": typed[1]}
    assert finish(on_sqlite, key, ward_id, fields).status_code == 303
    (made,) = reviews(on_sqlite, key)
    decision = next(one for one in made["decisions"] if one["item_id"] == row["item_id"])
    assert [str(decision[name]) for name in kept] == typed


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31-12-2025", "2025-12-31"),
        ("1.3.26", "2026-03-01"),
        ("010326", "2026-03-01"),
        ("01032026", "2026-03-01"),
        ("2026-03-01", "2026-03-01"),
        ("6/2025", "2025-06-30"),
        ("2024-02", "2024-02-29"),
    ],
)
def test_days_as_they_stand_on_packs(text, day):
    """Day first, with or without signs between; a month alone is good to its last day."""
    assert typed_day(text).isoformat() == day


@pytest.mark.parametrize(
    "text", ["", "31-02-2025", "13-2025", "12345", "1 2", "00-06-2025", "31-12-2025 x", "٣١-12-2025x"]
)
def test_what_is_no_day_is_refused(text):
    """ValueError, whatever it is."""
    with pytest.raises(ValueError):
        typed_day(text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"decision": "rejected"}, "hvorfor rådet ikke følges"),
        ({"decision": "rejected", "reason": "Til 010190-1234"}, "ligner et personnummer"),
        ({"decision": "changed", "level-0": "5"}, "skriv både stk. pr. brik og antal brikker"),
        ({"decision": "changed", "level-0": "-5", "level-1": "x"}, "som hele tal"),
        ({"reason": "En grund"}, "men ikke valgt"),
        ({"date": "31-02-2025"}, "datoen kan ikke læses"),
        ({"date": "01-01-1901"}, "datoen kan ikke læses"),
    ],
)
def test_what_does_not_fit_is_named_and_what_was_typed_stays(typed, said, on_sqlite):
    """422, the row and what to do, the fields as they were, and 0 reviews."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite)
    fields = form_of(on_sqlite, key, ward_id)
    place = place_of(fields, row)
    answer = finish(on_sqlite, key, ward_id, fields | {f"{name}-{place}": value for name, value in typed.items()})
    assert answer.status_code == 422
    assert said in answer.text
    assert html.escape(row["name"]) in re.search(r'role="alert".*?</div>', answer.text, re.DOTALL)[0]
    again = fields_in(answer.text, "brik")
    assert {name: again[f"{name}-{place}"] for name in typed} == typed
    assert reviews(on_sqlite, key) == []


def test_cards_hold_whole_packs(on_sqlite):
    """One unit more than a pack of several is refused in its row."""
    items = {row["item_id"]: row["pack_size"] for row in on_sqlite.masters["items"]}
    kinds = {row["cabinet_id"]: row["kind"] for row in on_sqlite.masters["cabinets"]}
    row = next(
        r
        for r in on_sqlite.rows("trim_list")
        if kinds[r["cabinet_id"]] == "brik" and items[r["item_id"]] > 1 and r["action"] in ("trim", "raise", "remove")
    )
    key = on_sqlite.key("logistics")
    fields = form_of(on_sqlite, key, row["ward_id"])
    place = place_of(fields, row)
    fields |= {
        f"decision-{place}": "changed",
        f"level-0-{place}": str(items[row["item_id"]] + 1),
        f"level-1-{place}": "2",
    }
    answer = finish(on_sqlite, key, row["ward_id"], fields)
    assert (answer.status_code, "hele pakninger" in answer.text) == (422, True)


def test_min_lies_below_max(on_sqlite):
    """7 to 7 is refused, 0 to 0 (no place in the cabinet) is kept."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite, "non_brik")
    fields = form_of(on_sqlite, key, ward_id, "non_brik")
    place = place_of(fields, row)
    fields |= {f"decision-{place}": "changed", f"level-0-{place}": "7", f"level-1-{place}": "7"}
    refused = finish(on_sqlite, key, ward_id, fields)
    assert (refused.status_code, "ny min. skal ligge under ny maks." in refused.text) == (422, True)
    none = fields | {f"level-0-{place}": "0", f"level-1-{place}": "0"}
    assert finish(on_sqlite, key, ward_id, none).status_code == 303


def test_the_second_of_two_sees_what_the_first_did_and_overwrites_nothing(site):
    """Both open the page; the second gets 409 with who was first and their own choices, and may then send them."""
    first, second = site.key("logistics"), site.key("logistics")
    ward_id, row = ward_of(site)
    mine, theirs = form_of(site, first, ward_id), form_of(site, second, ward_id)
    place = place_of(mine, row)
    assert finish(site, first, ward_id, {**mine, f"decision-{place}": "accepted"}).status_code == 303
    typed = {f"decision-{place}": "rejected", f"reason-{place}": "Bruges i bølger"}
    told = finish(site, second, ward_id, {**theirs, **typed})
    name = site.get(first, "/me").json()["name"]
    assert told.status_code == 409
    assert f"{name} afsluttede en gennemgang" in told.text
    assert f"Rådet følges ({name})" in told.text
    again = fields_in(told.text, "brik")
    assert {field: again[field] for field in typed} == typed
    assert len(reviews(site, first)) == 1
    assert finish(site, second, ward_id, again).status_code == 303
    assert len(reviews(site, first)) == 2


def test_decisions_on_figures_that_are_no_longer_shown_are_not_kept(on_sqlite):
    """409 where the form was made from another run; the new form has the choice, and is then kept."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite)
    fields = form_of(on_sqlite, key, ward_id)
    place = place_of(fields, row)
    told = finish(on_sqlite, key, ward_id, {**fields, "run": "another", f"decision-{place}": "accepted"})
    assert (told.status_code, "Der er kommet nye tal" in told.text) == (409, True)
    again = fields_in(told.text, "brik")
    assert again[f"decision-{place}"] == "accepted"
    assert finish(on_sqlite, key, ward_id, again).status_code == 303


TYPED = st.one_of(st.text(max_size=12), st.sampled_from(["accepted", "rejected", "changed", "5", "31-12-2030", "[]"]))
NAMES = ("row", "decision", "reason", "level-0", "level-1", "date")


@settings(deadline=None, max_examples=150)
@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TYPED)), max_size=3), kind=TYPED)
def test_whatever_is_typed_becomes_a_review_or_faults(rows, kind):
    """Never both, never neither, and each fault lies in a row that was sent."""
    fields = {f"{name}-{place}": value for place, row in enumerate(rows) for name, value in row.items()}
    sent, faults = review_of("A1", read_form({**fields, "kind": kind}))
    assert (sent is None) == bool(faults)
    assert all(0 <= fault.row < len(rows) for fault in faults)


@pytest.mark.parametrize("about", ['["elsewhere", "unknown", "trim"]', "nonsense", "[]", '{"a": 1}', "7"])
def test_a_row_that_is_not_of_the_ward_is_refused(about, on_sqlite):
    """422, whatever the field says, and 0 reviews."""
    key, (ward_id, row) = on_sqlite.key("logistics"), ward_of(on_sqlite)
    fields = form_of(on_sqlite, key, ward_id)
    place = place_of(fields, row)
    answer = finish(on_sqlite, key, ward_id, {**fields, f"row-{place}": about, f"date-{place}": "2030-01-01"})
    assert (answer.status_code, "ligger ikke længere i skabet" in answer.text) == (422, True)
    assert reviews(on_sqlite, key) == []


def test_undoing_leaves_the_review_in_sight(site):
    """Undone once with the tag of the page, refused with the old one; the page says who and when."""
    key, (ward_id, _) = site.key("logistics"), ward_of(site)
    finish(site, key, ward_id, form_of(site, key, ward_id))
    page = site.call(key, "GET", f"/afsnit/{ward_id}").text
    path, tag = re.search(r'action="(/gennemgange/[^"]+)".*?name="etag" value="([^"]*)"', page, re.DOTALL).groups()
    undone = send(site, key, path, {"etag": html.unescape(tag)})
    again = send(site, key, path, {"etag": html.unescape(tag)})
    assert (undone.status_code, again.status_code) == (303, 412)
    assert "En anden kom først" in again.text
    text = site.call(key, "GET", undone.headers["Location"]).text
    assert "Gennemgangen er fortrudt" in text
    assert reviews(site, key)[0]["undone_at"] is not None


def test_a_rejection_is_remembered_with_its_reason_in_the_next_run(site):
    """The review belongs to another run: no decision stands, but the row tells why the advice wasn't followed."""
    key, (ward_id, row) = site.key("logistics"), ward_of(site)
    decision = {name: row[name] for name in ("cabinet_id", "item_id", "action")}
    decision |= {"decision": "rejected", "reason": "Bruges i bølger"}
    site.call(key, "POST", "/api/v1/reviews", {"ward_id": ward_id, "kind": "brik", "decisions": [decision]})
    with site.database.writing() as session:
        session.execute(update(Review).values(run_id="earlier"))
    page = site.call(key, "GET", f"/afsnit/{ward_id}").text
    assert "Rådet blev ikke fulgt sidst" in page
    assert "Bruges i bølger</p>" in page
    assert "Rådet følges ikke" not in page


def test_only_logistics_of_the_ward_finds_a_form(site):
    """Reader, admin, and logistics of another ward: no form; and sending one anyway is 403."""
    ward_id, _ = ward_of(site)
    owner = site.key("logistics", wards=ward_id)
    fields = form_of(site, owner, ward_id)
    other = next(ward["ward_id"] for ward in site.wards if ward["ward_id"] != ward_id)
    for key in (site.key("reader"), site.key("admin")):
        assert "data-sheet=" not in site.call(key, "GET", f"/afsnit/{ward_id}").text
        assert finish(site, key, ward_id, fields).status_code == 403
    stranger = site.key("logistics", wards=other)
    assert finish(site, stranger, ward_id, fields).status_code == 403
    assert reviews(site, owner) == []


def move_form(site, key):
    """Address, tag and number of the first move that may be answered."""
    page = site.call(key, "GET", "/flytninger").text
    return re.search(r'action="(/flytninger/[^"]+)".*?name="etag" value="([^"]*)"', page, re.DOTALL).groups()


def test_a_move_is_agreed_on_the_page(site):
    """Said yes: the API has accepted; an answer with the old tag changes nothing, and says so."""
    key = site.key("logistics")
    path, tag = move_form(site, key)
    yes = send(site, key, path, {"etag": html.unescape(tag), "state": "accepted"})
    late = send(site, key, path, {"etag": html.unescape(tag), "state": "declined"})
    assert (yes.headers["Location"], late.headers["Location"]) == (
        "/flytninger?svar=accepted",
        "/flytninger?svar=stale",
    )
    move = site.get(key, f"/transfers/{path.rpartition('/')[2]}").json()
    assert move["state"] == "accepted"
    assert "En anden har svaret imens" in site.call(key, "GET", late.headers["Location"]).text


def test_the_page_asks_the_end_that_has_not_said_yes(on_sqlite):
    """The giver's yes: no yes left for the giver, one for the taker; after both, the goods may be said to be moved."""
    site = on_sqlite
    items = site.get(site.key("logistics"), "/transfers").json()["items"]
    move = next(one for one in items if one["from_ward_id"] != one["to_ward_id"])
    giver, taker = (site.key("logistics", wards=move[end]) for end in ("from_ward_id", "to_ward_id"))

    def shown(key, lang="da"):
        page = site.call(key, "GET", f"/flytninger?lang={lang}").text
        (card,) = re.findall(rf'<li class="card" id="flytning-{move["id"]}">.*?</li>', page, re.DOTALL)
        (standing,) = re.findall(r'<strong class="state">(.*?)</strong>', card)
        return standing, re.findall(r'name="state" value="(\w+)"', card), card

    def say(key, state):
        tag = re.search(r'name="etag" value="([^"]*)"', shown(key)[2])[1]
        assert send(site, key, f"/flytninger/{move['id']}", {"etag": html.unescape(tag), "state": state})

    waiting = "Afgiver har sagt ja, venter på modtager"
    assert shown(giver)[:2] == ("Venter på svar", ["accepted", "declined"])
    say(giver, "accepted")
    assert shown(giver)[:2] == (waiting, ["declined"])
    assert "Sig alligevel nej" in shown(giver)[2]
    assert shown(taker)[:2] == (waiting, ["accepted", "declined"])
    assert shown(taker, "en")[0] == "The giver has said yes, the taker is yet to answer"
    say(taker, "accepted")
    for key in (giver, taker):
        assert shown(key)[:2] == ("Begge har sagt ja", ["done", "declined"])
    say(taker, "declined")
    assert [shown(key)[:2] for key in (giver, taker)] == [("Sagt nej", []), ("Sagt nej", ["accepted"])]


def test_the_first_page_counts_the_moves_that_wait_for_oneself(on_sqlite):
    """One less for the giver after its yes, as many as before for the taker."""
    site = on_sqlite
    items = site.get(site.key("logistics"), "/transfers").json()["items"]
    move = next(one for one in items if one["from_ward_id"] != one["to_ward_id"])
    giver, taker = (site.key("logistics", wards=move[end]) for end in ("from_ward_id", "to_ward_id"))

    def waiting():
        pages = [site.call(key, "GET", "/").text for key in (giver, taker)]
        return [sum(map(int, re.findall(r"(\d+) flytning(?:er)? venter på svar", page))) for page in pages]

    before = waiting()
    path = f"/api/v1/transfers/{move['id']}"
    assert site.call(giver, "POST", path, {"state": "accepted"}, If_Match=move["etag"]).status_code == 200
    assert waiting() == [before[0] - 1, before[1]]


@pytest.mark.parametrize(
    ("sent", "told"),
    [({"state": "declined", "reason": "Til 010190-1234"}, "personal_number"), ({"state": "perhaps"}, "not_fit")],
)
def test_an_answer_that_does_not_fit_changes_nothing(sent, told, on_sqlite):
    """Still proposed; the personal number is nowhere in the answer."""
    key = on_sqlite.key("logistics")
    path, tag = move_form(on_sqlite, key)
    answer = send(on_sqlite, key, path, {"etag": html.unescape(tag), **sent})
    assert answer.headers["Location"] == f"/flytninger?svar={told}"
    assert on_sqlite.get(key, f"/transfers/{path.rpartition('/')[2]}").json()["state"] == "proposed"


def test_a_ward_shows_its_own_moves_alone(site):
    """Giver and taker have the move on their page, a third ward has not."""
    key = site.key("logistics")
    move = site.get(key, "/transfers").json()["items"][0]
    ends = (move["from_ward_id"], move["to_ward_id"])
    for ward in site.wards:
        page = site.call(key, "GET", f"/afsnit/{ward['ward_id']}").text
        assert (f"flytning-{move['id']}" in page) == (ward["ward_id"] in ends)
