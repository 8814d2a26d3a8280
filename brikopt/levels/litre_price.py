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

FloatArray = npt.NDArray[np.float64]
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

    def near(self, offer: Offer, most: float) -> IntArray:
        """Settings of a position that are dearer than its best by less than ``most`` at the litre's price.

        A plan with any other costs at least the bound and that much more.
        """
        at_price = offer.cost + self.price * offer.litres
        return np.flatnonzero(at_price - at_price.min() < most)


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
    menu = _menu(offers)
    room = capacity_litres + 0.5 / UNITS_PER_LITRE
    low, high = 0.0, 1.0
    while menu.litres_at(high) > room:
        low, high = high, high * 4.0
        if high > HIGHEST:
            return None
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if menu.litres_at(middle) > room:
            low = middle
        else:
            high = middle
    separate = float((menu.cost + high * menu.litres).min(axis=1).sum())
    picked = _filled_up(menu, menu.at_price(high), room)
    return PricedPlan(picked, cost_of(offers, picked), separate - high * room, high)


def lowest_cost(offers: Sequence[Offer], capacity_litres: float) -> float:
    """What no plan that fits can undercut; the cheapest plan's cost where that fits, NaN where nothing does."""
    cheapest = _menu(offers).at_price(0.0)
    if litres_of(offers, cheapest) <= capacity_litres + 0.5 / UNITS_PER_LITRE:
        return cost_of(offers, cheapest)
    plan = priced_by_the_litre(offers, capacity_litres)
    return float("nan") if plan is None else plan.bound


def cost_of(offers: Sequence[Offer], picked: IntArray) -> float:
    """DKK of a plan."""
    return float(sum(offer.cost[row] for offer, row in zip(offers, picked, strict=True)))


def litres_of(offers: Sequence[Offer], picked: IntArray) -> float:
    """Room of a plan."""
    return float(sum(offer.litres[row] for offer, row in zip(offers, picked, strict=True)))


@dataclass(frozen=True, slots=True)
class _Menu:
    """All offers side by side, shape (n_positions, most_settings); short rows are filled with what nobody takes."""

    cost: FloatArray
    litres: FloatArray

    def at_price(self, dkk_per_litre: float) -> IntArray:
        """What each position chooses for itself."""
        chosen: IntArray = np.argmin(self.cost + dkk_per_litre * self.litres, axis=1)
        return chosen

    def litres_at(self, dkk_per_litre: float) -> float:
        """Room that these choices take."""
        return float(self.of(self.litres, self.at_price(dkk_per_litre)).sum())

    def of(self, values: FloatArray, picked: IntArray) -> FloatArray:
        """Cost or litres of one setting a position."""
        return np.take_along_axis(values, picked[:, None], axis=1)[:, 0]


def _menu(offers: Sequence[Offer]) -> _Menu:
    longest = max(len(offer.cost) for offer in offers)
    menu = _Menu(np.full((len(offers), longest), np.inf), np.zeros((len(offers), longest)))
    for at, offer in enumerate(offers):
        menu.cost[at, : len(offer.cost)] = offer.cost
        menu.litres[at, : len(offer.cost)] = offer.litres
    return menu


def _filled_up(menu: _Menu, picked: IntArray, room: float) -> IntArray:
    """Let the position gain that gains most by a setting for which there still is room, until none does."""
    filled = picked.copy()
    left = room - float(menu.of(menu.litres, filled).sum())
    while True:
        more = menu.litres - menu.of(menu.litres, filled)[:, None]
        gain = np.where(more <= left, menu.of(menu.cost, filled)[:, None] - menu.cost, -np.inf)
        at, row = np.unravel_index(int(gain.argmax()), gain.shape)
        if gain[at, row] <= 0:
            return filled
        left -= float(more[at, row])
        filled[at] = row
