"""Headings of a file -> columns of the contract, in English or Danish."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from brikopt.contract.tables import InputTable
from brikopt.errors import BadInput


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each column of the contract stands in a file.

    Parameters
    ----------
    of_column : dict of str to str
        Column name -> heading as sent; only columns that the file has.
    unknown : tuple of str
        Headings that mean no column of the table.
    """

    of_column: dict[str, str]
    unknown: tuple[str, ...]


def plain_heading(heading: str) -> str:
    """Return a heading in lower case, trimmed; å is one character, however it was written."""
    return unicodedata.normalize("NFC", heading).strip().casefold()


MOST_COLUMNS = 1000  # no table here has 50; a file of thousands is something else, and takes gigabytes
MOST_TITLES = 20  # lines of title that may stand above the headings
LEAST_KNOWN = 2  # headings of the contract by which a line is known as that of the headings


def refuse_wide(width: int) -> None:
    """Stop reading a file with too many columns, before its rows are read.

    Raises
    ------
    ValueError
        Above 1,000.
    """
    if width > MOST_COLUMNS:
        raise ValueError(
            f"it has {width} columns, and at most {MOST_COLUMNS} are read; "
            "leave out those that belong to no table, and whatever stands far to the right"
        )


def known_headings(table: InputTable) -> dict[str, str]:
    """Map every heading that a table may have, in lower case, to its column."""
    return {heading: column.name for column in table.columns for heading in (column.name, *column.aliases)}


def unique_headings(headings: Sequence[str]) -> list[str]:
    r"""Tell repeated headings apart by a number behind a NUL character, so that none hides another.

    Examples
    --------
    >>> unique_headings(["antal", "antal"])
    ['antal', 'antal\x002']
    """
    seen: dict[str, int] = {}
    unique = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        unique.append(heading if seen[heading] == 1 else f"{heading}\0{seen[heading]}")
    return unique


def match_headings(headings: Sequence[str], table: InputTable, file: str) -> Headings:
    """Find the columns of a table among the headings of its file.

    Parameters
    ----------
    headings : sequence of str
        As sent; repeated ones numbered by `unique_headings`.
    table : InputTable
        What the file should hold.
    file : str
        Name of the file, for messages.

    Returns
    -------
    Headings
        Columns found, and headings unknown.

    Raises
    ------
    BadInput
        If two headings mean one column, or a required column is missing.
    """
    known = known_headings(table)
    of_column: dict[str, str] = {}
    unknown: list[str] = []
    for heading in headings:
        name = known.get(plain_heading(heading.split("\0")[0]))
        if name is None:
            unknown.append(heading)
        elif name in of_column:
            raise BadInput(
                f"{file}, column {name}",
                f"two headings, '{of_column[name]}' and '{heading.split(chr(0))[0]}', mean the same column.",
                "Keep one of them.",
            )
        else:
            of_column[name] = heading
    missing = [column for column in table.columns if column.required and column.name not in of_column]
    if missing:
        names = ", ".join(" or ".join((column.name, *column.aliases)) for column in missing)
        raise BadInput(
            f"{file}, column {missing[0].name}",
            f"the file has no column {names}.",
            f"Add it to the extract; table {table.name} cannot be read without it.",
        )
    return Headings(of_column, tuple(heading.split("\0")[0] for heading in unknown))
