"""Price settings only as far as it takes to tell them apart: by formulas, on few futures, on more (successive halving).

Formulas tell which settings are worth living through: the best is nearly always among the first few by them
(``python -m tests.whole.sketch_truth`` counts how often it is not, and what that loses). From there on every setting
of a round meets the same futures, so differences between settings are known far better than their costs. A setting is
given up when even one and a half standard errors in its favour would gain less than ``tolerance`` (Jamieson & Talwalkar
2016, with the paired differences of common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.levels.candidates import Settings
from brikopt.levels.cost import (
    PARTS,
    SHORT,
    WANTED,
    Performance,
    Prices,
    cost_of_futures,
    live_settings,
    performance_of,
    removes,
)
from brikopt.levels.sketch import sketch_settings
from brikopt.stock.outlook import Outlook

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MOST_LIVED = 8  # settings lived through at all, today's not counted
KEEPING_LIVED = 3  # of those that keep the promise by the formulas, lived through whatever else is cheaper
WITHIN = 0.5  # of the lowest cost by the formulas; dearer settings are not lived through
ROUNDS = (16, 48)  # futures drawn in each round of choosing
BENEFIT_OF_DOUBT = 1.5  # standard errors; more finds nothing better, and takes longer
LEFT_AFTER = (4, 1)  # settings that go on at most

DrawFutures = Callable[[str, int], Outlook]  # purpose, paths


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was found out of settings in choosing among them; arrays of shape (n_settings,).

    Parameters
    ----------
    cost : ndarray of float64
        DKK in two years. Who was given up stands as far from the final figure of the round's best as it stood then.
    error : ndarray of float64
        Standard error of how far it is from the best.
    fill_rate : ndarray of float64
        Units met over units wanted.
    lived : ndarray of bool
        Whether it was lived through; formulas alone speak of the others.
    """

    cost: FloatArray
    error: FloatArray
    fill_rate: FloatArray
    lived: BoolArray


def narrowed(
    settings: Settings,
    futures: DrawFutures,
    pack_size: int,
    price: Prices,
    tolerance: float,
    always: Sequence[int] = (0,),
) -> Narrowed:
    """Estimate the cost of every setting, closely for those that may be best.

    Parameters
    ----------
    settings : Settings
        What to try.
    futures : callable
        Draws futures: (purpose, paths) -> Outlook.
    pack_size : int
        Units in a pack.
    price : Prices
        What things cost.
    tolerance : float
        DKK in two years that don't matter.
    always : sequence of int, optional
        Settings that are lived through whatever formulas say of them.

    Returns
    -------
    Narrowed
    """
    removed = removes(settings)
    count = len(removed)
    cost, spread = np.zeros(count), np.zeros(count)
    ahead = futures("choosing 0", ROUNDS[0])
    parts = sketch_settings(settings, ahead, pack_size, ROUNDS[0])
    fill_rate = performance_of(parts, removed, price).fill_rate
    sketched = cost_of_futures(parts, removed, price).mean(axis=1)
    keeping = _cheapest_keeping(sketched, fill_rate, price.promised_fill_rate, KEEPING_LIVED)
    alive = np.union1d(worth_living(sketched, tolerance), np.concatenate([np.asarray(always, np.int64), keeping]))
    lived_at_all = np.isin(np.arange(count), alive)
    first = int(sketched.argmin())
    rest = np.flatnonzero(~lived_at_all)
    given_up: list[tuple[IntArray, FloatArray, int]] = [(rest, sketched[rest] - sketched[first], first)]
    seen = np.empty((PARTS, len(alive), 0))
    for number, paths in enumerate(ROUNDS):
        if number > 0:
            ahead = futures(f"choosing {number}", paths)
        lived = live_settings(settings.take(alive), ahead, pack_size, paths)
        seen = np.concatenate([seen, lived], axis=2)
        each = cost_of_futures(seen, removed[alive], price)
        mean = each.mean(axis=1)
        best = int(mean.argmin())
        behind = mean - mean[best]
        error = (each - each[best]).std(axis=1, ddof=1) / np.sqrt(each.shape[1])
        spread[alive] = error
        fill_rate[alive] = performance_of(seen, removed[alive], price).fill_rate
        hope = BENEFIT_OF_DOUBT * error - behind
        hope[best] = np.inf
        stays = np.sort(np.argsort(-hope, kind="stable")[: LEFT_AFTER[number]])
        stays = stays[hope[stays] > tolerance]
        if number == 0:
            # Whoever breaks the promise may not be chosen in the end: the cheapest that keeps it goes on as well.
            stays = np.union1d(stays, _cheapest_keeping(mean, fill_rate[alive], price.promised_fill_rate, 1))
        leaves = np.setdiff1d(np.arange(len(alive)), stays)
        given_up.append((alive[leaves], behind[leaves], int(alive[best])))
        cost[alive[best]] = mean[best]
        alive, seen = alive[stays], seen[:, stays]
        if len(alive) == 1:
            break
    for rows, behind, best in reversed(given_up):
        cost[rows] = cost[best] + behind
    return Narrowed(cost, spread, fill_rate, lived_at_all)


def _cheapest_keeping(cost: FloatArray, fill_rate: FloatArray, promised: float, most: int) -> IntArray:
    """The cheapest of the settings that keep the promise."""
    keeping = np.flatnonzero(fill_rate >= promised)
    return keeping[np.argsort(cost[keeping], kind="stable")[:most]].astype(np.int64)


def worth_living(sketched: FloatArray, tolerance: float) -> IntArray:
    """Pick the settings that are worth more than formulas: today's, and the first few by them.

    Parameters
    ----------
    sketched : ndarray of float64, shape (n_settings,)
        DKK in two years by the formulas, today's first.
    tolerance : float
        DKK in two years that don't matter.

    Returns
    -------
    ndarray of int64
        Rows, rising.
    """
    order = np.argsort(sketched, kind="stable")[:MOST_LIVED]
    close = order[sketched[order] <= (1.0 + WITHIN) * sketched[order[0]] + tolerance]
    return np.union1d(close, [0]).astype(np.int64)


PRICING_ROUNDS = (32, 96, 256)
FIRST_PRICING = "pricing 0"  # the purpose of the first round's futures
CLEAR = 2.0  # standard errors
CLEAR_OF_PROMISE = 1.0  # standard errors of a fill rate


@dataclass(frozen=True, slots=True)
class Priced:
    """Settings priced with fresh futures.

    Parameters
    ----------
    performance : Performance
        Of each.
    error : ndarray of float64, shape (n_settings,)
        Standard error of what each saves on the first, DKK in two years.
    fill_error : ndarray of float64, shape (n_settings,)
        Standard error of each fill rate, around what is promised.
    gain_error : ndarray of float64, shape (n_settings,)
        Standard error of what each fill rate is above the first.
    """

    performance: Performance
    error: FloatArray
    fill_error: FloatArray
    gain_error: FloatArray


def priced_afresh(
    settings: Settings, futures: DrawFutures, pack_size: int, price: Prices, worthwhile: float, tolerance: float
) -> Priced:
    """Price today's setting and a few others with futures that were not used for choosing.

    Parameters
    ----------
    settings : Settings
        Today's setting first.
    futures, pack_size, price
        As for `narrowed`.
    worthwhile : float
        DKK in two years that a change has to save: more futures are drawn until it is clear which side each is on.
    tolerance : float
        DKK in two years that don't matter: a wrong side that may cost no more is right enough.

    Returns
    -------
    Priced
    """
    seen = np.empty((PARTS, len(settings.max_level), 0))
    for number, paths in enumerate(PRICING_ROUNDS):
        ahead = futures(f"pricing {number}", paths)
        seen = np.concatenate([seen, live_settings(settings, ahead, pack_size, paths)], axis=2)
        each = cost_of_futures(seen, removes(settings), price)
        saving = (each[0] - each).mean(axis=1)
        error = (each[0] - each).std(axis=1, ddof=1) / np.sqrt(each.shape[1])
        doubt = _error_of_fill(seen[SHORT] - (1.0 - price.promised_fill_rate) * seen[WANTED], seen[WANTED])
        found = performance_of(seen, removes(settings), price)
        kept_or_not = np.abs(found.fill_rate - price.promised_fill_rate) >= CLEAR_OF_PROMISE * doubt
        clear = CLEAR * error - np.abs(saving - worthwhile) <= tolerance
        if (clear & (kept_or_not | (saving < worthwhile)))[1:].all():
            break
    return Priced(found, error, doubt, _error_of_fill(seen[SHORT] - seen[SHORT, :1], seen[WANTED]))


def _error_of_fill(short: FloatArray, wanted: FloatArray) -> FloatArray:
    """Standard error of units short as a share of units wanted, each of shape (n_settings, paths)."""
    error: FloatArray = short.std(axis=1, ddof=1) / np.sqrt(short.shape[1]) / np.maximum(wanted.mean(axis=1), 1e-9)
    return error
