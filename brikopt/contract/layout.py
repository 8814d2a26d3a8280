"""Where in a file its table stands, as far as somebody said so; else the readers find it out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    r"""What is known about a file before it is read.

    Parameters
    ----------
    sheet : str
        Sheet of a workbook; empty: the one named as the table, else the first.
    header : tuple of int
        Physical lines of the headings, one or several that are merged; empty: the first filled line.
    delimiter : str
        ``","``, ``";"``, ``"\t"`` or ``"|"``; empty: found out.
    encoding : str
        ``"utf-8"``, ``"cp1252"`` …; empty: found out.
    headings : tuple of str
        Headings beside those of the contract; they help to find the delimiter.
    """

    sheet: str = ""
    header: tuple[int, ...] = ()
    delimiter: str = ""
    encoding: str = ""
    headings: tuple[str, ...] = ()


PLAIN = Layout()


def merged_headings(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join headings that stand on several lines; a heading over several columns counts for each of them.

    Parameters
    ----------
    rows : sequence of sequences of str
        The lines, the upper ones first; those may be shorter than the last.

    Returns
    -------
    list of str
        One heading a column.

    Examples
    --------
    >>> merged_headings([["Levering", "", "Vare"], ["dato", "antal", "nr."]])
    ['Levering dato', 'Levering antal', 'Vare nr.']
    """
    width = max(map(len, rows))
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        upper, last = number < len(rows) - 1, ""
        for place in range(width):
            text = row[place].strip() if place < len(row) else ""
            last = text or (last if upper else "")
            if last and last not in parts[place]:
                parts[place].append(last)
    return [" ".join(texts) for texts in parts]


def under_header(text: bytes, header: tuple[int, ...], delimiter: str) -> bytes:
    r"""Blank the lines above a header, so that it is the first filled line and every line keeps its number.

    Parameters
    ----------
    text : bytes
        UTF-8, one newline a line.
    header : tuple of int
        Lines of the headings, counted from 1.
    delimiter : str
        What parts the headings, where several lines are merged.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the text has fewer lines.

    Examples
    --------
    >>> under_header(b"Liste\n\nvarenr;antal\n1;2\n", (3,), ";")
    b'\n\nvarenr;antal\n1;2\n'
    """
    *above, rest = text.split(b"\n", max(header))
    if len(above) < max(header):
        raise ValueError(f"the headings should stand on line {max(header)}, but the file has fewer lines")
    heading = above[-1]
    if len(header) > 1:
        rows = [next(csv.reader([above[line - 1].decode()], delimiter=delimiter), []) for line in header]
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="").writerow(merged_headings(rows))
        heading = out.getvalue().encode()
    return b"\n" * (len(above) - 1) + heading + b"\n" + rest
