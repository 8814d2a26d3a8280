"""Rows under a table that are none: a sum of the rows, a note."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np

from brikopt.contract.cells import BoolArray, RawTable

_SUM = re.compile(
    r"^(i alt|ialt|total|totalt|totals|sum|summa|samlet|grand total|subtotal|delsum|antal rækker|rows?)\b",
    re.IGNORECASE,
)
_MOST = 20  # rows under a table that are looked at


def rows_under_table(raw: RawTable, required: Collection[str]) -> BoolArray:
    """Tell which rows at the end of a file are sums or notes.

    Parameters
    ----------
    raw : RawTable
        The rows as sent.
    required : collection of str
        Headings of the columns that every row fills.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True for rows after the last whole one that lack a required cell, and begin with a word for a sum or have one
        filled cell alone.
    """
    under = np.zeros(len(raw.lines), dtype=np.bool_)
    for row in range(len(raw.lines) - 1, max(-1, len(raw.lines) - 1 - _MOST), -1):
        texts = {heading: cells.at(row).strip() for heading, cells in raw.columns.items()}
        filled = [text for text in texts.values() if text]
        if all(texts[heading] for heading in required) or not filled:
            break
        is_sum, is_note = _SUM.match(filled[0]) is not None, len(filled) == 1 and len(required) > 1
        if not is_sum and not is_note:
            break
        under[row] = True
    return under
