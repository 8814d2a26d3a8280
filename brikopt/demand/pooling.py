"""What is believed of a position's use before its own history speaks: other wards, its level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.inheritance import Inherited, last_in_line
from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.demand.rates import HIGHEST, LOWEST, RATES, rate_grid

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LOG_RATE_SD = 1.1  # spread of log rates around the pooled guess
LEAST_CHANCE = 1e-4  # of each rate, compared with the likeliest: nothing is ruled out beforehand
COVER_DAYS = 120.0  # use-up time of a full shelf where there is no other hint: levels are set "to be safe"
STEADY = 0.25  # of a log rate: what other wards tell is taken no finer, or each of their lines would move all of them
FINE = 0.05  # of a log rate
POOL_WEIGHT = 1.0  # positions' worth of the whole region mixed into each item's own figure


@dataclass(frozen=True, slots=True)
class Pooled:
    """Beliefs about every position's rate; arrays whose first axis is the position.

    Parameters
    ----------
    grid : ndarray of float64, shape (n, RATES)
        Rates, units a day.
    prior : ndarray of float64, shape (n, RATES)
        Chance of each beforehand, by what the item's other positions and the level say.
    fresh : ndarray of float64, shape (RATES,)
        Chance of each place on the grid after a jump or a return.
    centre : ndarray of float64, shape (n,)
        First guess of the rate, units a day.
    """

    grid: FloatArray
    prior: FloatArray
    fresh: FloatArray
    centre: FloatArray


def pooled_beliefs(
    positions: pd.DataFrame,
    lines: OrderLines,
    discarded: FloatArray,
    full: FloatArray,
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
        Units ordered but not used: recorded as thrown out, or to fill higher levels.
    full : ndarray of float64, shape (n,)
        Mean full stock of each position over its history, units.
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
    level = np.maximum(full, 1.0)
    exposure = level * days
    items = pd.factorize(positions["item_id"].map(last_in_line(positions)))[0]
    per_level = (net.sum() + 1.0) / (exposure.sum() + COVER_DAYS * level.mean())
    weight = POOL_WEIGHT * exposure.mean()
    item_net = np.bincount(items, weights=net)[items] - net
    item_exposure = np.bincount(items, weights=exposure)[items] - exposure
    elsewhere = (item_net + weight * per_level) / (item_exposure + weight) * level
    elsewhere = _rounded(elsewhere, STEADY)
    # Half a full shelf's worth of the pooled guess steadies the position's own rate.
    steady = 0.5 * level
    own = (net + steady) / (days + steady / elsewhere)
    # On one lattice for all days: a day more of silence doesn't move the whole grid.
    own = _rounded(own, FINE)
    grid = rate_grid(own)
    place = np.linspace(LOWEST, HIGHEST, RATES)
    fresh = np.exp(-0.5 * (place / LOG_RATE_SD) ** 2)
    prior = np.exp(-0.5 * (np.log(grid / elsewhere[:, None]) / LOG_RATE_SD) ** 2) + LEAST_CHANCE
    return Pooled(grid, prior / prior.sum(axis=1, keepdims=True), fresh / fresh.sum(), own)


def _rounded(rate: FloatArray, step: float) -> FloatArray:
    """Rates at whole steps of their logs."""
    rounded: FloatArray = np.exp(step * np.rint(np.log(rate) / step))
    return rounded
