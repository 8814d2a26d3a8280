"""What a setting costs over the two years after the moment of decision (contract, section 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.future import Uses
from brikopt.levels.candidates import Settings
from brikopt.policy import Policy
from brikopt.stock.ageing import Draws, Plan, Start, Supply, live_forward
from brikopt.stock.outlook import Outlook

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

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
    by_hand : float
        A day on which what was removed is wanted after all, and ordered by hand: it is promised nothing any more.
    """

    holding_unit_day: float
    order_line: float
    expired_unit: float
    short_unit: float
    fill_price: float
    promised_fill_rate: float
    by_hand: float = 60.0


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
        by_hand=levels.wanted_after_removal,
    )


@dataclass(frozen=True, slots=True)
class Performance:
    """What each setting does in two years, on average; arrays of shape (n_settings,).

    Parameters
    ----------
    cost : ndarray of float64
        DKK in two years, the price of missing the promise included.
    kroner : ndarray of float64
        The part of it that an accountant would find: holding, order lines, goods out of date, orders by hand.
    fill_rate : ndarray of float64
        Units met over units wanted; 1 where nothing is wanted.
    expired : ndarray of float64
        Units that go out of date.
    order_lines : ndarray of float64
        Lines.
    short : ndarray of float64
        Units wanted and not there.
    """

    cost: FloatArray
    kroner: FloatArray
    fill_rate: FloatArray
    expired: FloatArray
    order_lines: FloatArray
    short: FloatArray

    @property
    def risk(self) -> FloatArray:
        """DKK in two years that shortages and broken promises are worth; nobody is billed for them."""
        return self.cost - self.kroner

    def take(self, rows: npt.NDArray[np.int64]) -> Performance:
        """Return some of the settings, in the order of ``rows``."""
        return Performance(*(getattr(self, field.name)[rows] for field in fields(self)))


HOLDING, ORDER_LINES, EXPIRED, WANTED, SHORT, BY_HAND = range(6)  # what is kept of each future
PARTS = 6


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
    return performance_of(live_settings(settings, outlook, pack_size, paths), removes(settings), price)


def removes(settings: Settings) -> BoolArray:
    """Tell which settings order nothing any more."""
    none: BoolArray = settings.max_level == 0
    return none


def live_settings(settings: Settings, outlook: Outlook, pack_size: int, paths: int) -> FloatArray:
    """Live every setting through the same futures.

    Parameters
    ----------
    settings, outlook, pack_size, paths
        As for `perform`.

    Returns
    -------
    ndarray of float64, shape (PARTS, n_settings, paths)
        Unit-days held, lines, units expired, wanted and short; days on which what was removed is wanted after all.
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
    parts = np.zeros((PARTS, len(max_level), paths))
    for row in range(len(max_level)):
        this = Plan(plan.is_brik, min_level[row], max_level[row], brik_qty[row], plan.pack_size)
        lived = live_forward(this, supply, start, draws, paths, DAYS)
        parts[HOLDING, row] = lived.holding
        parts[ORDER_LINES, row] = lived.order_lines
        parts[EXPIRED, row] = lived.expired
        parts[WANTED, row] = lived.wanted
        parts[SHORT, row] = lived.short
        if max_level[row] == 0:
            parts[BY_HAND, row] = days_with_use(draws.uses, lived.first_short)
    return parts


@njit(cache=True)
def days_with_use(uses: Uses, since: IntArray) -> IntArray:
    """Count the days with use on each path from a day on.

    Parameters
    ----------
    uses : Uses
        What is wanted, and when.
    since : ndarray of int64, shape (n,)
        The first day that counts.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    found = np.zeros(len(since), dtype=np.int64)
    for path in range(len(since)):
        days = uses.day[uses.first[path] : uses.first[path + 1]]
        found[path] = len(days) - np.searchsorted(days, since[path])
    return found


def performance_of(parts: FloatArray, removed: BoolArray, price: Prices) -> Performance:
    """Sum up what futures brought.

    Parameters
    ----------
    parts : ndarray of float64, shape (PARTS, n_settings, paths)
        As from `live_settings`.
    removed : ndarray of bool, shape (n_settings,)
        Settings that order nothing any more.
    price : Prices
        What things cost.

    Returns
    -------
    Performance

    Notes
    -----
    Contract, section 3: holding + order lines + expired + shortage + fill price × max(0, promise × E[wanted] − E[met]).
    What is removed is promised nothing any more: each day on which it is wanted after all costs an order by hand.
    """
    means = parts.mean(axis=2)
    _, order_lines, expired, wanted, short, _ = means
    fill_rate = np.divide(wanted - short, wanted, out=np.ones(len(wanted)), where=wanted > 0)
    kroner, cost = _priced(parts, removed, *_of_each(price))
    return Performance(cost.mean(axis=1), kroner.mean(axis=1), fill_rate, expired, order_lines, short)


def cost_of_futures(parts: FloatArray, removed: BoolArray, price: Prices) -> FloatArray:
    """What each future adds to a setting's expected cost.

    Parameters
    ----------
    parts, removed, price
        As for `performance_of`.

    Returns
    -------
    ndarray of float64, shape (n_settings, paths)
        DKK in two years; the mean over the futures is the cost of the contract.

    Notes
    -----
    A broken promise is priced by the means: where it is broken, a future that meets more than promised counts for it.
    """
    cost: FloatArray = _priced(parts, removed, *_of_each(price))[1]
    return cost


def _of_each(price: Prices) -> tuple[FloatArray, float, float, float]:
    """Price of each part of a future in kroner, of a unit short, of a unit too many short; share that may be missed."""
    of_each = np.zeros(PARTS)
    of_each[HOLDING], of_each[ORDER_LINES] = price.holding_unit_day, price.order_line
    of_each[EXPIRED], of_each[BY_HAND] = price.expired_unit, price.by_hand
    return of_each, price.short_unit, price.fill_price, 1.0 - price.promised_fill_rate


@njit(cache=True)
def _priced(
    parts: FloatArray, removed: BoolArray, of_each: FloatArray, short_unit: float, fill_price: float, may_miss: float
) -> tuple[FloatArray, FloatArray]:
    """What each future costs in kroner, and with the price of units short and of a broken promise."""
    settings, paths = parts.shape[1], parts.shape[2]
    kroner = np.zeros((settings, paths))
    cost = np.zeros((settings, paths))
    for row in range(settings):
        for part in range(PARTS):
            for path in range(paths):
                kroner[row, path] += of_each[part] * parts[part, row, path]
        missed = 0.0
        for path in range(paths):
            missed += parts[SHORT, row, path] - may_miss * parts[WANTED, row, path]
        on_short, on_missed = short_unit, fill_price if missed > 0.0 else 0.0
        if removed[row]:
            on_short, on_missed = 0.0, 0.0
        for path in range(paths):
            short = parts[SHORT, row, path]
            cost[row, path] = (
                kroner[row, path] + on_short * short + on_missed * (short - may_miss * parts[WANTED, row, path])
            )
    return kroner, cost
