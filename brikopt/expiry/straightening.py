"""A trained model on top of the mechanism: nearly the same ranking, and chances that come true as often as said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit, logit

from brikopt.contract.positions import Place
from brikopt.expiry.forecast import ExpiryForecast
from brikopt.stock.on_hand import StockFigures
from brikopt.trained import Trained

FloatArray = npt.NDArray[np.float64]

KIND = "expiry"  # of a model file
MECHANISM = "mechanism"  # the id of no model: lots, use and checks lived through, as they work
INTERCEPT = "intercept"
SMALLEST = 1 / 512  # a chance from a few hundred futures is never surer than this, nor than 1 less this


@dataclass(frozen=True, slots=True)
class Straightening:
    """What a trained model does to a chance; nothing where it has no weights.

    Parameters
    ----------
    id : str
        Of the model; ``mechanism`` where nothing is changed.
    weights : mapping of str to float
        Of the columns that ``columns_of`` makes, and the intercept.
    """

    id: str = MECHANISM
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def chances(self, said: FloatArray, facts: Mapping[str, FloatArray]) -> FloatArray:
        """Straighten chances, shape (n,); 0 stays 0, since no lived future lost anything.

        Examples
        --------
        >>> drawn_in = Straightening("example", {"intercept": 0.0, "log_odds": 0.5})
        >>> drawn_in.chances(np.array([0.0, 0.5, 0.8]), {}).round(3).tolist()
        [0.0, 0.5, 0.667]
        """
        if not self.weights:
            return said
        names = [name for name in self.weights if name != INTERCEPT]
        line = columns_of(names, said, facts) @ np.array([self.weights[name] for name in names])
        chances: FloatArray = np.where(said > 0, expit(line + self.weights[INTERCEPT]), 0.0)
        return chances

    def applied(self, found: ExpiryForecast, facts: Mapping[str, FloatArray]) -> ExpiryForecast:
        """Straighten a forecast: its chance, and its units by as much, so that both tell one story."""
        if not self.weights or found.p_expire <= 0:
            return found
        chance = float(self.chances(np.array([found.p_expire]), facts)[0])
        by = chance / found.p_expire
        return replace(found, p_expire=chance, units=found.units * by, units_on_shelf=found.units_on_shelf * by)


UNTOUCHED = Straightening()


def straightening_of(model: Trained) -> Straightening:
    """Take what a model does to chances from its file; one that did not earn its place does nothing."""
    weights = {name: value[0] for name, value in model.weights.items() if value}
    return Straightening(model.id, weights) if weights else UNTOUCHED


def columns_of(names: Sequence[str], said: FloatArray, facts: Mapping[str, FloatArray]) -> FloatArray:
    """Make what a model looks at: forms of the chance, and facts by their names.

    Parameters
    ----------
    names : sequence of str
        ``log_odds``, ``log_chance`` (both together are beta calibration: Kull, Silva Filho and Flach 2017), or names
        of facts. A fact that a position doesn't have is 0.
    said : ndarray of float64, shape (n,)
        Chances of the mechanism.
    facts : mapping of str to ndarray of float64, shape (n,)
        Other facts of the positions.

    Returns
    -------
    ndarray of float64, shape (n, n_names)
    """
    odds = logit(said.clip(SMALLEST, 1 - SMALLEST))
    forms = {"log_odds": odds, "log_chance": log_expit(odds)}
    nothing = np.zeros(len(said))
    return np.column_stack([forms.get(name, facts.get(name, nothing)) for name in names])


def facts_of(place: Place, stock: StockFigures, category: str, past_losses: int) -> dict[str, float]:
    """Tell what the mechanism's chance may not have taken in fully.

    Parameters
    ----------
    place : Place
        The position.
    stock : StockFigures
        What lies there, and how it is used.
    category : str
        Of the item.
    past_losses : int
        Recorded discards of this position.

    Returns
    -------
    dict of str to float
        Facts by name, each near 0 and a few units wide.
    """
    return {
        "p_dead": stock.p_dead,
        "log_rate": float(np.log(stock.rate_mean + 1e-3)) + 3.0,
        "log_price": float(np.log(place.unit_price_dkk + 1e-2)) - 3.0,
        "life_years": place.shelf_life_days / 365.0 - 2.0,
        "cards": float(place.is_brik),
        "critical": float(place.critical),
        "past_losses": float(np.log1p(past_losses)),
        f"category={category}": 1.0,
    }
