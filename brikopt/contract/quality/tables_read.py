"""What the looks at the extracts are given: each table's good rows with the file and line they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.quality.oddities import Oddity, Severity


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table, as read.

    Parameters
    ----------
    name, file : str
        Table and file.
    frame : DataFrame
        Its good rows, in the order of the file.
    lines : ndarray of int64, shape (n_rows,)
        Physical line of each.
    file_of : ndarray of object, shape (n_rows,), or None
        File of each, where a table lies in several.
    """

    name: str
    file: str
    frame: pd.DataFrame
    lines: NDArray[np.int64]
    file_of: NDArray[np.object_] | None = None

    def oddity(self, code: str, severity: Severity, rows: NDArray[np.bool_], **numbers: object) -> Iterable[Oddity]:
        """Tell of some rows, with the first of them as the example; nothing where there are none.

        Parameters
        ----------
        code, severity
            As of `Oddity`.
        rows : ndarray of bool, shape (n_rows,)
            The rows concerned.
        **numbers
            What the sentences name, beside ``rows``.
        """
        count = int(rows.sum())
        if count:
            first = int(np.argmax(rows))
            file = str(self.file_of[first]) if self.file_of is not None else self.file
            told = {"rows": count, **numbers}
            yield Oddity(code, severity, count, int(self.lines[first]), told, self.name, file)


Read = Mapping[str, TableRead]
Look = Callable[[Read, date], Iterable[Oddity]]
