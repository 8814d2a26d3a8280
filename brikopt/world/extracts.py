"""What the offices would see of it: events turned into the tables of the contract."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.log import (
    AMOUNT,
    COUNTED,
    DAMAGED,
    DATE_READ,
    DAY,
    DELIVERED,
    EXPIRY,
    FLAG,
    KIND,
    KNOWN_LOT,
    KNOWN_ORDER,
    LOT,
    ORDER,
    ORDERED,
    OTHER,
    RECORDED,
    SHELF,
    THROWN,
    WITH_LOT,
)
from brikopt.world.lots import NO_DATE
from brikopt.world.streams import key, pick

IntArray = NDArray[np.int64]
CHANNELS = ("brik", "manual", "urgent")
NO_DAY = np.datetime64("NaT", "s")


class Ledger:
    """Events with the names of their cabinets and items, ready to be written into tables.

    Parameters
    ----------
    events : ndarray of int32, shape (n_events, N_COLUMNS)
        As made by ``live_all``.
    shelves : ndarray of SHELF, shape (n_shelves,)
        The shelves that the events happened on.
    cabinet_ids, item_ids : Series of str
        Names by cabinet number and by item number.
    first_day : date
        The day of day number 0.
    """

    def __init__(
        self,
        events: NDArray[np.int32],
        shelves: NDArray[np.void],
        cabinet_ids: pd.Series,
        item_ids: pd.Series,
        first_day: date,
    ) -> None:
        # In the order in which an office would have written them: by day, then cabinet and item.
        order = np.lexsort((events[:, SHELF], events[:, DAY]))
        self._events, self._shelves = events[order], shelves
        self._cabinet_ids, self._item_ids = cabinet_ids, item_ids
        self._first_day = np.datetime64(first_day, "D")

    def orders(self) -> pd.DataFrame:
        """List every order line; the lines of one cabinet, day and channel share an order number."""
        rows = self._rows(ORDERED)
        channel = pd.Series(np.array(CHANNELS)[rows[:, FLAG]], dtype="str")
        return pd.DataFrame(
            {"order_id": self._order_ids(rows), "ordered_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows), "channel": channel}
        )

    def deliveries(self) -> pd.DataFrame:
        """List every delivery; some without their order, most without lot and date."""
        rows, lines = self._rows(DELIVERED), self._rows(ORDERED)
        codes = _line_code(lines)
        by_code = np.argsort(codes)
        line = by_code[np.searchsorted(codes, _line_code(rows), sorter=by_code)]
        order_id = self._order_ids(lines).take(line).reset_index(drop=True)
        known = pd.Series(rows[:, FLAG] & KNOWN_ORDER > 0)
        return pd.DataFrame(
            {"delivered_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows), "order_id": order_id.where(known, "")}
            | self._lot_columns(rows, rows[:, FLAG] & KNOWN_LOT > 0)
        )

    def counts(self) -> pd.DataFrame:
        """List every count; rows with lots are one a lot."""
        rows = self._rows(COUNTED)
        return pd.DataFrame(
            {"counted_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows)}
            | self._lot_columns(rows, rows[:, FLAG] > 0)
        )

    def discards(self) -> pd.DataFrame:
        """List the discards that somebody wrote down."""
        rows = self._rows(THROWN)
        rows = rows[rows[:, FLAG] & RECORDED > 0]
        return pd.DataFrame(
            {"discarded_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows), "reason": reasons(rows[:, FLAG])}
            | self._lot_columns(rows, rows[:, FLAG] & WITH_LOT > 0)
        )

    def shelf_dates(self) -> pd.DataFrame:
        """List the earliest dates that somebody read on a shelf."""
        rows = self._rows(DATE_READ)
        return pd.DataFrame(
            {"checked_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"earliest_expiry": self._dates(rows[:, EXPIRY])}
        )

    def hidden(self, kind: int) -> pd.DataFrame:
        """List all events of one kind with everything that is known of them: for the truth.

        Returns
        -------
        DataFrame
            day, cabinet_id, item_id, quantity, lot, expiry_date, and ``flag`` as the log has it.
        """
        rows = self._rows(kind)
        return pd.DataFrame(
            {"day": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows)}
            | self._lot_columns(rows, rows[:, EXPIRY] > 0)
            | {"flag": rows[:, FLAG].astype(np.int64)}
        )

    def _rows(self, kind: int) -> NDArray[np.int32]:
        rows: NDArray[np.int32] = self._events[self._events[:, KIND] == kind]
        return rows

    def _dates(self, days: NDArray[np.int32]) -> pd.Series:
        return pd.Series((self._first_day + days).astype("datetime64[s]"))

    def _names(self, rows: NDArray[np.int32]) -> dict[str, pd.Series]:
        shelf = self._shelves[rows[:, SHELF]]
        return {
            "cabinet_id": self._cabinet_ids.take(shelf["cabinet"]).reset_index(drop=True),
            "item_id": self._item_ids.take(shelf["item"]).reset_index(drop=True),
        }

    def _amounts(self, rows: NDArray[np.int32]) -> IntArray:
        return rows[:, AMOUNT].astype(np.int64)

    def _order_ids(self, lines: NDArray[np.int32]) -> pd.Series:
        """Give numbers to the orders by their days: B00000001 and on."""
        cabinet = self._shelves["cabinet"][lines[:, SHELF]]
        order = (lines[:, DAY].astype(np.int64) * (cabinet.max(initial=0) + 1) + cabinet) * 4 + lines[:, FLAG]
        unique, number = np.unique(order, return_inverse=True)
        names = pd.Series([f"B{n:08d}" for n in range(1, len(unique) + 1)], dtype="str")
        return names.take(number).reset_index(drop=True)

    def _lot_columns(self, rows: NDArray[np.int32], known: NDArray[np.bool_]) -> dict[str, pd.Series]:
        known = known & (rows[:, EXPIRY] < NO_DATE)
        days = np.where(known, rows[:, EXPIRY], 0)
        lot = lot_names(self._shelves["item"][rows[:, SHELF]], rows[:, LOT].astype(np.int64))
        return {
            "lot": lot.where(pd.Series(known), ""),
            "expiry_date": self._dates(days).where(pd.Series(known), NO_DAY),
        }


def lot_names(item: IntArray, lot: IntArray) -> pd.Series:
    """Name lots as makers do: one item's lots begin alike, and a lot has the same name everywhere."""
    code, place = np.unique(item * (1 << 20) + lot, return_inverse=True)
    of_item = pick(key(0, "lot name", code >> 20), 26 * 1000)
    numbers = code & ((1 << 20) - 1)
    names = [f"{chr(65 + i // 1000)}{i % 1000:03d}/{n:04d}" for i, n in zip(of_item, numbers, strict=True)]
    return pd.Series(names, dtype="str").take(place).reset_index(drop=True)


def reasons(flags: NDArray[np.int32]) -> pd.Series:
    """Name the reasons of discards."""
    names = np.select([flags & DAMAGED > 0, flags & OTHER > 0], ["damaged", "other"], "expired")
    return pd.Series(names, dtype="str")


def _line_code(rows: NDArray[np.int32]) -> IntArray:
    return rows[:, SHELF].astype(np.int64) * (1 << 24) + rows[:, ORDER]
