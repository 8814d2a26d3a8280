"""What lies on the shelf, how fast it goes, and what that rests on: the figures of ``stock.csv``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.stock.particles import Particles
from brikopt.stock.posterior import Evidence, present

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFigures:
    """The figures of one position.

    Parameters
    ----------
    on_hand_mean : float
        Units physically on the shelf, out of date or not.
    on_hand_low, on_hand_high : int
        5 % and 95 % quantiles.
    on_order : int
        Units ordered before as_of and neither delivered nor void.
    rate_mean, rate_sd : float
        Units used a day, and how unsure that is.
    p_dead : float
        Chance that nothing more is used.
    last_movement : int
        Day of the last order line or delivery, days since 1970-01-01; 0 where there is none.
    evidence : str
        The newest of ``count``, ``brik``, ``orders``; else ``none``.
    """

    on_hand_mean: float
    on_hand_low: int
    on_hand_high: int
    on_order: int
    rate_mean: float
    rate_sd: float
    p_dead: float
    last_movement: int
    evidence: str


def figures(evidence: Evidence, row: int, present: Particles) -> StockFigures:
    """Sum up one position.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    row : int
        Which one.
    present : Particles
        Its present.

    Returns
    -------
    StockFigures
    """
    latest = evidence.latest
    last_line, last_count, last_delivery = (int(day[row]) for day in (latest.line, latest.count, latest.delivery))
    on_hand = present.units.sum(axis=1)
    low, high = range_of(on_hand)
    chance = present.chance.mean(axis=0)
    grid = np.append(evidence.pooled.grid[row], 0.0)
    mean = float(chance @ grid)
    return StockFigures(
        # A rare case outside the range would pull the mean out of it; such a case is no better known than that.
        on_hand_mean=min(max(float(on_hand.mean()), low), high),
        on_hand_low=low,
        on_hand_high=high,
        on_order=int(latest.on_order[row]),
        rate_mean=mean,
        rate_sd=float(np.sqrt(max(chance @ grid**2 - mean**2, 0.0))),
        p_dead=float(chance[-1]),
        last_movement=max(last_line, last_delivery),
        evidence=_newest(last_line, last_count, evidence.places[row].is_brik),
    )


def stock_of(evidence: Evidence) -> list[StockFigures]:
    """Live through the past of every position, and sum each up.

    Parameters
    ----------
    evidence : Evidence
        Of some positions.

    Returns
    -------
    list of StockFigures
        In their order.
    """
    return [figures(evidence, row, present(evidence, row)) for row in range(len(evidence.places))]


def range_of(units: IntArray | FloatArray) -> tuple[int, int]:
    """The 5 % and 95 % quantiles of something of which equally likely cases are known.

    Parameters
    ----------
    units : ndarray, shape (n,)
        The cases, whole units.

    Returns
    -------
    low, high : int
        Units that the cases hold, not points between them.

    Notes
    -----
    Between the k-th lowest and the k-th highest of n cases lies one more case with chance (n + 1 - 2k) / (n + 1): so k
    is n + 1 times 5 %, rounded down (Weibull's plotting position), at least 1.

    Examples
    --------
    >>> range_of(np.arange(100))
    (4, 95)
    """
    ordered = np.sort(units)
    rank = max(int(0.05 * (len(ordered) + 1)), 1)
    return int(ordered[rank - 1]), int(ordered[-rank])


def quantile_of(units: IntArray, share: float) -> float:
    """A quantile, straight between two cases; numpy's own takes longer to choose how than to find it.

    Examples
    --------
    >>> quantile_of(np.array([4, 1, 3, 2]), 0.5)
    2.5
    """
    ordered = np.sort(units)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def _newest(last_line: int, last_count: int, is_brik: bool) -> str:
    """Within a day the board is scanned after the count."""
    if last_line == last_count == 0:
        return "none"
    if last_count > last_line:
        return "count"
    return "brik" if is_brik else "orders"
