"""Text files whose rows are not one even line each: read with care, line by line where it is needed.

A quoted cell may run over several lines, a row may have too many or too few fields, and a quote may be opened
and never closed. The last must not swallow the good rows that follow it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from brikopt.contract.cells import OPEN_QUOTE, BoolArray
from brikopt.contract.even import line_ends, read_even

MOST_LINES = 50  # lines that one quoted cell may run over
_LINES = 100_000  # lines looked at in one go, to keep Python objects few
_SHORT = 50  # plain lines in a row below which the fast reader is not worth calling

IntArray = NDArray[np.int64]
Row = tuple[int, list[str], int]  # line, fields, number of fields or OPEN_QUOTE
Rows = tuple[list[pa.ChunkedArray], IntArray, NDArray[np.int32]]


def uneven_rows(body: memoryview, first_line: int, width: int, delimiter: str) -> Rows:
    """Read what follows the header, whatever its rows look like.

    Parameters
    ----------
    body : memoryview
        UTF-8 text after the header line.
    first_line : int
        Physical number of the first line of ``body``.
    width : int
        Number of headings.
    delimiter : str
        ``","`` or ``";"``.

    Returns
    -------
    tuple
        Columns of text (a list of ``width`` chunked arrays), the line each row starts on, and the number of
        fields it has (OPEN_QUOTE where a quote is never closed). Short rows are filled up with empty cells,
        long ones cut.
    """
    ends = line_ends(body)
    parts: list[Rows] = []
    for start, stop, plain in _runs(_plain_lines(body, ends, width, delimiter)):
        text = body[ends[start - 1] + 1 if start else 0 : ends[stop - 1]]
        if plain:
            lines = np.arange(start, stop, dtype=np.int64) + first_line
            full = np.full(stop - start, width, dtype=np.int32)
            parts.append((read_even(text, width, delimiter), lines, full))
        else:
            split = bytes(text).decode().split("\n")
            parts.append(_columns(list(_rows(split, start + first_line, width, delimiter)), width))
    if not parts:
        return _columns([], width)
    chunks = [
        pa.chunked_array([chunk for part in parts for chunk in part[0][place].chunks], pa.string())
        for place in range(width)
    ]
    return chunks, np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])


def _plain_lines(body: memoryview, ends: IntArray, width: int, delimiter: str) -> BoolArray:
    """Tell which lines have no quote and as many delimiters as the header: rows of their own for certain."""
    view = np.frombuffer(body, dtype=np.uint8)
    plain = np.zeros(len(ends), dtype=np.bool_)
    for first in range(0, len(ends), _LINES):
        some = ends[first : first + _LINES]
        begin = ends[first - 1] + 1 if first else 0
        starts = np.append(0, some[:-1] + 1 - begin)
        block = view[begin : some[-1] + 1]
        inside = starts < len(block)  # an empty last line has no byte of its own
        delimiters = np.add.reduceat(block == ord(delimiter), starts[inside], dtype=np.int32)
        quotes = np.add.reduceat(block == ord('"'), starts[inside], dtype=np.int32)
        plain[first : first + len(some)][inside] = (quotes == 0) & (delimiters == width - 1)
    return plain & (np.diff(ends, prepend=-1) > 1)


def _runs(plain: BoolArray) -> Iterator[tuple[int, int, bool]]:
    """Yield start, stop and whether plain, of runs of lines; short plain runs join their neighbours."""
    edges = np.flatnonzero(np.diff(plain)) + 1
    bounds = np.concatenate([[0], edges, [len(plain)]])
    long = plain[bounds[:-1]] & (np.diff(bounds) >= _SHORT) if len(plain) else np.zeros(0, dtype=np.bool_)
    start = 0
    for begin, end in zip(bounds[:-1][long].tolist(), bounds[1:][long].tolist(), strict=True):
        if begin > start:
            yield start, begin, False
        yield begin, end, True
        start = end
    if start < len(plain):
        yield start, len(plain), False


def _columns(rows: Sequence[Row], width: int) -> Rows:
    padded = [(fields + [""] * width)[:width] for _, fields, _ in rows]
    columns = list(zip(*padded, strict=True)) if rows else [()] * width
    return (
        [pa.chunked_array([pa.array(column, pa.string())]) for column in columns],
        np.array([line for line, _, _ in rows], dtype=np.int64),
        np.array([count for _, _, count in rows], dtype=np.int32),
    )


def _rows(lines: Sequence[str], first_line: int, width: int, delimiter: str) -> Iterator[Row]:
    """Yield the rows of some lines; blank lines count, but are none."""
    place = 0
    while place < len(lines):
        line = lines[place]
        fields, used = _fields(line, delimiter), 1
        if not line.strip():
            pass
        elif fields is not None:
            yield first_line + place, fields, len(fields)
        else:
            fields, used = _joined(lines[place : place + MOST_LINES], width, delimiter)
            yield first_line + place, fields, len(fields) if used > 1 else OPEN_QUOTE
        place += used


def _fields(text: str, delimiter: str) -> list[str] | None:
    """Split one row; None if a quote is still open at its end."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        # Else text follows a closing quote, as in "12"x4, or a cell is absurdly long: quotes are plain text.
        return None if "unexpected end" in str(error) else text.split(delimiter)


def _joined(lines: Sequence[str], width: int, delimiter: str) -> tuple[list[str], int]:
    """Close the quote that the first line leaves open; return the fields and how many lines they took."""
    text = lines[0]
    for used, following in enumerate(lines[1:], start=2):
        text = f"{text}\n{following}"
        fields = _fields(text, delimiter)
        if fields is None and not _looks_whole(following, following, width, delimiter):
            continue
        if fields is not None and len(fields) == width and not _looks_whole(lines[0], following, width, delimiter):
            return fields, used
        break
    return lines[0].split(delimiter), 1


def _looks_whole(first: str, last: str, width: int, delimiter: str) -> bool:
    """Tell whether lines are rows of their own, each with a stray quote, and not parts of one cell."""
    return len(first.split(delimiter)) == len(last.split(delimiter)) == width
