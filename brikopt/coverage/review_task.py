"""What a plan of reviews has to do: the visits, the minutes of each hospital, and what the targets lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.coverage.packing import UNPLACED, first_fit, last_week
from brikopt.coverage.visits import Visits

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

REGION_FIRST = 1000  # A ward short in the region's row weighs as much as so many in the rows of units.


@dataclass(frozen=True, slots=True)
class Need:
    """A row of the coverage table that lacks wards.

    Parameters
    ----------
    unit : str
        The unit, or ``*`` for the region.
    kind : int
        Column of ``Visits.left``.
    week : int
        The last week that counts.
    wards : int
        Wards lacking.
    """

    unit: str
    kind: int
    week: int
    wards: int

    @property
    def weight(self) -> int:
        """How much a ward short weighs."""
        return REGION_FIRST if self.unit == "*" else 1

    def helped_by(self, visits: Visits) -> BoolArray:
        """Say which visits count towards it."""
        mine: BoolArray = (visits.unit == self.unit) | (self.unit == "*")
        return visits.left[:, self.kind] & mine


@dataclass(frozen=True, slots=True)
class Task:
    """What has to be done, with which minutes, and what for.

    Parameters
    ----------
    visits : Visits
        What is left to review.
    place : ndarray of int64, shape (n_visits,)
        Row of each visit's hospital in ``capacity``.
    capacity : ndarray of int64, shape (n_hospitals, n_weeks)
        Minutes of review in each week.
    last_day : ndarray of int64, shape (n_weeks,)
        Last day of each week, in days from today.
    needs : sequence of Need
        What the targets lack.
    """

    visits: Visits
    place: IntArray
    capacity: IntArray
    last_day: IntArray
    needs: Sequence[Need]

    def in_time(self, start: IntArray) -> BoolArray:
        """Say which visits are done in time for which need; shape (n_needs, n_visits)."""
        end = self.end(start)
        done = [need.helped_by(self.visits) & (end != UNPLACED) & (end <= need.week) for need in self.needs]
        return np.array(done, dtype=np.bool_).reshape(len(self.needs), len(start))

    def short(self, start: IntArray) -> IntArray:
        """Count the wards that each need lacks under a schedule."""
        wanted = np.array([need.wards for need in self.needs], dtype=np.int64)
        lacking: IntArray = np.maximum(wanted - self.in_time(start).sum(axis=1), 0)
        return lacking

    def first_fit(self, order: IntArray, room: IntArray) -> IntArray:
        """Place visits in the order given; see `brikopt.coverage.packing.first_fit`."""
        return first_fit(order, self.visits.minutes, self.place, room, self.capacity)

    def end(self, start: IntArray) -> IntArray:
        """Return the week in which each visit is done."""
        return last_week(start, self.visits.minutes, self.place, self.capacity)
