"""Dates and numbers of a file that may be meant otherwise than they are read: likely so, it stops; else it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray, Cells, as_bools
from brikopt.contract.dates import DateStyle, day_numbers
from brikopt.contract.decimals import DecimalSign, decides
from brikopt.contract.quality.oddities import Oddity, Severity
from brikopt.contract.tables import InputTable, Kind
from brikopt.errors import BadInput

IntArray = NDArray[np.int64]

_LAST_MONTH = 12
_BY_CHANCE = 0.01  # below it, days that part at the 12th didn't come about by chance
_SHARE_LOW = 12 / 30.4375  # days of a month up to the 12th
_MANY_DATES = 5  # distinct dates, none above the 12th, from which a file may well be month first


def doubtful_dates(dated: Mapping[str, Cells], style: DateStyle, lines: IntArray, file: str) -> Iterator[Oddity]:
    """Look for dates that a spreadsheet swapped, and for files whose dates can be read both ways.

    Parameters
    ----------
    dated : mapping of str to Cells
        The date columns, by name.
    style : DateStyle
        How they are read.
    lines : ndarray of int64, shape (n_rows,)
        Physical lines.
    file : str
        Name of the file.

    Raises
    ------
    BadInput
        If real dates, or dates with the year first, all lie up to the 12th while the others are text above it: a
        spreadsheet with another order of day and month took the first for dates and left the others.
    """
    both_ways: list[tuple[str, int, int]] = []  # example, first row, distinct dates
    above = False
    for name, cells in dated.items():
        used = cells.used() & ~cells.empty()
        real, written, second = (np.where(used, numbers, 0) for numbers in day_numbers(cells))
        low, high = (real > 0) & (real <= _LAST_MONTH), written > _LAST_MONTH
        if low.any() and high.any() and not (real > _LAST_MONTH).any() and (high == (written > 0)).all():
            chance = _SHARE_LOW ** int(low.sum()) * (1 - _SHARE_LOW) ** int(high.sum())
            rows = low[cells.codes]
            if chance < _BY_CHANCE:
                raise _swapped(file, name, int(lines[np.argmax(rows)]), cells.at(int(np.argmax(rows))))
            yield _told("dates_maybe_swapped", "middle", rows, lines, column=name)
        above |= bool(high.any())
        doubtful = (written > 0) & (second > 0) & (second <= _LAST_MONTH) & (written != second)
        if doubtful.any():
            first = int(np.argmax(doubtful[cells.codes]))
            both_ways.append((cells.at(first), first, int(doubtful.sum())))
    if both_ways and not above and style.order == "DD-MM-YYYY":
        example, first, _ = both_ways[0]
        many = sum(distinct for *_, distinct in both_ways) >= _MANY_DATES
        numbers = {"example": example}
        yield Oddity("dates_both_ways", "high" if many else "middle", len(lines), int(lines[first]), numbers)


def _swapped(file: str, column: str, line: int, example: str) -> BadInput:
    return BadInput(
        f"{file}, line {line}, column {column}",
        f"dates such as {example[:10]} all lie up to the 12th of a month, and the later days are text in another form: "
        "a spreadsheet took day and month the other way round.",
        "Export the dates as YYYY-MM-DD without opening the file in a spreadsheet, or have it take the column as text.",
    )


def doubtful_numbers(
    sent: Mapping[str, Cells], table: InputTable, sign: DecimalSign, lines: IntArray, file: str
) -> Iterator[Oddity]:
    """Look for numbers such as 2.375 that are thousands or decimals, where nothing else in the file tells which.

    Parameters
    ----------
    sent : mapping of str to Cells
        The columns, by name.
    table : InputTable
        What they hold.
    sign : {",", "."}
        The decimal sign by which they are read.
    lines : ndarray of int64, shape (n_rows,)
        Physical lines.
    file : str
        Name of the file.

    Raises
    ------
    BadInput
        If every number of a column is such a one; in a column of whole units only if all end in three zeros, as 2.000.
    """
    numeric = {name: cells for name, cells in sent.items() if table.column(name).kind in (Kind.WHOLE, Kind.NUMBER)}
    if any(decides(cells) for cells in numeric.values()):
        return
    for name, cells in numeric.items():
        whole = table.column(name).kind is Kind.WHOLE
        filled = cells.used() & ~cells.empty()
        threes = filled & _in_threes(cells, sign, "000" if whole else "[0-9]{3}")
        if not threes.any():
            continue
        rows = threes[cells.codes]
        example = cells.at(int(np.argmax(rows)))
        if (threes == filled).all():
            raise BadInput(
                f"{file}, line {int(lines[np.argmax(rows)])}, column {name}",
                f"every number is written like {example}, which may be thousands or three decimals, and nothing in the "
                "file tells which.",
                "Export the numbers without thousands separators, with two decimals or with the other decimal sign, "
                "or say in a mapping.toml which decimal sign the file has.",
            )
        if not whole:
            yield _told("thousands_or_decimals", "high", rows, lines, column=name, example=example)


def _in_threes(cells: Cells, sign: DecimalSign, ending: str) -> BoolArray:
    """Tell which texts have three digits behind the sign that is not the decimal one, and no other group of them."""
    other = "," if sign == "." else "[.]"
    trimmed = pc.utf8_trim_whitespace(cells.values)
    found: BoolArray = ~cells.native & as_bools(
        pc.match_substring_regex(trimmed, f"^-?[1-9][0-9]{{0,2}}{other}{ending}$")
    )
    return found


def _told(code: str, severity: Severity, rows: BoolArray, lines: IntArray, **numbers: object) -> Oddity:
    count = int(rows.sum())
    return Oddity(code, severity, count, int(lines[np.argmax(rows)]), {"rows": count, **numbers})
