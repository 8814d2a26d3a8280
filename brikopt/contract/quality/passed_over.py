"""Files of the folder that no table was read from, though they may have been meant as one."""

from __future__ import annotations

import gzip
import itertools
import os
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from brikopt.contract.delimited import find_delimiter
from brikopt.contract.encoding import to_utf8
from brikopt.contract.headings import known_headings, plain_heading
from brikopt.contract.quality.oddities import Oddity, Severity
from brikopt.contract.tables import INPUTS, InputTable

_TABLE_LIKE = (".csv", ".csv.gz", ".xlsx", ".parquet", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".zip", ".csv.zip")
_NO_FILE_OF_OURS = ("~$", "._")  # what Excel and macOS put beside a file
_NO_TABLES = (".md", ".rst", ".toml", ".html", ".json", ".log", ".pdf", ".docx")  # may name columns, but hold no rows
_OLD = (".bak", ".old", ".tmp", "~")  # copies that an editor leaves
_MOST_LOOKED_AT = 200  # files of a folder in the folder
_HEAD = 1 << 16  # bytes in which the headings are looked for
_TITLES = 20  # lines that may stand above them


def files_passed_over(data_dir: Path, used: Collection[str], tables: Collection[str] = ()) -> list[Oddity]:
    """Tell which files of a folder nothing was read from.

    Parameters
    ----------
    data_dir : Path
        The extracts.
    used : collection of str
        Names of the files that were read.
    tables : collection of str
        Tables that were read from them.

    Returns
    -------
    list of Oddity
        High for a file with the headings or the name of a table: its rows are missing from every figure; so for a
        folder in the folder that holds such a file of a table that wasn't read. Low for old copies, and for any other
        file that could hold a table.
    """
    found: list[Oddity] = []
    for path in sorted(data_dir.iterdir()):
        if path.name in used or path.name.startswith(_NO_FILE_OF_OURS):
            continue
        if path.is_dir():
            found += _folder_passed_over(path, tables)
        elif path.is_file():
            found += _file_passed_over(path, tables)
    return found


def _file_passed_over(path: Path, tables: Collection[str]) -> Iterator[Oddity]:
    name = path.name.casefold()
    like = name.endswith(_TABLE_LIKE)
    if like:
        table = table_meant(path)
    else:
        table = None if name.endswith(_NO_TABLES) else _table_by_headings(list(_first_lines(path)), with_rows=True)
    if table is not None:
        old = name.endswith(_OLD) and table.name in tables
        numbers = {"file": path.name, "table": table.name}
        yield Oddity("file_passed_over", "low" if old else "high", 0, 0, numbers, table.name, path.name)
    elif like:
        yield Oddity("file_unknown", "low", 0, 0, {"file": path.name}, "", path.name)


def _folder_passed_over(folder: Path, tables: Collection[str]) -> Iterator[Oddity]:
    """Tell of a folder with files of tables in it: the worst kind where a table was found nowhere else."""
    inside = itertools.islice(folder.iterdir(), _MOST_LOOKED_AT) if os.access(folder, os.R_OK | os.X_OK) else ()
    files = sorted(path for path in inside if path.is_file() and path.name.casefold().endswith(_TABLE_LIKE))
    meant = [(path, table) for path in files if (table := table_meant(path)) is not None]
    if not meant:
        return
    path, table = next((one for one in meant if one[1].name not in tables), meant[0])
    numbers = {"folder": folder.name, "files": len(meant), "table": table.name}
    severity: Severity = "low" if table.name in tables else "high"
    yield Oddity("folder_passed_over", severity, 0, 0, numbers, table.name, f"{folder.name}/{path.name}")


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
    if (table := _table_by_headings(lines)) is not None:
        return table
    name = path.name.casefold()
    # back_orders.csv, whose headings can be read, is not orders; orders-2024.xlsx and "Kopi af orders.xlsx" are.
    start = r"^" if lines else r"(?<![a-z_])"
    return next((table for table in INPUTS if re.search(rf"{start}{table.name}(?![a-z])", name)), None)


def _table_by_headings(lines: Sequence[str], *, with_rows: bool = False) -> InputTable | None:
    """Find the table whose headings stand in some lines; a text that only names columns has no rows under them."""
    for table in INPUTS:
        known = known_headings(table)
        wanted = {column.name for column in table.columns if column.required}
        for line, below in itertools.zip_longest(lines, lines[1:], fillvalue=""):
            if wanted <= _columns(line, known):
                sign = find_delimiter(line, known)
                if not with_rows or below.count(sign) >= line.count(sign):
                    return table
    return None


def _columns(line: str, known: dict[str, str]) -> set[str]:
    headings = line.split(find_delimiter(line, known))
    return {known[plain] for text in headings if (plain := plain_heading(text.strip('" '))) in known}


def _first_lines(path: Path) -> Iterator[str]:
    """Yield the first lines of a text file; none of any other."""
    name = path.name.casefold()
    try:
        if name.endswith(".csv.gz"):
            with gzip.open(path) as file:
                head = file.read(_HEAD)
        elif not name.endswith(_TABLE_LIKE) or name.endswith((".csv", ".tsv")):
            with path.open("rb") as file:
                head = file.read(_HEAD)
        else:
            return
        text, _ = to_utf8(head[: head.rfind(b"\n") + 1] or head)
    except (OSError, EOFError, ValueError, zlib.error):
        return
    yield from text.decode().split("\n")[:_TITLES]
