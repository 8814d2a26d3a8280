"""A finding about the extracts, as plain data; its words stand in ``reports/texts`` under its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from brikopt.contract.tables import INPUTS

Severity = Literal["high", "middle", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "middle", "low")


@dataclass(frozen=True, slots=True)
class Oddity:
    """One finding about one table.

    Parameters
    ----------
    code : str
        Which finding. The texts have two sentences for it, ``quality_CODE`` (what it does to the figures) and
        ``quality_CODE_advice``, and a word in ``[values.finding]``.
    severity : {"high", "middle", "low"}
        High: figures are wrong unless somebody acts. Middle: some may be. Low: good to know.
    rows : int
        Rows concerned; 0 where none was read.
    line : int
        Physical line of an example; 0 where there is none.
    numbers : mapping
        What the sentences name.
    table, file : str
        Where it was found; a reader that knows neither leaves them empty.
    """

    code: str
    severity: Severity
    rows: int = 0
    line: int = 0
    numbers: Mapping[str, Any] = field(default_factory=dict)
    table: str = ""
    file: str = ""


def in_order(oddities: Iterable[Oddity]) -> tuple[Oddity, ...]:
    """Put the worst first, then in the order of the tables, files, codes and lines."""
    places = {table.name: place for place, table in enumerate(INPUTS)}

    def key(one: Oddity) -> tuple[int, int, str, str, int]:
        return SEVERITIES.index(one.severity), places.get(one.table, len(places)), one.file, one.code, one.line

    return tuple(sorted(oddities, key=key))


def worst(oddities: Iterable[Oddity]) -> int:
    """Count the findings of the worst kind."""
    return sum(one.severity == "high" for one in oddities)
