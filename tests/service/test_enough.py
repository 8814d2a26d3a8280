"""A review counts for the targets where enough of its list was handled; else it is kept as a visit."""

from __future__ import annotations

import itertools
import math

import pytest

from tests.service.sites import Site

REGION = "*"


def listed(site: Site) -> tuple[str, str, list[tuple[str, str, str]]]:
    """A ward and a kind in which it isn't reviewed, with at least four lines of the trim list; and those lines."""
    kinds = {row["cabinet_id"]: row["kind"] for row in site.masters["cabinets"]}
    key = site.key("reader")
    for ward, kind in itertools.product(site.wards, ("brik", "non_brik")):
        rows = site.get(key, f"/wards/{ward['ward_id']}/trim-list?page_size=1000").json()["items"]
        lines = [(r["cabinet_id"], r["item_id"], r["action"]) for r in rows if kinds[r["cabinet_id"]] == kind]
        if ward["in_scope"][kind] and ward["reviewed_on"][kind] is None and len(positions_of(lines)) >= 4:
            return ward["ward_id"], kind, lines
    raise AssertionError("no ward to review")


def positions_of(lines) -> list[tuple[str, str]]:
    """The positions of some lines, each once; one may have several lines."""
    return list(dict.fromkeys(line[:2] for line in lines))


def place(line) -> dict[str, str]:
    """Cabinet and item of a line."""
    return {"cabinet_id": line[0], "item_id": line[1]}


def post(site, body):
    """Send a review by somebody who reaches everything."""
    return site.call(site.key("logistics"), "POST", "/api/v1/reviews", body)


def reviewed(site, kind) -> int:
    """Wards of the region reviewed in a kind of cabinets."""
    rows = site.get(site.key("programme"), "/coverage").json()["items"]
    return next(row["wards_reviewed"] for row in rows if (row["unit"], row["kind"]) == (REGION, kind))


def test_an_empty_review_is_a_visit(on_sqlite):
    """Nothing decided and nothing seen of n rows: kept, 0 of n, and the region has no ward more."""
    ward, kind, lines = listed(on_sqlite)
    before = reviewed(on_sqlite, kind)
    made = post(on_sqlite, {"ward_id": ward, "kind": kind, "decisions": []})
    assert made.status_code == 201
    told = made.json()
    assert (told["rows_handled"], told["rows_listed"], told["counts_for_target"]) == (0, len(lines), False)
    assert reviewed(on_sqlite, kind) == before


@pytest.mark.parametrize("enough", [True, False])
def test_four_fifths_of_the_rows_are_enough(on_sqlite, enough):
    """Positions seen in order until they hold ceil(.8 n) of the n lines count; without the last of them they don't."""
    ward, kind, lines = listed(on_sqlite)
    before, seen = reviewed(on_sqlite, kind), []
    for position in positions_of(lines):
        if handled(lines, seen) >= math.ceil(0.8 * len(lines)):
            break
        seen.append(position)
    seen = seen if enough else seen[:-1]
    made = post(on_sqlite, {"ward_id": ward, "kind": kind, "seen": [place(one) for one in seen]}).json()
    assert (made["rows_handled"], made["counts_for_target"]) == (handled(lines, seen), enough)
    assert reviewed(on_sqlite, kind) == before + enough


def handled(lines, seen) -> int:
    """Lines of the positions that were seen."""
    return sum(line[:2] in seen for line in lines)


def test_a_ward_may_be_gone_through_in_parts(on_sqlite):
    """Half of the positions seen at a first visit and the rest at a second: a visit, and then a review."""
    ward, kind, lines = listed(on_sqlite)
    every = positions_of(lines)
    half = len(every) // 2
    told = [
        post(on_sqlite, {"ward_id": ward, "kind": kind, "seen": [place(one) for one in part]}).json()
        for part in (every[:half], every[half:])
    ]
    assert [one["counts_for_target"] for one in told] == [False, True]
    assert told[1]["rows_handled"] == len(lines)


def test_decided_counted_read_and_seen_rows_are_handled_alike(on_sqlite):
    """One line decided, of others the position counted, its date read, or seen; another action's decision is none."""
    ward, kind, lines = listed(on_sqlite)
    first, counted, read, seen = positions_of(lines)[:4]
    line = next(line for line in lines if line[:2] == first)
    decided = {**place(first), "action": line[2], "decision": "rejected", "reason": "Bruges"}
    body = {
        "decisions": [decided, {**place(first), "action": "keep", "decision": "accepted"}],
        "counts": [{**place(counted), "quantity": 3}],
        "shelf_dates": [{**place(read), "earliest_expiry": "2027-01-31"}],
        "seen": [place(seen)],
    }
    made = post(on_sqlite, {"ward_id": ward, "kind": kind, **body}).json()
    assert made["rows_handled"] == 1 + handled(lines, [counted, read, seen])


def test_whoever_says_why_less_is_enough_makes_a_review(on_sqlite):
    """Nothing handled, and a reason: it counts, and the reason stands; a personal number in it is refused."""
    ward, kind, _ = listed(on_sqlite)
    before = reviewed(on_sqlite, kind)
    made = post(on_sqlite, {"ward_id": ward, "kind": kind, "enough_because": "Skabet flyttes"}).json()
    assert (made["counts_for_target"], made["enough_because"]) == (True, "Skabet flyttes")
    assert reviewed(on_sqlite, kind) == before + 1
    assert post(on_sqlite, {"ward_id": ward, "kind": kind, "enough_because": "Til 010180-1234"}).status_code == 422


def test_a_strange_position_cannot_be_seen(on_sqlite):
    """422 that names the row."""
    ward, kind, lines = listed(on_sqlite)
    seen = [place(lines[0]), {**place(lines[0]), "item_id": "nothing"}]
    answer = post(on_sqlite, {"ward_id": ward, "kind": kind, "seen": seen})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "seen.1.item_id")
