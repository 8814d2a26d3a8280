"""Danish personal numbers (CPR): a file that holds them is refused, and they are never printed.

A number is DDMMYY-NNNN. The date makes it rare by chance (about 1 in 27 of ten random digits), and the
modulus-11 check rarer still; but numbers given since 2007 need not pass that check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brikopt.contract.cells import BoolArray, Cells, as_bools
from brikopt.contract.headings import plain_heading
from brikopt.contract.tables import InputTable, Kind
from brikopt.errors import BadInput

_HEADINGS = {"cpr", "cprnr", "cpr_nr", "cpr_nummer", "cprnummer", "personnummer"}
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE = r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}"
# Letters or digits on either side make it a part of some longer code.
_WITH_HYPHEN = re.compile(rf"(?<![0-9A-Za-z-]){_DATE}-[0-9]{{4}}(?![0-9A-Za-z-])")
_ARROW_WITH_HYPHEN = rf"(?:^|[^0-9A-Za-z-]){_DATE}-[0-9]{{4}}(?:$|[^0-9A-Za-z-])"
_WHOLE_CELL = rf"^{_DATE}[ -]?[0-9]{{4}}$"
_LOST_ZERO = r"^[1-9](?:0[1-9]|1[0-2])[0-9]{2}[0-9]{4}$"  # a workbook drops the 0 of the 1st to 9th
HIDDEN = "(personnummer)"


def hide_personal_numbers(text: str) -> str:
    """Replace what looks like a personal number, for texts that are shown.

    Examples
    --------
    >>> hide_personal_numbers("to 010190-1234 please")
    'to (personnummer) please'
    """
    return _WITH_HYPHEN.sub(HIDDEN, text)


def refuse_personal_numbers(
    columns: Mapping[str, Cells], column_names: Mapping[str, str], table: InputTable, file: str
) -> None:
    """Stop if any column of a file holds personal numbers.

    Parameters
    ----------
    columns : mapping of str to Cells
        By heading, all columns of the file.
    column_names : mapping of str to str
        Heading -> column of the contract, where known.
    table : InputTable
        What the file should hold.
    file : str
        Its name, for the message.

    Raises
    ------
    BadInput
        Naming file and column, never the number.
    """
    for heading, cells in columns.items():
        name = column_names.get(heading)
        kind = table.column(name).kind if name else None
        shown = heading.split("\0")[0]
        if (
            plain_heading(shown).replace("-", "_").replace(" ", "_") in _HEADINGS
            or _WITH_HYPHEN.search(shown)
            or holds_personal_numbers(cells, kind)
        ):
            raise BadInput(
                f"{file}, column {name or hide_personal_numbers(shown)}",
                "the column holds what looks like Danish personal numbers (CPR).",
                "There is no place for patients in these tables: leave the column out and export again.",
            )


def holds_personal_numbers(cells: Cells, kind: Kind | None) -> bool:
    """Tell whether a column holds personal numbers.

    Parameters
    ----------
    cells : Cells
        The column.
    kind : Kind or None
        What the contract says it holds; None for a column that it does not know.

    Returns
    -------
    bool
        For ids (item numbers, orders, lots): at least half of the filled cells are DDMMYY-NNNN, or nine in
        ten are ten digits with a date and half of those pass the modulus-11 check. For anything else: any cell
        has DDMMYY-NNNN in it, or at least half of the filled cells are ten digits with a date.
    """
    rows = np.bincount(cells.codes, minlength=len(cells.values)) * ~cells.empty()
    filled = int(rows.sum())
    trimmed = pc.utf8_trim_whitespace(cells.values)
    hyphened = int(rows[_dated(trimmed, _ARROW_WITH_HYPHEN)].sum())
    whole = _dated(trimmed, _WHOLE_CELL)
    if kind is None or kind is Kind.TEXT:
        whole |= cells.native & as_bools(pc.match_substring_regex(trimmed, _LOST_ZERO))
    n_whole = int(rows[whole].sum())
    if filled == 0:
        return False
    if kind is Kind.ID:
        return 2 * hyphened >= filled or (
            10 * n_whole >= 9 * filled and 2 * int(rows[whole & _passes_check(trimmed)].sum()) >= n_whole
        )
    return hyphened > 0 or (kind in (None, Kind.TEXT, Kind.WORD) and 2 * n_whole >= filled)


def _dated(trimmed: pa.Array, pattern: str) -> BoolArray:
    """Tell which texts fit a pattern with a day that the month has."""
    fits = as_bools(pc.match_substring_regex(trimmed, pattern))
    for place in np.flatnonzero(fits):
        fits[place] = any(_is_day(found) for found in re.findall(r"[0-9]{6}(?=[ -]?[0-9]{4})", trimmed[place].as_py()))
    return fits


def _is_day(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12:
        return False
    return 1 <= day <= _DAYS[month - 1] and (month != 2 or day < 29 or year % 4 == 0)


def _passes_check(trimmed: pa.Array) -> BoolArray:
    """Tell which ten-digit texts have a weighted sum that 11 divides."""
    passes = np.zeros(len(trimmed), dtype=np.bool_)
    for place in np.flatnonzero(as_bools(pc.match_substring_regex(trimmed, _WHOLE_CELL))):
        digits = re.sub(r"[ -]", "", trimmed[place].as_py())
        passes[place] = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11 == 0
    return passes
