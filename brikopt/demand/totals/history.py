"""Lay a history of units per period out as one row a series, up to the newest period of them all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.totals.calendar import period_numbers
from brikopt.demand.totals.errors import BadSeries

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

COLUMNS = ("series_id", "period", "units")
AVAILABLE = "available"
MOST_PERIODS = 50_000  # a day for over a century
MOST = 1e12  # units in a period; more is a slip of the pen
DECIMALS = 3  # units with more decimals than these have no common step
FINE = 20  # steps, at most, in the mean demand of a series whose units are not whole


@dataclass(frozen=True, slots=True)
class History:
    """Units per period; arrays whose first axis is the series.

    Parameters
    ----------
    series_id : Index, shape (n,)
        Sorted by their text, so that the order of the rows changes nothing.
    shown : ndarray of int64, shape (n,)
        Rows of the series in the order in which they were first seen.
    steps : ndarray of float64, shape (n, n_periods)
        Use in steps; the last column is the newest period of all the series.
    start : ndarray of int64, shape (n,)
        First period of each series that counts; the columns before it hold 0.
    step : ndarray of float64, shape (n,)
        Units a step: whole units share the greatest step of which all are multiples, such as a pack of 10.
    """

    series_id: pd.Index
    shown: IntArray
    steps: FloatArray
    start: IntArray
    step: FloatArray


def lay_out(history: pd.DataFrame) -> History:
    """Check a history and lay it out, missing periods as no use.

    Parameters
    ----------
    history : DataFrame
        Columns ``series_id``, ``period``, ``units``; rows of one series and period are added up. Maybe ``available``:
        0 where nothing could be had in the period, so that its units are a lower bound; else 1.

    Returns
    -------
    History

    Raises
    ------
    BadSeries
        If a column is missing, or units are missing, negative or infinite, or ``available`` is other than 0 and 1.

    Notes
    -----
    A series starts at its first row and ends at the newest period of the whole history: no row means no use. Where it
    enters later than others and with use in its first row, it starts after that row: it was seen because it was used,
    or filled up for the first time, and counting that would make it look busier than it is.
    """
    _check(history)
    codes, ids = pd.factorize(history["series_id"])
    by_text = np.argsort(np.asarray(ids.astype(str), dtype=str), kind="stable")
    place = np.empty(len(ids), dtype=np.int64)
    place[by_text] = np.arange(len(ids))
    row, number = place[codes], period_numbers(history["period"])
    column = number - (number.min() if len(number) else 0)
    periods = int(column.max()) + 1 if len(column) else 0
    if periods > MOST_PERIODS:
        raise BadSeries("period", f"{periods} periods lie between the first and the last.", "Correct the odd one out.")
    units = np.zeros((len(ids), periods))
    start = np.full(len(ids), units.shape[1])
    np.add.at(units, (row, column), history["units"].to_numpy(np.float64))
    np.minimum.at(start, row, column)
    if AVAILABLE in history:
        out_of_stock = np.zeros(units.shape, dtype=np.bool_)
        out_of_stock[row, column] = history[AVAILABLE].to_numpy(np.float64) == 0
        _fill_out_of_stock(units, start, out_of_stock)
    step = common_steps(units)
    _forget_entry(units, start)
    return History(pd.Index(ids)[by_text], place, _whole(units, step), start, step)


def common_steps(units: FloatArray) -> FloatArray:
    """Units a step of each series: one step for all whole numbers, so that packs make no difference.

    Parameters
    ----------
    units : ndarray of float64, shape (n, n_periods)

    Returns
    -------
    ndarray of float64, shape (n,)
        1 where there is no demand. Units that are not whole have a step of their own, no finer than a twentieth of
        the mean demand, to which they are rounded.

    Examples
    --------
    >>> common_steps(np.array([[0.0, 20.0], [50.0, 0.0], [0.25, 1.5]])).tolist()
    [10.0, 10.0, 0.25]
    """
    whole = (units == np.rint(units)).all(axis=1)
    step = np.ones(len(units))
    if units[whole].any():
        step[whole] = np.gcd.reduce(units[whole].astype(np.int64), axis=None)
    step[~whole] = [_own_step(series[series > 0]) for series in units[~whole]]
    return step


def _own_step(demands: FloatArray) -> float:
    """Greatest common step of demands of which some are no whole number."""
    for scale in 10.0 ** np.arange(1, DECIMALS + 1):
        many = np.rint(demands * scale)
        if many.min() > 0 and many.max() < 2**53 and np.allclose(many, demands * scale, rtol=0.0, atol=1e-6):
            return max(float(np.gcd.reduce(many.astype(np.int64)) / scale), float(demands.mean()) / FINE)
    return float(demands.mean()) / FINE


def _whole(units: FloatArray, step: FloatArray) -> FloatArray:
    counted: FloatArray = np.rint(units / step[:, None])
    return counted


def _fill_out_of_stock(units: FloatArray, start: IntArray, out_of_stock: npt.NDArray[np.bool_]) -> None:
    """Put what was wanted just before in place of what couldn't be had, in place; never less than was used.

    Periods of their own series keep zeros, sizes and level as they are; a mean would make demand too even.
    """
    for series in np.flatnonzero(out_of_stock.any(axis=1)):
        closed = out_of_stock[series]
        open_columns = np.flatnonzero(~closed)
        open_columns = open_columns[open_columns >= start[series]]
        for column in np.flatnonzero(closed) if len(open_columns) else ():
            # The run before, read in its own order: a run of k closed periods repeats the k open ones before it.
            run = column - (np.flatnonzero(~closed[:column])[-1] if (~closed[:column]).any() else -1) - 1
            length = _run_length(closed, int(column))
            before = open_columns[open_columns < column]
            source = before[-length:] if len(before) else open_columns[:length]
            units[series, column] = max(units[series, column], units[series, source[run % len(source)]])


def _run_length(closed: npt.NDArray[np.bool_], column: int) -> int:
    first = column - int(np.argmax(np.append(closed[column::-1] == 0, True)))
    last = column + int(np.argmax(np.append(closed[column:] == 0, True)))
    return last - first - 1


def _forget_entry(units: FloatArray, start: IntArray) -> None:
    """Leave out the first row of series that enter late, where it has use; changes both arrays in place."""
    (late,) = np.nonzero(start > 0)
    late = late[units[late, start[late]] > 0]
    units[late, start[late]] = 0.0
    start[late] += 1


def _check(history: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in history]
    if missing:
        raise BadSeries("history", f"has no column {', '.join(missing)}.", f"It needs {', '.join(COLUMNS)}.")
    if history["series_id"].isna().any():
        raise BadSeries("series_id", "a row belongs to no series.", "Give every row the id of its series.")
    if AVAILABLE in history and not history[AVAILABLE].isin([0, 1]).all():
        at = int((~history[AVAILABLE].isin([0, 1])).to_numpy().argmax())
        series, period = history["series_id"].iloc[at], history["period"].iloc[at]
        raise BadSeries(
            f"series {series}, period {period}", f"available is {history[AVAILABLE].iloc[at]}.", "Give 0 or 1."
        )
    try:
        units = history["units"].to_numpy(np.float64)
    except (TypeError, ValueError) as error:
        raise BadSeries("units", f"not all of them are numbers ({error}).", "Correct them.") from error
    wrong = ~(np.isfinite(units) & (units >= 0))
    wrong |= units >= MOST
    if wrong.any():
        at = int(wrong.argmax())
        series, period = history["series_id"].iloc[at], history["period"].iloc[at]
        raise BadSeries(
            f"series {series}, period {period}", f"units are {units[at]:g}.", "Give 0 or more, and no returns."
        )
