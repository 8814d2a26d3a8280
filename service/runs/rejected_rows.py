"""The rows of an upload that the check refused, as it wrote them."""

from __future__ import annotations

import csv
from typing import Any

from brikopt.contract.outputs import REJECTED_ROWS, Kind
from service.lists.views import View
from service.refusals import Unknown
from service.runs.folders import JobFolder

REJECTED = View("rejected_rows", "rejected_rows", REJECTED_ROWS.columns)


def rejected_rows(folder: JobFolder) -> list[dict[str, Any]]:
    """Read the rejected rows of a run.

    Raises
    ------
    Unknown
        If none were written here: the run wasn't made from an upload, or its check hasn't ended.
    """
    if not folder.rejected.is_file():
        raise Unknown(what="report", id=folder.path.name)
    with folder.rejected.open(encoding="utf-8", newline="") as file:
        return [{one.name: _value(row[one.name], one.kind) for one in REJECTED.columns} for row in csv.DictReader(file)]


def log_of(folder: JobFolder) -> str:
    """Read what the worker said; Unknown if it said nothing here."""
    if not folder.log.is_file():
        raise Unknown(what="log", id=folder.path.name)
    return folder.log.read_text("utf-8", errors="replace")


def _value(text: str, kind: Kind) -> object:
    if not text:
        return None
    return int(text) if kind is Kind.UNITS else text
