"""Checked columns -> frames: the good rows, with what empty cells mean filled in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brikopt.contract.cells import BoolArray, Cells, empty_cells
from brikopt.contract.checking import Columns
from brikopt.contract.dates import seconds_of_day
from brikopt.contract.tables import InputColumn, InputTable, Kind

_NUMBERS = (Kind.WHOLE, Kind.NUMBER, Kind.FLAG)
_STR = pd.StringDtype(na_value=np.nan)  # what pandas calls "str"


def good_rows(table: InputTable, columns: Columns, good: BoolArray) -> pd.DataFrame:
    """Make the frame of a table.

    Parameters
    ----------
    table : InputTable
        Names and types of the columns.
    columns : Columns
        The cells, read.
    good : ndarray of bool, shape (n_rows,)
        Which rows to keep.

    Returns
    -------
    DataFrame
        All columns of the table; types as in ``contract/extract.py``. A flag without a default is float64.
    """
    return pd.DataFrame({column.name: _series(column, columns, good) for column in table.columns})


def in_order_of_time(days: pd.Series[pd.Timestamp], written: Cells) -> npt.NDArray[np.intp]:
    """Find the order of rows by the times that stand behind their dates.

    Parameters
    ----------
    days : Series of datetime64
        The dates of good rows.
    written : Cells
        The same as sent.

    Returns
    -------
    ndarray of int
        The order of the file where no row has a time, else by day, time and order of the file.
    """
    seconds = seconds_of_day(written.values)
    if not seconds.any():
        return np.arange(len(days))
    return np.lexsort((seconds[written.codes], days.to_numpy()))


def no_rows(table: InputTable) -> pd.DataFrame:
    """Make the frame of a table that nobody sent: the same columns and types, no rows."""
    nothing = np.zeros(0, dtype=np.bool_)
    columns = Columns(
        {column.name: empty_cells(0) for column in table.columns if column.kind not in _NUMBERS},
        {column.name: np.zeros(0) for column in table.columns if column.kind in _NUMBERS},
        {column.name: np.zeros(0, "datetime64[s]") for column in table.columns if column.kind is Kind.DATE},
    )
    return good_rows(table, columns, nothing)


def with_all_columns(table: InputTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the columns of its table that it lacks, with what an empty cell means, in the table's order.

    Parameters
    ----------
    table : InputTable
        Names and types of the columns.
    frame : DataFrame
        Some of them; others are left out.

    Returns
    -------
    DataFrame
        All of them.
    """
    n_rows = len(frame)
    empty = no_rows(table)
    blank = {Kind.FLAG: False, Kind.DATE: pd.NaT}
    for column in table.columns:
        if column.name not in frame:
            text = column.kind not in _NUMBERS and column.kind is not Kind.DATE
            value = column.default if text else blank.get(column.kind, np.nan)
            if column.kind is Kind.FLAG and empty[column.name].dtype != np.bool_:
                value = np.nan
            frame = frame.assign(**{column.name: pd.Series([value] * n_rows, dtype=empty[column.name].dtype)})
    return frame[[column.name for column in table.columns]]


def _series(column: InputColumn, columns: Columns, good: BoolArray) -> pd.Series:
    if column.kind is Kind.DATE:
        return pd.Series(columns.days[column.name][good])
    if column.name in columns.texts:
        return _text(columns.texts[column.name].take(good))
    numbers = columns.numbers[column.name][good]
    if column.kind is Kind.WHOLE and column.required:
        return pd.Series(numbers.astype(np.int64))
    if column.kind is Kind.FLAG and column.default:
        return pd.Series(numbers == 1)
    return pd.Series(numbers)


def _text(cells: Cells) -> pd.Series:
    texts = cells.values.take(pa.array(cells.codes)).cast(pa.large_string())
    column: pd.Series = texts.to_pandas(types_mapper={pa.large_string(): _STR}.get)
    return column


def fill_wards(wards: pd.DataFrame, cabinets: pd.DataFrame) -> pd.DataFrame:
    """Let the 50 % target cover wards with a non-brik cabinet where nobody said whether it does."""
    with_non_brik = wards["ward_id"].isin(cabinets.loc[cabinets["kind"] == "non_brik", "ward_id"])
    said = wards["nonbrik_relevant"]
    return wards.assign(nonbrik_relevant=(said == 1) | (said.isna() & with_non_brik))


def fill_positions(positions: pd.DataFrame, cabinets: pd.DataFrame) -> pd.DataFrame:
    """Give positions without cards 0 cards of 0 units: all but those of brik and medicine cabinets."""
    carded = positions["cabinet_id"].isin(cabinets.loc[cabinets["kind"].isin(("brik", "medicine")), "cabinet_id"])
    cards = {name: positions[name].where(carded, 0).fillna(0).astype("int64") for name in ("brik_qty", "brik_count")}
    return positions.assign(**cards)


def fill_orders(orders: pd.DataFrame, cabinets: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Take order lines without a channel for what the cabinet's kind makes them: cards or by hand."""
    brik = orders["cabinet_id"].isin(brik_cabinets(cabinets)) | _carded_medicine(orders, cabinets, positions)
    usual = pd.Series(np.where(brik, "brik", "manual"), index=orders.index, dtype="str")
    return orders.assign(channel=orders["channel"].mask(orders["channel"] == "", usual))


def _carded_medicine(orders: pd.DataFrame, cabinets: pd.DataFrame, positions: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell the order lines of medicine cabinets whose position has cards."""
    medicine = cabinets.loc[cabinets["kind"] == "medicine", "cabinet_id"]
    of_medicine = orders["cabinet_id"].isin(medicine).to_numpy(copy=True)
    if of_medicine.any():
        carded = positions[(positions["brik_count"] > 0) & positions["cabinet_id"].isin(medicine)]
        pairs = set(zip(carded["cabinet_id"], carded["item_id"], strict=True))
        lines = orders[of_medicine]
        of_medicine[of_medicine] = [pair in pairs for pair in zip(lines["cabinet_id"], lines["item_id"], strict=True)]
    return np.asarray(of_medicine, dtype=np.bool_)


def brik_cabinets(cabinets: pd.DataFrame) -> pd.Series:
    """Return the ids of the cabinets with cards."""
    return cabinets.loc[cabinets["kind"] == "brik", "cabinet_id"]


def rows_without_position(rows: pd.DataFrame, positions: pd.DataFrame) -> int:
    """Count the rows of a cabinet and an item that have no position (any more).

    Parameters
    ----------
    rows, positions : DataFrame
        With ``cabinet_id`` and ``item_id``.

    Returns
    -------
    int
        Such rows are history, not mistakes.
    """
    cabinets = pa.array(positions["cabinet_id"].unique(), pa.large_string())
    items = pa.array(positions["item_id"].unique(), pa.large_string())

    def pair(frame: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        places = [
            pc.fill_null(pc.index_in(pa.array(frame[name]).cast(pa.large_string()), value_set=ids), -1)
            for name, ids in (("cabinet_id", cabinets), ("item_id", items))
        ]
        cabinet, item = (np.asarray(place).astype(np.int64) for place in places)
        return np.where((cabinet < 0) | (item < 0), -1, cabinet * len(items) + item)

    return int((~np.isin(pair(rows), pair(positions))).sum())
