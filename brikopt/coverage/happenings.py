"""What happened at each ward, day by day: orders, urgent ones, goods out of date; and what lies there today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

FLOWS = ("expired_dkk", "expired_units", "ordered_dkk", "order_lines", "urgent_lines")


@dataclass(frozen=True, slots=True)
class Happenings:
    """Sums up to each day, by place: a ward's cabinets of one kind.

    Parameters
    ----------
    first : date
        Day 0; all records lie on it or later.
    places : DataFrame
        ``ward_id``, ``unit`` and ``kind``, one row a place; ``opened`` and ``closed``: the first day on which the ward
        is in force, and the first on which it isn't any more; ``stock_dkk``: what today's levels keep there.
    sums : ndarray of float64, shape (n_places, n_days + 1, n_flows)
        What happened before each day, in the order of ``FLOWS``.
    """

    first: date
    places: pd.DataFrame
    sums: FloatArray

    @property
    def days(self) -> int:
        """Days with records."""
        return len(self.sums[0]) - 1 if len(self.sums) else 0

    def between(self, start: int, end: int) -> FloatArray:
        """Add up what happened from one day to the day before another; shape (n_places, n_flows)."""
        between: FloatArray = self.sums[:, end] - self.sums[:, start]
        return between


def happenings(
    wards: pd.DataFrame,
    cabinets: pd.DataFrame,
    items: pd.DataFrame,
    positions: pd.DataFrame,
    orders: pd.DataFrame,
    discards: pd.DataFrame,
    as_of: date,
) -> Happenings:
    """Lay out what the extracts say happened.

    Parameters
    ----------
    wards, cabinets, items, positions, orders, discards : DataFrame
        Checked tables; orders and discards all lie before ``as_of``.
    as_of : date
        Moment of decision.

    Returns
    -------
    Happenings
        From the first record to the day before ``as_of``. Goods out of date are the discards with the reason
        ``expired``, at the purchase price; people write down only some of them, before a review as after it.
    """
    places = cabinets[["ward_id", "kind"]].drop_duplicates().merge(wards, on="ward_id")
    places = places.sort_values(["ward_id", "kind"], ignore_index=True)
    price = items.set_index("item_id")["unit_price_dkk"]
    expired = discards[discards["reason"] == "expired"]
    begun = pd.concat([orders["ordered_at"], expired["discarded_at"]]).min()
    first = as_of if pd.isna(begun) else begun.date()
    daily = np.zeros((len(places), (as_of - first).days + 1, len(FLOWS)))
    _add(daily, places, cabinets, expired, "discarded_at", first, _thrown(expired, price))
    _add(daily, places, cabinets, orders, "ordered_at", first, _ordered(orders, price))
    force = {
        "opened": _day(places["valid_from"], first, 0),
        "closed": _day(places["valid_to"], first, daily.shape[1]) + places["valid_to"].notna(),
    }
    there = places[["ward_id", "unit", "kind"]].assign(**force, stock_dkk=_stored(places, cabinets, positions, price))
    return Happenings(first, there, np.cumsum(daily, axis=1))


def _stored(places: pd.DataFrame, cabinets: pd.DataFrame, positions: pd.DataFrame, price: pd.Series) -> FloatArray:
    """What lies at each place or is on its way, in DKK: any stock between min and max is as likely as another.

    So it is for goods that are used one by one (Hadley & Whitin 1963, section 4-2); with cards the range is one card's.
    """
    most = positions["max_level"].to_numpy(np.float64)
    least = np.where(positions["brik_count"] > 0, most - positions["brik_qty"].fillna(0), positions["min_level"]) + 1.0
    value = (least + most) / 2 * _price(positions, price)
    at = _place_of(places, cabinets, positions)
    stored: FloatArray = np.bincount(at, weights=value, minlength=len(places)).astype(np.float64)
    return stored


def _day(stamps: pd.Series, first: date, missing: int) -> pd.Series:
    return (stamps - pd.Timestamp(first)).dt.days.fillna(missing).astype("int64")


def _thrown(expired: pd.DataFrame, price: pd.Series) -> dict[str, FloatArray]:
    units = expired["quantity"].to_numpy(np.float64)
    return {"expired_units": units, "expired_dkk": units * _price(expired, price)}


def _ordered(orders: pd.DataFrame, price: pd.Series) -> dict[str, FloatArray]:
    return {
        "ordered_dkk": orders["quantity"].to_numpy(np.float64) * _price(orders, price),
        "order_lines": np.ones(len(orders)),
        "urgent_lines": np.where(orders["channel"] == "urgent", 1.0, 0.0),
    }


def _price(rows: pd.DataFrame, price: pd.Series) -> FloatArray:
    return price.reindex(rows["item_id"]).to_numpy(np.float64)


def _add(
    daily: FloatArray,
    places: pd.DataFrame,
    cabinets: pd.DataFrame,
    rows: pd.DataFrame,
    dated: str,
    first: date,
    figures: dict[str, FloatArray],
) -> None:
    """Add figures to the day after the one they happened on: sums are of what came before a day."""
    at = _place_of(places, cabinets, rows)
    day = (rows[dated] - pd.Timestamp(first)).dt.days.to_numpy().astype(np.int64) + 1
    cell = at * daily.shape[1] + day
    for name, values in figures.items():
        summed = np.bincount(cell, weights=values, minlength=daily.shape[0] * daily.shape[1])
        daily[:, :, FLOWS.index(name)] = summed.reshape(daily.shape[:2])


def _place_of(places: pd.DataFrame, cabinets: pd.DataFrame, rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Find the row of each one's place."""
    where = pd.MultiIndex.from_frame(places[["ward_id", "kind"]])
    of_cabinet = cabinets.set_index("cabinet_id")[["ward_id", "kind"]]
    return where.get_indexer(pd.MultiIndex.from_frame(of_cabinet.reindex(rows["cabinet_id"]))).astype(np.int64)
