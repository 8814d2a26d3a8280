"""What holds between the lists of one result: chances, sums, ranks, and who has what."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.whole.regions import AS_OF
from tests.whole.results import Place, Row, by_place, good_rows, place_of, rows, run_on

CENT = 0.01


@pytest.fixture(scope="module")
def stock(result) -> dict[Place, Row]:
    return by_place(rows(result / "stock.csv"))


@pytest.fixture(scope="module")
def flags(result) -> list[Row]:
    return rows(result / "expiry_flags.csv")


@pytest.fixture(scope="module")
def masters(result, region) -> dict[str, dict[str, Row]]:
    return {
        name: {row[f"{name[:-1]}_id"]: row for row in good_rows(region.history, result, name)}
        for name in ("wards", "cabinets", "items")
    }


def history_of(result, region, *tables: str) -> dict[Place, list[tuple[date, Row]]]:
    """Dated rows of some tables by place."""
    dated = {"orders": "ordered_at", "deliveries": "delivered_at", "counts": "counted_at"}
    found: dict[Place, list[tuple[date, Row]]] = {}
    for table in tables:
        for row in good_rows(region.history, result, table):
            found.setdefault(place_of(row), []).append((date.fromisoformat(row[dated[table]]), row))
    return found


def test_stock_lies_within_its_range(stock):
    """Whole units from low to high, none negative, and the mean not a whole unit outside."""
    for place, row in stock.items():
        low, high, mean = int(row["on_hand_low"]), int(row["on_hand_high"]), float(row["on_hand_mean"])
        assert 0 <= low <= high, place
        assert low - 1 < mean < high + 1, place


def test_use_has_a_rate_and_a_spread(stock):
    """Neither is negative, and most items are used."""
    rates = [float(row["demand_per_day_mean"]) for row in stock.values()]
    assert min(rates) >= 0
    assert sum(rate > 0.001 for rate in rates) > len(rates) / 2
    assert min(float(row["demand_per_day_sd"]) for row in stock.values()) >= 0


def test_the_last_movement_is_the_newest_order_line_or_delivery(stock, result, region):
    """Counts move nothing."""
    history = history_of(result, region, "orders", "deliveries")
    for place, row in stock.items():
        days = [day for day, _ in history.get(place, [])]
        assert row["last_movement"] == (max(days).isoformat() if days else ""), place


def test_evidence_is_the_newest_of_count_card_and_order_line(stock, masters, result, region):
    """A count of the same day comes before the board is scanned."""
    lines, counts = history_of(result, region, "orders"), history_of(result, region, "counts")
    seen = set()
    for place, row in stock.items():
        line = max((day for day, _ in lines.get(place, [])), default=date.min)
        count = max((day for day, _ in counts.get(place, [])), default=date.min)
        line_word = "brik" if masters["cabinets"][place[0]]["kind"] == "brik" else "orders"
        newest = "none" if line == count == date.min else "count" if count > line else line_word
        assert row["evidence"] == newest, place
        seen.add(newest)
    assert {"count", "brik", "orders"} <= seen


def test_flags_have_a_chance_of_at_least_one_in_a_hundred(flags, stock):
    """Each position once; at least p units are expected, because p is the chance of one or more."""
    assert by_place(flags).keys() <= stock.keys()
    for row in flags:
        chance = float(row["p_expire"])
        assert 0.01 <= chance <= 1
        assert float(row["expected_expired_units"]) >= chance - 1e-4
        assert row["expiry_known"] in ("0", "1")
        assert row["reason"].endswith(".")


def test_what_is_flagged_can_expire(flags, masters):
    """It has a shelf life, and its earliest date, if there is anything on the shelf, is still to come."""
    for row in flags:
        assert masters["items"][row["item_id"]]["shelf_life_days"], place_of(row)
        assert not row["earliest_expiry"] or date.fromisoformat(row["earliest_expiry"]) >= AS_OF, place_of(row)


def test_where_expiry_is_likely_the_earliest_date_is_near(flags):
    """Within the 180 days in nine cases of ten; in the others it is goods still to come that go out of date."""
    likely = [row["earliest_expiry"] for row in flags if float(row["p_expire"]) >= 0.5 and row["earliest_expiry"]]
    near = [day for day in likely if date.fromisoformat(day) < AS_OF + timedelta(days=180)]
    assert len(likely) > 5
    assert len(near) >= 0.9 * len(likely)


def test_kroner_and_kilos_of_what_expires_follow_from_its_units(flags, masters):
    """The purchase price of each unit; kg CO2e a unit as the items say."""
    for row in flags:
        item, units = masters["items"][row["item_id"]], float(row["expected_expired_units"])
        each = float(item["unit_price_dkk"])
        # The units are written with four decimals.
        assert float(row["expected_expired_dkk"]) == pytest.approx(units * each, abs=CENT + each * 1e-4)
        co2e = float(item["co2e_kg_per_unit"] or 0)
        assert float(row["expected_expired_co2e_kg"]) == pytest.approx(units * co2e, abs=1e-4 * (1 + co2e))


def test_the_trim_list_is_ranked_from_1_in_each_ward(result, masters):
    """Without gaps, and every row names the ward that its cabinet stands in."""
    ranks: dict[str, list[int]] = {}
    for row in rows(result / "trim_list.csv"):
        ward = masters["wards"][masters["cabinets"][row["cabinet_id"]]["ward_id"]]
        assert {name: row[name] for name in ("unit", "hospital", "ward_id")}.items() <= ward.items()
        assert row["name"] == masters["items"][row["item_id"]]["name"]
        ranks.setdefault(row["ward_id"], []).append(int(row["rank"]))
    assert len(ranks) > 3
    assert all(found == list(range(1, len(found) + 1)) for found in ranks.values())


def section(row: dict[str, str], level: dict[str, str]) -> int:
    """The place of a line's section on the list."""
    places = {"take_out": 1, "use_first": 2, "move": 2, "trim": 4, "remove": 4, "count": 5}
    broken = float(level["fill_rate"]) < float(level["min_fill_rate"])
    return places.get(row["action"], 3 if broken else 4)


def test_what_matters_comes_first_in_every_ward(result):
    """Goods out of date before all else, a broken promise before money, counts last; critical promises lead theirs."""
    levels = {place_of(row): row for row in rows(result / "levels.csv")}
    lists: dict[str, list[int]] = {}
    for row in rows(result / "trim_list.csv"):
        lists.setdefault(row["ward_id"], []).append(section(row, levels[place_of(row)]))
    assert all(found == sorted(found) for found in lists.values())
    assert {1, 2, 3, 4} <= {place for found in lists.values() for place in found}


def test_all_lists_name_the_same_goods_out_of_date(result):
    """What the list says to take out is what stands among the goods out of date, and costs or saves nothing."""
    listed = [row for row in rows(result / "trim_list.csv") if row["action"] == "take_out"]
    gone = rows(result / "out_of_date.csv")
    assert sorted(map(place_of, listed)) == sorted(map(place_of, gone))
    assert {row["saving_dkk_per_year"] for row in listed} == {"0.00"}
    assert all(float(row["p_out_of_date"]) >= 0.5 and row["expiry"] for row in gone)


def test_using_the_oldest_first_is_asked_for_from_half_a_unit_on(result, flags):
    """What is asked for is at risk: half a unit at least, and 25 DKK a year."""
    at_risk = {place_of(row): float(row["expected_expired_units"]) for row in flags}
    for row in rows(result / "trim_list.csv"):
        if row["action"] == "use_first":
            assert at_risk[place_of(row)] >= 0.5
            assert float(row["saving_dkk_per_year"]) >= 25.0


def test_kroner_and_risk_add_up(result):
    """On every line, what a change saves and what it is worth beside are those of the level; others have no risk."""
    levels = {place_of(row): row for row in rows(result / "levels.csv")}
    names = ("saving_dkk_per_year", "short_units_avoided_per_year", "risk_value_dkk_per_year")
    for row in rows(result / "trim_list.csv"):
        level = levels[place_of(row)]
        if row["action"] in ("trim", "raise", "remove"):
            assert [row[name] for name in names] == [level[name] for name in names]
            falls = float(level["yearly_cost"]) - float(level["new_yearly_cost"])
            assert float(row[names[0]]) + float(row[names[2]]) == pytest.approx(falls, abs=1.5 * CENT)
        else:
            assert [float(row[name]) for name in names[1:]] == [0.0, 0.0]


@pytest.mark.parametrize("name", ["transfers", "supply_risk", "lenders", "dead_stock", "out_of_date", "trim_list"])
def test_every_row_says_why(name, result):
    """A sentence that ends with a full stop, without what a person would not write."""
    for row in rows(result / f"{name}.csv"):
        assert row["reason"].endswith("."), row
        assert not re.search(r"ca\. under|\bnan\b|None|\.\.|(?<!\d)-\d", row["reason"]), row


def test_a_move_goes_from_a_cabinet_that_has_the_units_to_another_that_stocks_the_item(result, stock):
    """At most what is on the shelf at the giver, and it saves no more units than it moves."""
    moves = rows(result / "transfers.csv")
    for move in moves:
        giver, taker = ((move[f"{side}_cabinet_id"], move["item_id"]) for side in ("from", "to"))
        assert giver != taker
        assert taker in stock
        assert 1 <= int(move["units"]) <= int(stock[giver]["on_hand_high"])
        assert 0 < float(move["expected_saved_units"]) <= int(move["units"])
    listed = [place_of(row) for row in rows(result / "trim_list.csv") if row["action"] == "move"]
    assert sorted(listed) == sorted((move["from_cabinet_id"], move["item_id"]) for move in moves)


def test_packs_stay_unbroken_where_the_policy_says_so(result, region, masters, tmp_path):
    """Every category listed: only whole packs move, though part of a pack did before."""
    categories = sorted({item["category"] for item in masters["items"].values()})
    policy = tmp_path / "policy.toml"
    policy.write_text(f"[transfers]\nunbroken_packs = {json.dumps(categories)}\n", "utf-8")
    unbroken = run_on(region.history, tmp_path / "unbroken", policy_file=policy)

    def broken(folder: Path) -> list[bool]:
        pack = {item_id: int(item["pack_size"]) for item_id, item in masters["items"].items()}
        return [int(row["units"]) % pack[row["item_id"]] > 0 for row in rows(folder / "transfers.csv")]

    assert any(broken(result))
    assert broken(unbroken)
    assert not any(broken(unbroken))


def test_a_lender_surely_holds_the_item(result, stock):
    """Another cabinet, with at least one unit at the low end of its range."""
    named = [row for row in rows(result / "supply_risk.csv") if row["lender_cabinet_id"]]
    assert named
    for row in named:
        assert row["lender_cabinet_id"] != row["cabinet_id"]
        assert int(stock[row["lender_cabinet_id"], row["item_id"]]["on_hand_low"]) >= 1


def test_what_can_be_lent_is_surely_spare(result, stock):
    """The first lender is the one that the risk list names, and none lends more than it surely holds."""
    first: dict[tuple[str, str], str] = {}
    for row in rows(result / "lenders.csv"):
        first.setdefault((row["cabinet_id"], row["item_id"]), row["lender_cabinet_id"])
        assert 1 <= int(row["spare_units"]) <= int(stock[row["lender_cabinet_id"], row["item_id"]]["on_hand_low"])
    risks = rows(result / "supply_risk.csv")
    named = {(row["cabinet_id"], row["item_id"]): row["lender_cabinet_id"] for row in risks}
    assert first == {place: lender for place, lender in named.items() if lender}


def test_supply_risk_names_the_delivery_that_could_be_ordered_now(result, masters):
    """First order day, plus the rounded lead time of at least a day, then the next delivery day."""
    found = rows(result / "supply_risk.csv")
    for row in found:
        ward = masters["wards"][masters["cabinets"][row["cabinet_id"]]["ward_id"]]
        item = masters["items"][row["item_id"]]
        lead = max(1, int(float(item["lead_time_days_mean"] or 3) + 0.5))
        arrival = first_on(first_on(AS_OF, ward["order_days"]) + timedelta(days=lead), ward["delivery_days"])
        assert row["next_delivery"] == arrival.isoformat(), place_of(row)
        assert 0.01 <= float(row["p_stockout"]) <= 1
        assert row["critical"] == (item["critical"] or "0")


def first_on(day: date, weekdays: str) -> date:
    """The first day on or after one whose ISO weekday is listed."""
    listed = {int(number) for number in (weekdays or "1,2,3,4,5").split(",")}
    while day.isoweekday() not in listed:
        day += timedelta(days=1)
    return day


def test_dead_stock_follows_from_stock_and_price(result, stock, masters):
    """From a chance of 0.01 on; units on the shelf, days since the last movement, value at the item's price."""
    found = rows(result / "dead_stock.csv")
    by_place(found)
    for row in found:
        here = stock[place_of(row)]
        price = float(masters["items"][row["item_id"]]["unit_price_dkk"])
        last = here["last_movement"]
        silent = str((AS_OF - date.fromisoformat(last)).days) if last else ""
        assert 0.01 <= float(row["p_dead"]) <= 1
        assert (row["units"], row["days_since_movement"]) == (here["on_hand_mean"], silent)
        assert float(row["value_dkk"]) == pytest.approx(float(row["units"]) * price, abs=CENT + price * 1e-4)
