"""The ways to order: up to a level, between min and max, or by cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from brikopt.levels.position import Position, whole

IntArray = npt.NDArray[np.int64]


class Plan(Protocol):
    """When to order, and how much; a position means stock and what is on order, less what is owed."""

    @property
    def full_stock(self) -> int:
        """Units on the shelf and on order after an order in single units."""

    @property
    def trigger(self) -> int:
        """Highest position at which something is ordered."""

    def step(self, pack_size: int) -> int:
        """Orders are whole multiples of it, units."""

    def gap(self, position: IntArray) -> IntArray:
        """Units that the plan wants at these positions, before they are rounded to steps; at or below the trigger."""

    def check(self, item: Position) -> None:
        """Raise ValueError where the plan can't be followed."""


@dataclass(frozen=True, slots=True)
class OrderUpTo:
    """Order every day what is missing up to a level.

    Parameters
    ----------
    level : int
        Units on the shelf and on order; may be negative with backorders.
    """

    level: int

    def __post_init__(self) -> None:
        whole("level", self.level)

    @property
    def full_stock(self) -> int:
        """The level."""
        return self.level

    @property
    def trigger(self) -> int:
        """One unit below the level."""
        return self.level - 1

    def step(self, pack_size: int) -> int:
        """Whole packs."""
        return pack_size

    def gap(self, position: IntArray) -> IntArray:
        """The fewest units that bring the position to at least the level."""
        return self.level - position

    def check(self, item: Position) -> None:
        """Raise ValueError for a negative level without backorders, or one the shelf has no room for."""
        if not item.backorders:
            whole("level", self.level, at_least=0)
        _check_room("level", self.level, item)


@dataclass(frozen=True, slots=True)
class MinMax:
    """Order up to max when the position is at or below min: the (s, S) policy.

    Parameters
    ----------
    min_level, max_level : int
        Units on the shelf and on order; may be negative with backorders.

    Raises
    ------
    ValueError
        If min is above max.
    """

    min_level: int
    max_level: int

    def __post_init__(self) -> None:
        whole("min_level", self.min_level)
        whole("max_level", self.max_level)
        if self.min_level > self.max_level:
            raise ValueError(f"min_level is {self.min_level}, above max_level {self.max_level}")

    @property
    def full_stock(self) -> int:
        """The max."""
        return self.max_level

    @property
    def trigger(self) -> int:
        """The min; at max itself nothing is missing."""
        return min(self.min_level, self.max_level - 1)

    def step(self, pack_size: int) -> int:
        """Whole packs."""
        return pack_size

    def gap(self, position: IntArray) -> IntArray:
        """The fewest units that bring the position to at least max."""
        return self.max_level - position

    def check(self, item: Position) -> None:
        """Raise ValueError for a negative min without backorders, or a max that the shelf has no room for."""
        if not item.backorders:
            whole("min_level", self.min_level, at_least=0)
        _check_room("max_level", self.max_level, item)


@dataclass(frozen=True, slots=True)
class Brik:
    """Cards: each orders its quantity when that many units have gone.

    Parameters
    ----------
    qty : int
        Units a card stands for; a multiple of the pack.
    count : int
        Cards; two are the classic two-bin system.

    Examples
    --------
    >>> Brik(qty=10, count=2).full_stock
    20
    """

    qty: int
    count: int

    def __post_init__(self) -> None:
        whole("qty", self.qty, at_least=1)
        whole("count", self.count, at_least=1)

    @property
    def full_stock(self) -> int:
        """All cards' units."""
        return self.qty * self.count

    @property
    def trigger(self) -> int:
        """The first card hangs when its units have gone."""
        return self.full_stock - self.qty

    def step(self, pack_size: int) -> int:  # noqa: ARG002 - the card is a multiple of the pack
        """Whole cards."""
        return self.qty

    def gap(self, position: IntArray) -> IntArray:
        """A card's units for each card that hangs."""
        return (self.full_stock - position) // self.qty * self.qty

    def check(self, item: Position) -> None:
        """Raise ValueError for a card that is no multiple of the pack, can't be ordered, or has no room."""
        if self.qty % item.pack_size:
            raise ValueError(f"qty is {self.qty}, no multiple of the pack of {item.pack_size} units")
        if item.max_order is not None and self.qty > item.max_order:
            raise ValueError(f"qty is {self.qty}, more than max_order {item.max_order}: no card could be ordered")
        _check_room("qty x count", self.full_stock, item)


def _check_room(name: str, units: int, item: Position) -> None:
    if item.max_stock is not None and units > item.max_stock:
        raise ValueError(f"{name} is {units}, more than max_stock {item.max_stock}")


def units_ordered(plan: Plan, item: Position, position: npt.ArrayLike) -> IntArray:
    """Units ordered at a position: stock and what is on order, less what is owed.

    An order is a whole number of packs (or cards), never above ``max_order``, and never more than ``max_stock`` has
    room for.

    Parameters
    ----------
    plan : Plan
        When to order, and how much.
    item : Position
        Its pack and limits.
    position : array-like of int
        Units, any shape.

    Returns
    -------
    ndarray of int
        Of the same shape.

    Examples
    --------
    >>> units_ordered(MinMax(4, 9), Position([1.0], pack_size=5), [3, 4, 5])
    array([10,  5,  0])
    >>> units_ordered(Brik(qty=10, count=2), Position([1.0], pack_size=5), [0, 9, 10, 11])
    array([20, 10, 10,  0])
    """
    units = np.asarray(position, dtype=np.int64)
    step = plan.step(item.pack_size)
    steps = -(-plan.gap(units) // step)
    if item.max_order is not None:
        steps = np.minimum(steps, item.max_order // step)
    if item.max_stock is not None:
        steps = np.minimum(steps, (item.max_stock - units) // step)
    return np.where(units <= plan.trigger, np.maximum(steps, 0) * step, 0)


@dataclass(frozen=True, slots=True)
class OrderTable:
    """Units ordered at every position that can come about, lowest first."""

    lowest: int
    units: IntArray  # (n,)


def order_table(plan: Plan, item: Position) -> OrderTable:
    """Work out once what is ordered at each position.

    Parameters
    ----------
    plan : Plan
        When to order, and how much.
    item : Position
        Its pack, limits and demand.

    Returns
    -------
    OrderTable
        Below its lowest position the order is that of the lowest.

    Raises
    ------
    ValueError
        If the plan can't be followed, or backorders would grow without end.
    """
    plan.check(item)
    step = plan.step(item.pack_size)
    highest = max(plan.full_stock, 0) + step
    lowest = 0
    if item.backorders:
        most = 0 if item.max_order is None else item.max_order // step * step
        if most and most <= item.mean_demand:
            raise ValueError(
                f"max_order is {item.max_order}, and {item.mean_demand:.6g} units are wanted a day: "
                "what is owed would grow without end"
            )
        lowest = min(0, plan.trigger) - max(len(item.pmf), most) - step
    return OrderTable(lowest, units_ordered(plan, item, np.arange(lowest, highest + 1)))
