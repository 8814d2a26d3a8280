"""Reviewed wards beside similar ones that were not reviewed yet, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.coverage.happenings import FLOWS, Happenings
from brikopt.schedule import DAYS_PER_MONTH

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MEASURES = (*FLOWS, "stock_dkk")
WINDOW_DAYS = 180  # looked at before and after a review
LEAST_DAYS = 60  # with fewer on either side a review says nothing yet
SIMILAR = 0.7  # How far the size of a ward may lie off, in logarithms, before it hardly counts as similar.


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reviewed places beside the others; n_reviews rows, n_places columns.

    Parameters
    ----------
    place : ndarray of int64, shape (n_reviews,)
        The place reviewed, each once: its first review counts.
    day : ndarray of int64, shape (n_reviews,)
        The day of the review.
    before, after : ndarray of float64, shape (n_reviews, n_measures)
        At the reviewed place: of ``FLOWS`` what happened a month, then what lay there on the day of the review and on
        the last day looked at.
    other_before, other_after : ndarray of float64, shape (n_reviews, n_places, n_measures)
        At every place in the same days.
    weight : ndarray of float64, shape (n_reviews, n_places)
        How similar each place is; 0 for those that don't compare.
    """

    place: IntArray
    day: IntArray
    before: FloatArray
    after: FloatArray
    other_before: FloatArray
    other_after: FloatArray
    weight: FloatArray

    @property
    def others(self) -> int:
        """Places that at least one review is compared with."""
        return int((self.weight > 0).any(axis=0).sum())

    def some(self, rows: BoolArray) -> Comparison:
        """Return the comparison of some of the reviews."""
        kept = (getattr(self, name)[rows] for name in self.__dataclass_fields__)
        return Comparison(*kept)


def compare(happened: Happenings, reviews: pd.DataFrame) -> Comparison:
    """Set every first review beside the places not reviewed until its days are over.

    Parameters
    ----------
    happened : Happenings
        What happened where.
    reviews : DataFrame
        Checked table, all before the moment of decision.

    Returns
    -------
    Comparison
        Of the reviews with `LEAST_DAYS` of records on both sides and somebody to compare with.

    Notes
    -----
    Nobody records what lies on a shelf, and the levels of the past aren't known. But what is ordered less than before,
    and isn't thrown away less, is used from the shelf as long as use goes on; where it doesn't, the others tell. So
    stock falls by what was ordered and not thrown away a month before, less the same after, for each month after.

    Others are of the same kind, and first reviewed, if at all, after the last day looked at: nobody who has changed
    is a measure of change. They weigh by how near their orders of the days before lie, in kroner.
    """
    first = _first_day(happened, reviews)
    parts = [part for place in np.flatnonzero(first >= 0) if (part := _beside(happened, first, int(place)))]
    columns = zip(*parts, strict=True) if parts else _nothing(len(happened.places))
    place, day, *others = (np.array(column) for column in columns)
    return Comparison(place.astype(np.int64), day.astype(np.int64), *others)


def by_month(happened: Happenings, compared: Comparison, measure: str) -> pd.DataFrame:
    """Follow a measure month by month around the reviews.

    Parameters
    ----------
    happened : Happenings
        What happened where.
    compared : Comparison
        Reviews of one group.
    measure : str
        One of ``FLOWS``.

    Returns
    -------
    DataFrame
        ``month`` (30 days; 0 is the first after the review), ``reviewed`` and ``others`` (means a month), for months
        that at least half of the reviews have whole.
    """
    column, rows = FLOWS.index(measure), []
    for month in range(-WINDOW_DAYS // 30, WINDOW_DAYS // 30):
        own, theirs = [], []
        for place, day, weight in zip(compared.place, compared.day, compared.weight, strict=True):
            start, end = day + 30 * month, day + 30 * (month + 1)
            if start >= 0 and end <= happened.days:
                there = happened.between(start, end)[:, column] * (DAYS_PER_MONTH / 30)
                own.append(there[place])
                theirs.append(weight @ there / weight.sum())
        if own and 2 * len(own) >= len(compared.place):
            rows.append((month, np.mean(own), np.mean(theirs)))
    return pd.DataFrame(rows, columns=["month", "reviewed", "others"])


def _first_day(happened: Happenings, reviews: pd.DataFrame) -> IntArray:
    """Day of the first review of each place, -1 where there is none."""
    first = reviews.groupby(["ward_id", "kind"])["reviewed_at"].min()
    found = first.reindex(pd.MultiIndex.from_frame(happened.places[["ward_id", "kind"]]))
    day = (found - pd.Timestamp(happened.first)).dt.days
    return day.fillna(-1).to_numpy().astype(np.int64)


def _windows(day: int, days: int) -> tuple[int, int]:
    """First day looked at before a review, and the first one not looked at after it."""
    return max(0, day - WINDOW_DAYS), min(days, day + WINDOW_DAYS)


def _beside(happened: Happenings, first: IntArray, place: int) -> tuple[FloatArray | int, ...] | None:
    """One row of the comparison; None where the days are too few, or nobody compares."""
    day, places = int(first[place]), happened.places
    start, end = _windows(day, happened.days)
    open_ = ((places["opened"] <= start) & (places["closed"] >= end)).to_numpy()
    if min(day - start, end - day) < LEAST_DAYS or not open_[place]:
        return None
    before = happened.between(start, day) * (DAYS_PER_MONTH / (day - start))
    after = happened.between(day, end) * (DAYS_PER_MONTH / (end - day))
    before, after = _with_stock(before, after, places["stock_dkk"].to_numpy(), (end - day) / DAYS_PER_MONTH)
    compares = open_ & (places["kind"] == places["kind"].iloc[place]).to_numpy() & ((first < 0) | (first >= end))
    compares &= (places["ward_id"] != places["ward_id"].iloc[place]).to_numpy()
    size = np.log1p(before[:, MEASURES.index("ordered_dkk")])
    weight = np.where(compares, np.exp(-0.5 * ((size - size[place]) / SIMILAR) ** 2), 0.0)
    if not compares.any():
        return None
    # Where everybody is far off in size, the nearest still count.
    weight /= weight.max() if weight.max() > 0 else 1.0
    return place, day, before[place], after[place], before, after, weight


def _with_stock(
    before: FloatArray, after: FloatArray, stock: FloatArray, months: float
) -> tuple[FloatArray, FloatArray]:
    """Add what lay there as the last measure, before and after the months after a review."""
    stayed = [flow[:, FLOWS.index("ordered_dkk")] - flow[:, FLOWS.index("expired_dkk")] for flow in (before, after)]
    grown = (stayed[1] - stayed[0]) * months
    return np.column_stack([before, stock - grown]), np.column_stack([after, stock])


def _nothing(n_places: int) -> tuple[FloatArray, ...]:
    n = len(MEASURES)
    rows, beside = np.empty((0, n)), np.empty((0, n_places, n))
    return np.empty(0), np.empty(0), rows, rows, beside, beside, np.empty((0, n_places))
