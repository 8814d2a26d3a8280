"""Numbers as text -> numbers, with the decimal sign of the file they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray, Cells, as_bools

DecimalSign = Literal[",", "."]
FloatArray = NDArray[np.float64]

_OTHER: dict[str, DecimalSign] = {",": ".", ".": ","}


def _decides_for(sign: DecimalSign) -> str:
    """Return the pattern of a number that can only be meant with this decimal sign."""
    dot, thousand = re.escape(sign), re.escape(_OTHER[sign])
    grouped = rf"[1-9][0-9]{{0,2}}(?:{thousand}[0-9]{{3}})"
    # One sign and three digits after it, as in 1,234, may be a group of thousands. Only another count of
    # digits, a leading 0 or a long whole part tells that it is a decimal sign.
    fraction = rf"[0-9]*{dot}(?:[0-9]{{1,2}}|[0-9]{{4,}})|(?:0[0-9]*|[0-9]{{4,}}|){dot}[0-9]{{3}}"
    return rf"^-?(?:{fraction}|{grouped}+{dot}[0-9]+|{grouped}{{2,}})$"


_DECIDES = {sign: _decides_for(sign) for sign in _OTHER.values()}


def find_decimal_sign(columns: Iterable[Cells], delimiter: str) -> DecimalSign:
    """Find the decimal sign of a file from the cells that can be meant in one way only.

    Parameters
    ----------
    columns : iterable of Cells
        All its numeric columns.
    delimiter : str
        Where no cell decides, or as many for each: with semicolons a decimal comma, else a point.

    Returns
    -------
    {",", "."}
        What most of the deciding cells have.
    """
    votes = dict.fromkeys(_DECIDES, 0)
    for cells in columns:
        rows = np.bincount(cells.codes, minlength=len(cells.values)) * ~cells.native
        trimmed = pc.utf8_trim_whitespace(cells.values)
        for sign, pattern in _DECIDES.items():
            votes[sign] += int(rows[as_bools(pc.match_substring_regex(trimmed, pattern))].sum())
    if votes[","] == votes["."]:
        return "," if delimiter == ";" else "."
    return max(_DECIDES, key=lambda sign: votes[sign])


def decides(cells: Cells) -> bool:
    """Tell whether any number of a column can only be meant with one decimal sign, as 12,5 or 0.375."""
    used, trimmed = cells.used() & ~cells.native, pc.utf8_trim_whitespace(cells.values)
    return any(bool((used & as_bools(pc.match_substring_regex(trimmed, one))).any()) for one in _DECIDES.values())


def parse_numbers(values: pa.Array, native: BoolArray, sign: DecimalSign) -> FloatArray:
    """Read distinct texts as numbers.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n,)
        Texts as sent.
    native : ndarray of bool, shape (n,)
        Texts that are in the plain format, whatever the file's decimal sign.
    sign : {",", "."}
        Decimal sign of the file; the other one may part thousands, in right groups only.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where the text is no number in this format. Never infinite.

    Examples
    --------
    >>> texts = pa.array(["1.234,5", "1.234", "12.5", "1e3"])
    >>> parse_numbers(texts, np.zeros(4, bool), ",").tolist()
    [1234.5, 1234.0, nan, nan]
    """
    trimmed = pc.utf8_trim_whitespace(values)
    numbers = _parse(trimmed, sign)
    if native.any():
        numbers = np.where(native, _parse(trimmed, "."), numbers)
    return numbers


def _parse(trimmed: pa.Array, sign: DecimalSign) -> FloatArray:
    dot, thousand = re.escape(sign), re.escape(_OTHER[sign])
    # More than 30 digits are a slip of the keyboard; a float would be infinite or wrong.
    whole = rf"[0-9]{{1,30}}|[1-9][0-9]{{0,2}}(?:{thousand}[0-9]{{3}}){{1,9}}"
    pattern = rf"^-?(?:(?:{whole})(?:{dot}[0-9]{{1,30}})?|{dot}[0-9]{{1,30}})$"
    fits = pc.match_substring_regex(trimmed, pattern)
    plain = pc.replace_substring(pc.replace_substring(trimmed, _OTHER[sign], ""), sign, ".")
    numbers = pc.if_else(fits, plain, None).cast(pa.float64())
    return np.asarray(pc.fill_null(numbers, np.nan).to_numpy(zero_copy_only=False), dtype=np.float64)
