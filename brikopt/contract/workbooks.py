"""Excel workbooks -> RawTable; codes keep the zeros that only the number format shows."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Iterator

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.cell.cell import Cell

from brikopt.contract.cells import Cells, Codes, RawTable
from brikopt.contract.headings import unique_headings
from brikopt.contract.layout import PLAIN, Layout, merged_headings
from brikopt.contract.native import native_text

Written = tuple[str, bool]  # a cell as text, and whether the workbook held a real number or date

_ZEROS = re.compile(r"0+")


def read_workbook(data: bytes, table: str, layout: Layout = PLAIN) -> RawTable | None:
    """Read the sheet that a layout names, else the one named as the table, else the first sheet.

    Parameters
    ----------
    data : bytes
        An .xlsx file.
    table : str
        Name of the table.
    layout : Layout
        Its sheet and the rows of its headings, where somebody said so.

    Returns
    -------
    RawTable or None
        None if the sheet has no filled row. Line = row number in the sheet.

    Raises
    ------
    ValueError
        If the bytes are no workbook, or it has no sheet with cells.
    """
    try:
        rows = list(_filled_rows(data, table, layout))
    except LookupError as error:
        raise ValueError(error.args[0]) from None
    except Exception as error:  # openpyxl lets whatever its zip and XML readers raise come through
        raise ValueError(f"it is no whole workbook ({type(error).__name__})") from error
    if not rows:
        return None
    above = [cells for line, cells in rows if line in layout.header] or [rows[0][1]]
    header = merged_headings([[text for text, _ in cells] for cells in above]) if len(above) > 1 else _texts(above[0])
    last = max(layout.header, default=rows[0][0])
    body = [(line, cells) for line, cells in rows if line > last]
    width = len(header)
    columns = zip(*((cells + [("", False)] * width)[:width] for _, cells in body), strict=True)
    named = zip(unique_headings(header), columns if body else [()] * width, strict=True)
    return RawTable(
        {heading: _cells(column) for heading, column in named},
        np.array([line for line, _ in body], dtype=np.int64),
        np.array([max(width, len(cells)) for _, cells in body], dtype=np.int32),
    )


def _texts(cells: list[Written]) -> list[str]:
    return [text for text, _ in cells]


def _filled_rows(data: bytes, table: str, layout: Layout) -> Iterator[tuple[int, list[Written]]]:
    """Yield row number and cells of every row with something in it, cut after its last filled cell."""
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheets = {sheet.title.strip().casefold(): sheet for sheet in reversed(workbook.worksheets)}
    if layout.sheet and layout.sheet.strip().casefold() not in sheets:
        raise LookupError(
            f"it has no sheet '{layout.sheet}', only {', '.join(one.title for one in workbook.worksheets)}"
        )
    sheet = sheets.get(layout.sheet.strip().casefold()) or sheets.get(table) or workbook.worksheets[0]
    sheet.reset_dimensions()  # some programs write a wrong size, which would cut the sheet
    for line, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_written(cell) for cell in row]
        while cells and not cells[-1][0].strip():
            cells.pop()
        if cells:
            yield line, cells


def _written(cell: Cell) -> Written:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or "", False
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat(), True
    text = native_text(value)
    zeros = str(cell.number_format or "").split(";")[0]
    if _ZEROS.fullmatch(zeros) and text.isdigit():
        text = text.zfill(len(zeros))
    return text, True


def _cells(column: Iterable[Written]) -> Cells:
    places: dict[Written, int] = {}
    codes: Codes = np.array([places.setdefault(cell, len(places)) for cell in column], dtype=np.int32)
    native = np.array([is_native for _, is_native in places], dtype=np.bool_)
    return Cells(pa.array([text for text, _ in places], pa.large_string()), codes, native)
