"""Comma- or semicolon-separated text -> RawTable, with the physical line of every row."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from brikopt.contract.cells import RawTable, text_cells
from brikopt.contract.encoding import MIXED, TWICE, first_odd_line, to_utf8
from brikopt.contract.even import line_ends, read_even
from brikopt.contract.headings import LEAST_KNOWN, MOST_TITLES, plain_heading, refuse_wide, unique_headings
from brikopt.contract.layout import PLAIN, Layout, under_header
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.uneven import uneven_rows

DELIMITERS = (",", ";", "\t")
_SAID = re.compile(rb'^"?sep=(.)"?[ \t,;]*$', re.IGNORECASE)  # how Excel is told the delimiter, on the first line
_LOST = "\ufffd".encode()  # what a program writes for a letter that it couldn't read
_LONGEST_LINE = 1_000_000
_LONGEST_HEADER = 1 << 16


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
    oddities = _of_encoding(data) if encoding == MIXED else []
    if encoding == TWICE:
        oddities.append(Oddity("encoded_twice", "low", 0, 0))
    if _LOST in text:
        count, line = text.count(_LOST), text.count(b"\n", 0, text.index(_LOST)) + 1
        oddities.append(Oddity("letters_lost", "low", count, line, {"letters": count, "line": line}))
    if layout.header:
        text = under_header(text, layout.header, layout.delimiter or _delimiter_of_line(text, layout.header[-1], known))
    elif (line := _line_of_headings(text, known)) > 1:
        if _SAID.match(text.split(b"\n", 1)[0]) is None:
            oddities.append(Oddity("title_above", "low", 0, line, {"line": line}))
        text = under_header(text, (line,), ",")
    body = _first_filled_line(text)
    if body is None:
        return None
    header_line, start, end = body
    header = text[start:end].decode()
    delimiter = layout.delimiter or find_delimiter(header, known)
    headings = _split(header, delimiter)
    refuse_wide(len(headings))
    columns, lines, n_fields = _read_body(text, end, header_line, len(headings), delimiter)
    cells = {unique: text_cells(column) for unique, column in zip(unique_headings(headings), columns, strict=True)}
    raw = RawTable(cells, lines, n_fields, delimiter, encoding, oddities=tuple(oddities))
    return raw.without_empty_rows()


def _of_encoding(data: bytes) -> list[Oddity]:
    line, count = first_odd_line(data)
    return [Oddity("odd_bytes", "low", count, line, {"bytes": count, "line": line})]


def _line_of_headings(text: bytes, known: Collection[str]) -> int:
    """Find the line of the headings; 1 where the first filled line is as good as any.

    A title, a day or ``sep=;`` may stand above; then a later line has several known headings and the first none.
    """
    lines = text.split(b"\n", MOST_TITLES)[:MOST_TITLES]
    scores = [_known_headings(line, known) for line in lines]
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if not filled or scores[filled[0]] > 0 or max(scores) < LEAST_KNOWN:
        return 1
    return scores.index(max(scores)) + 1


def _known_headings(line: bytes, known: Collection[str]) -> int:
    if len(line) > _LONGEST_HEADER:
        return 0
    text = line.decode()
    return max(sum(plain_heading(part.strip('"')) in known for part in text.split(sign)) for sign in DELIMITERS)


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
        ``","``, ``";"`` or a tab; the comma if all do equally well.

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
    ends = line_ends(body)
    if (long := np.flatnonzero(np.diff(ends, prepend=-1) > _LONGEST_LINE)).size:
        raise ValueError(f"line {header_line + 1 + int(long[0])} is longer than a million signs, which no row is")
    filled = np.flatnonzero(np.diff(ends, prepend=-1) > 1)  # more than the newline itself
    try:
        columns = read_even(body, width, delimiter)
    except pa.ArrowInvalid:  # some row has too many or too few fields, or is very long
        columns = None
    if columns is not None and len(columns[0]) == len(filled):
        return columns, filled + header_line + 1, np.full(len(filled), width, dtype=np.int32)
    # Lines and rows differ: a quoted cell holds a newline, or a quote is never closed.
    return uneven_rows(body, header_line + 1, width, delimiter)
