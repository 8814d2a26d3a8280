"""The input tables for machines: good extracts pass, bad rows are found by a library that knows nothing of brikopt."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pytest

from brikopt.contract.schemas import SCHEMA_VERSION, data_package, table_schema
from brikopt.contract.tables import INPUTS
from brikopt.flows.schema import write_schemas
from tests.contract.spoiled import with_row
from tests.worlds import Texts, tiny_hospital, write_extracts

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of frictionless and what it imports


def faults(folder: Path, table: str) -> list[tuple[int, str]]:
    """Row and field of each fault that frictionless finds in a table."""
    schema = frictionless.Schema.from_descriptor(table_schema(next(one for one in INPUTS if one.name == table)))
    resource = frictionless.Resource(path=f"{table}.csv", basepath=str(folder), schema=schema)
    report = resource.validate()
    return [tuple(fault) for fault in report.flatten(["rowNumber", "fieldName"])]


@pytest.mark.parametrize("table", tiny_hospital())
def test_a_good_extract_passes(tmp_path, table):
    """Every table of a small hospital."""
    assert faults(write_extracts(tmp_path, tiny_hospital()), table) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("orders", "quantity", "-1"),
        ("orders", "quantity", "1.5"),
        ("orders", "channel", "telefon"),
        ("orders", "ordered_at", "2025-02-31"),
        ("orders", "ordered_at", "01-02-2025"),
        ("orders", "item_id", ""),
        ("cabinets", "kind", "skab"),
        ("items", "critical", "ja"),
        ("items", "pack_size", "0"),
        ("wards", "order_days", "8"),
    ],
)
def test_a_bad_cell_is_found_where_brikopt_would_reject_its_row(tmp_path, table, column, value):
    """In the row that follows the good ones, in its column."""
    tables: Texts = with_row(tiny_hospital(), table, **{column: value})
    row = len(tables[table]) + 1  # the header is row 1
    assert faults(write_extracts(tmp_path, tables), table) == [(row, column)]


def test_a_missing_column_is_found_only_where_it_is_required(tmp_path):
    """Orders without a channel are orders; without a quantity they are none."""
    tables = tiny_hospital()
    folder = write_extracts(tmp_path / "a", tables | {"orders": tables["orders"].drop(columns="channel")})
    assert faults(folder, "orders") == []
    folder = write_extracts(tmp_path / "b", tables | {"orders": tables["orders"].drop(columns="quantity")})
    assert faults(folder, "orders")


def test_a_key_that_comes_twice_is_found(tmp_path):
    """The same item in the same cabinet, once more."""
    tables = with_row(tiny_hospital(), "positions", cabinet_id="S1", item_id="000050")
    assert len(faults(write_extracts(tmp_path, tables), "positions")) == 1


def test_an_id_that_is_not_there_is_found_in_the_package(tmp_path):
    """An order for cabinet S8, which no table of cabinets names."""
    tables = with_row(tiny_hospital(), "orders", cabinet_id="S8")
    folder = write_extracts(tmp_path, tables)
    described = data_package()
    described["resources"] = [one for one in described["resources"] if one["name"] in tables]
    package = frictionless.Package.from_descriptor(described, basepath=str(folder))
    found = [tuple(fault) for fault in package.validate().flatten(["rowNumber", "type"])]
    assert found == [(len(tables["orders"]) + 1, "foreign-key")]


def test_the_files_say_their_version_and_name_every_column(tmp_path):
    """One file a table, and the package of all."""
    files = write_schemas(tmp_path / "schemas")
    assert len(files) == len(INPUTS) + 1
    for table in INPUTS:
        schema = json.loads((tmp_path / "schemas" / f"{table.name}.schema.json").read_text("utf-8"))
        assert schema["version"] == SCHEMA_VERSION
        assert [field["name"] for field in schema["fields"]] == [column.name for column in table.columns]
    package = json.loads((tmp_path / "schemas" / "datapackage.json").read_text("utf-8"))
    assert [one["name"] for one in package["resources"]] == [table.name for table in INPUTS]
