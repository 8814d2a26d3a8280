"""The sums and the limits that hold for every new level (contract, sections 1 and 3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from brikopt.policy import Policy
from tests.whole.regions import AS_OF
from tests.whole.results import Place, Row, by_place, good_rows, rows

POLICY = Policy()
LEVELS = ("new_min_level", "new_max_level", "new_brik_qty", "new_brik_count")
HALF_CENT = 0.005  # kroner have two decimals


@pytest.fixture(scope="module")
def levels(result) -> dict[Place, Row]:
    return by_place(rows(result / "levels.csv"))


@pytest.fixture(scope="module")
def positions(result, region) -> dict[Place, Row]:
    return by_place(good_rows(region.history, result, "positions"))


@pytest.fixture(scope="module")
def items(result, region) -> dict[str, Row]:
    return {row["item_id"]: row for row in good_rows(region.history, result, "items")}


@pytest.fixture(scope="module")
def cabinets(result, region) -> dict[str, Row]:
    return {row["cabinet_id"]: row for row in good_rows(region.history, result, "cabinets")}


@pytest.fixture(scope="module")
def brik(levels, cabinets) -> dict[Place, Row]:
    return {place: row for place, row in levels.items() if cabinets[place[0]]["kind"] == "brik"}


@pytest.fixture(scope="module")
def non_brik(levels, cabinets) -> dict[Place, Row]:
    return {place: row for place, row in levels.items() if cabinets[place[0]]["kind"] == "non_brik"}


@pytest.fixture(scope="module")
def changed(levels) -> dict[Place, Row]:
    return {place: row for place, row in levels.items() if row["action"] != "keep"}


def whole(row: Row, *names: str) -> list[int]:
    """Read some cells as whole numbers."""
    return [int(row[name]) for name in names]


def saving(row: Row) -> float:
    """DKK a year that a row's change saves."""
    return float(row["yearly_cost"]) - float(row["new_yearly_cost"])


def removed(row: Row) -> bool:
    """Whether nothing is ordered any more."""
    return row["action"] == "remove"


def rules_force(row: Row, item: Row) -> bool:
    """Whether today's cards are not allowed: a number that the policy lacks, or one card of a critical item."""
    if not row["brik_count"]:
        return False
    count = int(row["brik_count"])
    return count not in POLICY.levels.brik_counts or (item["critical"] == "1" and count < 2)


def litres(found: list[tuple[Row, Row]], column: str) -> float:
    """Room that full stock takes; a missing volume counts as 0."""
    return sum(int(row[column]) * float(item["unit_volume_litres"] or 0) for row, item in found)


def test_todays_levels_are_those_of_the_extracts(levels, positions, brik):
    """Copied, not computed."""
    for place, row in levels.items():
        names = ("min_level", "max_level", "brik_qty", "brik_count")[: 4 if place in brik else 2]
        assert [row[name] for name in names] == [positions[place][name] for name in names], place


def test_max_is_all_cards_and_min_one_card_less(brik):
    """Full stock = count × quantity, and (count - 1) × quantity; where nothing is ordered any more all are 0."""
    assert len(brik) > 50
    for place, row in brik.items():
        lowest, highest, quantity, count = whole(row, *LEVELS)
        expected = (0, 0) if removed(row) else ((count - 1) * quantity, count * quantity)
        assert (lowest, highest) == expected, place


def test_a_new_card_holds_whole_packs_and_their_number_is_allowed(brik, items):
    """One to four cards under the built-in policy."""
    kept = {place: row for place, row in brik.items() if not removed(row)}
    for place, row in kept.items():
        assert int(row["new_brik_qty"]) % int(items[place[1]]["pack_size"]) == 0, place
        assert int(row["new_brik_count"]) in POLICY.levels.brik_counts, place


def test_without_cards_min_is_below_max(non_brik):
    """And the columns of cards are blank."""
    assert len(non_brik) > 20
    for place, row in non_brik.items():
        lowest, highest = whole(row, "new_min_level", "new_max_level")
        assert (lowest, highest) == (0, 0) if removed(row) else 0 <= lowest < highest, place
        assert [row["brik_qty"], row["brik_count"], row["new_brik_qty"], row["new_brik_count"]] == [""] * 4, place


def test_a_critical_item_has_at_least_two_cards_and_is_never_removed(brik, levels, items):
    """Whatever it costs."""
    critical = {place: row for place, row in levels.items() if items[place[1]]["critical"] == "1"}
    assert critical
    assert [place for place, row in critical.items() if removed(row)] == []
    assert [place for place in critical.keys() & brik.keys() if int(brik[place]["new_brik_count"]) < 2] == []


def test_a_protected_item_is_never_removed_and_never_lowered(levels, cabinets, result, region):
    """In its ward, or everywhere, as long as the protection lasts."""
    rules = good_rows(region.history, result, "protected")
    holding = [rule for rule in rules if not rule["until"] or date.fromisoformat(rule["until"]) >= AS_OF]
    protected = {
        place: row
        for place, row in levels.items()
        for rule in holding
        if rule["item_id"] == place[1] and rule["ward_id"] in ("", cabinets[place[0]]["ward_id"])
    }
    assert protected
    for place, row in protected.items():
        assert not removed(row), place
        assert int(row["new_min_level"]) >= int(row["min_level"]), place
        assert int(row["new_max_level"]) >= int(row["max_level"]), place


def test_every_cabinet_holds_its_new_full_stock(levels, cabinets, items):
    """Its capacity, or today's full stock where that is over it; without a capacity, a quarter more than today."""
    assert {bool(cabinets[place[0]]["capacity_litres"]) for place in levels} == {True, False}
    assert all(share <= 1 + 1e-6 for share in fullness(levels, cabinets, items).values())


def test_room_is_used_where_it_is_scarce(crowded):
    """Of the cabinets where a litre is worth something the fullest has less than a twentieth left, and none is over."""
    region, out = crowded
    cabinets, items = (
        {row[key]: row for row in good_rows(region.history, out, table)}
        for table, key in (("cabinets", "cabinet_id"), ("items", "item_id"))
    )
    assert max(fullness(by_place(rows(out / "levels.csv")), cabinets, items).values()) <= 1 + 1e-6
    scarce = [row for row in rows(out / "cabinet_levels.csv") if float(row["litre_dkk_per_year"]) > 0]
    used = [float(row["new_litres"]) / float(row["room_litres"]) for row in scarce]
    assert 0.95 < max(used) <= 1 + 1e-6


def fullness(levels: dict[Place, Row], cabinets: dict[str, Row], items: dict[str, Row]) -> dict[str, float]:
    """New full stock of each cabinet as a share of the room that it may take."""
    in_cabinet = defaultdict(list)
    for place, row in levels.items():
        in_cabinet[place[0]].append((row, items[place[1]]))
    shares = {}
    for cabinet, found in in_cabinet.items():
        today, capacity = litres(found, "max_level"), cabinets[cabinet]["capacity_litres"]
        room = max(float(capacity), today) if capacity else POLICY.levels.max_growth_without_capacity * today
        shares[cabinet] = litres(found, "new_max_level") / room
    return shares


def test_the_action_says_what_the_numbers_do(levels):
    """Keep changes nothing, remove leaves nothing, trim lowers and raise lifts max, or min where max stays."""
    for place, row in levels.items():
        before = whole(row, "max_level", "min_level")
        after = whole(row, "new_max_level", "new_min_level")
        said = "keep" if after == before else "remove" if after == [0, 0] else "raise" if after > before else "trim"
        assert row["action"] == said, place


def test_what_is_kept_costs_the_same(levels):
    """No new figure without a change."""
    kept = [row for row in levels.values() if row["action"] == "keep"]
    assert kept
    for row in kept:
        for name in ("yearly_cost", "fill_rate", "expired_units_per_year"):
            assert row[name] == row[f"new_{name}"]


def test_a_change_is_worth_the_walk(changed, items):
    """At least 5 DKK a year, but where the rules forbid today's cards."""
    assert len(changed) > 50
    assert too_small(changed, items) == {}


def test_a_change_is_worth_the_walk_where_room_is_scarce(crowded):
    """Making room for a better level elsewhere is no reason for a change that saves less than 5 DKK a year."""
    region, out = crowded
    items = {row["item_id"]: row for row in good_rows(region.history, out, "items")}
    changed = {place: row for place, row in by_place(rows(out / "levels.csv")).items() if row["action"] != "keep"}
    assert too_small(changed, items) == {}


def too_small(changed: dict[Place, Row], items: dict[str, Row]) -> dict[Place, float]:
    """Savings of the changes that no rule forces and that save too little."""
    least = POLICY.levels.min_saving_dkk_per_year - 2 * HALF_CENT
    # What is dead is removed where that costs nothing, however little it saves.
    proposed = {place: row for place, row in changed.items() if not removed(row)}
    free = {place: row for place, row in proposed.items() if not rules_force(row, items[place[1]])}
    return {place: saving(row) for place, row in free.items() if saving(row) < least}


def test_fill_rates_are_shares_and_units_and_costs_are_not_negative(levels):
    """For today's and the new level of every position."""
    for place, row in levels.items():
        for new in ("", "new_"):
            assert 0 <= float(row[f"{new}fill_rate"]) <= 1, place
            assert float(row[f"{new}expired_units_per_year"]) >= 0, place
            assert float(row[f"{new}yearly_cost"]) >= 0, place
        assert row["reason"].endswith("."), place


def test_every_change_is_on_the_trim_list_with_its_saving(changed, result):
    """And the trim list changes no other level."""
    listed = [row for row in rows(result / "trim_list.csv") if row["action"] in ("trim", "raise", "remove")]
    found = by_place(listed)
    assert found.keys() == changed.keys()
    for place, row in found.items():
        assert row["action"] == changed[place]["action"]
        # What to do comes first, then why.
        assert row["reason"].endswith(changed[place]["reason"])
        assert row["saving_dkk_per_year"] == changed[place]["saving_dkk_per_year"]


def test_no_trim_breaks_a_promise_that_holds(levels):
    """As the table says it: where today's fill rate keeps the promise, the new one does."""
    trims = [row for row in levels.values() if row["action"] == "trim"]
    assert len(trims) > 20
    kept = [row for row in trims if float(row["fill_rate"]) >= float(row["min_fill_rate"])]
    assert [row for row in kept if float(row["new_fill_rate"]) < float(row["min_fill_rate"])] == []


def test_nothing_meets_less_of_a_promise_that_is_broken(levels):
    """Where today's fill rate is below the promise, no trim and no raise goes below today's, to the last digit."""
    changed = [row for row in levels.values() if row["action"] in ("trim", "raise")]
    broken = [row for row in changed if float(row["fill_rate"]) < float(row["min_fill_rate"])]
    assert len(broken) > 10
    assert [row for row in broken if float(row["new_fill_rate"]) < float(row["fill_rate"])] == []


def test_a_critical_item_is_never_trimmed_below_its_promise(levels, items):
    """And without cards its min is at least 1."""
    changed = [row for place, row in levels.items() if items[place[1]]["critical"] == "1" and row["action"] != "keep"]
    assert changed
    trims = [row for row in changed if row["action"] == "trim"]
    assert [row for row in trims if float(row["new_fill_rate"]) < float(row["min_fill_rate"])] == []
    assert [row for row in changed if not row["brik_count"] and int(row["new_min_level"]) < 1] == []


def test_nothing_that_is_probably_dead_is_raised(levels, result):
    """Of those that may never be used again with a chance of one half and more."""
    dead = by_place([row for row in rows(result / "dead_stock.csv") if float(row["p_dead"]) >= 0.501])
    assert dead
    assert [place for place in dead if levels[place]["action"] == "raise"] == []


def test_kroner_and_risk_make_what_a_change_saves(levels):
    """To the øre, as the table says it."""
    for row in levels.values():
        parts = round(float(row["saving_dkk_per_year"]) * 100) + round(float(row["risk_value_dkk_per_year"]) * 100)
        assert parts == round(float(row["yearly_cost"]) * 100) - round(float(row["new_yearly_cost"]) * 100)


def test_at_most_so_many_positions_of_a_cabinet_change(levels, items):
    """25 under the built-in policy; what the rules force comes on top."""
    free = [
        place[0] for place, row in levels.items() if row["action"] != "keep" and not rules_force(row, items[place[1]])
    ]
    assert max(Counter(free).values()) <= POLICY.levels.max_changes_per_visit
