"""What is on its way, worked out a second time by the contract's words alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from tests.whole.regions import AS_OF
from tests.whole.results import Place, Row, good_rows, place_of, rows

MATCH_DAYS, LATER_LINE_DAYS, VOID_DAYS = 90, 60, 45


def day(row: Row, column: str) -> date:
    """Read a date."""
    return date.fromisoformat(row[column])


def delivered_lines(lines: list[Row], goods: list[Row]) -> set[int]:
    """Places in ``lines``, oldest first, of those that have been delivered."""
    numbers = {row["order_id"] for row in goods if row["order_id"]}
    done = {number for number, line in enumerate(lines) if line["order_id"] in numbers}
    for row in sorted((row for row in goods if not row["order_id"]), key=lambda row: row["delivered_at"]):
        age = {n: (day(row, "delivered_at") - day(line, "ordered_at")).days for n, line in enumerate(lines)}
        waiting = [n for n in range(len(lines)) if n not in done and 0 <= age[n] <= MATCH_DAYS]
        same = [n for n in waiting if int(lines[n]["quantity"]) == int(row["quantity"])]
        larger = [n for n in waiting if int(lines[n]["quantity"]) > int(row["quantity"])]
        done.update((same or larger)[:1])
    return done


def void(line: Row, lines: list[Row]) -> bool:
    """Whether a later line has been made within 60 days, or 45 days are over."""
    ordered = day(line, "ordered_at")
    later = [(day(other, "ordered_at") - ordered).days for other in lines]
    return any(0 < days <= LATER_LINE_DAYS for days in later) or (AS_OF - ordered).days >= VOID_DAYS


def on_order(lines: list[Row], goods: list[Row]) -> int:
    """Units that are neither delivered nor void."""
    lines = sorted(lines, key=lambda row: row["ordered_at"])
    done = delivered_lines(lines, goods)
    return sum(int(line["quantity"]) for n, line in enumerate(lines) if n not in done and not void(line, lines))


def by_place_all(found: list[Row]) -> dict[Place, list[Row]]:
    """Gather rows by cabinet and item."""
    gathered = defaultdict(list)
    for row in found:
        gathered[place_of(row)].append(row)
    return gathered


@pytest.fixture(scope="module")
def lines(result, region) -> dict[Place, list[Row]]:
    return by_place_all(good_rows(region.history, result, "orders"))


@pytest.fixture(scope="module")
def goods(result, region) -> dict[Place, list[Row]]:
    return by_place_all(good_rows(region.history, result, "deliveries"))


def test_on_order_is_neither_delivered_nor_void(result, lines, goods):
    """In every position; some wait for goods and some don't."""
    found = {place_of(row): int(row["on_order"]) for row in rows(result / "stock.csv")}
    assert found == {place: on_order(lines.get(place, []), goods.get(place, [])) for place in found}
    waiting = sum(units > 0 for units in found.values())
    assert 3 <= waiting <= len(found) - 3


def test_the_rules_for_what_is_on_order_are_all_needed(result, lines, goods):
    """Some lines are void, and some deliveries without an order number have closed a line."""
    places = [place_of(row) for row in rows(result / "stock.csv") if place_of(row) in lines]
    numbered = {place: [row for row in goods.get(place, []) if row["order_id"]] for place in places}
    assert any(on_order(lines[place], numbered[place]) > on_order(lines[place], goods[place]) for place in places)
    unmatched = [
        void(line, lines[place])
        for place in places
        for n, line in enumerate(lines[place])
        if n not in delivered_lines(lines[place], goods.get(place, []))
    ]
    assert set(unmatched) == {True, False}
