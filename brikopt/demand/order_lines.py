"""Which delivery belongs to which order line, and what is still on its way."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NEVER = 2**31 - 1  # the day of what has not happened
MATCH_DAYS = 90  # a delivery without an order number belongs to a line at most this old
BIT = 32  # a position and a day are one number, a position and an order as well
VOID_DAYS = 45  # a line without a delivery is void this many days after it was ordered
SHARED_FROM = 3  # deliveries under a number after its line had got everything: the number is of more than that line
BLANKS = "[\\s\u00a0\u2007\u202f]+"  # no-break spaces included


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Order lines sorted by position and day; arrays of shape (n_lines,).

    Parameters
    ----------
    position : ndarray of int64
        Row of the line's position.
    day, quantity : ndarray of int64
        When it was ordered (days since 1970-01-01) and how many units.
    urgent : ndarray of bool
        Ordered outside the cards, usually because the shelf was found empty.
    delivered_day : ndarray of int64
        When the goods came; ``NEVER`` where they have not.
    superseded_day : ndarray of int64
        Day of the next line of the position on a later day; ``NEVER`` where there is none.
    """

    position: IntArray
    day: IntArray
    quantity: IntArray
    urgent: BoolArray
    delivered_day: IntArray
    superseded_day: IntArray

    def of_positions(self, kept: BoolArray) -> OrderLines:
        """Lines of some positions, under their rows among those that are kept; ``kept`` has shape (n_positions,)."""
        mine = kept[self.position]
        values = {field.name: getattr(self, field.name)[mine] for field in fields(self)}
        return OrderLines(**values | {"position": (np.cumsum(kept) - 1)[self.position[mine]]})

    def open_at(self, as_of: int) -> BoolArray:
        """Lines that are neither delivered nor void on the morning of ``as_of``.

        Parameters
        ----------
        as_of : int
            Days since 1970-01-01; every line is older.

        Returns
        -------
        ndarray of bool, shape (n_lines,)

        Notes
        -----
        Contract, section 5: a line without a delivery is void once a later line of the position has been made,
        or 45 days after it was ordered. A short delivery closes its line: what is missing is not on its way.
        """
        void = (self.superseded_day < as_of) | (as_of - self.day >= VOID_DAYS)
        open_lines: BoolArray = (self.delivered_day >= as_of) & ~void
        return open_lines


def days_since_epoch(dates: pd.Series[pd.Timestamp]) -> IntArray:
    """Turn dates into whole days since 1970-01-01; a missing date becomes ``NEVER``.

    Examples
    --------
    >>> days_since_epoch(pd.Series(pd.to_datetime(["1970-01-02", None]))).tolist()
    [1, 2147483647]
    """
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64))


def match_deliveries(orders: pd.DataFrame, deliveries: pd.DataFrame) -> OrderLines:
    """Find the delivery of every order line.

    Parameters
    ----------
    orders, deliveries : DataFrame
        Rows of the tables of those names, each with a column ``position`` (row of the position, int64).

    Returns
    -------
    OrderLines
        Sorted by position, day and order of the file.

    Notes
    -----
    By order number where it is on a line of the position; else the oldest open line of the position with the same
    quantity, else with a larger one, at most 90 days old (contract, section 5). Numbers that differ only in leading
    zeros or blanks are one, but a number that is the very same goes first. Goods that come again and again under the
    number of a line that has got all it ordered are as those without a number.
    """
    position, day, order = _sorted_by_position(orders, "ordered_at")
    goods_position, goods_day, goods_order = _sorted_by_position(deliveries, "delivered_at")
    quantity, goods_quantity = (
        table["quantity"].to_numpy(np.int64)[rows] for table, rows in ((orders, order), (deliveries, goods_order))
    )
    delivered = np.full(len(day), NEVER)
    loose = np.ones(len(goods_day), dtype=np.bool_)
    for codes, goods_codes in number_codes(orders["order_id"], deliveries["order_id"]):
        key, goods_key = _keys(position, codes[order]), _keys(goods_position, goods_codes[goods_order])
        came = _first_day(key, goods_key[loose], goods_day[loose])
        delivered = np.where(delivered == NEVER, came, delivered)
        loose &= ~np.isin(goods_key, key[key >= 0]) | _shared_number(key, quantity, goods_key, goods_quantity)
    _match_loose(position, day, quantity, delivered, goods_position[loose], goods_day[loose], goods_quantity[loose])
    urgent = (orders["channel"] == "urgent").to_numpy(np.bool_)[order]
    return OrderLines(position, day, quantity, urgent, delivered, _next_later_day(position, day))


def _sorted_by_position(rows: pd.DataFrame, dated_by: str) -> tuple[IntArray, IntArray, IntArray]:
    """Position and day of each row, and the rows' order: by position, day and order of the file."""
    position, day = rows["position"].to_numpy(np.int64), days_since_epoch(rows[dated_by])
    order = np.argsort((position << BIT) + day, kind="stable")
    return position[order], day[order], order


def number_codes(lines: pd.Series[str], goods: pd.Series[str]) -> list[tuple[IntArray, IntArray]]:
    """A whole number for each order number, -1 for none: as written, and without blanks and leading zeros."""
    code, texts = pd.factorize(pd.concat([lines, goods]))
    written = pd.Series(texts, dtype="str")
    plain = written.str.replace(BLANKS, "", regex=True).str.lstrip("0")
    found = []
    for numbers in (written, plain):
        each = np.where(numbers == "", -1, pd.factorize(numbers)[0])[code]
        found.append((each[: len(lines)], each[len(lines) :]))
    return found


def _keys(position: IntArray, number: IntArray) -> IntArray:
    """One number for position and order number, -1 where there is no order number."""
    return np.where(number < 0, -1, (position << BIT) + number)


def _first_day(key: IntArray, goods_key: IntArray, goods_day: IntArray) -> IntArray:
    """Day of the first delivery under each line's key, ``NEVER`` where none came; goods are sorted by day."""
    arrived = pd.Series(goods_day, index=goods_key)
    arrived = arrived[~arrived.index.duplicated() & (goods_key >= 0)]
    return np.append(arrived.to_numpy(), NEVER)[arrived.index.get_indexer(pd.Index(key))]


def _shared_number(key: IntArray, quantity: IntArray, goods_key: IntArray, goods_quantity: IntArray) -> BoolArray:
    """Tell which goods came under a number whose line had got all it ordered, again and again: a standing agreement's.

    Such a number names no line; the goods are sorted by day.
    """
    surplus = np.zeros(len(goods_key), dtype=np.bool_)
    known = goods_key >= 0
    if known.any():
        ordered = pd.Series(quantity, index=key).groupby(level=0).sum()
        goods = pd.Series(goods_quantity[known]).groupby(goods_key[known])
        before = goods.cumsum().to_numpy() - goods_quantity[known]
        surplus[known] = before >= ordered.reindex(goods_key[known]).fillna(np.inf).to_numpy()
        many = pd.Series(surplus[known]).groupby(goods_key[known]).transform("sum").to_numpy()
        surplus[known] &= many >= SHARED_FROM
    return surplus


def _next_later_day(position: IntArray, day: IntArray) -> IntArray:
    """Day of the next line of the same position on a later day; lines are sorted by position and day."""
    key = (position << BIT) + day
    after = np.searchsorted(key, key, side="right")
    within = after < len(key)
    following = np.minimum(after, len(key) - 1)
    same = within & (position[following] == position) if len(key) else within
    return np.where(same, day[following], NEVER) if len(key) else day


@njit(cache=True)  # one pass over lines and loose deliveries, both sorted
def _match_loose(
    position: IntArray,
    day: IntArray,
    quantity: IntArray,
    delivered: IntArray,
    loose_position: IntArray,
    loose_day: IntArray,
    loose_quantity: IntArray,
) -> None:
    start = 0
    for row in range(len(loose_day)):
        while start < len(day) and (
            position[start] < loose_position[row]
            or (position[start] == loose_position[row] and day[start] < loose_day[row] - MATCH_DAYS)
        ):
            start += 1
        found = -1
        line = start
        while line < len(day) and position[line] == loose_position[row] and day[line] <= loose_day[row]:
            if delivered[line] == NEVER:
                if quantity[line] == loose_quantity[row]:
                    found = line
                    break
                if quantity[line] > loose_quantity[row] and found < 0:
                    found = line
            line += 1
        if found >= 0:
            delivered[found] = loose_day[row]
