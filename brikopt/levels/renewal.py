"""Goods that keep, with backorders: exact from the cycles of the inventory position, whatever the lead time.

What is on the shelf at the end of day t + L is the position after the order of day t, less L + 1 days of demand (Zipkin
2000, Foundations of Inventory Management, section 6.3). Between two orders the position falls from where the order
landed by demand alone, so its days at each depth are the renewal density of the demand (Zheng & Federgruen 1991).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from brikopt.levels.long_run import REMEMBERED, Chain, long_run
from brikopt.levels.performance import Flow
from brikopt.levels.plans import Brik, OrderTable, Plan, order_table
from brikopt.levels.position import Position

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

NEGLIGIBLE = 1e-13  # chance of a backlog too deep to be followed
DEEPEST = 200_000  # positions followed before the backlog counts as endless
MOST_WORK = 1_000_000_000  # moves weighed before the backlog counts as endless


def is_renewal(item: Position) -> bool:
    """Whether these formulas hold: what is short is owed, and nothing expires."""
    return item.backorders and item.shelf_life_days is None and not item.is_varied


def renewal_flow(item: Position, plan: Plan) -> Flow:
    """Long-run flow of goods that keep, with backorders; exact.

    Parameters
    ----------
    item : Position
        With backorders and without a shelf life.
    plan : Plan
        When to order, and how much.

    Returns
    -------
    Flow

    Raises
    ------
    ValueError
        If the plan can't be followed, or the backlog grows without end.

    Examples
    --------
    One unit a day, goods on the second day, an order every day: the shelf is empty at each day's end.

    >>> from brikopt.levels.plans import OrderUpTo
    >>> item = Position([0.0, 1.0], lead_time_days=2, unmet="backorder")
    >>> renewal_flow(item, OrderUpTo(3))._asdict()["on_hand"]
    0.0
    """
    table = order_table(plan, item)
    positions, share = _position_shares(item, plan, table)
    shelf = shelf_by_position(item, positions)
    ordering = _ordering(item.pmf, positions, table)
    return Flow(
        ordered=item.mean_demand,
        lines=float(share @ ordering),
        short=float(share @ shelf.short),
        owed=float(share @ shelf.owed),
        expired=0.0,
        on_hand=float(share @ shelf.on_hand),
    )


@dataclass(frozen=True, slots=True)
class ShelfByPosition:
    """What follows a lead time after each position; arrays of shape (n_positions,), units a day."""

    on_hand: FloatArray
    owed: FloatArray
    short: FloatArray


def shelf_by_position(item: Position, positions: npt.ArrayLike) -> ShelfByPosition:
    """Expected shelf a lead time after the position was y, just after ordering.

    Parameters
    ----------
    item : Position
        Its demand and lead time.
    positions : array-like of int, shape (n_positions,)
        Units on the shelf and on order, less what is owed.

    Returns
    -------
    ShelfByPosition

    Examples
    --------
    >>> item = Position([0.5, 0.5], lead_time_days=1, unmet="backorder")
    >>> shelf_by_position(item, [1]).owed.tolist()
    [0.25]
    """
    units = np.asarray(positions, dtype=np.int64)
    before = demand_over(item.pmf, item.lead_time_days)
    after = np.convolve(before, item.pmf)
    owed = _below_zero(after, units)
    return ShelfByPosition(
        on_hand=units - np.arange(len(after)) @ after + owed,
        owed=owed,
        short=owed - _below_zero(before, units),
    )


def demand_over(pmf: FloatArray, days: int) -> FloatArray:
    """Chances of 0, 1, 2 … units over some days.

    Parameters
    ----------
    pmf : ndarray of shape (n,)
        Of one day.
    days : int
        Independent days.

    Returns
    -------
    ndarray of shape (days * (n - 1) + 1,)

    Examples
    --------
    >>> demand_over(np.array([0.5, 0.5]), 2).tolist()
    [0.25, 0.5, 0.25]
    """
    total = np.ones(1)
    for _ in range(days):
        total = np.convolve(total, pmf)
    return total


def renewal_density(pmf: FloatArray, depth: int) -> FloatArray:
    """Expected days that falling stock spends at each depth below where it began.

    m(0) = 1 / (1 - p(0)), m(j) = sum over l of p(l) m(j - l) / (1 - p(0)) (Zheng & Federgruen 1991, equation 3).

    Parameters
    ----------
    pmf : ndarray of shape (n,)
        Chances of 0, 1, 2 … units a day; not always 0.
    depth : int
        Deepest, units.

    Returns
    -------
    ndarray of shape (depth + 1,)

    Examples
    --------
    >>> renewal_density(np.array([0.5, 0.0, 0.5]), 4).tolist()
    [2.0, 0.0, 2.0, 0.0, 2.0]
    """
    uses = pmf[1:] / (1 - pmf[0])
    density = np.zeros(depth + 1)
    density[0] = 1 / (1 - pmf[0])
    for j in range(1, depth + 1):
        past = density[max(j - len(uses), 0) : j][::-1]
        density[j] = uses[: len(past)] @ past
    return density


def _below_zero(pmf: FloatArray, units: IntArray) -> FloatArray:
    """Expected units by which a demand goes beyond what there is."""
    tail = np.append(np.cumsum(pmf[::-1])[::-1][1:], 0.0)  # chance of more than 0, 1, 2 …
    beyond = np.append(np.cumsum(tail[::-1])[::-1], 0.0)  # expected units beyond 0, 1, 2 …
    deeper = np.clip(-units, 0, None)  # what is missing before any demand
    return beyond[np.clip(units, 0, len(beyond) - 1)] + deeper


def _ordering(pmf: FloatArray, positions: IntArray, table: OrderTable) -> FloatArray:
    """Chance that tomorrow's position makes an order, for each position of today."""
    tomorrow = positions[:, None] - np.arange(len(pmf))
    chance: FloatArray = (table.units[np.maximum(tomorrow - table.lowest, 0)] > 0) @ pmf
    return chance


def _position_shares(item: Position, plan: Plan, table: OrderTable) -> tuple[IntArray, FloatArray]:
    if item.max_order is not None:
        return _positions_capped(item, table)
    if isinstance(plan, Brik) and item.mean_demand:
        return _positions_by_cards(item, plan)
    return _positions(item, table)


def _positions_by_cards(item: Position, plan: Brik) -> tuple[IntArray, FloatArray]:
    """Every position that demand can reach within a card of full stock.

    They come equally often (Hadley & Whitin 1963, Analysis of Inventory Systems, section 4-2).
    """
    apart = int(np.gcd.reduce(np.append(np.flatnonzero(item.pmf), plan.qty)))
    positions = np.arange(plan.full_stock, plan.full_stock - plan.qty, -apart)
    return positions, np.full(len(positions), 1 / len(positions))


def _positions(item: Position, table: OrderTable) -> tuple[IntArray, FloatArray]:
    """Positions after ordering, and the share of the days spent at each."""
    ordering = np.flatnonzero(table.units)
    before = np.arange(table.lowest, table.lowest + len(table.units))
    if not len(ordering) or item.mean_demand == 0:
        start = int(table.units[-table.lowest])
        return np.array([start]), np.ones(1)
    trigger = int(before[ordering[-1]])
    landed = np.unique((before + table.units)[ordering])
    positions = np.arange(trigger + 1, max(int(landed[-1]), 0) + 1)
    density = renewal_density(item.pmf, len(positions) - 1)
    days = _days_at(density, landed, positions)
    ends = _cycle_ends(item, table, landed, positions)
    first = np.array([int(table.units[-table.lowest])])  # where the first order of an empty shelf lands
    start = landed == first if trigger >= 0 else (_days_at(density, np.zeros(1, dtype=np.int64), positions) @ ends)[0]
    cycles = np.linalg.solve(np.eye(len(landed)) - REMEMBERED * (days @ ends).T, start.astype(np.float64))
    share = cycles @ days
    return positions, share / share.sum()


def _days_at(density: FloatArray, landed: IntArray, positions: IntArray) -> FloatArray:
    """Days at each position in a cycle, one row for each place where it begins."""
    depth = landed[:, None] - positions
    return np.where(depth >= 0, density[np.maximum(depth, 0)], 0.0)


def _cycle_ends(item: Position, table: OrderTable, landed: IntArray, positions: IntArray) -> FloatArray:
    """Chance that the next order is made from each position and lands at each place, (n_positions, n_landed)."""
    before = positions[:, None] - np.arange(len(item.pmf))
    row, units = np.nonzero(before < positions[0])
    target = before[row, units]
    target = target + table.units[target - table.lowest]
    ends = np.zeros((len(positions), len(landed)))
    np.add.at(ends, (row, np.searchsorted(landed, target)), item.pmf[units])
    return ends


def _positions_capped(item: Position, table: OrderTable) -> tuple[IntArray, FloatArray]:
    """The same where orders are limited: the backlog has no bottom, so it is followed until it is negligible."""
    depth = 4 * len(item.pmf) + len(table.units)
    while depth <= DEEPEST:
        chain, lowest = _capped_chain(item, table, depth)
        share = long_run(chain, MOST_WORK)
        if share is not None and share[:1].sum() < NEGLIGIBLE:
            return lowest + np.arange(len(share)), share
        depth *= 2
    raise ValueError(f"max_order is {item.max_order}: what is owed grows too deep to be followed")


def _capped_chain(item: Position, table: OrderTable, depth: int) -> tuple[Chain, int]:
    lowest = table.lowest - depth
    highest = table.lowest + len(table.units) - 1
    positions = np.arange(lowest, highest + 1)
    before = positions[:, None] - np.arange(len(item.pmf))
    after = np.maximum(before + table.units[np.maximum(before - table.lowest, 0)], lowest)
    rows = np.repeat(np.arange(len(positions)), len(item.pmf))
    moves = scipy.sparse.csr_array(
        (np.tile(item.pmf, len(positions)), (rows, (after - lowest).ravel())), shape=(len(positions), len(positions))
    )
    start = int(table.units[-table.lowest]) - lowest
    return Chain(moves.indptr.astype(np.int64), moves.indices.astype(np.int64), moves.data, start), lowest
