"""What a setting costs over the two years after the moment of decision (contract, section 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.levels.candidates import Settings
from brikopt.policy import Policy
from brikopt.stock.ageing import Draws, Plan, Start, Supply, live_forward
from brikopt.stock.outlook import Outlook

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

YEARS = 2
DAYS = 365 * YEARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a unit of each thing costs for one position; DKK.

    Parameters
    ----------
    holding_unit_day : float
        A unit on the shelf for a day.
    order_line : float
        An order line.
    expired_unit : float
        A unit that goes out of date: price, disposal, CO2e.
    short_unit : float
        A unit wanted and not there.
    fill_price : float
        A unit by which the promised fill rate is missed.
    promised_fill_rate : float
        Share of what is wanted.
    """

    holding_unit_day: float
    order_line: float
    expired_unit: float
    short_unit: float
    fill_price: float
    promised_fill_rate: float


def prices(policy: Policy, unit_price_dkk: float, co2e_kg_per_unit: float, critical: bool) -> Prices:
    """Work out one position's prices from the policy."""
    cost, levels = policy.cost, policy.levels
    return Prices(
        holding_unit_day=cost.holding_rate_per_year * unit_price_dkk / 365,
        order_line=cost.order_line,
        expired_unit=unit_price_dkk + cost.disposal_per_unit + cost.co2e_price_per_kg * co2e_kg_per_unit,
        short_unit=cost.shortage_per_unit_critical if critical else cost.shortage_per_unit,
        fill_price=levels.fill_price_per_unit_critical if critical else levels.fill_price_per_unit,
        promised_fill_rate=levels.min_fill_rate_critical if critical else levels.min_fill_rate,
    )


@dataclass(frozen=True, slots=True)
class Performance:
    """What each setting does in two years, on average; arrays of shape (n_settings,).

    Parameters
    ----------
    cost : ndarray of float64
        DKK in two years, the price of missing the promise included.
    fill_rate : ndarray of float64
        Units met over units wanted; 1 where nothing is wanted.
    expired : ndarray of float64
        Units that go out of date.
    order_lines : ndarray of float64
        Lines.
    """

    cost: FloatArray
    fill_rate: FloatArray
    expired: FloatArray
    order_lines: FloatArray

    def take(self, rows: npt.NDArray[np.int64]) -> Performance:
        """Return some of the settings, in the order of ``rows``."""
        return Performance(*(getattr(self, field.name)[rows] for field in fields(self)))


HOLDING, ORDER_LINES, EXPIRED, WANTED, SHORT = range(5)  # what is kept of each future


def perform(settings: Settings, outlook: Outlook, pack_size: int, price: Prices, paths: int) -> Performance:
    """Live every setting through the same futures, and sum up.

    Parameters
    ----------
    settings : Settings
        What to try.
    outlook : Outlook
        The position's present and futures of two years.
    pack_size : int
        Units in a pack.
    price : Prices
        What things cost.
    paths : int
        Futures to live.

    Returns
    -------
    Performance
    """
    return performance_of(live_settings(settings, outlook, pack_size, paths), price)


def live_settings(settings: Settings, outlook: Outlook, pack_size: int, paths: int) -> FloatArray:
    """Live every setting through the same futures.

    Parameters
    ----------
    settings, outlook, pack_size, paths
        As for `perform`.

    Returns
    -------
    ndarray of float64, shape (5, n_settings, paths)
        Unit-days held, order lines, and units expired, wanted and short.
    """
    plan = Plan(
        is_brik=bool(settings.brik_count[0] > 0),
        min_level=0,
        max_level=0,
        brik_qty=1,
        pack_size=pack_size,
    )
    card = np.maximum(settings.brik_qty, 1)
    return _live_settings(
        plan, settings.min_level, settings.max_level, card, outlook.supply, outlook.start, outlook.draws, paths
    )


@njit(cache=True)
def _live_settings(
    plan: Plan,
    min_level: IntArray,
    max_level: IntArray,
    brik_qty: IntArray,
    supply: Supply,
    start: Start,
    draws: Draws,
    paths: int,
) -> FloatArray:
    parts = np.empty((5, len(max_level), paths))
    for row in range(len(max_level)):
        this = Plan(plan.is_brik, min_level[row], max_level[row], brik_qty[row], plan.pack_size)
        lived = live_forward(this, supply, start, draws, paths, DAYS)
        parts[HOLDING, row] = lived.holding
        parts[ORDER_LINES, row] = lived.order_lines
        parts[EXPIRED, row] = lived.expired
        parts[WANTED, row] = lived.wanted
        parts[SHORT, row] = lived.short
    return parts


def performance_of(parts: FloatArray, price: Prices) -> Performance:
    """Sum up what futures brought.

    Parameters
    ----------
    parts : ndarray of float64, shape (5, n_settings, paths)
        As from `live_settings`.
    price : Prices
        What things cost.

    Returns
    -------
    Performance

    Notes
    -----
    Contract, section 3: holding + order lines + expired + shortage + fill price × max(0, promise × E[wanted] − E[met]).
    """
    _, order_lines, expired, wanted, short = parts.mean(axis=2)
    fill_rate = np.divide(wanted - short, wanted, out=np.ones(len(wanted)), where=wanted > 0)
    return Performance(cost_of_futures(parts, price).mean(axis=1), fill_rate, expired, order_lines)


def cost_of_futures(parts: FloatArray, price: Prices) -> FloatArray:
    """What each future adds to a setting's expected cost.

    Parameters
    ----------
    parts, price
        As for `performance_of`.

    Returns
    -------
    ndarray of float64, shape (n_settings, paths)
        DKK in two years; the mean over the futures is the cost of the contract.

    Notes
    -----
    A broken promise is priced by the means: where it is broken, a future that meets more than promised counts for it.
    """
    holding, order_lines, expired, wanted, short = parts
    missed = short - (1.0 - price.promised_fill_rate) * wanted
    broken = missed.mean(axis=1) > 0
    cost: FloatArray = (
        price.holding_unit_day * holding
        + price.order_line * order_lines
        + price.expired_unit * expired
        + price.short_unit * short
        + (price.fill_price * broken)[:, None] * missed
    )
    return cost
