"""Where a count, or a look at the earliest date, is worth its minutes: the value of information, cheaply estimated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.outputs import COUNTS_WORTH_MAKING
from brikopt.reason import Reason

Row = Mapping[Any, Any]  # a record of a table
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MINUTES = {"count": 3.0, "date": 1.0}  # of work at the cabinet, our own estimates
DKK_A_MINUTE = 5.0  # what a minute of work is taken to cost, as for moves
LOOKING_AFTER_MINUTES = 5.0  # to read all dates, put the oldest in front, and ask who needs the rest
SAVED_BY_LOOKING = 0.5  # share of what would go out of date that this is taken to save
SHUFFLES = 4  # how often what is seen is shuffled, to tell how much of a value is chance
EVEN = 0.5  # chance of goods out of date from which every date is read anyhow
DEGREE = 2  # of the curve by which costs follow what is seen


def value_of_seeing(costs: FloatArray, seen: FloatArray) -> float:
    """Expected saving by choosing after something has been seen, and not before.

    Parameters
    ----------
    costs : ndarray of float64, shape (n_actions, n_paths)
        What each action costs on each of equally likely paths.
    seen : ndarray of float64, shape (n_paths,)
        What would be seen on each path before choosing.

    Returns
    -------
    float
        min over actions of E[cost] − E[min over actions of E[cost | seen]], never below 0.

    Notes
    -----
    The expected value of partial perfect information by regression: E[cost | seen] is read off a curve fitted through
    the paths, so that no path has to be lived again (Strong, Oakley and Brennan 2014, Medical Decision Making 34, 311).

    Examples
    --------
    Nothing or 100 DKK will be lost; for 15 DKK half of it is saved. Knowing which, 32.50 are lost and not 40.

    >>> nothing, look = np.array([0.0, 100.0]), np.array([15.0, 65.0])
    >>> round(value_of_seeing(np.array([nothing, look]), np.array([0.0, 10.0])), 2)
    7.5
    """
    return float(_values(costs, seen, np.arange(len(seen))[None])[0])


def _values(costs: FloatArray, seen: FloatArray, orders: IntArray) -> FloatArray:
    """Values of seeing something, with the paths' costs in several orders: shape (n_orders,).

    All orders are fitted at once: the curve's own part is the same for each.
    """
    spread = seen.std()
    # Where one action is cheapest on every path, nothing that is seen changes what is done.
    if spread == 0 or (costs.min(axis=0) == costs[costs.mean(axis=1).argmin()]).all():
        return np.zeros(len(orders))
    curve = np.vander((seen - seen.mean()) / spread, min(DEGREE, len(np.unique(seen)) - 1) + 1)
    shuffled = np.ascontiguousarray(costs[:, orders].transpose(2, 1, 0)).reshape(len(seen), -1)
    fitted = (curve @ np.linalg.lstsq(curve, shuffled, rcond=None)[0]).reshape(len(seen), len(orders), -1)
    values: FloatArray = np.maximum(costs.mean(axis=1).min() - fitted.min(axis=2).mean(axis=0), 0.0)
    return values


def beyond_chance(costs: FloatArray, seen: FloatArray, rng: np.random.Generator) -> float:
    """Value of seeing something, less what the same curve finds where nothing can be learnt.

    Parameters
    ----------
    costs, seen
        As for `value_of_seeing`.
    rng : Generator
        Shuffles what is seen.

    Returns
    -------
    float
        Never below 0.
    """
    as_it_is = np.arange(len(seen))
    value, *chance = _values(costs, seen, np.array([as_it_is, *(rng.permutation(len(seen)) for _ in range(SHUFFLES))]))
    return max(float(value - np.mean(chance)), 0.0)


def flag_costs(lost_units: FloatArray, loss_per_unit: float) -> FloatArray:
    """What it costs to leave the goods of a position alone, or to look after them.

    Parameters
    ----------
    lost_units : ndarray of float64, shape (n_paths,)
        Units on the shelf that go out of date, on each path.
    loss_per_unit : float
        DKK: price and disposal.

    Returns
    -------
    ndarray of float64, shape (2, n_paths)
        DKK.
    """
    alone = lost_units * loss_per_unit
    return np.array([alone, (1.0 - SAVED_BY_LOOKING) * alone + LOOKING_AFTER_MINUTES * DKK_A_MINUTE])


def counts_worth_making(positions: pd.DataFrame) -> pd.DataFrame:
    """List the positions where a count or a look at the earliest date is expected to be worth more than its minutes.

    Parameters
    ----------
    positions : DataFrame
        ``cabinet_id``, ``item_id``, ``count_value_dkk`` and ``date_value_dkk`` (DKK a year), ``earliest_expiry`` and
        ``p_stale``.

    Returns
    -------
    DataFrame
        Columns of ``counts_worth_making.csv`` but ``reason``, indexed as the positions, most DKK a minute first.
        Shelves with goods to take out are left out: there every date is read anyhow.
    """
    open_ones = positions[positions["p_stale"] < EVEN]
    value = np.column_stack([open_ones[f"{what}_value_dkk"].to_numpy(np.float64) for what in MINUTES])
    value[open_ones["earliest_expiry"].isna().to_numpy(), 1] = 0.0  # there is no date to read
    minutes = np.array(list(MINUTES.values()))
    best = np.argmax(value - minutes * DKK_A_MINUTE, axis=1)
    rows = np.arange(len(open_ones))
    found = pd.DataFrame(
        {
            "cabinet_id": open_ones["cabinet_id"],
            "item_id": open_ones["item_id"],
            "what": np.array(list(MINUTES), dtype=object)[best],
            "value_dkk_per_year": value[rows, best],
            "minutes": minutes[best],
        }
    )
    found = found[found["value_dkk_per_year"] > found["minutes"] * DKK_A_MINUTE]
    each = -found["value_dkk_per_year"] / found["minutes"]
    ranked = found.assign(each=each).sort_values(["each", "cabinet_id", "item_id"])
    return ranked[[column.name for column in COUNTS_WORTH_MAKING.columns if column.name != "reason"]]


def count_reason(count: Row, position: Row) -> Reason:
    """Why a shelf should be counted, or its earliest date be read.

    Parameters
    ----------
    count : mapping
        Its row as from `counts_worth_making`.
    position : mapping
        Its figures: ``on_hand_low``, ``on_hand_high``, ``earliest_expiry`` and ``expiry_known``.

    Returns
    -------
    Reason
    """
    numbers = {"value_dkk": round(float(count["value_dkk_per_year"])), "minutes": float(count["minutes"])}
    if count["what"] == "count":
        known = {name: float(position[f"on_hand_{name}"]) for name in ("low", "high")}
        return Reason("count_worth", numbers | known)
    code = "date_worth_known" if position["expiry_known"] else "date_worth"
    return Reason(code, numbers | {"earliest_expiry": position["earliest_expiry"].date()})
