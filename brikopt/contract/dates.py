"""Dates as text -> days, in the order (year first or day first) of the file they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from brikopt.contract.cells import BoolArray, Cells, as_bools

DateOrder = Literal["YYYY-MM-DD", "DD-MM-YYYY"]
DayArray = NDArray[np.datetime64]  # datetime64[s] at midnight, NaT where there is none
IntArray = NDArray[np.int64]

FIRST_YEAR, LAST_YEAR = 1990, 2199

_TIME = (
    r"(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r" ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_CLOCK = r"[0-9][Tt ](?P<hour>[0-2][0-9]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
_YEAR_FIRST = rf"^(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}){_TIME}$"
_DAY_FIRST = rf"^(?P<day>[0-9]{{2}})-(?P<month>[0-9]{{2}})-(?P<year>[0-9]{{4}}){_TIME}$"
_LOOSE_YEAR_FIRST = rf"^(?P<year>[0-9]{{4}})[-/.](?P<month>[0-9]{{2}})[-/.](?P<day>[0-9]{{2}}){_TIME}$"
_LOOSE_DAY_FIRST = rf"^(?P<day>[0-9]{{1,2}})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<year>[0-9]{{4}}){_TIME}$"

OTHER_ROWS, OTHER_SHARE = 5, 0.05  # of a column, from which another form of dates is no slip
WHOLE_MONTHS = ("month",)  # the columns in which any day of a month means the whole of it, dated by its last day
MONTHS = ("expiry_date", "earliest_expiry", *WHOLE_MONTHS)  # … and those in which a month alone means its last day
_MONTH_OF_YEAR = r"^(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})(?:[-/.]00)?$"
_YEAR_OF_MONTH = r"^(?:00[-/.])?(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})$"
_GS1_MONTH = r"^(?P<year>[0-9]{2})(?P<month>[0-9]{2})00$"


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How the dates of a file are written.

    Parameters
    ----------
    order : {"YYYY-MM-DD", "DD-MM-YYYY"}
        What most of them have; year first where there are none.
    month_first : bool
        Whether they are in American order, which brikopt does not read.
    """

    order: DateOrder
    month_first: bool


def find_date_style(columns: Iterable[Cells]) -> DateStyle:
    """Find how the dates of a file are written.

    Parameters
    ----------
    columns : iterable of Cells
        All its date columns.

    Returns
    -------
    DateStyle
        Counted over cells; real dates of a workbook have no say.
    """
    year_first = day_first = month_only = day_only = 0
    for cells in columns:
        rows = np.bincount(cells.codes, minlength=len(cells.values)) * ~cells.native
        trimmed = pc.utf8_trim_whitespace(cells.values)
        year_first += int(rows[as_bools(pc.match_substring_regex(trimmed, _YEAR_FIRST))].sum())
        parts, fits = _parts(trimmed, _LOOSE_DAY_FIRST)
        day_first += int(rows[fits].sum())
        month_only += int(rows[fits & (parts["day"] <= 12) & (parts["month"] > 12) & (parts["month"] <= 31)].sum())
        day_only += int(rows[fits & (parts["month"] <= 12) & (parts["day"] > 12)].sum())
    order: DateOrder = "DD-MM-YYYY" if day_first > year_first else "YYYY-MM-DD"
    return DateStyle(order, month_first=day_first > year_first and month_only > day_only)


def parse_dates(values: pa.Array, native: BoolArray, order: DateOrder) -> DayArray:
    """Read distinct texts as days.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n,)
        Texts as sent; a time of day after the date is left out, and a zone does not move the day.
    native : ndarray of bool, shape (n,)
        Texts that are year first, whatever the file's order.
    order : {"YYYY-MM-DD", "DD-MM-YYYY"}
        Order of the file.

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT where the text is no date in this order, or outside 1990 to 2199.

    Examples
    --------
    >>> texts = pa.array(["2024-02-29T23:30:00+01:00", "2024-02-31"])
    >>> parse_dates(texts, np.zeros(2, bool), "YYYY-MM-DD").astype(str).tolist()
    ['2024-02-29T00:00:00', 'NaT']
    """
    trimmed = pc.utf8_trim_whitespace(values)
    days = _days(*_parts(trimmed, _YEAR_FIRST if order == "YYYY-MM-DD" else _DAY_FIRST))
    if native.any() and order != "YYYY-MM-DD":
        days = np.where(native, _days(*_parts(trimmed, _YEAR_FIRST)), days)
    return days


def read_as_others(cells: Cells, days: DayArray) -> tuple[DayArray, BoolArray]:
    """Read the dates of a column that are written in another form than the file's, where they can only be meant so.

    Parameters
    ----------
    cells : Cells
        The column.
    days : ndarray of datetime64[s], shape (n_distinct,)
        What was read in the form of the file; NaT where it wasn't.

    Returns
    -------
    tuple of ndarray of datetime64[s] and of bool, shape (n_distinct,)
        The days, and which of them were read so. A form (an order and its sign) is that of several rows and of a
        twentieth of the column; with the day first, one day lies above the 12th and no second number does. What is
        rarer is a slip, and what can be read both ways is left alone.
    """
    left = np.isnat(days) & ~cells.empty()
    others = np.zeros(len(days), dtype=np.bool_)
    if not left.any():
        return days, others
    rows = np.bincount(cells.codes, minlength=len(cells.values))
    filled = int(rows[~cells.empty()].sum())
    trimmed = pc.utf8_trim_whitespace(cells.values)
    for pattern in (_LOOSE_YEAR_FIRST, _LOOSE_DAY_FIRST):
        for sign in "-/.":
            parts, fits = _parts(trimmed, pattern.replace("[-/.]", f"[{sign}]"))
            fits &= left
            count = int(rows[fits].sum())
            if count < OTHER_SHARE * filled or count < min(OTHER_ROWS, filled):
                continue
            if pattern == _LOOSE_DAY_FIRST and not ((parts["day"] > 12).any() and (parts["month"] <= 12).all()):
                continue
            found = _days(parts, fits)
            days, others = np.where(fits, found, days), others | (fits & ~np.isnat(found))
    return days, others


def day_numbers(cells: Cells) -> tuple[IntArray, IntArray, IntArray]:
    """Return what stands where a day may.

    Parameters
    ----------
    cells : Cells
        A column of dates.

    Returns
    -------
    tuple of three ndarray of int64, shape (n_distinct,)
        The day of a date with the year first; the first and the second number of one with the year last, also with
        slashes or points. 0 where the text is no such date.
    """
    trimmed = pc.utf8_trim_whitespace(cells.values)
    real, written = _parts(trimmed, _LOOSE_YEAR_FIRST)[0], _parts(trimmed, _LOOSE_DAY_FIRST)[0]
    return real["day"], written["day"], written["month"]


def last_days_of_months(values: pa.Array) -> DayArray:
    """Read texts that name a month alone, as packs do: its last day is meant.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n,)
        ``2025-02``, ``02/2025``, ``2025-02-00``, ``00-02-2025``, or ``250200`` as in a GS1 code.

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT for any other text.

    Examples
    --------
    >>> last_days_of_months(pa.array(["2024-02", "02/2025", "250200", "2025-02-01"])).astype(str).tolist()
    ['2024-02-29T00:00:00', '2025-02-28T00:00:00', '2025-02-28T00:00:00', 'NaT']
    """
    trimmed = pc.utf8_trim_whitespace(values)
    days = np.full(len(values), np.datetime64("NaT", "s"))
    for pattern, century in ((_MONTH_OF_YEAR, 0), (_YEAR_OF_MONTH, 0), (_GS1_MONTH, 2000)):
        found = pc.extract_regex(trimmed, pattern)
        fits = as_bools(pc.is_valid(found))
        year, month = (_whole(pc.struct_field(found, name)) for name in ("year", "month"))
        year = year + century
        fits &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
        next_month = np.where(fits, (year - 1970) * 12 + month, 0).astype("datetime64[M]")
        days = np.where(fits, (next_month.astype("datetime64[D]") - 1).astype("datetime64[s]"), days)
    return days


def ends_of_months(days: DayArray) -> DayArray:
    """Move each day to the last one of its month; NaT stays.

    Examples
    --------
    >>> ends_of_months(np.array(["2024-02-01", "2024-02-29"], "datetime64[s]")).astype(str).tolist()
    ['2024-02-29T00:00:00', '2024-02-29T00:00:00']
    """
    next_month = days.astype("datetime64[M]") + 1
    return (next_month.astype("datetime64[D]") - 1).astype("datetime64[s]")


def dated_from(values: pa.Array, cut: np.datetime64) -> BoolArray:
    """Tell which texts name a day on or after a moment, however it is written.

    Parameters
    ----------
    values : pyarrow.Array of string, shape (n,)
        Texts as sent, in either order, also with slashes or points.
    cut : datetime64
        The moment of decision.

    Returns
    -------
    ndarray of bool, shape (n,)
        True for days on or after ``cut``, also for days that the calendar lacks, such as 31 June: a row dated
        later must not show in any result, not even as a bad row. A month alone is dated by its last day.
    """
    trimmed = pc.utf8_trim_whitespace(values)
    limit = cut.astype("datetime64[D]").item()
    later: BoolArray = last_days_of_months(values) >= cut.astype("datetime64[s]")
    for pattern in (_LOOSE_YEAR_FIRST, _LOOSE_DAY_FIRST):
        parts, fits = _parts(trimmed, pattern)
        plausible = fits & (parts["month"] >= 1) & (parts["month"] <= 12) & (parts["day"] >= 1) & (parts["day"] <= 31)
        number = parts["year"] * 10_000 + parts["month"] * 100 + parts["day"]
        later |= plausible & (number >= limit.year * 10_000 + limit.month * 100 + limit.day)
    return later


def seconds_of_day(values: pa.Array) -> IntArray:
    """Read the time of day that stands behind a date; 0 where there is none.

    Examples
    --------
    >>> seconds_of_day(pa.array(["2024-06-28 08:00", "28-06-2024T14:00:30+02:00", "2024-06-28"])).tolist()
    [28800, 50430, 0]
    """
    found = pc.extract_regex(values, _CLOCK)
    hours, minutes, seconds = (_whole(pc.struct_field(found, name)) for name in ("hour", "minute", "second"))
    return hours * 3600 + minutes * 60 + seconds


def _parts(trimmed: pa.Array, pattern: str) -> tuple[dict[str, IntArray], BoolArray]:
    """Return year, month and day of the texts that fit (0 elsewhere), and which fit."""
    found = pc.extract_regex(trimmed, pattern)
    fits = as_bools(pc.is_valid(found))
    return {name: _whole(pc.struct_field(found, name)) for name in ("year", "month", "day")}, fits


def _whole(digits: pa.Array) -> IntArray:
    filled = pc.if_else(pc.equal(pc.fill_null(digits, ""), ""), "0", digits)
    return np.asarray(filled.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def _days(parts: dict[str, IntArray], fits: BoolArray) -> DayArray:
    year, month, day = parts["year"], parts["month"], parts["day"]
    fits = fits & (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    fits &= days.astype("datetime64[M]") == months  # 31 February runs over into March
    return np.where(fits, days, np.datetime64("NaT")).astype("datetime64[s]")
