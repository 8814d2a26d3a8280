"""Which ward in which week: the targets first, then the most kroner the earliest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brikopt.coverage.hospital_weeks import HospitalWeeks
from brikopt.coverage.packing import UNPLACED, minutes_used
from brikopt.coverage.review_task import Need, Task
from brikopt.coverage.visits import Visits

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The weeks found; arrays of shape (n_visits,).

    Parameters
    ----------
    start, end : ndarray of int64
        Weeks in which each visit begins and is done; ``UNPLACED`` where there are never any hours.
    gap : float
        How far the kroner lost by waiting may lie above the least possible, as a share; 0 is proven best.
    """

    start: IntArray
    end: IntArray
    gap: float


def schedule(
    visits: Visits, hospitals: Sequence[str], capacity: IntArray, last_day: IntArray, needs: Sequence[Need], ahead: int
) -> Schedule:
    """Give each visit its week.

    Parameters
    ----------
    visits : Visits
        What is left to review.
    hospitals : sequence of str
        Rows of ``capacity``.
    capacity : ndarray of int64, shape (n_hospitals, n_weeks)
        Minutes of review in each week.
    last_day : ndarray of int64, shape (n_weeks,)
        Last day of each week, in days from today.
    needs : sequence of Need
        What the targets lack, and by when.
    ahead : int
        Weeks that are weighed against each other; the later ones are filled one after another.

    Returns
    -------
    Schedule

    Notes
    -----
    Two questions in turn. How few wards do the targets have to lack, the region's rows before those of units? And
    with no more lacking than that: how few kroner are lost by waiting, when each ward loses its yearly saving until
    its visit is done? Both begin from the rule "most an hour first" (Smith, 1956), which is best where visits can be
    cut, and CP-SAT betters it a hospital at a time: hours can't be lent, so hospitals meet in the targets alone.
    """
    row = {name: at for at, name in enumerate(hospitals)}
    place = np.array([row[name] for name in visits.hospital], dtype=np.int64)
    task = Task(visits, place, capacity, last_day, needs)
    window = Task(visits, place, capacity[:, :ahead], last_day[:ahead], needs)
    by_kroner, _ = _orders(task)
    start, gap = _least_waiting(window, _fewest_short(window))
    room = capacity.copy()
    _take(task, start, room)
    later = task.first_fit(by_kroner[start[by_kroner] == UNPLACED], room)
    start = np.where(start == UNPLACED, later, start)
    return Schedule(start, task.end(start), gap)


def fastest_first(visits: Visits) -> IntArray:
    """Order visits by kinds reviewed an hour: whatever the kroner, this fills the coverage rows the soonest."""
    return np.lexsort((visits.ward_id, -visits.left.sum(axis=1) / visits.minutes))


def _orders(task: Task) -> tuple[IntArray, IntArray]:
    """Most kroner an hour first; and most rows helped an hour first."""
    visits = task.visits
    helped = sum((need.weight * need.helped_by(visits) for need in task.needs), np.zeros(len(visits)))
    kroner = visits.at_stake / visits.minutes
    return np.lexsort((visits.ward_id, -kroner)), np.lexsort((visits.ward_id, -kroner, -helped / visits.minutes))


def _fewest_short(window: Task) -> IntArray:
    """Answer the first question: the better of the two rules, bettered where something is still lacking."""
    weights = np.array([need.weight for need in window.needs], dtype=np.int64)
    tried = [window.first_fit(order, window.capacity.copy()) for order in _orders(window)]
    start = min(tried, key=lambda one: int(weights @ window.short(one)))
    short = window.short(start)
    if not short.any():
        return start
    for row in range(len(window.capacity)):
        start = HospitalWeeks(window, row, start).most_in_time(short)
    # What helps one need may cost another that wasn't short.
    return min([*tried, start], key=lambda one: int(weights @ window.short(one)))


def _least_waiting(window: Task, start: IntArray) -> tuple[IntArray, float]:
    """Answer the second question; what a need has to spare is shared out over the hospitals."""
    spare = window.in_time(start).sum(axis=1) - np.array([need.wards for need in window.needs], dtype=np.int64)
    spare = np.maximum(spare, 0) // len(window.capacity)
    lost, least = 0.0, 0.0
    for row in range(len(window.capacity)):
        start, mine, bound = HospitalWeeks(window, row, start).least_waiting(spare)
        lost, least = lost + mine, least + bound
    return start, max(0.0, (lost - least) / lost) if lost > 0 else 0.0


def _take(task: Task, start: IntArray, room: IntArray) -> None:
    for visit in np.flatnonzero(start != UNPLACED):
        row, week = task.place[visit], start[visit]
        used = minutes_used(int(task.visits.minutes[visit]), task.capacity[row], int(week))
        room[row, week : week + len(used)] -= used
