"""Who gives how much to whom: a min-cost flow, then only moves that are worth somebody's walk."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from ortools.graph.python import min_cost_flow

from brikopt.errors import BrikoptError
from brikopt.transfers.handling import FloatArray, IntArray

_WHOLE = 1_000_000  # The solver counts in integers: millionths of a unit saved.
_SOURCE, _SINK, _FIRST = 0, 1, 2  # Nodes; givers and then takers follow from _FIRST on.
_MAX_ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Market:
    """What can be given and taken: chances that never rise; 0 where there is no unit to give or no room."""

    excess: FloatArray  # (n_givers, n_units): chance that the unit would have gone out of date
    use: FloatArray  # (n_takers, n_units): chance that the unit is used in time


@dataclass(frozen=True, slots=True)
class Pairs:
    """A giver and a taker that could do business; arrays of shape (n_pairs,)."""

    giver: IntArray  # rows of Market.excess
    taker: IntArray  # rows of Market.use
    item: IntArray  # pairs of different items share no giver and no taker
    cost: FloatArray  # handling for each unit moved, in units of the item
    hurdle: FloatArray  # units that a move has to save
    alone: FloatArray  # units that the pair would save if it were alone

    def take(self, rows: IntArray) -> Pairs:
        """Return some of the pairs, in the order of ``rows``."""
        return Pairs(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Ways for units to flow; arrays of shape (n_arcs,)."""

    tail: IntArray
    head: IntArray
    room: FloatArray  # units
    cost: FloatArray  # units lost for each unit that flows


def units_saved(pairs: Pairs, units: IntArray, market: Market) -> FloatArray:
    """Return the units that each move is expected to save.

    Parameters
    ----------
    pairs : Pairs
        Who could give to whom.
    units : ndarray of int, shape (n_pairs,)
        Units moved.
    market : Market
        Chances of the givers' and the takers' units.

    Returns
    -------
    ndarray of float, shape (n_pairs,)
        Units moved × (mean chance of the giver's units to go out of date + mean chance of the taker's to be
        used - 1), so that the sum over all moves is the sum over all units moved.
    """
    given = _mean_chance(market.excess, pairs.giver, units)
    used = _mean_chance(market.use, pairs.taker, units)
    return np.asarray(units * (given[pairs.giver] + used[pairs.taker] - 1.0), dtype=np.float64)


def _mean_chance(chances: FloatArray, row: IntArray, units: IntArray) -> FloatArray:
    total = np.bincount(row, weights=units, minlength=len(chances)).astype(np.int64)
    counted = np.arange(1, chances.shape[1] + 1) <= total[:, None]
    summed = np.where(counted, chances, 0.0).sum(axis=1)
    return np.asarray(summed / np.maximum(total, 1), dtype=np.float64)


def best_units(pairs: Pairs, market: Market) -> IntArray:
    """Find the units of each pair that save most, handling taken off.

    Parameters
    ----------
    pairs : Pairs
        Who could give to whom.
    market : Market
        Chances of the givers' and the takers' units.

    Returns
    -------
    ndarray of int, shape (n_pairs,)
        Whole units; 0 where a pair does no business.

    Notes
    -----
    Source to giver, and taker to sink: one arc a unit, priced at minus the chance to go out of date and at
    the chance not to be used. As these prices never fall from one unit to the next, the cheapest flow takes
    the units in order. An arc from source to sink lets units stay where they are at no cost.
    """
    giver_row, giver_unit = np.nonzero(market.excess > 0)
    taker_row, taker_unit = np.nonzero(market.use > 0)
    supply = len(giver_row)
    first_taker = _FIRST + len(market.excess)
    tails = (np.full(supply, _SOURCE), taker_row + first_taker, pairs.giver + _FIRST, [_SOURCE])
    heads = (giver_row + _FIRST, np.full(len(taker_row), _SINK), pairs.taker + first_taker, [_SINK])
    room = (np.ones(supply), np.ones(len(taker_row)), (market.excess > 0).sum(axis=1)[pairs.giver], [supply])
    costs = (
        -market.excess[giver_row, giver_unit],
        1.0 - market.use[taker_row, taker_unit],
        pairs.cost,
        [0.0],
    )
    arcs = _Arcs(*(np.concatenate(part) for part in (tails, heads, room, costs)))
    flows = _cheapest_flow(arcs, supply)
    return flows[supply + len(taker_row) : -1]


def _cheapest_flow(arcs: _Arcs, supply: int) -> IntArray:
    solver = min_cost_flow.SimpleMinCostFlow()
    costs = np.rint(arcs.cost * _WHOLE).astype(np.int64)
    added = solver.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.room.astype(np.int64), costs)
    solver.set_nodes_supplies(np.array([_SOURCE, _SINK]), np.array([supply, -supply]))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise BrikoptError(f"The flow of stock between cabinets has no solution: {status}.")
    return np.asarray(solver.flows(added), dtype=np.int64)


def gains_alone(
    giver: IntArray, taker: IntArray, market: Market, rows_at_a_time: int = 20_000
) -> tuple[FloatArray, IntArray]:
    """Return what each pair could save if it were alone: more than it can save among others.

    Parameters
    ----------
    giver, taker : ndarray of int, shape (n_pairs,)
        Rows of the market.
    market : Market
        Chances of the givers' and the takers' units.
    rows_at_a_time : int
        Pairs worked on together; bounds the memory.

    Returns
    -------
    saved : ndarray of float, shape (n_pairs,)
        Units saved, handling not counted.
    units : ndarray of int, shape (n_pairs,)
        Units moved.
    """
    saved, units = np.zeros(len(giver)), np.zeros(len(giver), dtype=np.int64)
    for start in range(0, len(saved), rows_at_a_time):
        part = slice(start, start + rows_at_a_time)
        gain = market.excess[giver[part]] + market.use[taker[part]] - 1.0
        saved[part], units[part] = np.maximum(gain, 0.0).sum(axis=1), (gain > 0).sum(axis=1)
    return saved, units


def worthwhile_units(pairs: Pairs, market: Market) -> IntArray:
    """Find the best units among moves that each clear their hurdle.

    Parameters
    ----------
    pairs : Pairs
        Who could give to whom.
    market : Market
        Chances of the givers' and the takers' units.

    Returns
    -------
    ndarray of int, shape (n_pairs,)
        Whole units; 0 where a pair does no business.

    Notes
    -----
    A flow cannot price a move as a whole. So of an item's moves that miss their hurdle, the half that would
    save least beyond it if they were alone is ruled out, and the item solved again until none misses it.
    """
    units = np.zeros(len(pairs.giver), dtype=np.int64)
    rows = np.arange(len(units))
    for _ in range(_MAX_ROUNDS):
        if not rows.size:
            return units
        open_pairs = pairs.take(rows)
        units[rows] = _solved(open_pairs, market)
        failing = np.flatnonzero(_shortfall(open_pairs, units[rows], market) > 0)
        weaker = _weaker_half_of_each_item(open_pairs, failing)
        unsettled = np.isin(open_pairs.item, open_pairs.item[weaker])
        units[rows[weaker]] = 0
        unsettled[weaker] = False
        rows = rows[unsettled]
    return _without_failing(pairs, units, market)


def _solved(pairs: Pairs, market: Market) -> IntArray:
    """Solve for the rows of the market that the pairs name, and no others."""
    givers, giver = np.unique(pairs.giver, return_inverse=True)
    takers, taker = np.unique(pairs.taker, return_inverse=True)
    small = Market(market.excess[givers], market.use[takers])
    return best_units(replace(pairs, giver=giver, taker=taker), small)


def _shortfall(pairs: Pairs, units: IntArray, market: Market) -> FloatArray:
    missing = pairs.hurdle - units_saved(pairs, units, market)
    return np.where(units > 0, missing, -np.inf)


def _weaker_half_of_each_item(pairs: Pairs, failing: IntArray) -> IntArray:
    """Return the half (rounded up) of each item's failing pairs that could save least beyond the hurdle."""
    beyond = (pairs.alone - pairs.hurdle)[failing]
    ranked = failing[np.lexsort((-failing, beyond, pairs.item[failing]))]
    _, start, count = np.unique(pairs.item[ranked], return_index=True, return_counts=True)
    place = np.arange(len(ranked)) - np.repeat(start, count)
    return ranked[2 * place < np.repeat(count, count)]


def _without_failing(pairs: Pairs, units: IntArray, market: Market) -> IntArray:
    failing = _shortfall(pairs, units, market) > 0
    return np.where(failing, 0, units)
