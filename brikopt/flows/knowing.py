"""What it is worth to know how much lies on a shelf, or its earliest date: from the futures of its position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.counts import beyond_chance, flag_costs
from brikopt.levels.candidates import Settings
from brikopt.levels.cost import YEARS, cost_of_futures, live_settings, removes
from brikopt.levels.recommend import Case, listed_settings
from brikopt.stock.ageing import Start
from brikopt.stock.posterior import stream
from brikopt.stock.shelf import DOES_NOT_EXPIRE

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEVEL_PATHS = 64  # futures of two years from which a better level is told
MOST_SETTINGS = 4  # compared: today's, the new one, and those nearest to it
FAR_DAYS = 365.0  # dates later than this are alike


@dataclass(frozen=True, slots=True)
class Worth:
    """DKK a year that two ways of looking are expected to be worth."""

    count: float
    date: float

    def and_also(self, other: Worth) -> Worth:
        """Add up what they are worth for two decisions."""
        return Worth(self.count + other.count, self.date + other.date)


def worth_for_flags(start: Start, lost_units: IntArray, loss_per_unit: float, place: tuple[str, str]) -> Worth:
    """What knowing more is worth for looking after goods that may go out of date.

    Parameters
    ----------
    start : Start
        Equally likely states of the shelf.
    lost_units : ndarray of int64, shape (n_paths,)
        Units on the shelf that go out of date from each of them.
    loss_per_unit : float
        DKK.
    place : tuple of str
        Cabinet and item: names the random stream.

    Returns
    -------
    Worth
    """
    return _worth(flag_costs(lost_units.astype(np.float64), loss_per_unit), start, place)


def worth_for_levels(case: Case, chosen: Settings, place: tuple[str, str]) -> Worth:
    """What knowing more is worth for choosing the level.

    Parameters
    ----------
    case : Case
        The position.
    chosen : Settings
        Today's setting and the new one.
    place : tuple of str
        Cabinet and item: names the random stream.

    Returns
    -------
    Worth
    """
    settings = _nearest(listed_settings(case), chosen)
    ahead = case.futures("counts", LEVEL_PATHS)
    parts = live_settings(settings, ahead, case.bounds.pack_size, LEVEL_PATHS)
    costs = cost_of_futures(parts, removes(settings), case.price) / YEARS
    return _worth(costs, ahead.start, place)


def _nearest(listed: Settings, chosen: Settings) -> Settings:
    """Today's setting, which is listed first, and those whose full stock is nearest to that of the new one."""
    away = np.abs(listed.max_level - chosen.max_level[1])
    away[0] = -1
    return listed.take(np.argsort(away, kind="stable")[:MOST_SETTINGS].astype(np.int64))


def _worth(costs: FloatArray, start: Start, place: tuple[str, str]) -> Worth:
    paths = costs.shape[1]
    there = start.units[:paths] > 0
    dated = there & (start.expiry[:paths] < DOES_NOT_EXPIRE)
    first = np.where(dated, start.expiry[:paths], FAR_DAYS).min(axis=1)
    units = start.units[:paths].sum(axis=1).astype(np.float64)
    rng = stream(*place, "counts")
    return Worth(beyond_chance(costs, units, rng), beyond_chance(costs, np.minimum(first, FAR_DAYS), rng))
