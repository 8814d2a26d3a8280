"""Rows that stand in a file more than once, alike in every column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray
from brikopt.contract.checking import Columns

_FEWEST = 3  # distinct rows from which a file can be told to have been put together twice


@dataclass(frozen=True, slots=True)
class Repeated:
    """Which rows are like an earlier one; arrays of shape (n_rows,).

    Parameters
    ----------
    again : ndarray of bool
        Every row that is like an earlier good row.
    surplus : ndarray of bool
        Those that stand there because the whole file does so twice, or more often.
    """

    again: BoolArray
    surplus: BoolArray


def find_repeated(columns: Columns, good: BoolArray) -> Repeated:
    """Find rows that are like an earlier one.

    Parameters
    ----------
    columns : Columns
        The cells, read.
    good : ndarray of bool, shape (n_rows,)
        The rows to look at.

    Returns
    -------
    Repeated
        A whole file stands k times where every distinct row of it does, or a multiple of that.
    """
    again, surplus = np.zeros(len(good), dtype=np.bool_), np.zeros(len(good), dtype=np.bool_)
    rows = np.flatnonzero(good)
    marks = pd.Series(_marks(columns)[rows])
    like_another = marks.duplicated(keep=False).to_numpy()
    if not like_another.any():
        return Repeated(again, surplus)
    some = rows[like_another]
    frame = pd.DataFrame(_parts(columns, some))
    number = frame.groupby(list(frame.columns), sort=False, dropna=False).ngroup()
    place = number.groupby(number).cumcount().to_numpy()
    again[some] = place > 0
    sizes = number.value_counts(sort=False).sort_index().to_numpy()
    times = int(np.gcd.reduce(sizes)) if like_another.all() else 1
    if times > 1 and len(sizes) >= _FEWEST:
        surplus[some] = place >= sizes[number.to_numpy()] // times
    return Repeated(again, surplus)


def _parts(columns: Columns, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return numbers by which the cells of some rows can be told apart."""
    texts = {name: cells.codes[rows].astype(np.int64) for name, cells in columns.texts.items()}
    numbers = {name: np.nan_to_num(values[rows], nan=-1.0) for name, values in columns.numbers.items()}
    return texts | numbers | {name: days[rows].astype(np.int64) for name, days in columns.days.items()}


def _marks(columns: Columns) -> NDArray[np.uint64]:
    """Mix the cells of each row into one number: rows alike have it in common, others hardly ever."""
    parts = (
        *(cells.codes.astype(np.uint64) for cells in columns.texts.values()),
        *(np.nan_to_num(values, nan=-1.0).view(np.uint64) for values in columns.numbers.values()),
        *(days.view(np.uint64) for days in columns.days.values()),
    )
    marks = np.zeros(len(parts[0]), dtype=np.uint64)
    for values in parts:
        marks = (marks ^ values) * np.uint64(0x9E3779B97F4A7C15)
        marks ^= marks >> np.uint64(29)
    return marks
