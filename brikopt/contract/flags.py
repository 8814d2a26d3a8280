"""Flags: 0 and 1, and the words that people and spreadsheets write for them."""

from __future__ import annotations

import numpy as np

from brikopt.contract.cells import BoolArray, Cells
from brikopt.contract.decimals import FloatArray

_WORDS = {
    **dict.fromkeys(("ja", "j", "yes", "y", "true", "sand", "sandt", "x"), 1.0),
    **dict.fromkeys(("nej", "n", "no", "false", "falsk", "nei"), 0.0),
}
_SIGNS = {"0": 0.0, "1": 1.0}


def read_flags(cells: Cells) -> tuple[FloatArray, BoolArray, str]:
    """Read a column of flags.

    Parameters
    ----------
    cells : Cells
        The column.

    Returns
    -------
    tuple of ndarray of float64, ndarray of bool and str
        0 and 1 for each distinct value, NaN where it is neither; which of them are flags; and one of the words
        where the column is written in words, else empty. Words count only where every filled cell is one: a single
        "ja" among 0 and 1 is a slip, and nobody's rule.
    """
    texts = [str(text).strip().casefold() for text in cells.values.to_pylist()]
    used = cells.used()
    filled = {text for text, is_used in zip(texts, used, strict=True) if text and is_used}
    in_words = bool(filled) and filled <= _WORDS.keys() and filled != {"x"}
    known = _WORDS if in_words or filled == {"x"} else _SIGNS
    numbers = np.array([known.get(text, np.nan) for text in texts], dtype=np.float64)
    return numbers, ~np.isnan(numbers), min(filled) if known is _WORDS else ""
