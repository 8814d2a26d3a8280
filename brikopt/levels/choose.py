"""Choose one setting per position so that a cabinet holds them all: proved by a price on the litre, or by CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from brikopt.levels.cabinet_model import UNITS_PER_LITRE, Cabinet, Offer, solve
from brikopt.levels.litre_price import PricedPlan, cost_of, litres_of, priced_by_the_litre

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NO_GAP = 0.005  # DKK: half an øre is no difference
FEW = 500  # settings from which the best plan is found at once
NEAR = 0.1  # of the first plan's gap, within which the settings of the best plan nearly always are


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

    @property
    def gap(self) -> float:
        """DKK by which another choice might be cheaper, at most; 0 where it is proved that none is."""
        behind = self.cost - self.bound
        return behind if behind > NO_GAP else 0.0


def choose(offers: Sequence[Offer], capacity_litres: float, most_changes: int | None = None) -> Choice:
    """Pick the cheapest settings that fit.

    Parameters
    ----------
    offers : sequence of Offer
        One a position.
    capacity_litres : float
        Room of the cabinet; inf where it is unlimited.
    most_changes : int, optional
        Most positions that may get another setting than today's. Where more of them have to, because today's is not
        among their settings, just those do.

    Returns
    -------
    Choice
        Where not even the smallest settings fit, the cheapest of the plans that lack the least room.

    Examples
    --------
    >>> big_or_small = Offer(cost=np.array([1.0, 3.0]), litres=np.array([10.0, 2.0]))
    >>> choose([big_or_small, big_or_small], capacity_litres=12).cost
    4.0
    """
    cabinet = Cabinet(offers, capacity_litres, most_changes)
    cheapest = np.array([int(np.lexsort((offer.litres, offer.cost))[0]) for offer in offers], dtype=np.int64)
    fits = litres_of(offers, cheapest) <= capacity_litres + 1 / UNITS_PER_LITRE
    if fits and cabinet.changes(cheapest) <= cabinet.allowed_changes:
        cost = cost_of(offers, cheapest)
        return Choice(cheapest, cost, cost, 0.0)
    start = None
    if most_changes is None:
        start = priced_by_the_litre(offers, capacity_litres)
        if start is not None and start.cost - start.bound <= NO_GAP:
            return Choice(start.picked, start.cost, start.bound, 0.0)
    picked, bound = solve(cabinet, None) if start is None else _better_than(start, cabinet)
    cost = cost_of(offers, picked)
    bound = min(bound if start is None else max(bound, start.bound), cost)
    return Choice(picked, cost, bound, cabinet.lacking / UNITS_PER_LITRE)


def _better_than(start: PricedPlan, cabinet: Cabinet) -> tuple[IntArray, float]:
    """The cheapest plan and its bound, beginning with the settings that are likeliest to be part of it.

    A plan with any other setting costs more than the bound by at least what that setting is dearer at the litre's
    price: so what is best among a few is best of all where it is that near the bound.
    """
    plan = start
    nearness = start.cost - start.bound
    if sum(len(start.near(offer, nearness)) for offer in cabinet.offers) > FEW:
        nearness *= NEAR
    while True:
        picked, bound = _best_among(plan, cabinet, nearness)
        cost = cost_of(cabinet.offers, picked)
        left_out = plan.bound + nearness  # no plan with a setting that was left out costs less
        if cost <= left_out or nearness >= plan.cost - plan.bound:
            return picked, min(bound, left_out)
        plan = replace(plan, picked=picked, cost=cost)
        nearness = plan.cost - plan.bound


def _best_among(plan: PricedPlan, cabinet: Cabinet, nearness: float) -> tuple[IntArray, float]:
    """The cheapest plan among settings that are dearer by less than ``nearness`` at the litre's price; its bound."""
    rows = [np.union1d(plan.near(offer, nearness), row) for offer, row in zip(cabinet.offers, plan.picked, strict=True)]
    core = [Offer(offer.cost[some], offer.litres[some]) for offer, some in zip(cabinet.offers, rows, strict=True)]
    hint = np.array([np.searchsorted(some, row) for some, row in zip(rows, plan.picked, strict=True)], dtype=np.int64)
    picked, bound = solve(Cabinet(core, cabinet.capacity_litres), hint)
    return np.array([some[row] for some, row in zip(rows, picked, strict=True)], dtype=np.int64), bound
