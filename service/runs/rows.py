"""The rows of a finished run, as they stand in the database."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from service.db.base import Base
from service.lists.tables import Guide, ListRow
from service.places.tables import Cabinet, Item, KnownReview, Ward
from service.runs.folder import LISTS, RunFolder

# Children first: whoever takes rows away goes in this order, whoever fills goes in the other.
ROW_TABLES: tuple[type[Base], ...] = (ListRow, Guide, KnownReview, Cabinet, Item, Ward)
Batch = tuple[type[Base], list[dict[str, Any]]]
_DATES = ("valid_from", "valid_to", "reviewed_at")


def batches(folder: RunFolder, run: str, size: int) -> Iterator[Batch]:
    """Read all rows of a run, some at a time.

    Parameters
    ----------
    folder : RunFolder
        The finished run.
    run : str
        Its id in the service.
    size : int
        Most rows in a batch.

    Yields
    ------
    tuple of table and list of dict
        Rows of one table.

    Raises
    ------
    BadInput
        If the folder isn't as brikopt writes it.
    """
    for table, rows in _tables(folder):
        waiting = iter(rows)
        while some := list(islice(waiting, size)):
            yield table, [{"run": run, **row} for row in some]


def _tables(folder: RunFolder) -> Iterator[tuple[type[Base], Iterable[dict[str, Any]]]]:
    yield Ward, map(_dated, _wards(folder))
    yield Cabinet, folder.masters["cabinets"]
    yield Item, folder.masters["items"]
    yield KnownReview, ({**_dated(row), "row": number} for number, row in enumerate(folder.masters["reviews"]))
    yield Guide, _guides(folder)
    wards = {row["cabinet_id"]: row["ward_id"] for row in folder.masters["cabinets"]}
    for output in LISTS:
        yield ListRow, _list_rows(output.name, folder.rows(output), wards)


def _wards(folder: RunFolder) -> Iterator[dict[str, Any]]:
    with_nonbrik = {row["ward_id"] for row in folder.masters["cabinets"] if row["kind"] == "non_brik"}
    for row in folder.masters["wards"]:
        relevant = row["nonbrik_relevant"]
        yield {**row, "nonbrik_relevant": row["ward_id"] in with_nonbrik if relevant is None else bool(relevant)}


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if value and name in _DATES else value for name, value in row.items()}


def _guides(folder: RunFolder) -> Iterator[dict[str, Any]]:
    for ward_id, form, content in folder.guides():
        yield {"ward_id": ward_id, "form": form, "packed": zlib.compress(content)}


def _list_rows(name: str, rows: Iterable[dict[str, Any]], wards: dict[str, str]) -> Iterator[dict[str, Any]]:
    for number, cells in enumerate(rows):
        cabinet = cells.get("cabinet_id")
        yield {
            "name": name,
            "row": number,
            "ward_id": cells.get("ward_id") or wards.get(cabinet or ""),
            "cabinet_id": cabinet,
            "item_id": cells.get("item_id"),
            "cells": cells,
        }
