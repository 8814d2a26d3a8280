"""The input tables as Frictionless Table Schemas, so that whoever writes an extract can test it without brikopt."""

from __future__ import annotations

from typing import Any

from brikopt.contract.dates import FIRST_YEAR, LAST_YEAR
from brikopt.contract.tables import INPUTS, InputColumn, InputTable, Kind

# Raised when a table or column changes; a later version only adds, unless its first number says otherwise.
SCHEMA_VERSION = "2.0.0"
_PROFILE = "https://specs.frictionlessdata.io/table-schema/"

_TYPES = {Kind.WHOLE: "integer", Kind.NUMBER: "number", Kind.DATE: "date"}
_WEEKDAYS = r"[1-7]( *, *[1-7])*"


def table_schema(table: InputTable) -> dict[str, Any]:
    """Describe one input table.

    Parameters
    ----------
    table : InputTable
        The table.

    Returns
    -------
    dict
        A Table Schema of the plain form: comma, decimal point, UTF-8, dates as YYYY-MM-DD. Required columns are
        marked; a column that is missing from an extract, and not required, is no fault of it.
    """
    schema: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": table.name,
        "version": SCHEMA_VERSION,
        "missingValues": [""],
        "fieldsMatch": "partial",  # in any order, without those that aren't required, and with others beside them
        "fields": [_field(column) for column in table.columns],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return schema


def foreign_keys(table: InputTable) -> list[dict[str, Any]]:
    """List the columns whose ids must be found in another table; only a package holds both."""
    return [
        {"fields": [column.name], "reference": {"resource": column.refers_to, "fields": [_key_of(column.refers_to)]}}
        for column in table.columns
        if column.refers_to
    ]


def data_package() -> dict[str, Any]:
    """Describe all input tables as one Frictionless Data Package, a resource a table.

    Returns
    -------
    dict
        Paths are ``NAME.csv`` in the folder of the package; schemas stand in it, so foreign keys can be checked.
    """
    return {
        "profile": "tabular-data-package",
        "name": "brikopt-extracts",
        "version": SCHEMA_VERSION,
        "resources": [
            {
                "name": table.name,
                "profile": "tabular-data-resource",
                "path": f"{table.name}.csv",
                "format": "csv",
                "encoding": "utf-8",
                "required": table.required,
                "schema": table_schema(table) | {"foreignKeys": foreign_keys(table)},
            }
            for table in INPUTS
        ],
    }


def _key_of(table: str) -> str:
    return next(one.key[0] for one in INPUTS if one.name == table)


def _field(column: InputColumn) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _TYPES.get(column.kind, "string")}
    if column.aliases:
        field["aliases"] = list(column.aliases)
    if column.default:
        field["default"] = column.default
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.kind in (Kind.WHOLE, Kind.NUMBER):
        constraints |= {"minimum": _number(column.low, column.kind), "maximum": _number(column.high, column.kind)}
    elif column.kind is Kind.FLAG:
        constraints["enum"] = ["0", "1"]
    elif column.kind is Kind.WORD:
        constraints["enum"] = list(column.words)
    elif column.kind is Kind.WEEKDAYS:
        constraints["pattern"] = _WEEKDAYS
    elif column.kind is Kind.DATE:
        constraints |= {"minimum": f"{FIRST_YEAR}-01-01", "maximum": f"{LAST_YEAR}-12-31"}
    if constraints:
        field["constraints"] = constraints
    return field


def _number(limit: float, kind: Kind) -> int | float:
    return int(limit) if kind is Kind.WHOLE else limit
