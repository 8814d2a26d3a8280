"""What the check of extracts found, as plain values."""

from __future__ import annotations

from typing import Any

from brikopt.contract.intake import Intake, TableRecord
from brikopt.contract.rules import Language
from brikopt.reports.data_quality import quality_table
from brikopt.reports.sentences import Sentences

_MOST_TOLD = 100  # a page of them; the worst come first
_FACTS = ("rows", "good", "rejected", "set_aside")


def report_of(intake: Intake, lang: Language) -> dict[str, Any]:
    """Sum up what a set of extracts holds, as `brikopt check` does.

    Parameters
    ----------
    intake : Intake
    lang : {"da", "en"}
        Language of what is odd.

    Returns
    -------
    dict
        ``as_of``, ``rejected`` rows in all, and for each table its file and how many rows are good, rejected, or set
        aside because they are dated on or after the moment of decision; ``odd`` holds the rows of ``data_quality.csv``,
        the worst first.
    """
    return {
        "as_of": intake.as_of.isoformat(),
        "rejected": len(intake.rejected),
        "odd": _odd(intake, lang),
        "tables": [_table(record) for record in intake.tables],
    }


def _odd(intake: Intake, lang: Language) -> list[dict[str, Any]]:
    table = quality_table(intake.oddities[:_MOST_TOLD], Sentences(lang))
    table = table.fillna({"example_line": 0}).astype({"example_line": "int64"})
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _table(record: TableRecord) -> dict[str, Any]:
    counts = {name: int(getattr(record, name)) for name in _FACTS}
    unknown = list(record.unknown_columns)
    return {"table": record.name, "file": record.file or None, **counts, "unknown_columns": unknown}
