"""One position on its own: how much is wanted a day, how goods come and last, and what everything costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Unmet = Literal["lost", "backorder"]

DAYS_A_WEEK = 7
PMF_TOLERANCE = 1e-3  # chances typed with three digits still add up to 1


@dataclass(frozen=True, slots=True)
class Position:
    """One item on one shelf, as section 6 of the contract describes it.

    Parameters
    ----------
    demand_pmf : array-like of shape (n,) or (7, n)
        Chance that 0, 1, 2 … units are wanted on a day; days are independent. Seven rows are the days of the week in
        turn, and the first day is that of the first row.
    lead_time_days : int
        An order placed on day t may first be used on day t + lead_time_days; 0 is the same day.
    shelf_life_days : int, optional
        Days on which a unit may be used; None does not expire.
    remaining_life_pmf : array-like of shape (n,), optional
        Chance that a unit comes with 0, 1, 2 … days on which it may be used, each unit for itself; in place of
        ``shelf_life_days``. What comes with 0 is thrown out at once.
    newest_first_share : float
        Chance that a unit wanted is taken from the newest goods instead of the oldest.
    unmet : {"lost", "backorder"}
        What becomes of a unit wanted and not there.
    pack_size : int
        Every order is a whole number of packs.
    max_stock : int, optional
        Most units on the shelf and on order together; None is no limit.
    max_order : int, optional
        Most units in one order; None is no limit.

    Raises
    ------
    ValueError
        If a value can't be; the message names it.

    Examples
    --------
    >>> Position(demand_pmf=[0.8, 0.15, 0.05], lead_time_days=2).mean_demand
    0.25
    """

    demand_pmf: npt.ArrayLike
    lead_time_days: int = 1
    shelf_life_days: int | None = None
    newest_first_share: float = 0.0
    unmet: Unmet = "lost"
    pack_size: int = 1
    max_stock: int | None = None
    max_order: int | None = None
    remaining_life_pmf: npt.ArrayLike | None = None

    def __post_init__(self) -> None:
        # A tuple, so that positions can be compared and kept in sets.
        object.__setattr__(self, "demand_pmf", _as_tuples(self.demand_pmf))
        if self.remaining_life_pmf is not None:
            if self.shelf_life_days is not None:
                raise ValueError("shelf_life_days and remaining_life_pmf are both given; use one of them")
            lives = checked_pmf(self.remaining_life_pmf, "remaining_life_pmf", "days of life")
            object.__setattr__(self, "remaining_life_pmf", tuple(lives.tolist()))
        whole("lead_time_days", self.lead_time_days, at_least=0)
        whole("pack_size", self.pack_size, at_least=1)
        for name in ("shelf_life_days", "max_stock", "max_order"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name), at_least=1)
        if not 0 <= self.newest_first_share <= 1:
            raise ValueError(f"newest_first_share is {self.newest_first_share}; use a share from 0 to 1")
        if self.unmet not in get_args(Unmet):
            raise ValueError(f"unmet is {self.unmet!r}; use 'lost' or 'backorder'")
        if self.max_order is not None and self.max_order < self.pack_size:
            raise ValueError(f"max_order is {self.max_order}, less than one pack of {self.pack_size} units")

    @property
    def pmf(self) -> FloatArray:
        """Chance of 0, 1, 2 … units a day, shape (n,); of any day where weekdays differ."""
        pmf = np.asarray(self.demand_pmf, dtype=np.float64)
        return pmf if pmf.ndim == 1 else pmf.mean(axis=0)

    @property
    def by_weekday(self) -> FloatArray:
        """The same for each day of the week in turn, shape (n_days, n): one row where all are alike, else seven."""
        return np.atleast_2d(np.asarray(self.demand_pmf, dtype=np.float64))

    @property
    def is_varied(self) -> bool:
        """Whether weekdays differ or goods come with a random life: such a shelf is simulated."""
        return len(self.by_weekday) > 1 or self.remaining_life_pmf is not None

    @property
    def longest_life(self) -> int | None:
        """Most days on which a unit may be used; None does not expire."""
        if self.remaining_life_pmf is None:
            return self.shelf_life_days
        return max(len(np.asarray(self.remaining_life_pmf)) - 1, 1)

    @property
    def mean_demand(self) -> float:
        """Units wanted a day, in the mean."""
        return float(np.arange(len(self.pmf)) @ self.pmf)

    @property
    def backorders(self) -> bool:
        """Whether what is short stays owed."""
        return self.unmet == "backorder"


@dataclass(frozen=True, slots=True)
class Costs:
    """What things cost, in any one currency.

    Parameters
    ----------
    order_line : float
        For each day on which something is ordered.
    order_unit : float
        For each unit ordered.
    holding_unit_day : float
        For each unit left at a day's end.
    expired_unit : float
        For each unit thrown out.
    shortage_unit : float
        For each unit lost; with backorders, for each unit owed at a day's end.

    Raises
    ------
    ValueError
        If a cost is negative or not finite.
    """

    order_line: float = 0.0
    order_unit: float = 0.0
    holding_unit_day: float = 0.0
    expired_unit: float = 0.0
    shortage_unit: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            cost = getattr(self, field.name)
            if not (math.isfinite(cost) and cost >= 0):
                raise ValueError(f"{field.name} is {cost}; use a finite amount, 0 or more")


def whole(name: str, value: object, at_least: int | None = None) -> int:
    """Check that a value is a whole number, not below a bound.

    Parameters
    ----------
    name : str
        What the value is called in the message.
    value : object
        The value.
    at_least : int, optional
        Its lower bound.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        Naming the value.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ValueError(f"{name} is {value!r}; use a whole number")  # noqa: TRY004 - callers catch one kind of error
    if at_least is not None and value < at_least:
        raise ValueError(f"{name} is {value}; use {at_least} or more")
    return int(value)


def _as_tuples(pmf: npt.ArrayLike) -> tuple[float, ...] | tuple[tuple[float, ...], ...]:
    """Check chances of one day, or of seven; rows get one length."""
    given = list(np.asarray(pmf, dtype=object)) if not np.isscalar(pmf) else []
    if not given or np.isscalar(given[0]) or given[0] is None:
        return tuple(checked_pmf(pmf).tolist())
    if len(given) != DAYS_A_WEEK:
        raise ValueError(f"demand_pmf has {len(given)} rows; give one list of chances, or seven, one for each weekday")
    rows = [checked_pmf(np.asarray(row, dtype=np.float64)) for row in given]
    longest = max(len(row) for row in rows)
    return tuple(tuple(np.pad(row, (0, longest - len(row))).tolist()) for row in rows)


def checked_pmf(pmf: npt.ArrayLike, name: str = "demand_pmf", counted: str = "units") -> FloatArray:
    """Check that chances of 0, 1, 2 … units are chances, and make their sum exactly 1.

    Parameters
    ----------
    pmf : array-like of shape (n,)
        Chances, from no unit upwards.
    name, counted : str
        What the chances and what they are of are called in the message.

    Returns
    -------
    ndarray of shape (n_possible,)
        Without zeros at the end.

    Raises
    ------
    ValueError
        If a chance is negative or not finite, or their sum is further than 0.001 from 1.
    """
    chances = np.asarray(pmf, dtype=np.float64)
    if chances.ndim != 1 or not len(chances):
        raise ValueError(f"{name} has shape {chances.shape}; give a list of chances of 0, 1, 2 … {counted}")
    wrong = np.flatnonzero(~(np.isfinite(chances) & (chances >= 0)))
    if len(wrong):
        raise ValueError(f"{name} has {chances[wrong[0]]} for {wrong[0]} {counted}; a chance is 0 or more")
    total = float(chances.sum())
    if abs(total - 1) > PMF_TOLERANCE:
        raise ValueError(f"{name} sums to {total:.6g}; the chances of all numbers of {counted} sum to 1")
    return np.trim_zeros(chances, "b") / total
