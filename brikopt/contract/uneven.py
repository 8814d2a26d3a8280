"""Text files whose rows are not one even line each: read with care, line by line.

A quoted cell may run over several lines, a row may have too many or too few fields, and a quote may be opened
and never closed. The last must not swallow the good rows that follow it.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from brikopt.contract.cells import OPEN_QUOTE

MOST_LINES = 50  # lines that one quoted cell may run over
_ROWS = 100_000  # rows turned into Arrow columns in one go, to keep Python objects few

Row = tuple[int, list[str], int]  # line, fields, number of fields or OPEN_QUOTE


def uneven_rows(
    body: memoryview, first_line: int, width: int, delimiter: str
) -> tuple[list[pa.ChunkedArray], NDArray[np.int64], NDArray[np.int32]]:
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
    chunks: list[list[pa.Array]] = [[] for _ in range(width)]
    lines: list[int] = []
    n_fields: list[int] = []
    rows = _rows(body, first_line, width, delimiter)
    while some := list(islice(rows, _ROWS)):
        lines.extend(row[0] for row in some)
        n_fields.extend(row[2] for row in some)
        padded = ((row[1] + [""] * width)[:width] for row in some)
        for chunk, column in zip(chunks, zip(*padded, strict=True), strict=True):
            chunk.append(pa.array(column, pa.string()))
    columns = [pa.chunked_array(chunk, pa.string()) for chunk in chunks]
    return columns, np.array(lines, dtype=np.int64), np.array(n_fields, dtype=np.int32)


def _rows(body: memoryview, first_line: int, width: int, delimiter: str) -> Iterator[Row]:
    source = (line.removesuffix("\n") for line in io.TextIOWrapper(io.BytesIO(body), "utf-8", newline="\n"))
    ahead: deque[str] = deque()
    number = first_line - 1
    while True:
        line = ahead.popleft() if ahead else next(source, None)
        if line is None:
            return
        number += 1
        if not line.strip():
            continue
        fields = _fields(line, delimiter)
        if fields is not None:
            yield number, fields, len(fields)
            continue
        fields, used = _joined(line, ahead, source, width, delimiter)
        yield number, fields, OPEN_QUOTE if used == 0 else len(fields)
        number += used


def _fields(text: str, delimiter: str) -> list[str] | None:
    """Split one row; None if a quote is still open at its end."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        # Else text follows a closing quote, as in "12"x4, or a cell is absurdly long: quotes are plain text then.
        return None if "unexpected end" in str(error) else text.split(delimiter)


def _joined(
    line: str, ahead: deque[str], source: Iterator[str], width: int, delimiter: str
) -> tuple[list[str], int]:
    """Close an open quote with the lines that follow; return the fields and how many lines were used."""
    ahead.extend(islice(source, max(0, MOST_LINES - len(ahead))))
    text = line
    for used, following in enumerate(list(ahead), start=1):
        text = f"{text}\n{following}"
        fields = _fields(text, delimiter)
        if fields is not None:
            if len(fields) != width or _looks_whole(line, following, width, delimiter):
                break
            for _ in range(used):
                ahead.popleft()
            return fields, used
        if _looks_whole(following, following, width, delimiter):
            break
    return line.split(delimiter), 0


def _looks_whole(first: str, last: str, width: int, delimiter: str) -> bool:
    """Tell whether lines are rows of their own, each with a stray quote, and not parts of one cell."""
    return len(first.split(delimiter)) == len(last.split(delimiter)) == width
