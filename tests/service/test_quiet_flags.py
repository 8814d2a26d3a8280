"""A flag that somebody has handled is silent on the ward's page until something changes."""

from __future__ import annotations


def ward_with_flags(site):
    """A ward, its key to decide, and its first flag."""
    key = site.key("logistics")
    for ward in site.wards:
        rows = site.get(key, f"/wards/{ward['ward_id']}/expiring").json()["items"]
        if rows:
            return key, ward["ward_id"], rows[0]
    raise AssertionError("no ward has a flag")


def page(site, key, ward_id):
    """The page, in Danish."""
    return site.call(key, "GET", f"/afsnit/{ward_id}").text


def decide(site, key, ward_id, flag, action="use_first", decision="accepted"):
    """Decide about a position, whatever its line says."""
    kinds = {row["cabinet_id"]: row["kind"] for row in site.masters["cabinets"]}
    place = {"cabinet_id": flag["cabinet_id"], "item_id": flag["item_id"]}
    one = {**place, "action": action, "decision": decision}
    body = {"ward_id": ward_id, "kind": kinds[flag["cabinet_id"]], "decisions": [one], "shelf_dates": []}
    return site.call(key, "POST", "/api/v1/reviews", body)


def test_a_handled_flag_is_told_apart_and_comes_back_when_the_review_is_undone(site):
    """Before: no word of handled flags. After a decision: one. Undone: none."""
    key, ward_id, flag = ward_with_flags(site)
    assert "Håndteret: 1." not in page(site, key, ward_id)
    made = decide(site, key, ward_id, flag)
    assert made.status_code == 201, made.text
    assert "Håndteret: 1." in page(site, key, ward_id)
    review = site.get(key, f"/reviews/{made.json()['id']}")
    signed = {"Authorization": f"Bearer {key}", "If-Match": review.headers["ETag"]}
    undone = site.client.delete(f"/api/v1/reviews/{made.json()['id']}", headers=signed)
    assert undone.status_code < 300, undone.text
    assert "Håndteret: 1." not in page(site, key, ward_id)


def test_the_api_lists_handled_flags_too(site):
    """Machines get every row; silence is for people."""
    key, ward_id, flag = ward_with_flags(site)
    before = site.get(key, f"/wards/{ward_id}/expiring").json()["total"]
    decide(site, key, ward_id, flag)
    assert site.get(key, f"/wards/{ward_id}/expiring").json()["total"] == before


def test_what_leaves_the_goods_where_they_are_silences_nothing(site):
    """A level followed, or the advice to use the oldest first not followed: the flag still speaks."""
    key, ward_id, flag = ward_with_flags(site)
    for action, decision in (("trim", "accepted"), ("keep", "accepted"), ("use_first", "rejected")):
        made = decide(site, key, ward_id, flag, action, decision)
        assert made.status_code == 201, made.text
        assert "Håndteret: 1." not in page(site, key, ward_id)


def test_goods_taken_out_are_no_longer_named_as_out_of_date(site):
    """The counter of a ward names the goods of the list; once they are taken out it has one less."""
    key = site.key("logistics")
    gone = site.rows("out_of_date")[0]
    wards = {row["cabinet_id"]: row["ward_id"] for row in site.masters["cabinets"]}
    ward_id = wards[gone["cabinet_id"]]
    before = page(site, key, ward_id).count("Sandsynligvis for gammelt</td>")
    named = [row for row in site.rows("out_of_date") if wards[row["cabinet_id"]] == ward_id]
    assert before == len(named)
    made = decide(site, key, ward_id, gone, "take_out")
    assert made.status_code == 201, made.text
    assert page(site, key, ward_id).count("Sandsynligvis for gammelt</td>") == before - 1
