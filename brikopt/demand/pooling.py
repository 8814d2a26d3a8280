"""What is believed of a position's use before its own history speaks: other wards, its level, its lumpiness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.inheritance import Inherited, last_in_line
from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.demand.rates import HIGHEST, LOWEST, MIN_DISPERSION, RATES, rate_grid

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LOG_RATE_SD = 1.1  # spread of log rates around the pooled guess
COVER_DAYS = 120.0  # use-up time of a full shelf where there is no other hint: levels are set "to be safe"
POOL_WEIGHT = 1.0  # positions' worth of the whole region mixed into each item's own figure
BLOCKS = 12  # stretches of the history between which use is compared
MIN_LINES = 15  # a position needs these many lines to tell how lumpy its use is
LUMPY_PRIOR = (1.5, 0.3)  # variance over mean of use: at no use, and more for each unit a week
SHORT_SHARE = 0.6  # of the growth of dispersion with the rate; the rest is drift and season, which the rates follow


@dataclass(frozen=True, slots=True)
class Pooled:
    """Beliefs about every position's rate; arrays whose first axis is the position.

    Parameters
    ----------
    grid : ndarray of float64, shape (n, RATES)
        Rates, units a day.
    fresh : ndarray of float64, shape (RATES,)
        Chance of each place on the grid beforehand.
    dispersion : ndarray of float64, shape (n, RATES)
        Variance over mean of use, at each rate.
    centre : ndarray of float64, shape (n,)
        First guess of the rate, units a day.
    base, growth : float
        Variance over mean of use is ``base + growth × units a week``.
    """

    grid: FloatArray
    fresh: FloatArray
    dispersion: FloatArray
    centre: FloatArray
    base: float
    growth: float


def pooled_beliefs(
    positions: pd.DataFrame,
    lines: OrderLines,
    discarded: FloatArray,
    first_day: IntArray,
    as_of: int,
    past: Inherited | None = None,
) -> Pooled:
    """Draw each position's first guess from its own lines, from the item in other cabinets, and from its level.

    Parameters
    ----------
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    lines : OrderLines
        Lines before as_of.
    discarded : ndarray of float64, shape (n,)
        Units recorded as thrown out: they were ordered again, but not used.
    first_day : ndarray of int64, shape (n,)
        When each position's history begins.
    as_of : int
        Days since 1970-01-01.
    past : Inherited, optional
        What positions inherit from replaced items.

    Returns
    -------
    Pooled

    Notes
    -----
    Empirical Bayes: the item's use per unit of level and day over all its positions, mixed with that of all items.
    """
    size = len(positions)
    came = lines.delivered_day != NEVER
    ordered = np.bincount(lines.position[came], weights=lines.quantity[came], minlength=size)
    days = np.maximum(as_of - first_day, 1).astype(np.float64)
    net = np.maximum(ordered - discarded, 0.0)
    if past is not None:
        days, net = days + past.days, net + past.units
    level = np.maximum(positions["max_level"].to_numpy(np.float64), 1.0)
    exposure = level * days
    items = pd.factorize(positions["item_id"].map(last_in_line(positions)))[0]
    per_level = (net.sum() + 1.0) / (exposure.sum() + COVER_DAYS * level.mean())
    weight = POOL_WEIGHT * exposure.mean()
    item_net = np.bincount(items, weights=net)[items] - net
    item_exposure = np.bincount(items, weights=exposure)[items] - exposure
    elsewhere = (item_net + weight * per_level) / (item_exposure + weight) * level
    # Half a full shelf's worth of the pooled guess steadies the position's own rate.
    steady = 0.5 * level
    own = (net + steady) / (days + steady / elsewhere)
    grid = rate_grid(own)
    base, growth = _lumpiness(lines, came, positions, size, int(first_day.min(initial=as_of)), as_of)
    dispersion = np.maximum(base + growth * 7.0 * grid, MIN_DISPERSION)
    place = np.linspace(LOWEST, HIGHEST, RATES)
    fresh = np.exp(-0.5 * (place / LOG_RATE_SD) ** 2)
    return Pooled(grid, fresh / fresh.sum(), dispersion, own, base, growth)


def _lumpiness(
    lines: OrderLines, came: npt.NDArray[np.bool_], positions: pd.DataFrame, size: int, first: int, as_of: int
) -> tuple[float, float]:
    """Variance over mean of use, at no use and per unit a week, from the orders of twelve stretches of the history."""
    block = np.clip((lines.day - first) * BLOCKS // max(as_of - first, 1), 0, BLOCKS - 1)
    units = np.zeros((size, BLOCKS))
    np.add.at(units, (lines.position[came], block[came]), lines.quantity[came])
    mean = units.mean(axis=1)
    enough = (np.bincount(lines.position, minlength=size) >= MIN_LINES) & (mean > 0)
    if enough.sum() < MIN_LINES:
        return LUMPY_PRIOR
    step = np.where(
        positions["is_brik"], positions["brik_qty"], positions["max_level"] - positions["min_level"]
    ).astype(np.float64)
    # An order line rounds the use of a stretch at both ends: variance step² / 6, noise that is not use.
    ratio = (units[enough].var(axis=1, ddof=1) - step[enough] ** 2 / 6) / mean[enough]
    weekly = mean[enough] * BLOCKS * 7 / max(as_of - first, 1)
    slow = weekly <= np.quantile(weekly, 0.3)
    base = float(np.clip(np.median(ratio[slow]), 1.1, 4.0))
    growth = float(np.clip(np.median((ratio[~slow] - base) / weekly[~slow]), 0.05, 2.0))
    return base, SHORT_SHARE * growth
