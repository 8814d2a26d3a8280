"""Packs where units are meant: mended where that is certain, a stop where it is likely, told where it is possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from brikopt.errors import BadInput
from tests.contract.quality.shelf import LINES, counts, read, requantified, shelf, tables, told

LAID_UP = (50, 2)  # two cards of 50


def packs(_: int, units: int) -> int:
    """So many packs of 10."""
    return units // 10


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("table", ["orders", "deliveries"])
def test_packs_in_one_table_are_multiplied_by_what_the_other_says(tmp_path: Path, table: str, numbered: bool) -> None:
    """Ordered 2, delivered 20, again and again, in packs of 10; or the other way round, numbered or not."""
    intake = read(tmp_path, requantified(shelf(20, numbered=numbered), table, packs))
    assert set(getattr(tables(intake), table)["quantity"]) == {20}
    odd = told(intake)[f"packs_as_units {table}"]
    assert (odd.severity, odd.rows, odd.line) == ("middle", LINES, 2)
    assert (odd.numbers["packs"], odd.numbers["units"], odd.numbers["dkk"]) == (2, 20, LINES * 18 * 10.0)


def test_only_the_rows_in_packs_are_multiplied(tmp_path: Path) -> None:
    """A new system wrote packs from the fortieth line on."""
    rows = requantified(shelf(20), "orders", lambda n, units: units // 10 if n >= 40 else units)
    intake = read(tmp_path, rows)
    assert set(tables(intake).orders["quantity"]) == {20}
    assert told(intake)["packs_as_units orders"].line == 42


@pytest.mark.parametrize(
    ("levels", "cards"), [((20, 60), None), ((50, 100), LAID_UP)], ids=["without cards", "with cards"]
)
def test_packs_in_both_tables_are_multiplied_by_what_levels_say(
    tmp_path: Path, levels: tuple[int, int], cards: tuple[int, int] | None
) -> None:
    """Lines of 5 packs of 10, where cards have 50, or a line reaches from 20 to 60."""
    rows = shelf(50, levels=levels, cards=cards)
    rows = requantified(requantified(rows, "orders", packs), "deliveries", packs)
    intake = read(tmp_path, rows)
    assert set(tables(intake).orders["quantity"]) == set(tables(intake).deliveries["quantity"]) == {50}


@pytest.mark.parametrize(("units", "pack", "levels"), [(20, 10, (20, 60)), (20, 1, (20, 60)), (12, 5, (2, 14))])
def test_units_stay_units(tmp_path: Path, units: int, pack: int, levels: tuple[int, int]) -> None:
    """Whole packs, no packs, and a ward that orders single units in spite of the pack (told: its size may be wrong)."""
    intake = read(tmp_path, shelf(units, pack=pack, levels=levels))
    assert set(tables(intake).orders["quantity"]) == {units}
    assert {one.severity for one in intake.oddities if one.code == "lines_no_whole_packs"} == (
        {"middle"} if units % pack else set()
    )


def test_a_few_lines_that_are_no_whole_packs_are_told(tmp_path: Path) -> None:
    """One of 78: read as it stands."""
    intake = read(tmp_path, requantified(shelf(20), "orders", lambda n, units: 7 if n == 30 else units))
    odd = told(intake)["lines_no_whole_packs orders"]
    assert (odd.severity, odd.rows, odd.line, odd.numbers["units"]) == ("low", 1, 32, 7)


def test_levels_in_packs_are_told_as_the_worst_kind(tmp_path: Path) -> None:
    """Max 6, and every line brings 50: six packs of 10 were meant."""
    odd = told(read(tmp_path, shelf(50, levels=(2, 6))))["levels_maybe_packs positions"]
    assert (odd.severity, odd.numbers["max"], odd.numbers["units"]) == ("high", 6, 50)


def test_counts_in_packs_stop_the_run_until_somebody_says_what_they_count(tmp_path: Path) -> None:
    """Seven counts of 1 to 7 in a place for 600: units would lie anywhere. A mapping settles it, either way."""
    rows = shelf(500, levels=(200, 600), pack=100) | {"counts": counts([3, 4, 5, 1, 2, 6, 7])}
    with pytest.raises(
        BadInput, match=r"counts\.csv, line 2, column quantity: .*3 of an item in packs of 100.*mapping"
    ):
        read(tmp_path, rows)
    for said, first in (('"packs"', 300), ("1", 3)):
        mapping = f'[counts]\nfile = "counts.csv"\n[counts.units]\nquantity = {said}\n'
        intake = read(tmp_path, rows, mapping)
        assert tables(intake).counts["quantity"].iloc[0] == first


@pytest.mark.parametrize(("units", "code"), [([3, 2, 4], "counts_maybe_packs counts"), ([3, 20, 4], ""), ([3], "")])
def test_few_low_counts_are_told(tmp_path: Path, units: list[int], code: str) -> None:
    """Three counts as low as packs are hardly chance; one above what packs could be settles it."""
    found = told(read(tmp_path, shelf(50) | {"counts": counts(units)}))
    assert ({"counts_maybe_packs counts"} & set(found)) == ({code} if code else set())
