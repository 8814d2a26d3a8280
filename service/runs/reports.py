"""What the check of extracts found, as plain values."""

from __future__ import annotations

from typing import Any

from brikopt.contract.intake import Intake, TableRecord

_FACTS = ("rows", "good", "rejected", "set_aside")


def report_of(intake: Intake) -> dict[str, Any]:
    """Sum up what a set of extracts holds, as `brikopt check` does.

    Parameters
    ----------
    intake : Intake

    Returns
    -------
    dict
        ``as_of``, ``rejected`` rows in all, and for each table its file and how many rows are good, rejected, or set
        aside because they are dated on or after the moment of decision.
    """
    return {
        "as_of": intake.as_of.isoformat(),
        "rejected": len(intake.rejected),
        "tables": [_table(record) for record in intake.tables],
    }


def _table(record: TableRecord) -> dict[str, Any]:
    counts = {name: int(getattr(record, name)) for name in _FACTS}
    unknown = list(record.unknown_columns)
    return {"table": record.name, "file": record.file or None, **counts, "unknown_columns": unknown}
