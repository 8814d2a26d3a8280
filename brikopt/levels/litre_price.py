"""A price on the litre, under which each position chooses for itself: a good plan for a cabinet, and how good it is.

At any price the separate choices cost no more than the best plan that fits (Lagrange multiplier; Kellerer, Pferschy &
Pisinger 2004, Knapsack Problems, section 11.2), so the best of these bounds tells how far from it a plan can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.levels.cabinet_model import UNITS_PER_LITRE, Offer

IntArray = npt.NDArray[np.int64]

HIGHEST = 1e9  # DKK a litre; a plan that does not fit at this price does not fit
BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class PricedPlan:
    """A plan that fits.

    Parameters
    ----------
    picked : ndarray of int64, shape (n_positions,)
        Setting of each position.
    cost, bound : float
        DKK of the plan, and what no plan that fits can undercut.
    price : float
        DKK a litre.
    """

    picked: IntArray
    cost: float
    bound: float
    price: float

    def may_be_better(self, offer: Offer) -> IntArray:
        """Settings of a position that a cheaper plan can hold: with others even the bound is above this cost."""
        at_price = offer.cost + self.price * offer.litres
        return np.flatnonzero(at_price - at_price.min() < self.cost - self.bound)


def priced_by_the_litre(offers: Sequence[Offer], capacity_litres: float) -> PricedPlan | None:
    """Find the lowest price at which the separate choices fit, and use up the room that they leave.

    Parameters
    ----------
    offers : sequence of Offer
        One a position.
    capacity_litres : float
        Room of the cabinet.

    Returns
    -------
    PricedPlan or None
        None where nothing fits.
    """
    room = capacity_litres + 0.5 / UNITS_PER_LITRE
    low, high = 0.0, 1.0
    while litres_of(offers, at_price(offers, high)) > room:
        low, high = high, high * 4.0
        if high > HIGHEST:
            return None
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if litres_of(offers, at_price(offers, middle)) > room:
            low = middle
        else:
            high = middle
    picked = at_price(offers, high)
    separate = sum(float((offer.cost + high * offer.litres).min()) for offer in offers)
    picked = _filled_up(offers, picked, room)
    return PricedPlan(picked, cost_of(offers, picked), separate - high * room, high)


def lowest_cost(offers: Sequence[Offer], capacity_litres: float) -> float:
    """What no plan that fits can undercut; the cheapest plan's cost where that fits, NaN where nothing does."""
    cheapest = at_price(offers, 0.0)
    if litres_of(offers, cheapest) <= capacity_litres + 0.5 / UNITS_PER_LITRE:
        return cost_of(offers, cheapest)
    plan = priced_by_the_litre(offers, capacity_litres)
    return float("nan") if plan is None else plan.bound


def at_price(offers: Sequence[Offer], dkk_per_litre: float) -> IntArray:
    """What each position chooses for itself."""
    return np.array([int(np.argmin(offer.cost + dkk_per_litre * offer.litres)) for offer in offers], dtype=np.int64)


def cost_of(offers: Sequence[Offer], picked: IntArray) -> float:
    """DKK of a plan."""
    return float(sum(offer.cost[row] for offer, row in zip(offers, picked, strict=True)))


def litres_of(offers: Sequence[Offer], picked: IntArray) -> float:
    """Room of a plan."""
    return float(sum(offer.litres[row] for offer, row in zip(offers, picked, strict=True)))


def _filled_up(offers: Sequence[Offer], picked: IntArray, room: float) -> IntArray:
    """Let the position gain that gains most by a setting for which there still is room, until none does."""
    filled = picked.copy()
    left = room - litres_of(offers, filled)
    while True:
        gains = [_gain(offer, int(row), left) for offer, row in zip(offers, filled, strict=True)]
        at = int(np.argmax([gain for gain, _ in gains])) if gains else 0
        if not gains or gains[at][0] <= 0:
            return filled
        row = gains[at][1]
        left -= float(offers[at].litres[row] - offers[at].litres[filled[at]])
        filled[at] = row


def _gain(offer: Offer, row: int, left: float) -> tuple[float, int]:
    fitting = np.flatnonzero(offer.litres - offer.litres[row] <= left)
    best = int(fitting[np.argmin(offer.cost[fitting])])
    return float(offer.cost[row] - offer.cost[best]), best
