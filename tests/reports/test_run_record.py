"""What ``run.json`` holds."""

import json
from dataclasses import fields, replace
from datetime import date

import pandas as pd
import pytest

from brikopt.contract.extract import Extract, Tables
from brikopt.contract.intake import Intake, TableRecord
from brikopt.policy import Policy
from brikopt.reports.run_record import peak_memory_mb, run_id_of, run_record, write_run_record


@pytest.fixture
def tables():
    """Make tables in which only the wards have rows."""
    empty = {field.name: pd.DataFrame() for field in fields(Tables) if field.name != "as_of"}
    wards = pd.DataFrame({"ward_id": pd.Series(["W1", "W23"], dtype="str"), "beds": [4.0, float("nan")]})
    return Tables(**(empty | {"wards": wards}), as_of=date(2025, 3, 1))


def test_the_run_id_is_the_same_for_the_same_rows(tables):
    """However the rows lie in memory: here as a part of a longer frame."""
    longer = pd.concat([tables.wards.iloc[:1], tables.wards])
    again = replace(tables, wards=longer.iloc[1:])
    assert run_id_of(tables, Policy()) == run_id_of(again, Policy())
    assert len(run_id_of(tables, Policy())) == 12


def test_the_run_id_tells_runs_apart(tables):
    """Another number, the same letters cut elsewhere, another day."""
    other_number = replace(tables, wards=tables.wards.assign(beds=[4.0, 5.0]))
    cut_elsewhere = replace(tables, wards=tables.wards.assign(ward_id=pd.Series(["W1W", "23"], dtype="str")))
    another_day = replace(tables, as_of=date(2025, 3, 2))
    runs = (tables, other_number, cut_elsewhere, another_day)
    assert len({run_id_of(run, Policy()) for run in runs}) == 4


def test_the_record_is_plain_json_with_sorted_keys(tables, tmp_path):
    """Counts are summed over the tables, seconds rounded to thousandths."""
    records = (
        TableRecord("orders", "orders.csv", rows=10, good=7, rejected=2, set_aside=1),
        TableRecord("counts"),
    )
    intake = Intake(Extract(tables), date(2025, 3, 1), pd.DataFrame(), records, {"orders": 3})
    record = run_record(intake, Policy(), run_id="a1", lang="da", model_id="mechanism", seconds={"read": 0.12345})
    write_run_record(record, tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    read = json.loads(text)
    assert list(read) == sorted(read)
    assert (read["product"], read["rejected_rows"], read["set_aside_rows"]) == ("brikopt", 2, 1)
    assert (read["timings_seconds"], read["without_position"]) == ({"read": 0.123}, {"orders": 3})
    assert read["inputs"]["orders"]["rows"] == 10
    assert text.endswith("}\n")


def test_peak_memory_is_that_of_a_python_process():
    """More than 10 MB and less than a terabyte: the unit is right."""
    assert 10 < peak_memory_mb()["this_process"] < 1_000_000
