"""Parquet files -> RawTable; real numbers and dates are written in the plain format."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pa_parquet

from brikopt.contract.cells import Cells, RawTable, text_cells
from brikopt.contract.headings import unique_headings
from brikopt.contract.native import native_text


def read_parquet(data: bytes) -> RawTable:
    """Read a parquet file.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    RawTable
        Line = row + 2, as if a header stood above: the first row is line 2.

    Raises
    ------
    ValueError
        If the bytes are no parquet file, or a column can't be written as text.
    """
    try:
        table = pa_parquet.read_table(pa.BufferReader(data))
        columns = [_cells(column) for column in table.columns]
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"it is no whole parquet file ({type(error).__name__})") from error
    rows, width = table.num_rows, table.num_columns
    return RawTable(
        dict(zip(unique_headings(table.column_names), columns, strict=True)),
        np.arange(rows, dtype=np.int64) + 2,
        np.full(rows, width, dtype=np.int32),
    ).without_empty_rows()


def _cells(column: pa.ChunkedArray) -> Cells:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return text_cells(pc.fill_null(column.cast(pa.large_string()), ""))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _native(text_cells(pc.fill_null(_iso(column), "")))
    if pa.types.is_nested(kind):  # no column of ours, but looked through like any other
        return text_cells(pa.chunked_array([[native_text(value) for value in column.to_pylist()]], pa.string()))
    encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    texts = [native_text(value) for value in encoded.dictionary.to_pylist()]
    codes = pc.fill_null(encoded.indices, len(texts)).to_numpy(zero_copy_only=False).astype(np.int32)
    values = pa.array([*texts, ""], pa.large_string())
    return _native(Cells(values, codes, np.zeros(len(values), dtype=np.bool_)))


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write days and moments as YYYY-MM-DD; a moment with a zone counts by its local date."""
    if pa.types.is_timestamp(column.type):
        if column.type.tz is not None:
            column = pc.local_timestamp(column)
        column = column.cast(pa.timestamp("us"), safe=False).cast(pa.date32(), safe=False)
    return column.cast(pa.large_string())


def _native(cells: Cells) -> Cells:
    return Cells(cells.values, cells.codes, np.ones(len(cells.values), dtype=np.bool_))
