"""Parquet files -> RawTable; real numbers and dates are written in the plain format."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pa_parquet

from brikopt.contract.cells import Cells, RawTable, text_cells
from brikopt.contract.headings import refuse_wide, unique_headings
from brikopt.contract.native import native_text

_MOST_CELLS = 60_000_000  # some gigabytes in memory; ten million order lines, three years of a large region

_MOST_A_BYTE, _FEW_CELLS = 20, 4_000_000  # order lines take a byte or more each, as their numbers differ


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
        _refuse_large(pa_parquet.read_metadata(pa.BufferReader(data)), len(data))
        schema = pa_parquet.read_schema(pa.BufferReader(data))
        # Each distinct text once from the start: a file of equal texts is small, its cells written out are not.
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        table = pa_parquet.read_table(pa.BufferReader(data), read_dictionary=texts)
        columns = [_cells(column) for column in table.columns]
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"it is no whole parquet file ({type(error).__name__})") from error
    rows, width = table.num_rows, table.num_columns
    return RawTable(
        dict(zip(unique_headings(table.column_names), columns, strict=True)),
        np.arange(rows, dtype=np.int64) + 2,
        np.full(rows, width, dtype=np.int32),
    ).without_empty_rows()


def _refuse_large(found: pa_parquet.FileMetaData, size: int) -> None:
    """Stop before reading what takes more memory than any table here: equal values take no room in the file."""
    refuse_wide(found.num_columns)
    cells = found.num_rows * found.num_columns
    if cells > _MOST_CELLS:
        raise ValueError(
            f"it has {found.num_rows} rows of {found.num_columns} columns, and at most {_MOST_CELLS} cells are read; "
            "leave out the columns that belong to no table, or split it by year and name the parts in mapping.toml"
        )
    if cells > max(_MOST_A_BYTE * size, _FEW_CELLS):
        raise ValueError(f"it has {found.num_rows} rows of {found.num_columns} columns in {size} bytes: no table is so")


def _cells(column: pa.ChunkedArray) -> Cells:
    kind = column.type
    if pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type):
        return _distinct_texts(column)
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


def _distinct_texts(column: pa.ChunkedArray) -> Cells:
    encoded = column.unify_dictionaries().combine_chunks()
    values = pa.concat_arrays([encoded.dictionary.cast(pa.large_string()), pa.array([""], pa.large_string())])
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), len(values) - 1)
    return Cells(
        pc.fill_null(values, ""),
        codes.to_numpy(zero_copy_only=False).astype(np.int32),
        np.zeros(len(values), dtype=np.bool_),
    )


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write days and moments as YYYY-MM-DD; a moment with a zone counts by its local date."""
    if pa.types.is_timestamp(column.type):
        if column.type.tz is not None:
            column = pc.local_timestamp(column)
        column = column.cast(pa.timestamp("us"), safe=False).cast(pa.date32(), safe=False)
    return column.cast(pa.large_string())


def _native(cells: Cells) -> Cells:
    return Cells(cells.values, cells.codes, np.ones(len(cells.values), dtype=np.bool_))
