"""When goods without a recorded date will expire, judged from the same item delivered elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

BIT = 32  # an item and a day are one number
UNKNOWN = -(2**31)  # a date that nobody recorded
FRESHNESS_POINTS = 21  # quantiles kept of the life left at delivery
# Chance that two deliveries of an item this many days apart carry the same lot, when the extracts hold too few pairs.
SAME_LOT_GAPS = np.array([0, 2, 5, 10, 20, 30, 45, 60, 90, 120])
SAME_LOT_PRIOR = np.array([1.0, 0.95, 0.9, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1, 0.0])
PRIOR_PAIRS = 10.0
# Share of the shelf life left at delivery, when the extracts hold no dates at all.
FRESHNESS_PRIOR = np.linspace(0.4, 0.95, FRESHNESS_POINTS)
STEADY = 0.02  # of a shelf life: a delivery more must not move the dates of all others
PRIOR_LOTS = 20


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest dated delivery of the same item; arrays of shape (n_deliveries,).

    Parameters
    ----------
    expiry : ndarray of int64
        Its expiry date (days since 1970-01-01), ``UNKNOWN`` where no delivery of the item is dated.
    p_same : ndarray of float64
        Chance that it is the same lot.
    """

    expiry: IntArray
    p_same: FloatArray


def same_lot_curve(item: IntArray, day: IntArray, expiry: IntArray) -> FloatArray:
    """Chance that two dated deliveries of an item carry the same date, by the days between them.

    Parameters
    ----------
    item, day, expiry : ndarray of int64, shape (n,)
        Dated deliveries.

    Returns
    -------
    ndarray of float64, shape (len(SAME_LOT_GAPS),)
        At the gaps of `SAME_LOT_GAPS`, never rising.

    Notes
    -----
    Share of neighbouring pairs with equal dates, drawn towards a prior worth ten pairs a point.
    """
    order = np.lexsort((day, item))
    item, day, expiry = item[order], day[order], expiry[order]
    pair = item[1:] == item[:-1]
    gap = (day[1:] - day[:-1])[pair]
    same = (expiry[1:] == expiry[:-1])[pair]
    point = np.searchsorted((SAME_LOT_GAPS[1:] + SAME_LOT_GAPS[:-1]) / 2, gap)
    pairs = np.bincount(point, minlength=len(SAME_LOT_GAPS))
    hits = np.bincount(point, weights=same, minlength=len(SAME_LOT_GAPS))
    share = (hits + PRIOR_PAIRS * SAME_LOT_PRIOR) / (pairs + PRIOR_PAIRS)
    curve: FloatArray = np.minimum.accumulate(share)
    return curve


def nearest_dated(
    item: IntArray, day: IntArray, dated_item: IntArray, dated_day: IntArray, dated_expiry: IntArray
) -> Neighbours:
    """Find for each delivery the dated delivery of the same item that is nearest in time.

    Parameters
    ----------
    item, day : ndarray of int64, shape (n,)
        The deliveries to be dated.
    dated_item, dated_day, dated_expiry : ndarray of int64, shape (m,)
        Deliveries with a recorded date, in any cabinet.

    Returns
    -------
    Neighbours

    Examples
    --------
    >>> near = nearest_dated(np.array([7]), np.array([11]), np.array([7, 7]), np.array([1, 12]), np.array([50, 90]))
    >>> near.expiry.tolist()
    [90]
    """
    if not len(dated_item):
        return Neighbours(np.full(len(item), UNKNOWN), np.zeros(len(item)))
    key, dated_key = (item << BIT) + day, (dated_item << BIT) + dated_day
    order = np.lexsort((dated_expiry, dated_key))
    dated_item, dated_day, dated_expiry = dated_item[order], dated_day[order], dated_expiry[order]
    at = np.empty(len(key), dtype=np.int64)
    by_key = np.argsort(key)  # looked up in order, neighbours are near in memory
    at[by_key] = np.searchsorted(dated_key[order], key[by_key])
    left, right = np.maximum(at - 1, 0), np.minimum(at, len(dated_item) - 1)
    far = np.float64(10**6)
    gap_left = np.where(dated_item[left] == item, np.abs(day - dated_day[left]), far)
    gap_right = np.where(dated_item[right] == item, np.abs(dated_day[right] - day), far)
    nearest = np.where(gap_left < gap_right, left, right)
    gap = np.minimum(gap_left, gap_right)
    curve = same_lot_curve(dated_item, dated_day, dated_expiry)
    p_same = np.interp(gap, SAME_LOT_GAPS, curve, right=0.0)
    return Neighbours(np.where(gap < far, dated_expiry[nearest], UNKNOWN), p_same)


def freshness(life_left: FloatArray) -> FloatArray:
    """Quantiles of the share of the shelf life that is left when goods arrive.

    Parameters
    ----------
    life_left : ndarray of float64, shape (n,)
        Days to the date over the item's shelf life, for dated deliveries.

    Returns
    -------
    ndarray of float64, shape (FRESHNESS_POINTS,)
        Evenly spaced quantiles, drawn towards a prior worth twenty lots.
    """
    points = np.linspace(0.01, 0.99, FRESHNESS_POINTS)
    usable = life_left[(life_left > 0) & (life_left <= 1.5)]
    if not len(usable):
        return FRESHNESS_PRIOR
    weight = len(usable) / (len(usable) + PRIOR_LOTS)
    blended: FloatArray = weight * np.quantile(usable, points) + (1 - weight) * FRESHNESS_PRIOR
    return STEADY * np.rint(blended / STEADY)


def known_expiry(dates: pd.Series[pd.Timestamp]) -> IntArray:
    """Expiry dates as days since 1970-01-01; ``UNKNOWN`` where nobody recorded one."""
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), UNKNOWN, days.astype(np.int64))
