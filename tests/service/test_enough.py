"""A review counts for the targets where enough of its list was handled; else it is kept as a visit."""

from __future__ import annotations

import math

import pytest

from tests.service.sites import Site

REGION = "*"


def listed(site: Site) -> tuple[str, list[tuple[str, str, str]]]:
    """A ward that isn't reviewed in brik cabinets, with at least five rows there: its lines of the trim list."""
    kinds = {row["cabinet_id"]: row["kind"] for row in site.masters["cabinets"]}
    key = site.key("reader")
    for ward in site.wards:
        rows = site.get(key, f"/wards/{ward['ward_id']}/trim-list?page_size=1000").json()["items"]
        lines = [(r["cabinet_id"], r["item_id"], r["action"]) for r in rows if kinds[r["cabinet_id"]] == "brik"]
        if (
            ward["in_scope"]["brik"]
            and ward["reviewed_on"]["brik"] is None
            and len({line[:2] for line in lines}) == len(lines) >= 5
        ):
            return ward["ward_id"], lines
    raise AssertionError("no ward to review")


def place(line) -> dict[str, str]:
    """Cabinet and item of a line."""
    return {"cabinet_id": line[0], "item_id": line[1]}


def post(site, body):
    """Send a review by somebody who reaches everything."""
    return site.call(site.key("logistics"), "POST", "/api/v1/reviews", {"kind": "brik", **body})


def reviewed(site) -> int:
    """Wards of the region reviewed in brik cabinets."""
    rows = site.get(site.key("programme"), "/coverage").json()["items"]
    return next(row["wards_reviewed"] for row in rows if (row["unit"], row["kind"]) == (REGION, "brik"))


def test_an_empty_review_is_a_visit(on_sqlite):
    """Nothing decided and nothing seen of n rows: kept, 0 of n, and the region has no ward more."""
    before = reviewed(on_sqlite)
    ward, lines = listed(on_sqlite)
    made = post(on_sqlite, {"ward_id": ward, "decisions": []})
    assert made.status_code == 201
    told = made.json()
    assert (told["rows_handled"], told["rows_listed"], told["counts_for_target"]) == (0, len(lines), False)
    assert reviewed(on_sqlite) == before


@pytest.mark.parametrize(("fewer", "counts"), [(0, True), (1, False)])
def test_four_fifths_of_the_rows_are_enough(on_sqlite, fewer, counts):
    """Of n rows ceil(.8 n) seen count, one fewer doesn't; the share is the policy's default."""
    before = reviewed(on_sqlite)
    ward, lines = listed(on_sqlite)
    seen = [place(line) for line in lines[: math.ceil(0.8 * len(lines)) - fewer]]
    made = post(on_sqlite, {"ward_id": ward, "seen": seen}).json()
    assert (made["rows_handled"], made["counts_for_target"]) == (len(seen), counts)
    assert reviewed(on_sqlite) == before + counts


def test_decided_counted_read_and_seen_rows_are_handled_alike(on_sqlite):
    """One row decided, one counted, one with its date read, one seen: four; a decision about another action is none."""
    ward, lines = listed(on_sqlite)
    other = {**place(lines[4]), "action": "keep", "decision": "accepted"}
    body = {
        "decisions": [{**place(lines[0]), "action": lines[0][2], "decision": "rejected", "reason": "Bruges"}, other],
        "counts": [{**place(lines[1]), "quantity": 3}],
        "shelf_dates": [{**place(lines[2]), "earliest_expiry": "2027-01-31"}],
        "seen": [place(lines[3])],
    }
    assert post(on_sqlite, {"ward_id": ward, **body}).json()["rows_handled"] == 4


def test_whoever_says_why_less_is_enough_makes_a_review(on_sqlite):
    """Nothing handled, and a reason: it counts, and the reason stands; a personal number in it is refused."""
    before = reviewed(on_sqlite)
    ward, _ = listed(on_sqlite)
    made = post(on_sqlite, {"ward_id": ward, "enough_because": "Skabet flyttes"}).json()
    assert (made["counts_for_target"], made["enough_because"]) == (True, "Skabet flyttes")
    assert reviewed(on_sqlite) == before + 1
    assert post(on_sqlite, {"ward_id": ward, "enough_because": "Til 010180-1234"}).status_code == 422


def test_a_strange_position_cannot_be_seen(on_sqlite):
    """422 that names the row."""
    ward, lines = listed(on_sqlite)
    answer = post(on_sqlite, {"ward_id": ward, "seen": [place(lines[0]), {**place(lines[0]), "item_id": "nothing"}]})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "seen.1.item_id")
