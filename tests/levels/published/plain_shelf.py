"""One position worked out the plain way: every state in a dictionary, every plan tried; nothing of brikopt's own.

A state is (units by age, oldest first; units under way, next first; units owed). The long run is the mean of many days
from an empty shelf, each of which stands still with a chance of one half, so that circles don't matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import scipy.sparse

State = tuple[tuple[int, ...], tuple[int, ...], int]
Order = Callable[[int], int]  # units ordered at an inventory position


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
    """Whole packs up to a level, at or below a trigger."""

    def order(position: int) -> int:
        if position > trigger:
            return 0
        units = -(-(full - position) // pack) * pack
        while units > 0 and ((max_order is not None and units > max_order) or (room and position + units > room)):
            units -= pack
        return max(units, 0)

    return order


def order_cards(qty: int, count: int) -> Order:
    """A card for each whole quantity that has gone."""
    return lambda position: max((qty * count - position) // qty, 0) * qty


def day(item: PlainItem, state: State, ordered: int, wanted: int, newest: int) -> tuple[State, float, int, int]:
    """Live one day; return the state after it, its cost, and units short and expired."""
    shelf, way, owed = list(state[0]), [*state[1], ordered], state[2]
    short = wanted
    for age in reversed(range(len(shelf))):
        taken = min(newest, shelf[age])
        shelf[age] -= taken
        newest -= taken
        short -= taken
    for age in range(len(shelf)):
        taken = min(short, shelf[age])
        shelf[age] -= taken
        short -= taken
    expired = 0
    if item.life is not None:
        expired, shelf = shelf[0], [*shelf[1:], 0]
    owed += short if item.backorder else 0
    line, unit, holding, waste, shortage = item.costs
    cost = line * (ordered > 0) + unit * ordered + holding * sum(shelf) + waste * expired
    cost += shortage * (owed if item.backorder else short)
    came, way = way[0], way[1:]
    settled = min(came, owed)
    shelf[-1] += came - settled
    return (tuple(shelf), tuple(way), owed - settled), cost, short, expired


def long_run(item: PlainItem, order: Order) -> PlainAnswer:
    """Long-run means a day under a plan."""
    start: State = ((0,) * (item.life or 1), (0,) * (item.lead_time - 1), 0)
    number, states = {start: 0}, [start]
    rows, columns, chances, rewards = [], [], [], []
    at = 0
    while at < len(states):
        state = states[at]
        ordered = order(sum(state[0]) + sum(state[1]) - state[2])
        reward = np.zeros(3)
        for wanted, likely in enumerate(item.pmf):
            for newest in range(wanted + 1):
                split = comb(wanted, newest) * item.newest**newest * (1 - item.newest) ** (wanted - newest)
                if likely * split < 1e-15:
                    continue
                tomorrow, *amounts = day(item, state, ordered, wanted, newest)
                reward += likely * split * np.array(amounts)
                if tomorrow not in number:
                    number[tomorrow] = len(states)
                    states.append(tomorrow)
                rows.append(at)
                columns.append(number[tomorrow])
                chances.append(likely * split)
        rewards.append(reward)
        at += 1
    moves = scipy.sparse.csr_array((chances, (columns, rows)), shape=(len(states), len(states)))
    share, before = np.zeros(len(states)), np.ones(len(states))
    share[0] = 1.0
    for _ in range(200_000):
        before = share
        share = 0.5 * (share + moves @ share)
        if np.abs(share - before).sum() < 1e-13:
            break
    return PlainAnswer(*(share @ np.array(rewards) / share.sum()))
