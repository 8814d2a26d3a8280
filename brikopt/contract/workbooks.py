"""Excel workbooks -> RawTable; codes keep the zeros that only the number format shows."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.cell.cell import Cell
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from brikopt.contract.cells import Cells, Codes, RawTable
from brikopt.contract.headings import LEAST_KNOWN, MOST_COLUMNS, MOST_TITLES, plain_heading, unique_headings
from brikopt.contract.layout import PLAIN, Layout, merged_headings
from brikopt.contract.native import native_text
from brikopt.contract.quality.oddities import Oddity

Row = tuple[int, list["Written"]]  # row number and cells
Written = tuple[str, bool]  # a cell as text, and whether the workbook held a real number or date

_MOST_TIMES, _SMALL = 200, 64 << 20  # as of packed text; a workbook grows 5 to 20 times
_HIDDEN_ROW = re.compile(rb"<row\b[^>]*\bhidden=\"(?:1|true)\"")
_ZEROS = re.compile(r"0+")


def read_workbook(data: bytes, known: Collection[str], layout: Layout = PLAIN) -> RawTable | None:
    """Read the sheet that a layout names, else the one that is shown and has something in it.

    Parameters
    ----------
    data : bytes
        An .xlsx file.
    known : collection of str
        Headings, in lower case, that the table may have; they tell the headings from a title above them.
    layout : Layout
        Its sheet and the rows of its headings, where somebody said so.

    Returns
    -------
    RawTable or None
        None if the sheet has no filled row. Line = row number in the sheet.

    Raises
    ------
    ValueError
        If the bytes are no workbook, several shown sheets have something in them, or a cell stands far to the right.
    """
    try:
        rows, hidden, unseen = _read(data, layout)
    except _Unreadable as error:
        raise ValueError(error.args[0]) from None
    except Exception as error:  # openpyxl lets whatever its zip and XML readers raise come through
        raise ValueError(f"it is no whole workbook ({type(error).__name__})") from error
    if not rows:
        return None
    place = 0 if layout.header else _place_of_headings(rows, known)
    oddities = [Oddity("title_above", "low", 0, rows[place][0], {"line": rows[place][0]})] if place else []
    if hidden:
        oddities.append(Oddity("sheet_hidden", "middle", 0, 0, {"sheets": ", ".join(hidden)}))
    if unseen:
        oddities.append(Oddity("rows_hidden", "low", unseen, 0, {"rows": unseen}))
    rows = rows[place:]
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
        oddities=tuple(oddities),
    )


def _place_of_headings(rows: Sequence[Row], known: Collection[str]) -> int:
    """Find the row of the headings; the first unless it has none and a later one has several."""
    scores = [sum(plain_heading(text) in known for text, _ in cells) for _, cells in rows[:MOST_TITLES]]
    return 0 if scores[0] > 0 or max(scores) < LEAST_KNOWN else scores.index(max(scores))


def _texts(cells: list[Written]) -> list[str]:
    return [text for text, _ in cells]


class _Unreadable(Exception):
    """What keeps a whole workbook from being read, in words."""


def _read(data: bytes, layout: Layout) -> tuple[list[Row], list[str], int]:
    """Read the rows of the sheet meant; return also the names of the hidden sheets, and how many rows are hidden."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > max(_MOST_TIMES * len(data), _SMALL):
        raise _Unreadable(f"unpacked it is more than {_MOST_TIMES} times as large, which no table is")
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    hidden = [sheet for sheet in workbook.worksheets if sheet.sheet_state != "visible"]
    if layout.sheet:
        sheets = {sheet.title.strip().casefold(): sheet for sheet in reversed(workbook.worksheets)}
        if layout.sheet.strip().casefold() not in sheets:
            names = ", ".join(one.title for one in workbook.worksheets)
            raise _Unreadable(f"it has no sheet '{layout.sheet}', only {names}")
        meant = sheets[layout.sheet.strip().casefold()]
        return list(_filled_rows(meant)), [], _rows_hidden(data, meant)
    # Three empty sheets come with every new workbook of an older Excel.
    shown = [sheet for sheet in workbook.worksheets if sheet not in hidden and _is_filled(sheet)]
    if len(shown) > 1:
        names = ", ".join(f"'{sheet.title}'" for sheet in shown)
        raise _Unreadable(
            f"it has {len(shown)} sheets with something in them, {names}, and nobody says which holds the table; "
            "keep one of them, or say in a mapping.toml which sheets to read"
        )
    unseen = [sheet.title for sheet in hidden if _is_filled(sheet)]
    if unseen and not shown:
        raise _Unreadable(
            f"nothing stands on the sheets that are shown, only on hidden ones ({', '.join(unseen)}); show the sheet "
            "that holds the table, or name it in a mapping.toml"
        )
    if not shown:
        return [], unseen, 0
    return list(_filled_rows(shown[0])), unseen, _rows_hidden(data, shown[0])


def _rows_hidden(data: bytes, sheet: ReadOnlyWorksheet) -> int:
    """Count the rows that a filter or somebody hid: they are read like the others."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return len(_HIDDEN_ROW.findall(parts.read(sheet._worksheet_path)))  # openpyxl reads rows without their state


def _is_filled(sheet: ReadOnlyWorksheet) -> bool:
    return next(_filled_rows(sheet), None) is not None


def _filled_rows(sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    """Yield row number and cells of every row with something in it, cut after its last filled cell."""
    sheet.reset_dimensions()  # some programs write a wrong size, which would cut the sheet
    for line, row in enumerate(sheet.iter_rows(), start=1):
        cells = [("", False) if cell is EMPTY_CELL else _written(cell) for cell in row]
        while cells and not cells[-1][0].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            place = f"{get_column_letter(len(cells))}{line}"
            raise _Unreadable(
                f"cell {place} of sheet '{sheet.title}' is filled, far to the right of any table; clear it"
            )
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
