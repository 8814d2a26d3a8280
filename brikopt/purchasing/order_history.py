"""How each position was ordered in the last year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from brikopt.demand.order_lines import OrderLines

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

YEAR = 365  # days looked back
FEWEST_DAYS = 90  # a shorter history says too little of a year


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """The orders of the last year; arrays of shape (n_positions,).

    Parameters
    ----------
    lines : ndarray of int64
        Ordinary order lines; urgent ones are not counted.
    units : ndarray of float64
        Units on them.
    days : ndarray of float64
        Days of the year in which the position could have ordered.
    """

    lines: IntArray
    units: FloatArray
    days: FloatArray

    @property
    def lines_per_year(self) -> FloatArray:
        """Order lines a year; 0 where the history is too short to tell."""
        return self._per_year(self.lines.astype(np.float64))

    @property
    def units_per_year(self) -> FloatArray:
        """Units ordered a year; 0 where the history is too short to tell."""
        return self._per_year(self.units)

    def _per_year(self, counted: FloatArray) -> FloatArray:
        return np.where(self.days >= FEWEST_DAYS, counted * YEAR / np.maximum(self.days, 1.0), 0.0)


def day_number(as_of: date) -> int:
    """Return a date as days since 1970-01-01."""
    return int(np.datetime64(as_of, "D").astype(np.int64))


def order_history(lines: OrderLines, first_day: IntArray, as_of: date) -> OrderHistory:
    """Add up the ordinary order lines of the 365 days before the moment of decision.

    Parameters
    ----------
    lines : OrderLines
        Of all positions; none is dated on ``as_of`` or later.
    first_day : ndarray of int64, shape (n_positions,)
        When each position's history begins, days since 1970-01-01.
    as_of : date
        Moment of decision.

    Returns
    -------
    OrderHistory
    """
    end = day_number(as_of)
    counted = (lines.day >= end - YEAR) & (lines.day < end) & ~lines.urgent
    position, size = lines.position[counted], len(first_day)
    return OrderHistory(
        lines=np.bincount(position, minlength=size).astype(np.int64),
        units=np.bincount(position, weights=lines.quantity[counted], minlength=size).astype(np.float64),
        days=np.clip(end - first_day, 0, YEAR).astype(np.float64),
    )
