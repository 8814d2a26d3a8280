"""Prices, counts, cards and numbers that may be meant, and how sure they leave the figures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from brikopt.errors import BadInput
from tests.contract.quality.shelf import FIRST, LINES, counts, read, shelf, tables, told


@pytest.mark.parametrize(
    ("price", "code", "severity"),
    [
        (0, "price_zero", "low"),
        (999_999_999, "price_huge", "high"),
        (250_000, "price_huge", "middle"),
        (90_000, "", ""),
    ],
)
def test_prices_of_nothing_and_beyond_all_are_told(tmp_path: Path, price: int, code: str, severity: str) -> None:
    """Beside an item of 5 kroner; an implant may cost 90,000."""
    rows = shelf(price=price)
    rows["items"].append(["I2", "Y", 1, 5, 2])
    rows["positions"].append(["C1", "I2", 1, 4, "", ""])
    found = {one.code: one for one in read(tmp_path, rows).oddities if one.code.startswith("price")}
    assert list(found) == ([code] if code else [])
    if code == "price_huge":
        assert (found[code].severity, found[code].line, found[code].numbers["dkk"]) == (severity, 2, 60.0 * price)


@pytest.mark.parametrize(("quantity", "rejected"), [("57012345", 1), ("5701234567890", 1), ("9999999", 1), ("60", 0)])
def test_a_barcode_is_no_count(tmp_path: Path, quantity: str, rejected: int) -> None:
    """Five good counts, and one of eight digits, of thirteen, or beyond anything."""
    rows = shelf() | {"counts": [*counts([30, 40, 25, 50, 35]), [FIRST, "C1", "I1", quantity]]}
    assert len(read(tmp_path, rows).rejected) == rejected


@pytest.mark.parametrize("level", [57_012_345, 5_701_234_567_890])
def test_a_barcode_is_no_level(tmp_path: Path, level: int) -> None:
    """Of six positions one is rejected."""
    rows = shelf()
    rows["items"] += [[f"I{n}", "Y", 1, 5, 2] for n in range(2, 7)]
    rows["positions"] += [["C1", f"I{n}", 1, level if n == 6 else 4, "", ""] for n in range(2, 7)]
    intake = read(tmp_path, rows)
    assert (intake.rejected["line"].tolist(), len(tables(intake).positions)) == ([7], 5)


def test_an_item_number_for_a_level_is_told(tmp_path: Path) -> None:
    """1,706,363 units of a thing that never came: the worst kind, as it is nearly all of full stock."""
    rows = shelf()
    rows["items"].append(["1706363", "Y", 1, 5, 2])
    rows["positions"].append(["C1", "1706363", 1, 1706363, "", ""])
    odd = told(read(tmp_path, rows))["levels_beyond positions"]
    assert (odd.severity, odd.rows, odd.line) == ("high", 1, 3)


def test_counts_far_above_max_are_told(tmp_path: Path) -> None:
    """900 where 60 and a started pack are full stock: not 20 times, but more than three times."""
    odd = told(read(tmp_path, shelf() | {"counts": counts([30, 900])}))["counted_above counts"]
    assert (odd.severity, odd.line, odd.numbers["full"]) == ("middle", 3, 69)


@pytest.mark.parametrize(("second", "others"), [(48, 1), (60, 0)])
def test_two_counts_of_a_day_are_told(tmp_path: Path, second: int, others: int) -> None:
    """The later row stands; whether it was another quantity is said."""
    rows = shelf() | {"counts": [*counts([60]), [FIRST, "C1", "I1", second]]}
    odd = told(read(tmp_path, rows))["counted_again counts"]
    assert (odd.rows, odd.line, odd.numbers["others"]) == (1, 2, others)


def test_lines_dated_after_their_goods_are_told(tmp_path: Path) -> None:
    """Every line of the last year is written two days after the goods came."""
    rows = shelf()
    for row in rows["orders"][1:]:
        row[1] = row[1] + timedelta(days=4)  # type: ignore[operator]
    odd = told(read(tmp_path, rows))["lines_afterwards deliveries"]
    assert (odd.severity, odd.numbers["share"]) == ("middle", 1.0)


def test_a_line_a_card_under_one_number_is_told_as_the_worst_kind(tmp_path: Path) -> None:
    """Every eighth line took two cards, and the export wrote each as a line: 10 rows and 500 units are missing."""
    rows = shelf(50, levels=(100, 150), cards=(50, 3))
    rows["orders"] = [rows["orders"][0]] + [
        row for n, row in enumerate(rows["orders"][1:]) for _ in range(2 if n % 8 == 0 else 1)
    ]
    intake = read(tmp_path, rows)
    odd = told(intake)["line_a_card orders"]
    assert (odd.severity, odd.rows, odd.numbers["units"], len(intake.rejected)) == ("high", 10, 500.0, 10)


@pytest.mark.parametrize(("hung", "share"), [(0, 1.0), (6, 6 / 11)])
def test_cards_that_nobody_hung_are_told(tmp_path: Path, hung: int, share: float) -> None:
    """Counts a month apart find one of two cards of 50 empty; after some a line follows within a week."""
    rows = shelf(50, levels=(50, 100), cards=(50, 2)) | {"counts": counts([40] * 12, days_apart=30)}
    days = [FIRST + timedelta(days=30 * n + 3) for n in range(hung)] + [FIRST + timedelta(days=370)]
    rows["orders"] = [rows["orders"][0], *([f"O{n}", day, "C1", "I1", 50] for n, day in enumerate(days))]
    rows["deliveries"] = rows["deliveries"][:1]
    odd = told(read(tmp_path, rows))["cards_forgotten counts"]
    assert (odd.severity, odd.numbers["share"], odd.numbers["asked"]) == ("middle", share, 11)
    assert odd.numbers["dkk"] == share * 11 * 50 * 10.0


def test_kroner_of_goods_sent_back_are_told(tmp_path: Path) -> None:
    """Five units of 10 kroner."""
    rows = shelf()
    rows["deliveries"].append([FIRST, "C1", "I1", -5, ""])
    assert told(read(tmp_path, rows))["returns deliveries"].numbers["dkk"] == 50.0


@pytest.mark.parametrize(("later", "rows"), [([1], 1), ([1, 3], 2), ([1, 2, 3, 4], 0)])
def test_goods_that_came_again_under_one_number_are_told(tmp_path: Path, later: list[int], rows: int) -> None:
    """The newest line got its 20, and 20 more so many days later; under a number that comes on and on it is usual."""
    world = shelf()
    day, *rest = world["deliveries"][-1]
    world["deliveries"] += [[day + timedelta(days=days), *rest] for days in later]  # type: ignore[operator]
    odd = told(read(tmp_path, world)).get("came_again deliveries")
    assert (odd.rows if odd else 0) == rows
    if odd is not None:
        assert odd.numbers["dkk"] == rows * 20 * 10.0


@pytest.mark.parametrize(
    ("table", "life", "expiry", "is_odd"),
    [
        ("deliveries", 540, "2052-01-31", True),
        ("deliveries", 540, "2027-01-31", False),
        ("deliveries", "", "2099-12-31", True),
        ("counts", 540, "2014-01-31", True),
        ("counts", 540, "2023-06-30", False),
        ("shelf_dates", 540, "2013-06-30", True),
    ],
)
def test_expiry_dates_years_off_are_told(tmp_path: Path, table: str, life: object, expiry: str, is_odd: bool) -> None:
    """An item that keeps for a year and a half, seen in June 2024; out of date for a year it may well be."""
    rows = shelf()
    rows["items"] = [[*rows["items"][0], "shelf_life_days"], [*rows["items"][1], life]]
    seen = "2024-06-20"
    rows[table] = {
        "deliveries": [
            [*rows["deliveries"][0], "expiry_date"],
            *([*row, ""] for row in rows["deliveries"][1:]),
            [seen, "C1", "I1", 20, "", expiry],
        ],
        "counts": [
            ["counted_at", "cabinet_id", "item_id", "quantity", "lot", "expiry_date"],
            [seen, "C1", "I1", 5, "L", expiry],
        ],
        "shelf_dates": [["checked_at", "cabinet_id", "item_id", "earliest_expiry"], [seen, "C1", "I1", expiry]],
    }[table]
    assert (f"date_far_off {table}" in told(read(tmp_path, rows))) == is_odd


@pytest.mark.parametrize(("table", "code"), [("deliveries", "returns"), ("counts", "negative")])
def test_only_goods_can_go_back(tmp_path: Path, table: str, code: str) -> None:
    """A count of less than nothing is a slip, and no return."""
    rows = shelf() | {"counts": counts([30, 40, 25, 50, 35])}
    rows[table].append([FIRST, "C1", "I1", -5, *([""] if table == "deliveries" else [])])
    assert f"{code} {table}" in told(read(tmp_path, rows))


@pytest.mark.parametrize(("later", "told_of"), [(200, False), (201, True), (730, True)])
def test_a_newest_day_far_from_all_others_is_told(tmp_path: Path, later: int, told_of: bool) -> None:
    """The last delivery came so many days after the one before it; the moment of decision is the day after."""
    rows = shelf()
    rows["deliveries"][-1][0] = rows["deliveries"][-2][0] + timedelta(days=later)  # type: ignore[operator]
    rows["orders"].pop()
    found = told(read(tmp_path, rows)).get("newest_alone deliveries")
    assert (found is not None) == told_of
    assert found is None or (found.severity, found.line) == ("middle", LINES + 1)


@pytest.mark.parametrize("table", ["orders", "deliveries"])
def test_a_newest_day_years_after_all_others_stops(tmp_path: Path, table: str) -> None:
    """2042 for 2024: all else would look long dead."""
    rows = shelf()
    place = 1 if table == "orders" else 0
    rows[table][5][place] = str(rows[table][5][place]).replace("2023", "2042")
    with pytest.raises(BadInput, match=rf"{table}\.csv, line 6, column .*2042.*--as-of"):
        read(tmp_path, rows)
