"""A cabinet as a model for CP-SAT: one setting a position, in the room there is, with so many changes at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from brikopt.errors import BrikoptError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

UNITS_PER_LITRE = 1_000_000  # CP-SAT counts in integers: millionths of a litre, hundredths of an øre
UNITS_PER_DKK = 10_000
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
    today : int, optional
        Row of today's setting; None where it may not stay.
    """

    cost: FloatArray
    litres: FloatArray
    today: int | None = None

    @property
    def volume(self) -> IntArray:
        """Room in the model's units."""
        return np.rint(self.litres * UNITS_PER_LITRE).astype(np.int64)


@dataclass(frozen=True)
class Cabinet:
    """What a plan has to keep.

    Parameters
    ----------
    offers : sequence of Offer
        One a position.
    capacity_litres : float
        Room; inf where it is unlimited.
    most_changes : int, optional
        Most positions that may get another setting than today's.
    """

    offers: Sequence[Offer]
    capacity_litres: float
    most_changes: int | None = None

    @cached_property
    def allowed_changes(self) -> int:
        """Changes that a plan may have: where more are forced by the rules, just those."""
        if self.most_changes is None:
            return len(self.offers)
        return max(self.most_changes, sum(offer.today is None for offer in self.offers))

    @cached_property
    def capacity(self) -> int:
        """Room in the model's units."""
        most = sum(int(offer.volume.max()) for offer in self.offers)
        return most if np.isinf(self.capacity_litres) else int(np.floor(self.capacity_litres * UNITS_PER_LITRE + 0.5))

    @cached_property
    def lacking(self) -> int:
        """Room, in the model's units, that even the smallest plan lacks."""
        forced = sum(int(offer.volume.min()) for offer in self.offers if offer.today is None)
        n_forced = sum(offer.today is None for offer in self.offers)
        kept = [
            (int(offer.volume[offer.today]), int(offer.volume.min()))
            for offer in self.offers
            if offer.today is not None
        ]
        shrinking = sorted((now - least for now, least in kept), reverse=True)[: self.allowed_changes - n_forced]
        return max(forced + sum(now for now, _ in kept) - sum(shrinking) - self.capacity, 0)

    def changes(self, picked: IntArray) -> int:
        """Positions that a plan changes."""
        return sum(row != offer.today for offer, row in zip(self.offers, picked, strict=True))

    def worth_offering(self, offer: Offer) -> IntArray:
        """Settings that no other beats in both cost and room; today's too, where changes are counted."""
        order = np.lexsort((offer.cost, offer.litres))
        best = np.minimum.accumulate(offer.cost[order])
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = best[1:] < best[:-1]
        rows = order[first].astype(np.int64)
        if self.most_changes is None or offer.today is None:
            return rows
        return np.union1d(rows, offer.today)


def solve(cabinet: Cabinet, start: IntArray | None) -> tuple[IntArray, float]:
    """Find the cheapest plan.

    Parameters
    ----------
    cabinet : Cabinet
        What it has to keep. Capacity is never bought: where not even the smallest plan fits, exactly what it lacks is
        allowed for.
    start : ndarray of int64, shape (n_positions,), optional
        A plan to begin from.

    Returns
    -------
    picked : ndarray of int64, shape (n_positions,)
        Setting of each position.
    bound : float
        DKK that no plan can undercut.

    Raises
    ------
    BrikoptError
        If no plan was found in the time there is, and there was none to begin from.
    """
    offers = cabinet.offers
    rows = [cabinet.worth_offering(offer) for offer in offers]
    model = cp_model.CpModel()
    # Variables: one yes/no per setting.
    picks = [[model.new_bool_var(f"{at}.{row}") for row in some] for at, some in enumerate(rows)]
    # Constraints: each position gets one setting; the cabinet holds them all; few enough are changed.
    for pick in picks:
        model.add_exactly_one(pick)
    flat = [
        (offer, int(row), variable)
        for offer, some, pick in zip(offers, rows, picks, strict=True)
        for row, variable in zip(some, pick, strict=True)
    ]
    model.add(
        sum(int(offer.volume[row]) * variable for offer, row, variable in flat) <= cabinet.capacity + cabinet.lacking
    )
    if cabinet.most_changes is not None:
        model.add(sum(variable for offer, row, variable in flat if row != offer.today) <= cabinet.allowed_changes)
    # Objective in hundredths of an øre, because CP-SAT counts in integers.
    model.minimize(sum(round(float(offer.cost[row]) * UNITS_PER_DKK) * variable for offer, row, variable in flat))
    if start is not None:
        for some, pick, hint in zip(rows, picks, start, strict=True):
            for row, variable in zip(some, pick, strict=True):
                model.add_hint(variable, int(row == hint))
    solver = cp_model.CpSolver()
    # One worker, a fixed seed and deterministic time: a rerun gives the same levels.
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = EFFORT
    # A knapsack's linear relaxation is near its optimum: with all of it CP-SAT proves at once what took it seconds.
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        if start is None:
            raise BrikoptError(f"CP-SAT found no levels: {solver.status_name(status)}")
        return start, -np.inf
    picked = [
        int(some[[solver.boolean_value(variable) for variable in pick].index(True)])
        for some, pick in zip(rows, picks, strict=True)
    ]
    return np.array(picked, dtype=np.int64), solver.best_objective_bound / UNITS_PER_DKK
