"""Which levels are worth a look, and which lie next to a good one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from brikopt.levels.plans import Brik, MinMax, OrderUpTo, Plan
from brikopt.levels.position import Costs, Position

Point = tuple[int, int]

CARD_COUNTS = (1, 4)  # fewest and most cards of a position
SAFE = 4.0  # standard deviations of demand that a first look covers
BATCH_ROOM = 2.0  # a first look goes to this many times the economic order quantity
SQUARE = 24  # values along each side of a first look at two levels
LINE = 64  # the same at one level


@dataclass(frozen=True, slots=True)
class LevelRange:
    """Levels between bounds, as points of two whole numbers.

    Parameters
    ----------
    plan : callable
        The plan of a point; None where there is none.
    first, second : tuple of int
        Lowest and highest of each number.
    square : bool
        Whether both numbers are looked at in steps; else only the first.
    """

    plan: Callable[[Point], Plan | None]
    first: tuple[int, int]
    second: tuple[int, int]
    square: bool = False

    @property
    def widest_step(self) -> int:
        """Step of the first look; a power of two, so that halving ends at 1."""
        values = max(self.first[1] - self.first[0] + 1, 1)
        return 1 << max(math.ceil(math.log2(values / (SQUARE if self.square else LINE))), 0)

    def grid(self, step: int) -> list[Point]:
        """All points a step apart."""
        across = range(self.second[0], self.second[1] + 1, step if self.square else 1)
        return [(a, b) for a in range(self.first[0], self.first[1] + 1, step) for b in across]

    def around(self, points: Iterable[Point], step: int) -> list[Point]:
        """Points at most two steps from given ones, in a fixed order."""
        moves = range(-2 * step, 2 * step + 1, step)
        across = moves if self.square else range(-1, 2)
        near = {(a + i, b + j) for a, b in points for i in moves for j in across}
        return sorted(point for point in near if self._inside(point))

    def _inside(self, point: Point) -> bool:
        return all(low <= value <= high for value, (low, high) in zip(point, (self.first, self.second), strict=True))


def highest_level(item: Position, costs: Costs, policy: type[Plan]) -> int:
    """A full stock that is seldom worth exceeding: demand until the next order can come, and a generous batch.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost; the batch is two economic order quantities, sqrt(2 K d / h) each (Harris 1913).
    policy : type
        Brik, MinMax or OrderUpTo.

    Returns
    -------
    int
        Units, at most ``max_stock``.

    Raises
    ------
    ValueError
        If nothing keeps the levels from growing.

    Examples
    --------
    >>> highest_level(Position([0.5, 0.5], max_stock=3), Costs(order_line=1), OrderUpTo)
    3
    """
    room = math.inf if item.max_stock is None else item.max_stock
    most = _needed(item, item.lead_time_days + 1) + item.pack_size + _batch(item, costs, policy)
    if min(most, room) == math.inf:
        raise ValueError(
            "holding_unit_day is 0 and nothing expires, so larger orders are always cheaper: give max_stock, or a cost"
        )
    return int(min(most, room))


def level_range(item: Position, costs: Costs, policy: type[Plan], highest: int) -> LevelRange:
    """Levels of a policy up to a full stock.

    Parameters
    ----------
    item : Position
        The shelf.
    costs : Costs
        What things cost.
    policy : type
        Brik, MinMax or OrderUpTo.
    highest : int
        Largest full stock, units.

    Returns
    -------
    LevelRange

    Raises
    ------
    ValueError
        If the policy is none of the three.
    """
    if issubclass(policy, OrderUpTo):
        return LevelRange(lambda point: OrderUpTo(point[0]), (0, highest), (0, 0))
    if issubclass(policy, MinMax):
        lowest = _deepest_min(item, costs, highest)
        return LevelRange(_min_max, (lowest, highest), (lowest, highest), square=True)
    if issubclass(policy, Brik):
        cards = min(highest, item.max_order or highest) // item.pack_size
        return LevelRange(lambda point: _brik(point, item.pack_size, highest), (1, cards), CARD_COUNTS)
    raise ValueError(f"policy is {policy!r}; use Brik, MinMax or OrderUpTo")


def _min_max(point: Point) -> MinMax | None:
    return MinMax(*point) if point[0] < point[1] else None


def _brik(point: Point, pack_size: int, highest: int) -> Brik | None:
    packs, count = point
    return Brik(packs * pack_size, count) if packs * pack_size * count <= highest else None


def _needed(item: Position, days: int) -> float:
    units = np.arange(len(item.pmf))
    spread = math.sqrt(max(float(units**2 @ item.pmf) - item.mean_demand**2, 0.0))
    return math.ceil(item.mean_demand * days + SAFE * spread * math.sqrt(days))


def _batch(item: Position, costs: Costs, policy: type[Plan]) -> float:
    """A generous order, units; more than is used before it expires is never worth ordering."""
    if issubclass(policy, OrderUpTo) or not costs.order_line * item.mean_demand:
        return 0.0
    keeps = math.inf if item.longest_life is None else _needed(item, item.longest_life)
    return min(math.ceil(min(BATCH_ROOM * _economic(item, costs), 1e9)), keeps) if costs.holding_unit_day else keeps


def _economic(item: Position, costs: Costs) -> float:
    if not costs.holding_unit_day:
        return math.inf
    return math.sqrt(2 * costs.order_line * item.mean_demand / costs.holding_unit_day)


def _deepest_min(item: Position, costs: Costs, highest: int) -> int:
    """With backorders, waiting for a larger order can be worth owing some: h / (h + p) of a batch, with room."""
    if not item.backorders:
        return 0
    together = costs.holding_unit_day + costs.shortage_unit
    owed = costs.holding_unit_day / together if together else 1.0
    batch = min(BATCH_ROOM * _economic(item, costs), highest)
    return -math.ceil(2 * owed * batch) - item.pack_size
