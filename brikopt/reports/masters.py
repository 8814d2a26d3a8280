"""Write what the lists only point to: wards, cabinets, items, and the reviews known at the moment of decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brikopt.contract.extract import Tables

MASTERS_FILE = "masters.json"
# Nobody who reviewed is named: who publishes a result needs to know that it was done.
_COLUMNS = {
    "wards": (
        "ward_id",
        "ward_name",
        "hospital",
        "unit",
        "nonbrik_relevant",
        "sor_code",
        "valid_from",
        "valid_to",
        "excluded_reason",
    ),
    "cabinets": ("cabinet_id", "ward_id", "kind"),
    "items": ("item_id", "name", "gtin", "pack_size", "critical", "category"),
    "reviews": ("ward_id", "kind", "reviewed_at"),
}


def write_masters(tables: Tables, path: Path) -> None:
    """Write names and places as one JSON file, so that a result can be read without its extracts.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    path : Path
        The file: for each of wards, cabinets, items and reviews a list of rows; UTF-8, dates as YYYY-MM-DD, null
        where a cell is blank. The same tables give the same bytes.
    """
    lines = [f'  "{name}": [{_rows(getattr(tables, name), columns)}\n  ]' for name, columns in _COLUMNS.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _rows(frame: pd.DataFrame, columns: tuple[str, ...]) -> str:
    """A row a line: a few of tens of thousands that differ show as a few lines."""
    values = [[_plain(value) for value in frame[column].tolist()] for column in columns]
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True))
    return ",".join(f"\n    {json.dumps(row, ensure_ascii=False)}" for row in rows)


def _plain(value: Any) -> object:  # noqa: ANN401 - cells of a frame
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    return None if value == "" or pd.isna(value) else value
