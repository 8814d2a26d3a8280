"""Choose one setting per position so that a cabinet holds them all, with CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from brikopt.errors import BrikoptError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

UNITS_PER_LITRE = 1_000_000  # CP-SAT counts in integers: millionths of a litre and øre
OERE = 100
EFFORT = 20.0  # CP-SAT's own deterministic seconds, so that a rerun stops at the same place


@dataclass(frozen=True, slots=True)
class Offer:
    """The settings priced for one position; arrays of shape (n_settings,).

    Parameters
    ----------
    cost : ndarray of float64
        DKK.
    litres : ndarray of float64
        Room at full stock.
    """

    cost: FloatArray
    litres: FloatArray


@dataclass(frozen=True, slots=True)
class Choice:
    """What a cabinet gets.

    Parameters
    ----------
    picked : ndarray of int64, shape (n_positions,)
        Setting of each position.
    cost, bound : float
        DKK of the choice, and what no choice can undercut.
    overflow_litres : float
        Litres by which the least bad plan is too large; 0 where the cabinet holds it.
    """

    picked: IntArray
    cost: float
    bound: float
    overflow_litres: float


def choose(offers: Sequence[Offer], capacity_litres: float) -> Choice:
    """Pick the cheapest settings that fit.

    Parameters
    ----------
    offers : sequence of Offer
        One a position.
    capacity_litres : float
        Room of the cabinet; inf where it is unlimited.

    Returns
    -------
    Choice

    Examples
    --------
    >>> big_or_small = Offer(cost=np.array([1.0, 3.0]), litres=np.array([10.0, 2.0]))
    >>> choose([big_or_small, big_or_small], capacity_litres=12).cost
    4.0
    """
    cheapest = np.array([int(np.lexsort((offer.litres, offer.cost))[0]) for offer in offers], dtype=np.int64)
    if _litres(offers, cheapest) <= capacity_litres + 1 / UNITS_PER_LITRE:
        cost = _cost(offers, cheapest)
        return Choice(cheapest, cost, cost, 0.0)
    efficient = [_efficient(offer) for offer in offers]
    return _solve(offers, efficient, capacity_litres, _relaxed(offers, capacity_litres))


def _cost(offers: Sequence[Offer], picked: IntArray) -> float:
    return float(sum(offer.cost[row] for offer, row in zip(offers, picked, strict=True)))


def _litres(offers: Sequence[Offer], picked: IntArray) -> float:
    return float(sum(offer.litres[row] for offer, row in zip(offers, picked, strict=True)))


def _efficient(offer: Offer) -> IntArray:
    """Settings that no other beats in both cost and room."""
    order = np.lexsort((offer.cost, offer.litres))
    best = np.minimum.accumulate(offer.cost[order])
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = best[1:] < best[:-1]
    return order[first].astype(np.int64)


def _relaxed(offers: Sequence[Offer], capacity_litres: float) -> IntArray:
    """A good start: the least price a litre at which the separate choices fit (Lagrange multiplier, by bisection)."""
    low, high = 0.0, 1.0
    picked = _at_price(offers, high)
    while _litres(offers, picked) > capacity_litres and high < 1e9:
        high *= 4.0
        picked = _at_price(offers, high)
    for _ in range(40):
        middle = 0.5 * (low + high)
        trial = _at_price(offers, middle)
        if _litres(offers, trial) > capacity_litres:
            low = middle
        else:
            high, picked = middle, trial
    return picked


def _at_price(offers: Sequence[Offer], dkk_per_litre: float) -> IntArray:
    return np.array([int(np.argmin(offer.cost + dkk_per_litre * offer.litres)) for offer in offers], dtype=np.int64)


def _solve(offers: Sequence[Offer], efficient: Sequence[IntArray], capacity_litres: float, start: IntArray) -> Choice:
    model = cp_model.CpModel()
    # Variables: one yes/no per setting, and the room that is lacking.
    picks = [[model.new_bool_var(f"{at}.{row}") for row in rows] for at, rows in enumerate(efficient)]
    capacity = int(np.floor(capacity_litres * UNITS_PER_LITRE + 0.5))
    volumes = [np.rint(offer.litres * UNITS_PER_LITRE).astype(np.int64) for offer in offers]
    least = sum(int(volume.min()) for volume in volumes)
    # Capacity is never bought: where not even the smallest settings fit, exactly what they lack is allowed for.
    lacking = max(least - capacity, 0)
    # Constraints: each position gets one setting; the cabinet holds them all.
    terms, costs = [], []
    for offer, volume, rows, pick, hint in zip(offers, volumes, efficient, picks, start, strict=True):
        model.add_exactly_one(pick)
        for row, variable in zip(rows, pick, strict=True):
            terms.append(int(volume[row]) * variable)
            costs.append(int(round(offer.cost[row] * OERE)) * variable)
            model.add_hint(variable, int(row == hint))
    model.add(sum(terms) <= capacity + lacking)
    # Objective in whole øre, because CP-SAT counts in integers.
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    # One worker, a fixed seed and deterministic time: a rerun gives the same levels.
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = EFFORT
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise BrikoptError(f"CP-SAT found no levels: {solver.status_name(status)}")
    picked = np.array(
        [
            rows[[solver.boolean_value(variable) for variable in pick].index(True)]
            for rows, pick in zip(efficient, picks, strict=True)
        ],
        dtype=np.int64,
    )
    cost = _cost(offers, picked)
    return Choice(picked, cost, min(solver.best_objective_bound / OERE, cost), lacking / UNITS_PER_LITRE)
