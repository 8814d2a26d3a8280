"""The folder of extracts: which file holds which table, and its rows as sent."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from brikopt.contract.cells import RawTable
from brikopt.contract.checking import Format
from brikopt.contract.delimited import read_delimited
from brikopt.contract.headings import known_headings, plain_heading
from brikopt.contract.layout import PLAIN, Layout
from brikopt.contract.parquet import read_parquet
from brikopt.contract.tables import INPUTS, InputTable
from brikopt.errors import BadInput

SUFFIXES = (".csv", ".csv.gz", ".xlsx", ".parquet")
_MOST_BYTES = 4 << 30  # unpacked: ten times the order lines of a large region
_TOO_LARGE = f"it is larger than {_MOST_BYTES >> 30} GB; split it by year, and name the parts in mapping.toml"
_MOST_TIMES, _SMALL = 200, 64 << 20  # a packed table grows 5 to 50 times; small ones may be as they like
# Files that somebody meant as a table, in a form that brikopt does not read: better said than passed over.
_NEARLY = (
    ".xls",
    ".xlsm",
    ".xlsb",
    ".ods",
    ".txt",
    ".tsv",
    ".json",
    ".zip",
    ".csv.zip",
    ".csv.bz2",
    ".csv.xz",
    ".gz",
)


@dataclass(frozen=True, slots=True)
class SentTable:
    """One file as sent.

    Parameters
    ----------
    file : str
        Its name.
    sha256 : str
        Hash of its bytes, in hexadecimal.
    raw : RawTable or None
        Its rows; None if not even a header is there.
    form : Format or None
        How it is written, where that is known already; else it is found out from the rows.
    """

    file: str
    sha256: str
    raw: RawTable | None
    form: Format | None = None


def find_files(data_dir: Path, mapped: Collection[str] = ()) -> dict[str, Path]:
    """Find the file of each table.

    Parameters
    ----------
    data_dir : Path
        The folder; names count in whatever case.
    mapped : collection of str
        Tables whose files a mapping names; they are not looked for.

    Returns
    -------
    dict of str to Path
        Table -> file; a missing optional table is left out.

    Raises
    ------
    BadInput
        If the folder or a required table is missing, one table is in two files, or in a form not read here.
    """
    try:
        present = sorted(data_dir.iterdir())
    except OSError as error:
        raise BadInput(
            f"--data {data_dir}",
            f"the folder can't be read ({error.strerror}).",
            "Give the folder that holds the extracts.",
        ) from error
    wanted = [table for table in INPUTS if table.name not in mapped]
    found = {table.name: path for table in wanted if (path := _file_of(table, present)) is not None}
    missing = [table.name for table in wanted if table.required and table.name not in found]
    if missing:
        raise BadInput(
            f"{missing[0]}.csv",
            f"there is no table {', '.join(missing)} in {data_dir}.",
            f"Put the file there, as one of {', '.join(missing[0] + suffix for suffix in SUFFIXES)}.",
        )
    return found


def _file_of(table: InputTable, present: list[Path]) -> Path | None:
    files = [path for path in present if path.name.casefold() in {table.name + suffix for suffix in SUFFIXES}]
    nearly = [path for path in present if path.name.casefold() in {table.name + suffix for suffix in _NEARLY}]
    if len(files) > 1:
        names = " and ".join(path.name for path in files)
        raise BadInput(files[1].name, f"table {table.name} is in two files, {names}.", "Keep one of them.")
    if nearly:
        raise BadInput(
            nearly[0].name,
            "brikopt does not read this kind of file.",
            f"Save it as {table.name}.csv or .xlsx.",
        )
    return files[0] if files else None


def read_sent(path: Path, table: InputTable, layout: Layout = PLAIN) -> SentTable:
    """Read one file, whatever its format.

    Parameters
    ----------
    path : Path
        The file.
    table : InputTable
        The table it holds.
    layout : Layout
        Where in the file it stands, as far as somebody said so.

    Returns
    -------
    SentTable
        Rows as text.

    Raises
    ------
    BadInput
        If the file can't be read.
    """
    try:
        data = _bytes_of(path)
        return SentTable(path.name, hashlib.sha256(data).hexdigest(), _raw(data, path.name.casefold(), table, layout))
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise BadInput(
            path.name,
            f"the file can't be read: {getattr(error, 'strerror', None) or error}.",
            "Export it again, as CSV in UTF-8 if in doubt.",
        ) from error


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():  # a named pipe would be waited for without end
        raise ValueError("it is no ordinary file")
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(_TOO_LARGE)
    return path.read_bytes()


def _raw(data: bytes, name: str, table: InputTable, layout: Layout) -> RawTable | None:
    if name.endswith(".parquet"):
        return read_parquet(data)
    known = {*known_headings(table), *map(plain_heading, layout.headings)}
    if name.endswith(".xlsx"):
        from brikopt.contract.workbooks import read_workbook  # noqa: PLC0415 - openpyxl is slow to import

        return read_workbook(data, known, layout)
    return read_delimited(_unpacked(data) if name.endswith(".gz") else data, known, layout)


def _unpacked(data: bytes) -> bytes:
    """Unpack a file, but not without end."""
    most = min(_MOST_BYTES, max(_MOST_TIMES * len(data), _SMALL))
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        text = file.read(most + 1)
    if len(text) <= most:
        return text
    if most < _MOST_BYTES:
        raise ValueError(f"unpacked it is more than {_MOST_TIMES} times as large, which no table is")
    raise ValueError(_TOO_LARGE)
