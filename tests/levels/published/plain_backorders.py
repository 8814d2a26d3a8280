"""Goods that keep, with backorders, worked out the plain way: every min and max, from a textbook's renewal sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Poisson demand a day; cost of an order, of a unit held and of a unit owed at a day's end."""

    mean: float
    lead_time: int
    line: float
    holding: float
    owed: float

    def day_cost(self, positions: np.ndarray) -> np.ndarray:
        """Expected cost of the day a lead time after each position; lead_time + 1 days of demand are Poisson."""
        total = self.mean * (self.lead_time + 1)
        units = np.arange(int(total + 12 * np.sqrt(total) + 40))
        left = positions[:, None] - units
        weights = poisson.pmf(units, total)
        return (self.holding * np.maximum(left, 0) + self.owed * np.maximum(-left, 0)) @ weights


def every_pair(item: Owed, lowest: int, highest: int, widest: int) -> np.ndarray:
    """Cost a day of each pair: row = max from lowest on, column = max - min - 1."""
    falls = poisson.pmf(np.arange(widest), item.mean)
    visits = np.zeros(widest)  # days spent so many units below max between two orders
    visits[0] = 1 / (1 - falls[0])
    for depth in range(1, widest):
        visits[depth] = visits[:depth] @ falls[depth:0:-1] / (1 - falls[0])
    positions = np.arange(lowest - widest, highest + 1)
    cost = item.day_cost(positions)
    top = np.arange(lowest, highest + 1) + widest - lowest
    below = top[:, None] - np.arange(widest)
    return (item.line + np.cumsum(visits * cost[below], axis=1)) / np.cumsum(visits)


def cards_cost(item: Owed, qty: int, count: int) -> float:
    """Cost a day of cards: each position within a card comes equally often after ordering (Hadley and Whitin)."""
    positions = np.arange((count - 1) * qty + 1, count * qty + 1)
    units = np.arange(int(item.mean + 12 * np.sqrt(item.mean) + 40))
    tomorrow = positions[:, None] - units <= (count - 1) * qty
    orders = (tomorrow @ poisson.pmf(units, item.mean)).mean()
    return float(item.day_cost(positions).mean() + item.line * orders)
