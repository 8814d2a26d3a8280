"""Number the periods of a history: dates, text, whole numbers or pandas Periods become consecutive whole numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.totals.errors import BadSeries

IntArray = npt.NDArray[np.int64]

DAYS_A_WEEK = 7
_FIRST_MONTH, _LAST_MONTH = 1900_01, 2199_12  # whole numbers that may be a year and a month


def period_numbers(period: pd.Series) -> IntArray:
    """Number periods so that neighbours differ by 1.

    Parameters
    ----------
    period : Series
        Dates, ISO texts, whole numbers, whole numbers as text, or pandas Periods.

    Returns
    -------
    ndarray of int64, shape (len(period),)

    Raises
    ------
    BadSeries
        If a period is missing or can't be read.

    Notes
    -----
    Whole numbers count periods; 202312 and 202401 are neighbours where all of them are a year and a month. Dates are
    months where all fall on the same day of the month or all on its last, else weeks where all fall on the same
    weekday, else days. Longer periods, such as quarters, are seen by their even distance, where none is missing.

    Examples
    --------
    >>> period_numbers(pd.Series(["2023-12-01", "2024-01-01", "2024-04-01"])).tolist()
    [647, 648, 651]
    """
    if period.isna().any():
        raise BadSeries("period", "a row has no period.", "Give every row the period it belongs to.")
    if isinstance(period.dtype, pd.PeriodDtype):
        return pd.PeriodIndex(period).asi8
    if pd.api.types.is_datetime64_any_dtype(period):
        return _of_dates(pd.DatetimeIndex(period))
    if pd.api.types.is_numeric_dtype(period):
        return _of_numbers(period)
    return _of_texts(period)


def _of_texts(period: pd.Series) -> IntArray:
    if all(isinstance(one, pd.Period) for one in period):
        return pd.PeriodIndex(period).asi8
    texts = period.astype(str)
    if texts.str.fullmatch(r"[+-]?\d{1,7}").all():
        return _of_numbers(texts.astype(np.int64))
    try:
        return _of_dates(pd.DatetimeIndex(pd.to_datetime(texts, format="ISO8601")))
    except ValueError as error:
        raise BadSeries(
            "period", f"can't read the periods ({error}).", "Use dates such as 2024-03-31, or whole numbers."
        ) from error


def _of_numbers(period: pd.Series) -> IntArray:
    number = period.to_numpy(np.int64)
    if (period.to_numpy(np.float64) != number).any():
        raise BadSeries("period", "a period is no whole number.", "Number the periods 1, 2, 3 …")
    years, months = np.divmod(number, 100)
    dated = (number >= _FIRST_MONTH) & (number <= _LAST_MONTH) & (months >= 1) & (months <= 12)
    return years * 12 + months if len(number) and dated.all() else number


def _of_dates(dates: pd.DatetimeIndex) -> IntArray:
    days = dates.tz_localize(None).normalize().unique()
    monthly = days.is_month_end.all() or (len(set(days.day)) == 1)
    if monthly:
        number, usual = 12 * (dates.year.to_numpy(np.int64) - 1970) + dates.month.to_numpy(np.int64) - 1, 1
    else:
        number = dates.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
        usual = DAYS_A_WEEK if len(set(days.day_of_week)) == 1 else 1
    if len(number) == 0:
        return number
    step = _step(number, usual)
    return (number - number.min()) // step + number.min() // step


def _step(number: IntArray, usual: int) -> int:
    """Distance of neighbours: the greatest that fits all, if no period is missing then; else the usual one."""
    seen = np.unique(number)
    fits = int(np.gcd.reduce(np.diff(seen))) if len(seen) > 1 else usual
    complete = len(seen) > 2 and (seen[-1] - seen[0]) // fits + 1 == len(seen)
    return fits if complete else usual
