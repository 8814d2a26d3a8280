"""Comma- or semicolon-separated text -> RawTable, with the physical line of every row."""

from __future__ import annotations

import csv
from collections.abc import Collection

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from brikopt.contract.cells import RawTable, text_cells
from brikopt.contract.encoding import to_utf8
from brikopt.contract.even import line_ends, read_even
from brikopt.contract.headings import plain_heading, unique_headings
from brikopt.contract.layout import PLAIN, Layout, under_header
from brikopt.contract.uneven import uneven_rows

DELIMITERS = (",", ";")


def read_delimited(data: bytes, known: Collection[str], layout: Layout = PLAIN) -> RawTable | None:
    """Read a delimited text file.

    Parameters
    ----------
    data : bytes
        The file, unpacked.
    known : collection of str
        Headings, in lower case, that the table may have; they decide which delimiter is meant.
    layout : Layout
        What somebody said about the file; the rest is found out.

    Returns
    -------
    RawTable or None
        None if the file has no line at all.

    Raises
    ------
    ValueError
        If the bytes are no text, or the header cannot be read.
    """
    text, encoding = to_utf8(data, layout.encoding)
    if layout.header:
        text = under_header(text, layout.header, layout.delimiter or _delimiter_of_line(text, layout.header[-1], known))
    body = _first_filled_line(text)
    if body is None:
        return None
    header_line, start, end = body
    header = text[start:end].decode()
    delimiter = layout.delimiter or find_delimiter(header, known)
    headings = _split(header, delimiter)
    columns, lines, n_fields = _read_body(text, end, header_line, len(headings), delimiter)
    cells = {unique: text_cells(column) for unique, column in zip(unique_headings(headings), columns, strict=True)}
    return RawTable(cells, lines, n_fields, delimiter, encoding).without_empty_rows()


def find_delimiter(header: str, known: Collection[str]) -> str:
    """Tell which delimiter splits a header into the most known headings; then into the most parts.

    Parameters
    ----------
    header : str
        The first line.
    known : collection of str
        Headings in lower case.

    Returns
    -------
    str
        ``","`` or ``";"``; the comma if both do equally well.

    Examples
    --------
    >>> find_delimiter("varenr;antal", {"varenr", "antal"})
    ';'
    """

    def score(delimiter: str) -> tuple[int, int]:
        parts = [plain_heading(part) for part in _split(header, delimiter)]
        return sum(part in known for part in parts), len(parts)

    return max(DELIMITERS, key=score)


def _delimiter_of_line(text: bytes, line: int, known: Collection[str]) -> str:
    lines = text.split(b"\n", line)
    return find_delimiter(lines[line - 1].decode(), known) if len(lines) >= line else DELIMITERS[0]


def _split(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error as error:
        raise ValueError(f"the header line can't be read ({error})") from error


def _first_filled_line(text: bytes) -> tuple[int, int, int] | None:
    """Return line number, start and end of the header, or None."""
    start, line = 0, 1
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            return line, start, end
        start, line = end + 1, line + 1
    return None


def _read_body(
    text: bytes, end: int, header_line: int, width: int, delimiter: str
) -> tuple[list[pa.ChunkedArray], NDArray[np.int64], NDArray[np.int32]]:
    body = memoryview(text)[min(end + 1, len(text)) :]
    filled = np.flatnonzero(np.diff(line_ends(body), prepend=-1) > 1)  # more than the newline itself
    try:
        columns = read_even(body, width, delimiter)
    except pa.ArrowInvalid:  # some row has too many or too few fields, or is very long
        columns = None
    if columns is not None and len(columns[0]) == len(filled):
        return columns, filled + header_line + 1, np.full(len(filled), width, dtype=np.int32)
    # Lines and rows differ: a quoted cell holds a newline, or a quote is never closed.
    return uneven_rows(body, header_line + 1, width, delimiter)
