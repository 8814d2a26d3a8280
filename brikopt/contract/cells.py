"""A table as it was sent: every cell as text, each distinct text kept once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from brikopt.contract.quality.oddities import Oddity

BoolArray = NDArray[np.bool_]
Codes = NDArray[np.int32]
OPEN_QUOTE = -1  # in RawTable.n_fields: a quote that is opened and never closed


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of text.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n_distinct,)
        The distinct texts, as sent.
    codes : ndarray of int32, shape (n_rows,)
        Which of them each row holds.
    native : ndarray of bool, shape (n_distinct,)
        True where a workbook or parquet file held a real number or date. Such a cell is written in the plain
        format here (point, year first) and has no say in what format the file's texts have.
    """

    values: pa.Array
    codes: Codes
    native: BoolArray

    def used(self) -> BoolArray:
        """Tell which distinct values any row holds; shape (n_distinct,)."""
        used = np.zeros(len(self.values), dtype=np.bool_)
        used[self.codes] = True
        return used

    def empty(self) -> BoolArray:
        """Tell which distinct values are nothing but white space; shape (n_distinct,)."""
        return as_bools(pc.equal(pc.utf8_trim_whitespace(self.values), ""))

    def take(self, keep: BoolArray) -> Cells:
        """Keep some rows."""
        return replace(self, codes=self.codes[keep])

    def at(self, row: int) -> str:
        """Return one row's text as sent."""
        return str(self.values[int(self.codes[row])].as_py())


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one file, before any rule was looked at.

    Parameters
    ----------
    columns : mapping of str to Cells
        By heading as sent, in the order of the file.
    lines : ndarray of int64, shape (n_rows,)
        Physical line (workbook: row) on which each row starts; the header counts.
    n_fields : ndarray of int32, shape (n_rows,)
        Fields the row has, or OPEN_QUOTE; anything but the number of headings is a bad row.
    delimiter, encoding : str
        As found; empty where the file has none.
    file_of : tuple of str
        Name of the file of each row, where a table was put together from several; else empty.
    oddities : tuple of Oddity
        What was odd in reading the file.
    """

    columns: Mapping[str, Cells]
    lines: NDArray[np.int64]
    n_fields: Codes
    delimiter: str = ""
    encoding: str = ""
    file_of: tuple[str, ...] = ()
    oddities: tuple[Oddity, ...] = ()

    def take(self, keep: BoolArray) -> RawTable:
        """Keep some rows."""
        columns = {heading: cells.take(keep) for heading, cells in self.columns.items()}
        files = tuple(np.array(self.file_of, dtype=object)[keep]) if self.file_of else ()
        return replace(self, columns=columns, lines=self.lines[keep], n_fields=self.n_fields[keep], file_of=files)

    def without_empty_rows(self) -> RawTable:
        """Leave out rows without a single filled cell: a spreadsheet writes a blank line that way."""
        filled = np.zeros(len(self.lines), dtype=np.bool_)
        for cells in self.columns.values():
            filled |= ~cells.empty()[cells.codes]
            if filled.all():
                return self
        return self.take(filled)


def as_bools(mask: pa.Array) -> BoolArray:
    """Turn an Arrow mask into numpy; null is False."""
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def places_among(texts: pa.Array, known: Iterable[str]) -> NDArray[np.int64]:
    """Place of each text among those known, -1 for others.

    Examples
    --------
    >>> places_among(pa.array(["b", "c"]), ["a", "b"]).tolist()
    [1, -1]
    """
    place = pc.index_in(texts.cast(pa.large_string()), value_set=pa.array(known, pa.large_string()))
    return np.asarray(pc.fill_null(place, -1)).astype(np.int64)


def text_cells(texts: pa.ChunkedArray) -> Cells:
    """Keep each distinct text of a column once.

    Parameters
    ----------
    texts : pyarrow.ChunkedArray of string, shape (n_rows,)
        A column as read.

    Returns
    -------
    Cells
        None of them native.
    """
    # One chunk first: encoding many chunks hashes the dictionary of all of them once for each.
    whole = pa.concat_arrays([pa.array([], pa.large_string()), *texts.cast(pa.large_string()).chunks])
    encoded = whole.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return Cells(encoded.dictionary, codes, np.zeros(len(encoded.dictionary), dtype=np.bool_))


def empty_cells(n_rows: int) -> Cells:
    """Return a column in which nothing is filled."""
    return Cells(pa.array([""], pa.large_string()), np.zeros(n_rows, dtype=np.int32), np.zeros(1, dtype=np.bool_))
