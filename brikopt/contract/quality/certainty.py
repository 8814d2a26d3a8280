"""How sure the figures can be: dates and counts written down, goods that came as ordered, cards that were hung."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.positions import codes_of, position_of
from brikopt.contract.quality.oddities import Oddity, Severity
from brikopt.contract.quality.tables_read import Read

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

A_YEAR = 365
FEW_DATES = 0.8  # of the deliveries of goods that expire
FEW_COUNTS = 1.0  # a position a year
FEWEST = 10  # rows from which a share is told
MOST_PARTS = 3  # deliveries under one number, up to which the last may be a repeated receipt
UNLIKE = 0.02  # of the numbered goods that differ from what was ordered
WRITTEN_LATE = 0.05  # of the numbered goods that came before the day of their line
MANY_LATE = 0.5
QUIET_DAYS = 14  # without a line before a count: nothing is on its way
HUNG_WITHIN = 8  # days after it, in which a card that ought to hang orders; one more than the longest wait for the scan
MANY_FORGOTTEN = 0.25


def dates_written(read: Read, as_of: date) -> Iterable[Oddity]:
    """Tell of what share of the last year's deliveries of goods that expire the date is known."""
    deliveries, items = read["deliveries"], read["items"].frame
    frame = deliveries.frame
    life, price = _of_items(items, frame, "shelf_life_days"), _of_items(items, frame, "unit_price_dkk")
    last_year = _within(frame["delivered_at"], as_of, A_YEAR) & (life > 0)
    missing = last_year & frame["expiry_date"].isna().to_numpy()
    if last_year.sum() < FEWEST:
        return
    share = 1 - float(missing.sum() / last_year.sum())
    if share < FEW_DATES:
        dkk = float((frame["quantity"].to_numpy() * price)[missing].sum())
        yield from deliveries.oddity("few_dates", "low", missing, share=share, dkk=dkk)


def counts_written(read: Read, as_of: date) -> Iterable[Oddity]:
    """Tell how often a position was counted in the last year."""
    counts, positions = read["counts"], read["positions"]
    frame = counts.frame
    place = position_of(frame, positions.frame)
    last_year = _within(frame["counted_at"], as_of, A_YEAR) & (place >= 0)
    days = pd.factorize(frame["counted_at"].to_numpy())[0]
    a_day = np.unique(place[last_year] * (len(frame) + 1) + days[last_year])
    rate = len(a_day) / max(len(positions.frame), 1)
    if rate < FEW_COUNTS:
        never = np.ones(len(positions.frame), dtype=np.bool_)
        never[place[last_year]] = False
        numbers = {"a_year": rate, "positions": len(positions.frame)}
        yield from positions.oddity("few_counts", "low", never, **numbers)


def goods_as_ordered(read: Read, as_of: date) -> Iterable[Oddity]:
    """Tell of numbered goods of other units than were ordered, and of lines dated after their goods."""
    deliveries, orders = read["deliveries"], read["orders"].frame
    last_year = deliveries.frame.loc[_within(deliveries.frame["delivered_at"], as_of, A_YEAR)]
    named = last_year.loc[last_year["order_id"] != ""]
    since = pd.Timestamp(as_of) - pd.Timedelta(days=2 * A_YEAR)
    keys = ["order_id", "cabinet_id", "item_id"]
    lines = orders.loc[(orders["ordered_at"] >= since) & (orders["quantity"] > 0), [*keys, "ordered_at", "quantity"]]
    pairs = named.reset_index(names="row").merge(lines, on=keys, suffixes=("", "_ordered"))
    if len(pairs) < FEWEST:
        return
    late = (pairs["delivered_at"] < pairs["ordered_at"]).to_numpy()
    if late.mean() > WRITTEN_LATE:
        severity: Severity = "middle" if late.mean() > MANY_LATE else "low"
        rows = _rows(pairs.loc[late, "row"], len(deliveries.frame))
        yield from deliveries.oddity("lines_afterwards", severity, rows, share=float(late.mean()))
    yield from _came_again(read, pairs)
    came = pairs.groupby(keys, sort=False)["quantity"].transform("sum").to_numpy()
    unlike = came != pairs["quantity_ordered"].to_numpy()
    if unlike.mean() > UNLIKE:
        price = _of_items(read["items"].frame, pairs, "unit_price_dkk")
        once = unlike & ~pairs.duplicated(keys).to_numpy()
        dkk = float((np.abs(came - pairs["quantity_ordered"].to_numpy()) * price)[once].sum())
        rows = _rows(pairs.loc[unlike, "row"], len(deliveries.frame))
        yield from deliveries.oddity("not_as_ordered", "low", rows, share=float(unlike.mean()), dkk=dkk)


def _came_again(read: Read, pairs: pd.DataFrame) -> Iterable[Oddity]:
    """Tell of goods that came once more on a later day, under the number of a line that had got all it ordered."""
    keys = ["order_id", "cabinet_id", "item_id"]
    parts = pairs[[*keys, "row", "delivered_at", "quantity", "quantity_ordered"]]
    lines = parts.sort_values(["delivered_at", "row"], kind="stable")
    groups = lines.groupby(keys, sort=False)
    before = groups["quantity"].cumsum() - lines["quantity"]
    again = (before >= lines["quantity_ordered"]) & (lines["quantity"] == lines["quantity_ordered"])
    # The number of a standing agreement comes again and again.
    again &= (lines["quantity"] > 0) & (groups["quantity"].transform("size") <= MOST_PARTS)
    if again.any():
        deliveries = read["deliveries"]
        price = _of_items(read["items"].frame, lines, "unit_price_dkk")
        dkk = float((lines["quantity"].to_numpy() * price)[again.to_numpy()].sum())
        rows = _rows(lines.loc[again, "row"], len(deliveries.frame))
        yield from deliveries.oddity("came_again", "middle", rows, dkk=dkk)


def cards_forgotten(read: Read, as_of: date) -> Iterable[Oddity]:
    """Tell how often a count found a card's worth gone, nothing on its way, and no card was hung within a week."""
    counts, orders, positions = read["counts"], read["orders"].frame, read["positions"].frame
    frame = counts.frame
    place = position_of(frame, positions)
    day = frame["counted_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
    last = np.datetime64(as_of, "D").astype(np.int64)
    lots = frame.assign(place=place, day=day).groupby(["place", "day"], sort=False)["quantity"].transform("sum")
    full, card = (np.append(positions[name].to_numpy(np.int64), 0)[place] for name in ("max_level", "brik_qty"))
    gone = (card > 0) & (lots.to_numpy() <= full - card)
    asked = gone & (day >= last - A_YEAR) & (day < last - HUNG_WITHIN)
    if asked.sum() < FEWEST:
        return
    wanted = orders.loc[orders["cabinet_id"].isin(frame.loc[asked, "cabinet_id"].unique())]
    ordered = wanted["ordered_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
    key = np.sort((position_of(wanted, positions) << 32) + ordered)
    at = (place << 32) + day
    before = np.searchsorted(key, at) - np.searchsorted(key, at - QUIET_DAYS)
    after = np.searchsorted(key, at + HUNG_WITHIN) - np.searchsorted(key, at)
    asked &= before == 0
    forgotten = asked & (after == 0)
    if asked.sum() < FEWEST or not forgotten.any():
        return
    share = float(forgotten.sum() / asked.sum())
    price = _of_items(read["items"].frame, frame, "unit_price_dkk")
    dkk = float((card * price)[forgotten].sum())
    severity: Severity = "middle" if share > MANY_FORGOTTEN else "low"
    yield from counts.oddity("cards_forgotten", severity, forgotten, share=share, asked=int(asked.sum()), dkk=dkk)


def _within(days: pd.Series[pd.Timestamp], as_of: date, most: int) -> BoolArray:
    end = pd.Timestamp(as_of)
    found: BoolArray = ((days >= end - pd.Timedelta(days=most)) & (days < end)).to_numpy()
    return found


def _of_items(items: pd.DataFrame, rows: pd.DataFrame, column: str) -> FloatArray:
    found: FloatArray = items[column].to_numpy(np.float64)[codes_of(rows["item_id"], pd.Index(items["item_id"]))]
    return np.nan_to_num(found)


def _rows(numbers: pd.Series[int], size: int) -> BoolArray:
    rows = np.zeros(size, dtype=np.bool_)
    rows[numbers.to_numpy()] = True
    return rows
