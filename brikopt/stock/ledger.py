"""What the extracts say of each position, day by day: deliveries, discards, counts, typed dates, order lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

from brikopt.contract.extract import Tables
from brikopt.contract.positions import codes_of, rows_of
from brikopt.demand.late_lines import numbered_afterwards
from brikopt.demand.order_lines import NEVER, VOID_DAYS, OrderLines, days_since_epoch, match_deliveries
from brikopt.demand.unsent import with_unsent_deliveries, with_unsent_lines
from brikopt.stock.lots import UNKNOWN, known_expiry, nearest_dated
from brikopt.stock.seen_uses import by_number, covered_stretches

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

# Kinds of events, in the order in which they happen within a day (contract, section 5).
DELIVERY, DISCARD, DAMAGE, SHELF_DATE, COUNT, COUNT_LOT, LINE, URGENT_LINE = range(8)
USED, SEEN = 8, 9  # days of which every use is known, up to this one; uses that were seen on other days
# Their numbers say nothing of the order within a day: use comes after checks and before counts.
_ORDER = np.array([DELIVERY, DISCARD, DAMAGE, SHELF_DATE, SEEN, USED, COUNT, COUNT_LOT, LINE, URGENT_LINE])
_PLACE = np.argsort(_ORDER)
KIND_BITS, DAY_BITS = 4, 24  # a position, a day and a kind's place in that order are one number
MIN_DISCARD_DAYS = 3  # below this many days with discards, a cabinet's check days are not read from them


@dataclass(frozen=True, slots=True)
class Ledger:
    """Events of all positions, sorted by position, day and kind.

    Parameters
    ----------
    start : ndarray of int64, shape (n_positions + 1,)
        Events ``start[p]:start[p + 1]`` belong to position p.
    day, kind, units : ndarray of int32, int8 and int64, shape (n_events,)
        When (days since 1970-01-01), what, how many units; the units of a line are those ordered.
    expiry : ndarray of int32, shape (n_events,)
        The recorded date, else ``UNKNOWN``.
    near_expiry, p_near : ndarray of int32 and float32, shape (n_events,)
        Of a delivery: the date of the nearest dated delivery of the item, and the chance that it is the same lot.
    outstanding : ndarray of int64, shape (n_events,)
        Of a line: units ordered up to then and still on their way that evening. Of days of which every use is known:
        the first of them.
    lines : OrderLines
        The order lines with their deliveries.
    """

    start: IntArray
    day: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    units: IntArray
    expiry: npt.NDArray[np.int32]
    near_expiry: npt.NDArray[np.int32]
    p_near: npt.NDArray[np.float32]
    outstanding: IntArray
    lines: OrderLines


def ledger(tables: Tables, positions: pd.DataFrame) -> Ledger:
    """Gather the events of every position.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.

    Returns
    -------
    Ledger
    """
    lines, events = _gathered(tables, positions)
    key = np.concatenate([part.index.to_numpy(np.int64) for part in events])
    order = np.argsort(key, kind="stable")
    key = key[order]
    return Ledger(
        start=np.searchsorted(key, np.arange(len(positions) + 1) << (DAY_BITS + KIND_BITS)).astype(np.int64),
        day=((key >> KIND_BITS) & ((1 << DAY_BITS) - 1)).astype(np.int32),
        kind=_ORDER[key & ((1 << KIND_BITS) - 1)].astype(np.int8),
        lines=lines,
        **{name: _column(events, name, unsaid)[order] for name, unsaid in _UNSAID.items()},
    )


# Of events that say nothing of a column; small types, because a region has some ten million events.
_UNSAID: dict[str, np.generic] = {
    "units": np.int64(0),
    "expiry": np.int32(UNKNOWN),
    "near_expiry": np.int32(UNKNOWN),
    "p_near": np.float32(0.0),
    "outstanding": np.int64(0),
}


def _gathered(tables: Tables, positions: pd.DataFrame) -> tuple[OrderLines, list[pd.DataFrame]]:
    """Lines, and the events of each source."""
    orders, goods = rows_of(tables.orders, positions), rows_of(tables.deliveries.drop(columns="lot"), positions)
    goods = numbered_afterwards(orders, goods, positions)
    goods = with_unsent_deliveries(goods, orders, positions, np.datetime64(tables.as_of, "s"))
    lines = match_deliveries(with_unsent_lines(orders, goods, positions), goods)
    counts = rows_of(tables.counts, positions)
    return lines, [
        _deliveries(goods, tables, positions),
        _discards(rows_of(tables.discards, positions)),
        _shelf_dates(rows_of(tables.shelf_dates, positions)),
        *_counts(counts),
        _line_events(lines),
        *_uses(tables, positions, lines, counts),
    ]


def _column(events: list[pd.DataFrame], name: str, unsaid: np.generic) -> npt.NDArray[Any]:
    return np.concatenate([part[name].to_numpy() if name in part else np.full(len(part), unsaid) for part in events])


def _event(
    position: IntArray, day: IntArray, kind: int | IntArray, units: IntArray, **more: IntArray | FloatArray
) -> pd.DataFrame:
    """Events under the number by which they are sorted."""
    key = (((position << DAY_BITS) + day) << KIND_BITS) + _PLACE[kind]
    columns = {name: values.astype(_UNSAID[name].dtype) for name, values in more.items()}
    return pd.DataFrame({"units": units} | columns, index=key)


def _dated(rows: pd.DataFrame, date_column: str, kind: int, **more: IntArray | FloatArray) -> pd.DataFrame:
    return _event(
        rows["position"].to_numpy(np.int64),
        days_since_epoch(rows[date_column]),
        kind,
        rows["quantity"].to_numpy(np.int64),
        expiry=known_expiry(rows["expiry_date"]),
        **more,
    )


def _deliveries(rows: pd.DataFrame, tables: Tables, positions: pd.DataFrame) -> pd.DataFrame:
    """Deliveries to positions; lots of any cabinet, even of a position that is gone, help to date them."""
    items = pd.Index(tables.items["item_id"])
    every = tables.deliveries
    expiry = known_expiry(every["expiry_date"])
    dated = expiry != UNKNOWN
    near = nearest_dated(
        codes_of(positions["item_id"], items)[rows["position"]],
        days_since_epoch(rows["delivered_at"]),
        codes_of(every["item_id"], items)[dated],
        days_since_epoch(every["delivered_at"])[dated],
        expiry[dated],
    )
    return _dated(rows, "delivered_at", DELIVERY, near_expiry=near.expiry, p_near=near.p_same)


def _discards(rows: pd.DataFrame) -> pd.DataFrame:
    """What a check threw out of a position on one day is one event, whatever the lots; damage is another."""
    rows = rows.assign(
        day=days_since_epoch(rows["discarded_at"]),
        kind=np.where(rows["reason"] == "expired", DISCARD, DAMAGE),
    )
    total = rows.groupby(["position", "day", "kind"], as_index=False)["quantity"].sum()
    position, day, quantity = (total[name].to_numpy(np.int64) for name in ("position", "day", "quantity"))
    return _event(position, day, total["kind"].to_numpy(np.int64), quantity)


def _shelf_dates(rows: pd.DataFrame) -> pd.DataFrame:
    return _event(
        rows["position"].to_numpy(np.int64),
        days_since_epoch(rows["checked_at"]),
        SHELF_DATE,
        np.zeros(len(rows), dtype=np.int64),
        expiry=known_expiry(rows["earliest_expiry"]),
    )


def _counts(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One event a count, and one for each lot that the count names; the rows of one day are complete.

    Of several rows of one lot, or without any, the last stands: two counts are not two halves of one. A date stands
    for a lot that has no number.
    """
    rows = rows.assign(day=days_since_epoch(rows["counted_at"]))
    dated = rows["expiry_date"].where(rows["lot"].str.strip() == "")
    part = rows.assign(lot=rows["lot"].str.strip(), dated=dated)
    rows = rows[~part.duplicated(["position", "day", "lot", "dated"], keep="last")]
    total = rows.groupby(["position", "day"], as_index=False)["quantity"].sum()
    position, day, quantity = (total[name].to_numpy(np.int64) for name in ("position", "day", "quantity"))
    by_lot = rows[rows["expiry_date"].notna() & (rows["quantity"] > 0)]
    return _event(position, day, COUNT, quantity), _dated(by_lot, "counted_at", COUNT_LOT)


def _uses(tables: Tables, positions: pd.DataFrame, lines: OrderLines, counts: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Uses that were seen: stretches of days of which all is known, and single ones."""
    if not len(tables.uses):
        return ()
    cabinets = pd.Index(positions["cabinet_id"].unique())
    told = tables.uses.assign(cabinet=codes_of(tables.uses["cabinet_id"], cabinets))
    whole = told[told["complete"] & (told["cabinet"] >= 0)]
    days = pd.DataFrame({"cabinet": whole["cabinet"], "day": days_since_epoch(whole["used_at"])})
    fixed = pd.DataFrame(
        {
            "position": np.append(lines.position, counts["position"].to_numpy(np.int64)),
            "day": np.append(lines.day, days_since_epoch(counts["counted_at"])),
        }
    )
    stretches, sights = covered_stretches(rows_of(told, positions), days, by_number(fixed, "position"))
    position, day, units, since = (stretches[name].to_numpy() for name in ("position", "day", "units", "since"))
    # Of days of which all is known, ``outstanding`` is the first.
    known = _event(position, day, USED, units, outstanding=since)
    seen = _event(sights["position"].to_numpy(), sights["day"].to_numpy(), SEEN, sights["units"].to_numpy())
    return known, seen


def _line_events(lines: OrderLines) -> pd.DataFrame:
    outstanding = np.zeros(len(lines.day), dtype=np.int64)
    _outstanding(lines.position, lines.day, lines.quantity, lines.delivered_day, lines.superseded_day, outstanding)
    kind = np.where(lines.urgent, URGENT_LINE, LINE)
    return _event(lines.position, lines.day, kind, lines.quantity, outstanding=outstanding)


@njit(cache=True)  # one pass over lines sorted by position and day, looking back as far as a line can be open
def _outstanding(
    position: IntArray,
    day: IntArray,
    quantity: IntArray,
    delivered: IntArray,
    superseded: IntArray,
    outstanding: IntArray,
) -> None:
    longest = 200  # days; no delivery in the field takes longer
    for line in range(len(day)):
        total = 0
        last = line
        while last + 1 < len(day) and position[last + 1] == position[line] and day[last + 1] == day[line]:
            last += 1
        earlier = last
        while earlier >= 0 and position[earlier] == position[line] and day[earlier] >= day[line] - longest:
            if delivered[earlier] != NEVER:
                coming = delivered[earlier] > day[line]
            else:
                coming = superseded[earlier] > day[line] and day[line] - day[earlier] < VOID_DAYS
            if coming:
                total += quantity[earlier]
            earlier -= 1
        outstanding[line] = total


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest events of each position; days since 1970-01-01, 0 where there is none; arrays of shape (n_positions,).

    Parameters
    ----------
    line, count, delivery : ndarray of int64
        Days.
    on_order : ndarray of int64
        Units ordered and neither delivered nor void.
    """

    line: IntArray
    count: IntArray
    delivery: IntArray
    on_order: IntArray

    def part(self, rows: slice) -> Latest:
        """Those of some positions alone."""
        return Latest(self.line[rows], self.count[rows], self.delivery[rows], self.on_order[rows])


def latest_of(book: Ledger, owner: IntArray, open_lines: npt.NDArray[np.bool_]) -> Latest:
    """Find the newest events.

    Parameters
    ----------
    book : Ledger
        All events.
    owner : ndarray of int64, shape (n_events,)
        Position of each.
    open_lines : ndarray of bool, shape (n_lines,)
        Lines on their way at the moment of decision.

    Returns
    -------
    Latest
    """
    size = len(book.start) - 1

    def last_day(*kinds: int) -> IntArray:
        found = np.zeros(size, dtype=np.int64)
        of_kind = np.isin(book.kind, kinds)
        found[owner[of_kind]] = book.day[of_kind]  # in order of days: the last one stands
        return found

    open_units = np.zeros(size, dtype=np.int64)
    np.add.at(open_units, book.lines.position[open_lines], book.lines.quantity[open_lines])
    return Latest(last_day(LINE, URGENT_LINE), last_day(COUNT), last_day(DELIVERY), open_units)


def check_days(
    tables: Tables, cabinets: npt.NDArray[np.object_], interval: int, first: int, last: int
) -> list[IntArray]:
    """Days on which each cabinet was, or will be, gone through for goods out of date.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    cabinets : ndarray of object, shape (n,)
        Cabinet ids.
    interval : int
        Days between checks where the discards show no rhythm.
    first, last : int
        Days since 1970-01-01 between which days are wanted.

    Returns
    -------
    list of ndarray of int64
        For each cabinet, sorted.

    Notes
    -----
    A check throws out several items on one day, so the days with discards of expired goods are check days; their
    shortest usual distance is the rhythm, and it goes on before, between and after them.
    """
    expired = tables.discards[tables.discards["reason"] == "expired"]
    day = pd.Series(days_since_epoch(expired["discarded_at"]), index=expired["cabinet_id"])
    seen = {cabinet: np.unique(days.to_numpy()) for cabinet, days in day.groupby(level=0)}
    nothing = np.array([], dtype=np.int64)
    return [_rhythm(seen.get(cabinet, nothing), interval, first, last) for cabinet in cabinets]


def _rhythm(seen: IntArray, interval: int, first: int, last: int) -> IntArray:
    """Carry the rhythm of the days seen through [first, last]."""
    if len(seen) < MIN_DISCARD_DAYS:
        anchors = np.array([first], dtype=np.int64)
        period = interval
    else:
        anchors = seen
        period = max(int(np.quantile(np.diff(seen), 0.25)), 1)
    days = [np.arange(anchors[0], first - 1, -period), np.arange(anchors[-1], last + 1, period), anchors]
    days += [
        np.linspace(left, right, round((right - left) / period) + 1).astype(np.int64)
        for left, right in pairwise(anchors)
        if right - left > 1.5 * period
    ]
    every = np.unique(np.concatenate(days))
    return every[(every >= first) & (every <= last)]
