"""One position worked out the plain way: every state that comes about, every plan tried; nothing of brikopt's own.

A state is a row of numbers: units by age, oldest first; units under way, next first; units owed. The long run is the
mean of many days from an empty shelf, each of which stands still with a chance of one half, so circles don't matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import scipy.sparse

Order = Callable[[np.ndarray], np.ndarray]  # units ordered at inventory positions
BASE = 1 << 7  # more than any number in a state


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainItem:
    """As in section 6 of the contract; costs in the order line, unit, holding, expired, shortage."""

    pmf: Sequence[float]
    lead_time: int = 1
    life: int | None = None
    newest: float = 0.0
    backorder: bool = False
    costs: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """Cost and units a day."""

    cost: float
    short: float
    expired: float


def order_up_to(trigger: int, full: int, pack: int = 1, max_order: int | None = None, room: int | None = None) -> Order:
    """Whole packs up to a level, at or below a trigger; never more than may be ordered, or than there is room for."""

    def one(position: int) -> int:
        if position > trigger:
            return 0
        units = -(-(full - position) // pack) * pack
        while units > 0 and ((max_order is not None and units > max_order) or (room and position + units > room)):
            units -= pack
        return max(units, 0)

    return np.vectorize(one, otypes=[np.int64])


def order_cards(qty: int, count: int) -> Order:
    """A card for each whole quantity that has gone."""
    return lambda position: np.maximum((qty * count - position) // qty, 0) * qty


def day(
    item: PlainItem, states: np.ndarray, ordered: np.ndarray, wanted: int, newest: int
) -> tuple[np.ndarray, np.ndarray]:
    """Live one day in each state; return the states after it, and cost, units short and units expired, (n, 3)."""
    ages = item.life or 1
    shelf, way, owed = states[:, :ages].copy(), states[:, ages:-1], states[:, -1].copy()
    short = np.full(len(states), wanted)
    left = np.full(len(states), newest)
    for age in reversed(range(ages)):
        taken = np.minimum(left, shelf[:, age])
        shelf[:, age] -= taken
        left -= taken
        short -= taken
    for age in range(ages):
        taken = np.minimum(short, shelf[:, age])
        shelf[:, age] -= taken
        short -= taken
    expired = np.zeros_like(short)
    if item.life is not None:
        expired = shelf[:, 0].copy()
        shelf = np.column_stack([shelf[:, 1:], np.zeros_like(expired)])
    if item.backorder:
        owed += short
    line, unit, holding, waste, shortage = item.costs
    cost = line * (ordered > 0) + unit * ordered + holding * shelf.sum(axis=1) + waste * expired
    cost = cost + shortage * (owed if item.backorder else short)
    way = np.column_stack([way, ordered])
    settled = np.minimum(way[:, 0], owed)
    shelf[:, -1] += way[:, 0] - settled
    after = np.column_stack([shelf, way[:, 1:], owed - settled])
    return after, np.column_stack([cost, short, expired])


def long_run(item: PlainItem, order: Order) -> PlainAnswer:
    """Long-run means a day under a plan."""
    width = (item.life or 1) + item.lead_time
    weights = BASE ** np.arange(width, dtype=np.int64)
    fresh = np.zeros((1, width), dtype=np.int64)
    number: dict[int, int] = {0: 0}
    moves, rewards = [], []
    while len(fresh):
        first = len(number) - len(fresh)
        ordered = order(fresh[:, : width - 1].sum(axis=1) - fresh[:, -1])
        reward, found = np.zeros((len(fresh), 3)), []
        for wanted, likely in enumerate(item.pmf):
            for newest in range(wanted + 1):
                chance = likely * comb(wanted, newest) * item.newest**newest * (1 - item.newest) ** (wanted - newest)
                if chance > 1e-15:
                    after, amounts = day(item, fresh, ordered, wanted, newest)
                    reward += chance * amounts
                    found.append((after, chance))
        rewards.append(reward)
        every = np.concatenate([after for after, _ in found])
        keys, where = np.unique(every @ weights, return_index=True)
        unknown = [at for name, at in zip(keys.tolist(), where.tolist(), strict=True) if name not in number]
        known_before = first + len(fresh)
        for name in (every[unknown] @ weights).tolist():
            number[name] = len(number)
        rows = np.arange(first, known_before)
        for after, chance in found:
            target = np.array([number[name] for name in (after @ weights).tolist()])
            moves.append((target, rows, np.full(len(rows), chance)))
        fresh = every[unknown]
    target, source, chances = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    size = len(number)
    matrix = scipy.sparse.csr_array((chances, (target, source)), shape=(size, size))
    share = np.zeros(size)
    share[0] = 1.0
    for _ in range(100_000):
        before = share
        share = 0.5 * (share + matrix @ share)
        if np.abs(share - before).sum() < 1e-13:
            break
    return PlainAnswer(*(share @ np.concatenate(rewards) / share.sum()).tolist())
