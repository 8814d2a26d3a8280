"""What lies in a stranger's folder: every table of every file, with its headings, titles and totals told apart."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from brikopt.contract.cells import RawTable
from brikopt.contract.encoding import to_utf8
from brikopt.contract.files import SUFFIXES, read_sent
from brikopt.contract.layout import Layout, merged_headings
from brikopt.contract.mapping.apply import skipped_rows
from brikopt.contract.mapping.contents import is_value
from brikopt.contract.mapping.names import best_likeness, known_names, plain_name
from brikopt.contract.tables import INPUTS
from brikopt.errors import BadInput

DELIMITERS = (";", ",", "\t", "|")
_MOST_ROWS = 60  # looked at for headings
_KNOWN = 0.85  # likeness from which a text is taken for a known heading
_FOOTERS = 3  # last rows that may be a note
Rows = list[tuple[int, list[str]]]  # line, cells


@dataclass(frozen=True, slots=True)
class Seen:
    """One table of a file, as it lies there.

    Parameters
    ----------
    path : Path
        The file.
    layout : Layout
        Sheet, lines of the headings, delimiter.
    skip : tuple of str
        Patterns of total rows and footers.
    raw : RawTable
        Its rows, without those.
    """

    path: Path
    layout: Layout
    skip: tuple[str, ...]
    raw: RawTable

    @property
    def place(self) -> str:
        """Name the file, and the sheet where there is one."""
        return f"{self.path.name}, {self.layout.sheet}" if self.layout.sheet else self.path.name


def look(data_dir: Path) -> list[Seen]:
    """Look through a folder.

    Parameters
    ----------
    data_dir : Path
        Somebody's extracts.

    Returns
    -------
    list of Seen
        By file name, then by sheet; what has no heading and rows is left out.

    Raises
    ------
    BadInput
        If the folder can't be read, or holds no file of a kind that brikopt reads.
    """
    try:
        present = sorted(path for path in data_dir.iterdir() if path.is_file())
    except OSError as error:
        problem = f"the folder can't be read ({error.strerror or error})."
        raise BadInput(f"--data {data_dir}", problem, "Give the folder that holds the extracts.") from None
    paths = [path for path in present if path.name.casefold().endswith(SUFFIXES) and not path.name.startswith("~$")]
    if not paths:
        problem = "there is no file of a kind that brikopt reads."
        raise BadInput(f"--data {data_dir}", problem, f"Put the extracts there, as {', '.join(SUFFIXES)}.")
    return [seen for path in paths for seen in _tables_in(path)]


def _tables_in(path: Path) -> list[Seen]:
    name = path.name.casefold()
    if name.endswith(".parquet"):
        return _seen(path, Layout(), [])
    try:
        if name.endswith(".xlsx"):
            return [one for sheet, rows in _sheets(path) for one in _seen(path, Layout(sheet=sheet), rows)]
        data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        lines = to_utf8(data)[0].decode().split("\n", _MOST_ROWS)[:_MOST_ROWS]
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(path.name, f"the file can't be read: {error}.", "Export it again, or take it away.") from None
    if lines and lines[0].casefold().startswith("sep="):
        lines[0] = ""  # a word to Excel
    delimiter, rows = _parted(lines)
    return _seen(path, Layout(delimiter=delimiter), rows)


def _sheets(path: Path) -> list[tuple[str, Rows]]:
    """Return the first rows of each sheet that is shown."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found = []
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()
                rows = sheet.iter_rows(max_row=_MOST_ROWS, values_only=True)
                texts = [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
                found.append((sheet.title, list(enumerate(texts, start=1))))
    except Exception as error:  # openpyxl lets whatever its zip and XML readers raise come through
        raise ValueError(f"it is no whole workbook ({type(error).__name__})") from None
    return found


def _parted(lines: Sequence[str]) -> tuple[str, Rows]:
    """Find the delimiter under which a line has the most known headings; then the most parts."""

    def rows_by(delimiter: str) -> Rows:
        return [(number, _fields(line, delimiter)) for number, line in enumerate(lines, start=1)]

    def score(delimiter: str) -> tuple[float, int]:
        rows = [cells for _, cells in rows_by(delimiter)]
        return max((_known(cells) for cells in rows), default=0.0), max((len(cells) for cells in rows), default=0)

    best = max(DELIMITERS, key=score)
    return best, rows_by(best)


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [line]


def _known(cells: Sequence[str]) -> float:
    """Count the texts of a row that look like headings."""
    return sum(best_likeness(cell) >= _KNOWN for cell in cells if cell and len(cell) <= 60)


def _seen(path: Path, layout: Layout, rows: Rows) -> list[Seen]:
    header = _header(rows)
    if rows and not header:
        return []
    first = next((line for line, cells in rows if any(cells)), 1)
    if header != (first,):
        layout = Layout(layout.sheet, header, layout.delimiter)
    raw = read_sent(path, INPUTS[0], layout).raw
    if raw is None or not len(raw.lines):
        return []
    skip = _totals(raw)
    return [Seen(path, layout, skip, raw.take(~skipped_rows(raw, skip)) if skip else raw)]


def _header(rows: Rows) -> tuple[int, ...]:
    """Find the line of the headings; two where the upper one spans columns of the lower."""
    wordy = [
        (line, cells)
        for line, cells in rows
        if sum(map(bool, cells)) > 1 and not any(map(is_value, filter(None, cells)))
    ]
    if not wordy:
        return ()
    width = max(sum(map(bool, cells)) for _, cells in rows)
    known = max(_known(cells) for _, cells in wordy)
    enough = [(line, cells) for line, cells in wordy if sum(map(bool, cells)) * 2 > width]
    line, cells = next(
        ((line, cells) for line, cells in wordy if known > 1 and _known(cells) == known), (enough or wordy)[0]
    )
    of_line = dict(rows)
    above, below = of_line.get(line - 1, []), of_line.get(line + 1, [])
    # What stands above is a heading over others, or a title, which would make them unknown.
    if any(above) and not any(map(is_value, filter(None, above))) and _spans(above, cells) >= max(_known(cells), 1):
        return (line - 1, line)
    if _spans(cells, below) > _known(cells):
        return (line, line + 1)
    return (line,)


def _spans(upper: Sequence[str], lower: Sequence[str]) -> float:
    """Count known headings of two rows read as one; 0 where the upper has none to share out."""
    blank = any(text and not (upper[place] if place < len(upper) else "") for place, text in enumerate(lower))
    return _known(merged_headings([upper, lower])) if blank else 0.0


def _totals(raw: RawTable) -> tuple[str, ...]:
    """Find the patterns of rows that sum up or end the table: a known word first, and less filled than others."""
    words = [plain_name(word) for word in known_names()["skip"]["words"]]
    columns = list(raw.columns.values())
    texts = [[str(value).strip() for value in cells.values.to_pylist()] for cells in columns]
    usual = [cells.empty()[cells.codes].mean() <= 0.5 for cells in columns]
    suspects = {
        row
        for cells, values in zip(columns, texts, strict=True)
        for place, value in enumerate(values)
        if value and any(plain_name(value) == word or plain_name(value).startswith(f"{word} ") for word in words)
        for row in (cells.codes == place).nonzero()[0].tolist()
    }
    suspects |= set(range(max(len(raw.lines) - _FOOTERS, 0), len(raw.lines)))
    patterns: dict[str, None] = {}
    for row in sorted(suspects):
        cells = [values[int(column.codes[row])] for column, values in zip(columns, texts, strict=True)]
        first = next((cell for cell in cells if cell), "")
        lacking = sum(often and not cell for cell, often in zip(cells, usual, strict=True))
        word = next((one for one in words if f"{plain_name(first)} ".startswith(f"{one} ")), "")
        if word and lacking:
            patterns[f"{first[: len(word)]}*"] = None
        elif sum(map(bool, cells)) == 1 and sum(usual) > 2:
            patterns[re.sub(r"[][*?]", "?", first)[:200]] = None
    return tuple(patterns)
