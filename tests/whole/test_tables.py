"""Every table is there with the contract's columns, and what is text stays text."""

from __future__ import annotations

import json

import openpyxl
import pytest

from tests.whole.results import good_rows, place_of, rows

# Written out, not imported: a column that changes its name breaks somebody's import.
COLUMNS = {
    "stock": "cabinet_id item_id on_hand_mean on_hand_low on_hand_high on_order demand_per_day_mean "
    "demand_per_day_sd last_movement evidence",
    "expiry_flags": "cabinet_id item_id earliest_expiry expiry_known p_expire expected_expired_units "
    "expected_expired_dkk expected_expired_co2e_kg reason",
    "levels": "cabinet_id item_id action min_level max_level brik_qty brik_count new_min_level new_max_level "
    "new_brik_qty new_brik_count yearly_cost new_yearly_cost fill_rate new_fill_rate expired_units_per_year "
    "new_expired_units_per_year reason min_fill_rate saving_dkk_per_year short_units_avoided_per_year "
    "risk_value_dkk_per_year",
    "cabinet_levels": "cabinet_id litres new_litres room_litres missing_litres changed_positions waiting_positions "
    "saving_dkk_per_year proved_best gap_dkk_per_year litre_dkk_per_year fill_point_dkk_per_year reason",
    "trim_list": "unit hospital ward_id cabinet_id item_id name rank action from to saving_dkk_per_year "
    "saving_co2e_kg_per_year reason short_units_avoided_per_year risk_value_dkk_per_year",
    "transfers": "from_cabinet_id to_cabinet_id item_id units earliest_expiry expected_saved_units expected_saved_dkk "
    "reason",
    "supply_risk": "cabinet_id item_id next_delivery p_stockout critical lender_cabinet_id reason",
    "lenders": "cabinet_id item_id lender_cabinet_id lender_ward_id spare_units reason",
    "dead_stock": "cabinet_id item_id days_since_movement units value_dkk p_dead reason",
    "out_of_date": "cabinet_id item_id units p_out_of_date expiry expiry_known value_dkk reason",
    "counts_worth_making": "cabinet_id item_id what value_dkk_per_year minutes reason",
    "purchasing": "item_id finding wards detail saving_dkk_per_year saving_co2e_kg_per_year",
    "coverage": "unit kind wards_in_scope wards_reviewed share target deadline gap_wards projected_share "
    "projected_reach_date p_reach_target",
    "review_plan": "week order ward_id kind expected_saving_dkk reason",
    "shifts": "level cabinet_id item_id ward_id from_date to_date rate_before rate_after p_shift cause is_new reason "
    "measure change rate_before_sd rate_after_sd",
    "climate_account": "unit year category units_bought dkk_bought co2e_kg_bought weight_kg_bought units_used "
    "dkk_used co2e_kg_used weight_kg_used units_thrown_away dkk_thrown_away co2e_kg_thrown_away "
    "weight_kg_thrown_away share_ecolabel share_single_use factor_source per_activity",
    "data_quality": "table finding severity rows example_file example_line effect advice",
    "rejected_rows": "file line column value rule advice",
}


def test_a_result_holds_the_nine_tables_the_workbook_and_the_record(result):
    """And nothing else."""
    expected = {
        *(f"{name}.csv" for name in COLUMNS),
        "brikopt.xlsx",
        "cabinets.jsonl.gz",
        "data_quality.html",
        "guide",
        "masters.json",
        "run.json",
        "shelves.csv",
        "lots.csv",
    }
    assert {path.name for path in result.iterdir()} == expected


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_exactly_its_columns_and_some_rows(name, result):
    """In the contract's order; every row has as many cells as the header."""
    text = (result / f"{name}.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == ",".join(COLUMNS[name].split())
    # Good extracts leave nothing to be told of their quality.
    assert rows(result / f"{name}.csv") or name == "data_quality"


@pytest.mark.parametrize("name", ["stock", "levels"])
def test_every_good_position_has_one_row(name, result, region):
    """In both tables, in the same order."""
    places = [place_of(row) for row in rows(result / f"{name}.csv")]
    assert places == sorted(map(place_of, good_rows(region.history, result, "positions")))


def test_ids_keep_their_leading_zeros(result, region):
    """Items such as 0000168 come out as they went in; the wards' numbers all begin with 0."""
    items = {row["item_id"] for row in rows(region.history / "items.csv.gz")}
    stocked = {row["item_id"] for row in rows(result / "stock.csv")}
    assert stocked <= items
    assert any(item.startswith("00") for item in stocked)
    assert {row["ward_id"][0] for row in rows(result / "trim_list.csv")} == {"0"}


def test_the_workbook_holds_every_table_and_its_codes_as_text(result):
    """One sheet a table behind the front page, with as many rows as the CSV; no item number became a number."""
    book = openpyxl.load_workbook(result / "brikopt.xlsx", read_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[1:]]
    book.close()
    items = {row["item_id"] for row in rows(result / "stock.csv")}
    found = [{cell for row in sheet for cell in row if cell in items} for sheet in sheets]
    assert len(sheets) == len(COLUMNS)
    assert found.count(items) == 2  # stock and levels
    wanted = sorted(len(rows(result / f"{name}.csv")) for name in COLUMNS)
    headings = [len(sheet) - n for sheet, n in zip(sorted(sheets, key=len), wanted, strict=True)]
    assert len(set(headings)) == 1, headings


def test_the_record_says_what_the_run_read(result, region):
    """Moment of decision, policy, and of each file its hash and rows."""
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    assert record["as_of"] == "2025-03-01"
    assert record["policy"]["cost"]["order_line"] == 18.0
    assert record["timings_seconds"]["cabinets"] > 0
    assert record["peak_memory_mb"]["this_process"] > 10
    for name, read in record["inputs"].items():
        assert len(read["sha256"]) == 64, name
        assert read["rows"] == len(rows(region.history / f"{name}.csv.gz")), name
        assert read["rows"] == read["good"] + read["rejected"] + read["set_aside"], name


def test_exactly_the_rows_broken_on_purpose_are_rejected(result, region):
    """With their line and column; a row written twice is rejected for its key."""
    truth = region.base / "truth" / "broken_rows.csv.gz"
    rejected = {(row["file"], row["line"]): row for row in rows(result / "rejected_rows.csv")}
    broken = {(row["file"], row["line"]): row for row in rows(truth)}
    assert set(rejected) == set(broken)
    named = {key: row for key, row in broken.items() if row["column"]}
    assert {key: rejected[key]["column"] for key in named} == {key: row["column"] for key, row in named.items()}
    assert all(row["rule"] and row["advice"] for row in rejected.values())
