"""Which rule each bad row breaks first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from brikopt.contract.cells import BoolArray, RawTable
from brikopt.contract.outputs import REJECTED_ROWS
from brikopt.contract.personal_numbers import hide_personal_numbers
from brikopt.contract.quality.oddities import Oddity, Severity
from brikopt.contract.rules import Language, Rule

_FINE = -1


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule broken in a column; ``detail`` completes the rule's sentence."""

    column: str
    rule: Rule
    detail: str = ""


class Findings:
    """The first breach of each row, found column by column.

    Parameters
    ----------
    n_rows : int
        Rows of the table.
    """

    def __init__(self, n_rows: int) -> None:
        self._breaches: list[Breach] = []
        self._of_row: NDArray[np.int32] = np.full(n_rows, _FINE, dtype=np.int32)
        self.oddities: list[Oddity] = []

    @property
    def good(self) -> BoolArray:
        """Rows without a breach so far; shape (n_rows,)."""
        fine: BoolArray = self._of_row == _FINE
        return fine

    def mark(self, bad: BoolArray, column: str, rule: Rule, detail: str = "") -> None:
        """Note one breach for all the rows of a mask that have none yet."""
        rows = np.flatnonzero(bad & self.good)
        if rows.size:
            self._breaches.append(Breach(column, rule, detail))
            self._of_row[rows] = len(self._breaches) - 1

    def mark_each(self, rows: ArrayLike, column: str, rule: Rule, details: Sequence[str]) -> None:
        """Note a breach for each of some rows that have none yet, with a detail of its own."""
        for row, detail in zip(np.asarray(rows), details, strict=True):
            if self._of_row[row] == _FINE:
                self._breaches.append(Breach(column, rule, detail))
                self._of_row[row] = len(self._breaches) - 1

    def broken(self, *rules: Rule) -> BoolArray:
        """Tell which rows break one of some rules first; shape (n_rows,)."""
        codes = [code for code, breach in enumerate(self._breaches) if breach.rule in rules]
        return np.isin(self._of_row, codes)

    def tell(self, code: str, severity: Severity, rows: BoolArray, raw: RawTable, **numbers: object) -> None:
        """Tell of some rows what is odd about them; the first is the example, and nothing is told of none."""
        count = int(rows.sum())
        if count:
            first = int(np.argmax(rows))
            file = raw.file_of[first] if raw.file_of else ""
            told = {"rows": count, **numbers}
            self.oddities.append(Oddity(code, severity, count, int(raw.lines[first]), told, "", file))

    def commonest(self) -> tuple[Breach, int]:
        """Return a breach of the rule and column broken most often, and the first row that breaks it."""
        bad = np.flatnonzero(~self.good)
        kinds = [(self._breaches[code].column, self._breaches[code].rule) for code in self._of_row[bad]]
        most, _ = Counter(kinds).most_common(1)[0]
        row = int(bad[kinds.index(most)])
        return self._breaches[int(self._of_row[row])], row

    def rejected_rows(self, raw: RawTable, headings: dict[str, str], file: str, lang: Language) -> pd.DataFrame:
        """Write the bad rows as people get them back.

        Parameters
        ----------
        raw : RawTable
            The rows as sent.
        headings : dict of str to str
            Column -> heading in the file.
        file : str
            Name of the file.
        lang : {"da", "en"}
            Language of rule and advice.

        Returns
        -------
        DataFrame
            Columns of ``rejected_rows.csv``, one row a bad row, in the order of the file. What looks like a
            personal number is not shown.
        """
        rows = []
        for row in np.flatnonzero(~self.good):
            breach = self._breaches[int(self._of_row[row])]
            heading = headings.get(breach.column)
            value = raw.columns[heading].at(int(row)) if heading is not None else ""
            rule, advice = breach.rule.sentence(breach.detail, lang)
            name = raw.file_of[row] if raw.file_of else file
            rows.append((name, int(raw.lines[row]), breach.column, hide_personal_numbers(value), rule, advice))
        return rejected_frame(rows)


def rejected_frame(rows: Sequence[tuple[str, int, str, str, str, str]]) -> pd.DataFrame:
    """Make a table with the columns and types of ``rejected_rows.csv``."""
    names = [column.name for column in REJECTED_ROWS.columns]
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    types = ["int64" if name == "line" else "str" for name in names]
    return pd.DataFrame(
        {name: pd.Series(cells, dtype=kind) for name, cells, kind in zip(names, columns, types, strict=True)}
    )
