"""What the offices would see of it: events turned into the tables of the contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.log import (
    AMOUNT,
    CHANNEL_BITS,
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


@dataclass(frozen=True, slots=True)
class Ledger:
    """Events with the names of their cabinets and items, ready to be written into tables.

    Parameters
    ----------
    events : ndarray of int32, shape (n_events, N_COLUMNS)
        As made by ``live_all``; what happened on one shelf is in the order of time.
    cabinet, item : ndarray of int32, shape (n_shelves,)
        Cabinet number and item number of each shelf.
    cabinet_ids, item_ids : Series of str
        Names by cabinet number and by item number.
    first_day : date
        The day of day number 0.
    """

    events: NDArray[np.int32]
    cabinet: NDArray[np.int32]
    item: NDArray[np.int32]
    cabinet_ids: pd.Series
    item_ids: pd.Series
    first_day: date

    def of(self, kind: int, flag: int = 0) -> Ledger:
        """Keep the events of one kind, or those with one flag, as an office would have written them.

        Returns
        -------
        Ledger
            Sorted by day, then by shelf.
        """
        kept = self.events[self.events[:, KIND] == kind]
        if flag:
            kept = kept[kept[:, FLAG] & flag > 0]
        return replace(self, events=kept[np.argsort(kept[:, DAY], kind="stable")])

    def part(self, start: int, stop: int) -> Ledger:
        """Keep some events, by their place."""
        return replace(self, events=self.events[start:stop])

    def orders(self) -> pd.DataFrame:
        """List every order line; the lines of one cabinet, day and channel share an order number."""
        rows = self.of(ORDERED).events
        channel = pd.Series(np.array(CHANNELS)[rows[:, FLAG]], dtype="str")
        return pd.DataFrame(
            {"order_id": self._order_ids(rows), "ordered_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows), "channel": channel}
        )

    def deliveries(self) -> pd.DataFrame:
        """List every delivery; some without their order, most without lot and date."""
        rows = self.of(DELIVERED).events
        known = pd.Series(rows[:, FLAG] & KNOWN_ORDER > 0)
        return pd.DataFrame(
            {"delivered_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows), "order_id": self._order_ids(rows).where(known, "")}
            | self._lot_columns(rows, rows[:, FLAG] & KNOWN_LOT > 0)
        )

    def counts(self) -> pd.DataFrame:
        """List every count; rows with lots are one a lot."""
        rows = self.of(COUNTED).events
        return pd.DataFrame(
            {"counted_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows)}
            | self._lot_columns(rows, rows[:, FLAG] > 0)
        )

    def discards(self) -> pd.DataFrame:
        """List the discards that somebody wrote down."""
        rows = self.of(THROWN, RECORDED).events
        return pd.DataFrame(
            {"discarded_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows), "reason": reasons(rows[:, FLAG])}
            | self._lot_columns(rows, rows[:, FLAG] & WITH_LOT > 0)
        )

    def shelf_dates(self) -> pd.DataFrame:
        """List the earliest dates that somebody read on a shelf."""
        rows = self.of(DATE_READ).events
        return pd.DataFrame(
            {"checked_at": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"earliest_expiry": self._dates(rows[:, EXPIRY])}
        )

    def everything(self) -> pd.DataFrame:
        """Tell all that is known of the events: for the truth.

        Returns
        -------
        DataFrame
            day, cabinet_id, item_id, quantity, lot, expiry_date, and ``flag`` as the log has it.
        """
        rows = self.events
        return pd.DataFrame(
            {"day": self._dates(rows[:, DAY])}
            | self._names(rows)
            | {"quantity": self._amounts(rows)}
            | self._lot_columns(rows, rows[:, EXPIRY] > 0)
            | {"flag": rows[:, FLAG].astype(np.int64)}
        )

    def units_by_shelf(self) -> IntArray:
        """Add up the units of all events on each shelf."""
        units = np.bincount(self.events[:, SHELF], weights=self.events[:, AMOUNT], minlength=len(self.cabinet))
        return units.astype(np.int64)

    def _dates(self, days: NDArray[np.int32]) -> pd.Series:
        return pd.Series((np.datetime64(self.first_day, "D") + days).astype("datetime64[s]"))

    def _names(self, rows: NDArray[np.int32]) -> dict[str, pd.Series]:
        shelf = rows[:, SHELF]
        return {
            "cabinet_id": self.cabinet_ids.take(self.cabinet[shelf]).reset_index(drop=True),
            "item_id": self.item_ids.take(self.item[shelf]).reset_index(drop=True),
        }

    def _amounts(self, rows: NDArray[np.int32]) -> IntArray:
        return rows[:, AMOUNT].astype(np.int64)

    def _order_ids(self, rows: NDArray[np.int32]) -> pd.Series:
        """Number the orders by day, cabinet and channel: B00000001 and on, with gaps."""
        cabinet = self.cabinet[rows[:, SHELF]].astype(np.int64)
        day, channel = np.divmod(rows[:, ORDER].astype(np.int64), CHANNEL_BITS)
        code = (day * len(self.cabinet_ids) + cabinet) * CHANNEL_BITS + channel + 1
        unique, place = np.unique(code, return_inverse=True)
        names = pd.Series([f"B{number:08d}" for number in unique], dtype="str")
        return names.take(place).reset_index(drop=True)

    def _lot_columns(self, rows: NDArray[np.int32], known: NDArray[np.bool_]) -> dict[str, pd.Series]:
        known = known & (rows[:, EXPIRY] < NO_DATE)
        days = np.where(known, rows[:, EXPIRY], 0)
        lot = lot_names(self.item[rows[:, SHELF]].astype(np.int64), rows[:, LOT].astype(np.int64))
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
