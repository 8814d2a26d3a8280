"""What is inside a file that was sent: it must be what its ending says, and nothing that works on its own."""

from __future__ import annotations

import gzip
import re
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import chain
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pyarrow as pa
import pyarrow.parquet as pa_parquet
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from service.refusals import BrokenArchive, EntitiesInside, FormulaInside, WrongType
from service.runs.archives import Budget, counted, opened_archive, pieces_of

# A workbook of one table has about ten parts; one with many sheets and pictures some hundred.
_MOST_PARTS = 1000
_SHEET = re.compile(rb"<(?:\w+:)?worksheet[\s/>]")
# Programs, and objects of other programs, inside a workbook.
_ALIVE = re.compile(r"vba|macro|activex|embeddings|externallinks|\.bin$", re.IGNORECASE)
_HARMLESS = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FORMULA_BYTES = 64  # longer than any match
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Programs, archives, documents and pictures that were given the name of a text file.
_OTHERS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"#!")
_HEAD = 2**16
_CELL_BYTES = 8


def look_inside(path: Path, name: str, budget: Budget) -> None:
    """Refuse a file whose content isn't what its ending says, or does harm when it is read.

    Parameters
    ----------
    path : Path
        The file, with the ending of its kind.
    name : str
        As it was sent.
    budget : Budget
        What its content may come to when it is unpacked; that of workbooks, gzip and parquet is spent here.

    Raises
    ------
    UploadRefused
        With the reason.
    """
    look = next(look for ending, look in _LOOKS.items() if path.name.endswith(ending))
    look(path, name, budget)


def _text(path: Path, name: str, budget: Budget) -> None:  # noqa: ARG001 - as all of them are called
    with path.open("rb") as file:
        _refuse_other_than_text(file.read(_HEAD), name)


def _refuse_other_than_text(head: bytes, name: str) -> None:
    if head.startswith(_OTHERS) or (b"\0" in head and not head.startswith(_UTF16)):
        raise WrongType(file=name)


def _gzip(path: Path, name: str, budget: Budget) -> None:
    packed = path.stat().st_size
    try:
        with gzip.open(path) as file:
            pieces = counted(file, packed, name, budget)
            _refuse_other_than_text(next(pieces, b""), name)
            for _ in pieces:
                pass
    except (OSError, EOFError, zlib.error):
        raise WrongType(file=name) from None


def _parquet(path: Path, name: str, budget: Budget) -> None:
    try:
        with pa_parquet.ParquetFile(path) as file:
            found = file.metadata
            groups = [found.row_group(number).total_byte_size for number in range(found.num_row_groups)]
            # Equal values take no room in the file, and in memory each cell has its width, a text's pointer at least.
            budget.spend(max(sum(groups), _CELL_BYTES * found.num_rows * found.num_columns), name)
    except (pa.ArrowException, OSError):
        raise WrongType(file=name) from None


def _workbook(path: Path, name: str, budget: Budget) -> None:
    try:
        with opened_archive(path, name, _MOST_PARTS, budget) as parts:
            names = {info.filename for _, info in parts}
            if "[Content_Types].xml" not in names:
                raise WrongType(file=name)
            if any(_ALIVE.search(part) and not _HARMLESS.search(part) for part in names):
                raise WrongType(file=name)
            for archive, info in parts:
                with closing(pieces_of(archive, info, budget)) as pieces:
                    _look_at_part(archive, info, pieces, name)
    except (BrokenArchive, zipfile.BadZipFile):
        raise WrongType(file=name) from None


def _look_at_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, pieces: Iterator[bytes], name: str) -> None:
    """Refuse a part by what it holds and not by its name: relationships may call a sheet whatever they like."""
    first = next(pieces, b"")
    if not _is_markup(first):
        for _ in pieces:
            pass
        return
    with archive.open(info) as part:
        _refuse_entities(part, name)
    is_sheet, last = _SHEET.search(_narrow(first)) is not None, b""
    for piece in chain((first,), pieces):
        if is_sheet and _FORMULA.search(_narrow(last + piece)):
            raise FormulaInside(file=name, sheet=info.filename.rpartition("/")[2])
        last = piece[-_FORMULA_BYTES:]


def _is_markup(first: bytes) -> bool:
    return _narrow(first[:_FORMULA_BYTES]).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _narrow(text: bytes) -> bytes:
    """Tags are ASCII in any encoding that XML has; in UTF-16 zeros stand between."""
    return text.replace(b"\0", b"")


def _refuse_entities(part: object, name: str) -> None:
    """A document type stands before the first element, so no more than that is read."""
    try:
        next(iter(iterparse(part, events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException:
        raise EntitiesInside(file=name) from None
    except (ParseError, ValueError, LookupError, OSError, EOFError, zlib.error):
        raise WrongType(file=name) from None


def _policy(path: Path, name: str, budget: Budget) -> None:
    _text(path, name, budget)
    try:
        tomllib.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        raise WrongType(file=name) from None


_LOOKS: Mapping[str, Callable[[Path, str, Budget], None]] = {
    ".csv": _text,
    ".csv.gz": _gzip,
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".toml": _policy,
}
