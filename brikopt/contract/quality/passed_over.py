"""Files of the folder that no table was read from, though they may have been meant as one."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

from brikopt.contract.delimited import find_delimiter
from brikopt.contract.encoding import to_utf8
from brikopt.contract.headings import known_headings, plain_heading
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.tables import INPUTS, InputTable

_TABLE_LIKE = (".csv", ".csv.gz", ".xlsx", ".parquet", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".zip", ".csv.zip")
_HEAD = 1 << 16  # bytes in which the headings are looked for
_TITLES = 20  # lines that may stand above them


def files_passed_over(data_dir: Path, used: Collection[str]) -> list[Oddity]:
    """Tell which files of a folder nothing was read from.

    Parameters
    ----------
    data_dir : Path
        The extracts.
    used : collection of str
        Names of the files that were read.

    Returns
    -------
    list of Oddity
        High for a file with the headings or the name of a table: its rows are missing from every figure. Low for
        any other that could hold one.
    """
    found = []
    for path in sorted(data_dir.iterdir()):
        if path.name in used or not path.is_file() or not path.name.casefold().endswith(_TABLE_LIKE):
            continue
        table = table_meant(path)
        if table is not None:
            numbers = {"file": path.name, "table": table.name}
            found.append(Oddity("file_passed_over", "high", 0, 0, numbers, table.name, path.name))
        else:
            found.append(Oddity("file_unknown", "low", 0, 0, {"file": path.name}, "", path.name))
    return found


def table_meant(path: Path) -> InputTable | None:
    """Tell which table a file with a strange name looks like: by its headings, else by how its name begins.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    InputTable or None
        None where neither says so.
    """
    lines = list(_first_lines(path))
    for table in INPUTS:
        known = known_headings(table)
        wanted = {column.name for column in table.columns if column.required}
        if any(wanted <= _columns(line, known) for line in lines):
            return table
    name = path.name.casefold()
    # back_orders.csv, whose headings can be read, is not orders; orders-2024.xlsx and "Kopi af orders.xlsx" are.
    start = r"^" if lines else r"(?<![a-z_])"
    return next((table for table in INPUTS if re.search(rf"{start}{table.name}(?![a-z])", name)), None)


def _columns(line: str, known: dict[str, str]) -> set[str]:
    headings = line.split(find_delimiter(line, known))
    return {known[plain] for text in headings if (plain := plain_heading(text.strip('" '))) in known}


def _first_lines(path: Path) -> Iterator[str]:
    """Yield the first lines of a text file; none of any other."""
    name = path.name.casefold()
    try:
        if name.endswith((".csv", ".tsv")):
            with path.open("rb") as file:
                head = file.read(_HEAD)
        elif name.endswith(".csv.gz"):
            with gzip.open(path) as file:
                head = file.read(_HEAD)
        else:
            return
        text, _ = to_utf8(head[: head.rfind(b"\n") + 1] or head)
    except (OSError, EOFError, ValueError, zlib.error):
        return
    yield from text.decode().split("\n")[:_TITLES]
