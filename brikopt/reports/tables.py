"""Write an output table as CSV, the same bytes for the same rows (contract, section 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.outputs import OUTPUTS, Column, Kind, Output
from brikopt.reports.left_out import LeftOut

BoolArray = npt.NDArray[np.bool_]

# Rows put into words at a time: keeps the memory of a region's tables small.
_SLICE = 50_000
# A float this near to a whole number is one; sums of whole numbers drift by less.
_WHOLE = 1e-6


def write_table(frame: pd.DataFrame, output: Output, path: Path) -> None:
    """Write a table with the columns of ``output``, in their order.

    Parameters
    ----------
    frame : DataFrame
        Has at least the columns of ``output``; others are left out. Missing values become blanks.
    output : Output
        The columns and how each is written.
    path : Path
        The file: UTF-8, comma, line feeds, raw text.

    Raises
    ------
    ValueError
        If a column is missing, or holds an infinite number, a fraction where whole units belong, or a flag
        other than 0 and 1.
    """
    missing = [column.name for column in output.columns if column.name not in frame.columns]
    if missing:
        raise ValueError(f"{output.name} lacks the columns {', '.join(missing)}")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(column.name for column in output.columns) + "\n")
        for start in range(0, len(frame), _SLICE):
            rows = frame.iloc[start : start + _SLICE]
            cells = [column_cells(rows[column.name], column) for column in output.columns]
            file.writelines(",".join(row) + "\n" for row in zip(*cells, strict=True))


def writable(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], list[LeftOut]]:
    """Leave out the rows that no table may hold.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By output name.

    Returns
    -------
    tuple of dict and list of LeftOut
        The tables with all other rows; and, for each table that loses rows, which is the first.
    """
    kept, left_out = dict(tables), []
    for output in OUTPUTS:
        frame = tables[output.name]
        refused = unwritable(frame, output)
        if refused.any():
            kept[output.name] = frame[~refused]
            ids = [column.name for column in output.columns if column.name.endswith("_id")]
            first = ", ".join(f"{name} {value}" for name, value in frame.loc[refused, ids].iloc[0].items())
            left_out.append(LeftOut(f"{output.name}.csv", f"{int(refused.sum())} rows with no such number: {first}"))
    return kept, left_out


def unwritable(frame: pd.DataFrame, output: Output) -> BoolArray:
    """Find the rows that `write_table` would refuse.

    Parameters
    ----------
    frame, output
        As for `write_table`.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        Where a number is infinite, a fraction stands where whole units belong, or a flag is neither 0 nor 1.
    """
    refused = np.zeros(len(frame), dtype=np.bool_)
    for column in output.columns:
        if column.kind in (Kind.TEXT, Kind.DATE):
            continue
        numbers = frame[column.name].to_numpy(dtype=np.float64, na_value=np.nan)
        refused |= np.isinf(numbers)
        if column.kind in (Kind.UNITS, Kind.FLAG):
            refused |= np.abs(numbers - np.rint(numbers)) > _WHOLE
        if column.kind is Kind.FLAG:
            refused |= ~np.isnan(numbers) & ~np.isin(np.rint(numbers), (0.0, 1.0))
    return refused


def column_cells(values: pd.Series, column: Column) -> list[str]:
    """Write each value of one column as a CSV cell.

    Parameters
    ----------
    values : Series of shape (n_rows,)
        Text, numbers, flags or dates, as the column's kind wants.
    column : Column
        Name and kind.

    Returns
    -------
    list of str, length n_rows
        Quoted where CSV needs it; blank where a value is missing.

    Raises
    ------
    ValueError
        As ``write_table``.

    Examples
    --------
    >>> column_cells(pd.Series([1234.5, -0.001, None]), Column("saving_dkk", Kind.DKK))
    ['1234.50', '0.00', '']
    """
    try:
        return _WRITERS[column.kind](values)
    except ValueError as error:
        raise ValueError(f"column {column.name}: {error}") from error


def _texts(values: pd.Series) -> list[str]:
    codes, distinct = pd.factorize(values)
    # The last one is what the code -1, for a missing value, picks.
    words = [*(_quoted(str(text)) for text in distinct), ""]
    return [words[code] for code in codes.tolist()]


def _quoted(text: str) -> str:
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _numbers(values: pd.Series, decimals: int) -> list[str]:
    numbers = _floats(values)
    form = f"%.{decimals}f"
    zero = form % 0.0
    words = [form % number for number in numbers.tolist()]
    return [_present(zero if word == f"-{zero}" else word) for word in words]


def _wholes(values: pd.Series) -> list[str]:
    numbers = _floats(values)
    present = ~np.isnan(numbers)
    whole = np.rint(numbers)
    broken = present & (np.abs(numbers - whole) > _WHOLE)
    if broken.any():
        raise ValueError(f"{numbers[broken][0]} is not a whole number")
    return [str(int(number)) if there else "" for number, there in zip(whole, present, strict=True)]


def _flags(values: pd.Series) -> list[str]:
    words = _wholes(values)
    if wrong := set(words) - {"0", "1", ""}:
        raise ValueError(f"{min(wrong)} is not a flag")
    return words


def _dates(values: pd.Series) -> list[str]:
    days = pd.to_datetime(values).to_numpy().astype("datetime64[D]")
    return ["" if word == "NaT" else word for word in np.datetime_as_string(days).tolist()]


def _floats(values: pd.Series) -> np.ndarray:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise ValueError("an infinite number")
    return numbers


def _present(word: str) -> str:
    return "" if word == "nan" else word


_WRITERS: dict[Kind, Callable[[pd.Series], list[str]]] = {
    Kind.TEXT: _texts,
    Kind.UNITS: _wholes,
    Kind.DATE: _dates,
    Kind.FLAG: _flags,
    Kind.DKK: partial(_numbers, decimals=2),
    Kind.NUMBER: partial(_numbers, decimals=4),
    Kind.RATE: partial(_numbers, decimals=6),
}
