"""Reviews: made once, seen by those in scope, undone but never erased, safe for two at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest


def position(site) -> tuple[str, str, str]:
    """Ward, cabinet and item of a line of the trim list."""
    row = site.rows("trim_list")[0]
    return row["ward_id"], row["cabinet_id"], row["item_id"]


def decided(site, **changes) -> dict:
    """A review with one decision."""
    ward, cabinet, item = position(site)
    decision = {"cabinet_id": cabinet, "item_id": item, "action": "trim", "decision": "accepted", **changes}
    return {"ward_id": ward, "kind": "brik", "decisions": [decision]}


def post(site, key, body, **headers):
    """Send a review."""
    return site.call(key, "POST", "/api/v1/reviews", body, **headers)


def total(site) -> int:
    """Reviews in all."""
    return site.get(site.key("admin"), "/reviews").json()["total"]


def test_a_review_is_kept_as_it_was_sent(site):
    """201, its place, its tag, and the same content when it is fetched."""
    key = site.key("logistics")
    ward, cabinet, item = position(site)
    body = decided(site, decision="changed", new_min_level=1, new_max_level=2, reason="Bruges sjældent")
    body["shelf_dates"] = [{"cabinet_id": cabinet, "item_id": item, "earliest_expiry": "2027-01-31"}]
    body["counts"] = [{"cabinet_id": cabinet, "item_id": item, "quantity": 0, "counted_at": "2025-03-03"}]
    made = post(site, key, body)
    assert made.status_code == 201
    assert made.json()["counts"] == body["counts"]
    assert made.json()["decisions"] == body["decisions"]
    assert made.json()["shelf_dates"][0]["earliest_expiry"] == "2027-01-31"
    fetched = site.call(key, "GET", made.headers["Location"])
    assert fetched.json() == made.json()
    assert fetched.headers["ETag"] == made.headers["ETag"] == made.json()["etag"]
    assert site.get(key, f"/reviews?ward_id={ward}").json()["items"] == [made.json()]


def test_the_same_request_twice_takes_effect_once(site):
    """Two equal answers, tags included, and 1 review; without a key, 2 more."""
    key, body = site.key("logistics"), decided(site)
    first, second = (post(site, key, body, Idempotency_Key="a") for _ in range(2))
    assert (first.status_code, first.json(), first.headers["ETag"]) == (
        second.status_code,
        second.json(),
        second.headers["ETag"],
    )
    assert total(site) == 1
    post(site, key, body)
    post(site, key, body)
    assert total(site) == 3


def test_a_key_used_for_another_request_is_refused(site):
    """422 for another body; the same key of somebody else is another key."""
    one, other = site.key("logistics"), site.key("logistics")
    body = decided(site)
    answers = [
        post(site, one, body, Idempotency_Key="a"),
        post(site, one, {**body, "kind": "non_brik"}, Idempotency_Key="a"),
        post(site, other, body, Idempotency_Key="a"),
    ]
    assert [answer.status_code for answer in answers] == [201, 422, 201]
    assert answers[1].json()["type"] == "urn:brikopt:problem:key-reused"


def test_a_refused_request_does_not_use_up_its_key(site):
    """404 first; the same key is good for the right ward afterwards."""
    key, body = site.key("logistics"), decided(site)
    answers = [post(site, key, {**body, "ward_id": ward}, Idempotency_Key="a") for ward in ("x", body["ward_id"])]
    assert [answer.status_code for answer in answers] == [404, 201]


def test_eight_at_once_with_one_key_make_one_review(site):
    """8 answers of 201, all of the same id."""
    key, body = site.key("logistics"), decided(site)
    with ThreadPoolExecutor(8) as pool:
        answers = [
            done.result() for done in [pool.submit(post, site, key, body, Idempotency_Key="a") for _ in range(8)]
        ]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert total(site) == 1


def test_undoing_takes_the_right_tag(site):
    """428 without one, 412 with a wrong, weak or old one, 200 with the right one, 409 for the second time."""
    key = site.key("logistics")
    made = post(site, key, decided(site))
    place, tag = made.headers["Location"], made.headers["ETag"]

    def undo(**headers):
        return site.call(key, "DELETE", place, **headers)

    assert [undo().status_code, *(undo(If_Match=one).status_code for one in ('"x"', f"W/{tag}"))] == [428, 412, 412]
    undone = undo(If_Match=tag)
    assert (undone.status_code, undo(If_Match=tag).status_code) == (200, 412)
    assert undo(If_Match=undone.headers["ETag"]).status_code == 409
    (listed,) = site.get(key, "/reviews").json()["items"]
    assert listed["undone_at"] is not None
    assert listed["decisions"] == made.json()["decisions"]


def test_of_eight_who_undo_at_once_one_does(site):
    """One 200, and seven 412."""
    key = site.key("logistics")
    made = post(site, key, decided(site))

    def undo(_):
        return site.call(key, "DELETE", made.headers["Location"], If_Match=made.headers["ETag"]).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(undo, range(8))) == [200] + [412] * 7


def test_reviews_of_others_are_out_of_scope(site):
    """A key of another unit: can't make, see or undo it, and doesn't find it in the list."""
    ward = next(one for one in site.wards if one["ward_id"] == position(site)[0])
    other = next(one["unit"] for one in site.wards if one["unit"] != ward["unit"])
    owner, stranger = site.key("logistics", units=ward["unit"]), site.key("logistics", units=other)
    made = post(site, owner, decided(site))
    place, tag = made.headers["Location"], made.headers["ETag"]
    answers = [
        post(site, stranger, decided(site)),
        site.call(stranger, "GET", place),
        site.call(stranger, "DELETE", place, If_Match=tag),
    ]
    assert [made.status_code, *(answer.status_code for answer in answers)] == [201, 403, 403, 403]
    assert site.get(stranger, "/reviews").json()["total"] == 0


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"cabinet_id": "elsewhere"}, "decisions.0.cabinet_id"),
        ({"item_id": "unknown"}, "decisions.0.item_id"),
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "changed"}, "decisions.0"),
        ({"new_min_level": 3, "new_max_level": 2}, "decisions.0"),
        ({"new_max_level": -1}, "new_max_level"),
        ({"reason": "Til 010190-1234"}, "decisions.0"),
        ({"reason": "a\x00b"}, "reason"),
        ({"who": "me"}, "who"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_named(changes, where, on_sqlite):
    """422, the place among the errors, and 0 reviews."""
    answer = post(on_sqlite, on_sqlite.key("logistics"), decided(on_sqlite, **changes))
    assert answer.status_code == 422
    assert any(where in one["where"] for one in answer.json()["errors"])
    assert "010190-1234" not in answer.text
    assert total(on_sqlite) == 0


def test_a_card_holds_whole_packs(on_sqlite):
    """One unit more than a pack of several is refused."""
    items = {row["item_id"]: row for row in on_sqlite.masters["items"]}
    brik = {row["cabinet_id"] for row in on_sqlite.masters["cabinets"] if row["kind"] == "brik"}
    lines = (row for row in on_sqlite.rows("trim_list") if row["cabinet_id"] in brik)
    row = next(row for row in lines if items[row["item_id"]]["pack_size"] > 1)
    decision = {name: row[name] for name in ("cabinet_id", "item_id", "action")}
    sizes = [items[row["item_id"]]["pack_size"] + extra for extra in (0, 1)]
    body = {"ward_id": row["ward_id"], "kind": "brik"}
    bodies = [{**body, "decisions": [{**decision, "decision": "changed", "new_brik_qty": size}]} for size in sizes]
    key = on_sqlite.key("logistics")
    assert [post(on_sqlite, key, one).status_code for one in bodies] == [201, 422]


def sent_for(site, kind: str, **changes) -> dict:
    """A changed decision about the first position in a cabinet of a kind, with the row of its levels."""
    cabinets = {row["cabinet_id"] for row in site.masters["cabinets"] if row["kind"] == kind}
    row = next(row for row in site.rows("levels") if row["cabinet_id"] in cabinets)
    decision = {"cabinet_id": row["cabinet_id"], "item_id": row["item_id"], "action": "trim", "decision": "changed"}
    return {"ward_id": site.ward_of(row["cabinet_id"]), "kind": kind, "decisions": [{**decision, **changes}]}


@pytest.mark.parametrize(
    ("kind", "levels", "where"),
    [
        ("non_brik", {"new_brik_qty": 1000, "new_brik_count": 2}, "new_brik_qty"),
        ("non_brik", {"new_min_level": 100_000}, "new_min_level"),
        ("brik", {"new_brik_qty": 1000, "new_brik_count": 2, "new_max_level": 1500}, "new_max_level"),
        ("brik", {"new_brik_qty": 1000, "new_brik_count": 2, "new_min_level": 500}, "new_min_level"),
    ],
)
def test_levels_that_no_cabinet_can_have_are_refused(kind, levels, where, on_sqlite):
    """Cards where there are none; a min above today's max; cards that make other levels: 422, told which."""
    refused = post(on_sqlite, on_sqlite.key("logistics"), sent_for(on_sqlite, kind, **levels))
    assert refused.status_code == 422
    assert f"decisions.0.{where}" in [one["where"] for one in refused.json()["errors"]]


@pytest.mark.parametrize(
    ("kind", "levels"),
    [
        ("brik", {"new_brik_qty": 1000, "new_brik_count": 2, "new_min_level": 1000, "new_max_level": 2000}),
        ("non_brik", {"new_min_level": 3, "new_max_level": 9}),
        ("non_brik", {"new_max_level": 0}),
    ],
)
def test_levels_that_fit_are_kept(kind, levels, on_sqlite):
    """Two cards of 1000 make 1000 and 2000; 3 and 9 need no cards; max 0 takes the item away."""
    assert post(on_sqlite, on_sqlite.key("logistics"), sent_for(on_sqlite, kind, **levels)).status_code == 201


def test_one_line_is_decided_once(on_sqlite):
    """Accepted and rejected in one review: 422 at both; another action at the same position is another line."""
    key, body = on_sqlite.key("logistics"), decided(on_sqlite)
    (one,) = body["decisions"]
    refused = post(on_sqlite, key, {**body, "decisions": [one, {**one, "decision": "rejected"}]})
    assert [fault["where"] for fault in refused.json()["errors"]] == ["decisions.0", "decisions.1"]
    assert post(on_sqlite, key, {**body, "decisions": [one, {**one, "action": "use_first"}]}).status_code == 201


@pytest.mark.parametrize(
    ("part", "cells", "where"),
    [
        ("counts", {"quantity": 7, "counted_at": "1990-01-01"}, "counts.0.counted_at"),
        ("counts", {"quantity": 1_706_363}, "counts.0.quantity"),
        ("discards", {"quantity": 57_012, "cause": "other"}, "discards.0.quantity"),
        ("discards", {"quantity": 1, "discarded_at": "2014-03-01"}, "discards.0.discarded_at"),
        ("shelf_dates", {"earliest_expiry": "2014-06-30"}, "shelf_dates.0.earliest_expiry"),
        ("shelf_dates", {"earliest_expiry": "2062-06-30"}, "shelf_dates.0.earliest_expiry"),
    ],
)
def test_what_no_shelf_holds_and_no_pack_says_is_refused(on_sqlite, part, cells, where):
    """A year mistyped, an item number for units, the first digits of a barcode: 422 at the field, in one sentence."""
    ward, cabinet, item = position(on_sqlite)
    body = {"ward_id": ward, "kind": "brik", part: [{"cabinet_id": cabinet, "item_id": item, **cells}]}
    refused = post(on_sqlite, on_sqlite.key("logistics"), body)
    assert refused.status_code == 422
    assert [fault["where"] for fault in refused.json()["errors"]] == [where]


def test_a_shelf_has_one_earliest_date(on_sqlite):
    """Two of one position in one review: 422 at both."""
    ward, cabinet, item = position(on_sqlite)
    both = [{"cabinet_id": cabinet, "item_id": item, "earliest_expiry": f"2027-0{month}-28"} for month in (1, 2)]
    refused = post(on_sqlite, on_sqlite.key("logistics"), {"ward_id": ward, "kind": "brik", "shelf_dates": both})
    assert [fault["where"] for fault in refused.json()["errors"]] == ["shelf_dates.0", "shelf_dates.1"]


def test_a_shelf_read_on_a_day_to_come_is_refused(on_sqlite):
    """422 for a day of next century, 201 for one of this."""
    ward, cabinet, item = position(on_sqlite)
    read = {"cabinet_id": cabinet, "item_id": item, "earliest_expiry": "2027-01-31"}
    bodies = [
        {"ward_id": ward, "kind": "brik", "shelf_dates": [{**read, "checked_at": day}]}
        for day in ("2198-01-01", "2025-01-01")
    ]
    assert [post(on_sqlite, on_sqlite.key("logistics"), body).status_code for body in bodies] == [422, 201]
