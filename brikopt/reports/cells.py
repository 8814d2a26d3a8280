"""How the values of an output column look in a workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from brikopt.contract.outputs import Column, Kind

# Excel's own limit for one cell.
_MOST_SIGNS = 32_767
_XML_HAS_NO = re.compile("[\ufffe\uffff]")
_TALLEST_ROW = 409.0  # points, Excel's own limit
_SHARES = ("share", "target", "projected_share", "fill_rate", "new_fill_rate", "min_fill_rate")
_WIDTHS = {
    "reason": 64,
    "detail": 64,
    "section": 30,
    "wards": 24,
    "name": 34,
    "ward_name": 26,
    "from_ward": 26,
    "to_ward": 26,
    "from": 24,
    "to": 24,
    "advice": 44,
    "rule": 40,
    "unit": 22,
    "hospital": 22,
}
_ROW_HEIGHT = 15.0
# Sentences are broken into lines, so that a list fits the width of a sheet of paper.
_WRAPPED = ("reason", "detail", "advice", "rule", "value")
# As in the CSV tables, so that both say the same.
_DECIMALS = {Kind.UNITS: 0, Kind.DKK: 2, Kind.NUMBER: 4, Kind.RATE: 6}


@dataclass(frozen=True, slots=True)
class Formats:
    """The cell formats of one workbook."""

    heading: Format
    text: Format
    sentence: Format
    date: Format
    numbers: Mapping[str, Format]

    @classmethod
    def of(cls, book: Workbook) -> Formats:
        """Add the formats to a workbook."""
        patterns = ("#,##0", "#,##0.00", "#,##0.00##", "0.0%")
        return cls(
            heading=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            text=book.add_format({"num_format": "@", "valign": "top"}),
            sentence=book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
            date=book.add_format({"num_format": "dd-mm-yyyy", "valign": "top"}),
            numbers={pattern: book.add_format({"num_format": pattern, "valign": "top"}) for pattern in patterns},
        )


@dataclass(frozen=True, slots=True)
class CellWriter:
    """Turns columns into cells in one language."""

    texts: Mapping[str, Any]
    formats: Formats

    def heading(self, column: Column) -> str:
        """Return the heading of a column."""
        return str(self.texts["columns"][column.name])

    def values(self, values: pd.Series, column: Column) -> list[Any]:
        """Return what the cells of a column hold; None where a cell stays empty."""
        if column.kind is Kind.TEXT:
            return [self._text(text, column.name) for text in values.tolist()]
        if column.kind is Kind.DATE:
            return [None if pd.isna(day) else day for day in pd.to_datetime(values).tolist()]
        numbers = values.to_numpy(dtype="float64", na_value=math.nan).tolist()
        if column.kind is Kind.FLAG:
            words = self.texts["flags"]
            return [None if math.isnan(n) else words["yes" if n else "no"] for n in numbers]
        decimals = _DECIMALS[column.kind]
        return [None if math.isnan(n) else round(n, decimals) for n in numbers]

    def format_of(self, column: Column) -> Format:
        """Return the cell format of a column."""
        if column.name in _WRAPPED:
            return self.formats.sentence
        if column.kind in (Kind.TEXT, Kind.FLAG):
            return self.formats.text
        if column.kind is Kind.DATE:
            return self.formats.date
        return self.formats.numbers[_pattern(column)]

    def write_of(self, sheet: Worksheet, column: Column) -> Callable[..., Any]:
        """Return the method that writes a column's cells: texts can't become formulas, numbers or links."""
        if column.kind in (Kind.TEXT, Kind.FLAG):
            return sheet.write_string  # type: ignore[no-any-return]
        return sheet.write_datetime if column.kind is Kind.DATE else sheet.write_number  # type: ignore[no-any-return]

    def _text(self, text: object, column: str) -> str | None:
        if not isinstance(text, str) or not text:
            return None
        return fitting(str(self.texts["values"].get(column, {}).get(text, text)))


def fitting(text: str) -> str:
    """Return what one cell holds of a text; the whole of it stands in the CSV table.

    Parameters
    ----------
    text : str
        Of any length and signs.

    Returns
    -------
    str
        At most 32,767 signs as Excel counts them, where a sign such as an emoji is two.
    """
    if _XML_HAS_NO.search(text):
        text = _XML_HAS_NO.sub("\N{REPLACEMENT CHARACTER}", text)
    if 2 * len(text) > _MOST_SIGNS:
        text = text.encode("utf-16-le")[: 2 * _MOST_SIGNS].decode("utf-16-le", "ignore")
    # The writer takes a text between these marks for a formatted one, written as it is.
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text


def cell_width(column: Column) -> int:
    """Return a column's width in characters."""
    return _WIDTHS.get(column.name, 14 if column.kind is Kind.TEXT else 12)


def header_height(headings: Sequence[str], columns: Sequence[Column]) -> float:
    """Return the height, in points, at which the longest wrapped heading can be read in full."""
    lines = [
        math.ceil(1.3 * len(heading) / cell_width(column)) for heading, column in zip(headings, columns, strict=True)
    ]
    return _ROW_HEIGHT * max(2, *lines)


def row_height(texts: Sequence[object], columns: Sequence[Column]) -> float | None:
    """Return the height, in points, at which the wrapped texts of a row can be read; None for a single line."""
    lines = [
        math.ceil(1.05 * len(text) / cell_width(column))
        for text, column in zip(texts, columns, strict=True)
        if column.name in _WRAPPED and isinstance(text, str)
    ]
    return min(_ROW_HEIGHT * max(lines), _TALLEST_ROW) if max(lines, default=1) > 1 else None


def line_height(text: str, width: int) -> float:
    """Return the height, in points, of a cell of a width in characters that holds a whole sentence."""
    return min(_ROW_HEIGHT * max(1, math.ceil(1.1 * len(text) / width)), _TALLEST_ROW)


def is_share(column: Column) -> bool:
    """Whether a column holds shares or chances, which people read as percent."""
    return column.name in _SHARES or column.name.startswith("p_")


def _pattern(column: Column) -> str:
    if is_share(column):
        return "0.0%"
    return {Kind.UNITS: "#,##0", Kind.DKK: "#,##0.00"}.get(column.kind, "#,##0.00##")
