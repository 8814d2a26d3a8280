"""How a cabinet stands with its new levels: how full, how near the best, and what its limits cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brikopt.levels.cabinet_model import Offer
from brikopt.levels.litre_price import lowest_cost
from brikopt.reason import Reason

POINT = 0.01  # of a fill rate
WORTH_TELLING = 1.0  # DKK a year; a litre that saves less is no matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A cabinet and its limits.

    Parameters
    ----------
    litres, new_litres : float
        Full stock today and with the new levels.
    room_litres : float
        What full stock may take (contract, section 3).
    missing_litres : float
        What even the smallest levels that the rules allow lack; 0 where they fit.
    largest : int
        Position that takes most room at the least.
    changed, waiting : int
        Positions changed, and those left for a later visit.
    saving : float
        DKK a year.
    gap : float
        DKK a year that another choice might save more, at most; 0 where it is proved that none does.
    litre_price : float
        DKK a year that one more litre would save.
    fill_point_price : float
        DKK a year that one point more of promised fill rate would cost, everywhere in the cabinet.
    """

    litres: float
    new_litres: float
    room_litres: float
    missing_litres: float
    largest: int
    changed: int
    waiting: int
    saving: float
    gap: float
    litre_price: float
    fill_point_price: float


def price_of_a_litre(offers: Sequence[Offer], litres: float) -> float:
    """What one more litre would save, in the currency of the offers.

    Parameters
    ----------
    offers : sequence of Offer
        One a position.
    litres : float
        Room of the cabinet.

    Returns
    -------
    float
        Difference of two lower bounds, which are within a setting of the best plans; 0 where everything fits, NaN where
        nothing does.

    Examples
    --------
    >>> import numpy as np
    >>> price_of_a_litre([Offer(np.array([0.0, 30.0]), np.array([10.0, 4.0]))], 7.0)
    5.0
    """
    return max(lowest_cost(offers, litres) - lowest_cost(offers, litres + 1.0), 0.0)


def price_of_a_point(fill_rate: float, promised: float, fill_price: float, wanted_per_year: float) -> float:
    """DKK a year that a promise of one point more costs one position at its best level.

    By the envelope theorem the best level need not be found again: only the price of the units by which the promise is
    missed grows, and not at all where it is kept with a point to spare.

    Parameters
    ----------
    fill_rate, promised : float
        Share of what is wanted.
    fill_price : float
        DKK for a unit by which the promise is missed.
    wanted_per_year : float
        Units.

    Returns
    -------
    float

    Examples
    --------
    >>> round(price_of_a_point(0.90, 0.95, 250.0, 100.0), 6)
    250.0
    >>> price_of_a_point(0.98, 0.95, 250.0, 100.0)
    0.0
    """
    missed = max(promised - fill_rate, 0.0)
    missed_then = max(promised + POINT - fill_rate, 0.0)
    return fill_price * wanted_per_year * (missed_then - missed)


def standing_reason(standing: Standing, largest_item: str) -> Reason:
    """Say what matters most about a cabinet.

    Parameters
    ----------
    standing : Standing
        The cabinet.
    largest_item : str
        Name of the item that takes most room at the least.

    Returns
    -------
    Reason
        What would have to give where the rules ask for more than there is room; else what room is worth.
    """
    if standing.missing_litres > 0:
        return Reason("cabinet_overfull", {"missing_litres": standing.missing_litres, "largest_item": largest_item})
    if standing.litre_price >= WORTH_TELLING:
        return Reason("cabinet_full", {"room_litres": standing.room_litres, "litre_dkk": standing.litre_price})
    if standing.waiting > 0:
        return Reason("cabinet_waits", {"changed": standing.changed, "waiting": standing.waiting})
    return Reason("cabinet_has_room", {"new_litres": standing.new_litres, "room_litres": standing.room_litres})
