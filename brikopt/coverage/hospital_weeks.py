"""The weeks of one hospital as a CP-SAT model: which ward begins when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from brikopt.coverage.packing import UNPLACED, minutes_used
from brikopt.coverage.review_task import Need, Task
from brikopt.errors import BrikoptError

IntArray = npt.NDArray[np.int64]

EFFORT = 3.0  # deterministic time for each question, shared by all hospitals
LEAST_EFFORT = 0.1  # a hospital's, below which CP-SAT has no time to begin
OERE = 100


class HospitalWeeks:
    """The weeks of one hospital as a CP-SAT model, and a schedule to begin from."""

    def __init__(self, task: Task, row: int, start: IntArray) -> None:
        # Variables: one yes/no for each visit and each week in which it can begin; none of them = after the window.
        self.task, self.row, self.start = task, row, start
        self.model = cp_model.CpModel()
        self.effort = max(LEAST_EFFORT, EFFORT / len(task.capacity))
        self.begins: dict[int, dict[int, cp_model.IntVar]] = {}
        self.end: dict[tuple[int, int], int] = {}
        load: list[list[cp_model.LinearExprT]] = [[] for _ in task.last_day]
        for visit in np.flatnonzero(task.place == row).tolist():
            self.begins[visit] = {}
            for week in range(len(load)):
                used = minutes_used(int(task.visits.minutes[visit]), task.capacity[row], week)
                if len(used):
                    begins = self.begins[visit][week] = self.model.new_bool_var(f"{visit}.{week}")
                    self.end[visit, week] = week + len(used) - 1
                for later, part in enumerate(used.tolist()):
                    load[week + later].append(part * begins)
        # Constraints: no ward twice, no week beyond its hours.
        for options in self.begins.values():
            self.model.add_at_most_one(options.values())
        for minutes, parts in zip(task.capacity[row].tolist(), load, strict=True):
            self.model.add(cp_model.LinearExpr.sum(parts) <= minutes)

    def most_in_time(self, short: IntArray) -> IntArray:
        """Do as much in time as can be for the needs that are short.

        Parameters
        ----------
        short : ndarray of int64, shape (n_needs,)
            Wards that each need lacks with the schedule to begin from.

        Returns
        -------
        ndarray of int64, shape (n_visits,)
            First weeks; those of other hospitals as they were.
        """
        parts = []
        for need in [need for need, lacks in zip(self.task.needs, short.tolist(), strict=True) if lacks]:
            parts += [need.weight * begins for begins in self._in_time(need)]
        self.model.maximize(cp_model.LinearExpr.sum(parts))
        return self._solved()[0]

    def least_waiting(self, spare: IntArray) -> tuple[IntArray, float, float]:
        """Lose as few kroner as can be by waiting.

        Parameters
        ----------
        spare : ndarray of int64, shape (n_needs,)
            How many fewer wards than with the schedule to begin from may be in time for each need.

        Returns
        -------
        start : ndarray of int64, shape (n_visits,)
            First weeks; those of other hospitals as they were.
        lost, least : float
            Øre lost, and the least that any plan could lose.
        """
        mine = list(self.begins)
        for need, done, fewer in zip(self.task.needs, self.task.in_time(self.start), spare.tolist(), strict=True):
            self.model.add(cp_model.LinearExpr.sum(self._in_time(need)) >= int(done[mine].sum()) - fewer)
        # Objective in whole øre, because CP-SAT counts in integers: what is lost until each visit is done.
        after = int(self.task.last_day[-1]) + 7
        a_day = self.task.visits.at_stake * OERE / 365
        lost: list[cp_model.LinearExprT] = [int(a_day[visit] * after) for visit in self.begins]
        for visit, at, begins in self._options():
            done_on = int(self.task.last_day[self.end[visit, at]])
            lost.append((int(a_day[visit] * done_on) - int(a_day[visit] * after)) * begins)
        self.model.minimize(cp_model.LinearExpr.sum(lost))
        start, best, bound = self._solved()
        return start, best, max(bound, self._uncut())

    def _in_time(self, need: Need) -> list[cp_model.IntVar]:
        helped = need.helped_by(self.task.visits)
        return [begins for visit, at, begins in self._options() if helped[visit] and self.end[visit, at] <= need.week]

    def _uncut(self) -> float:
        """Least loss in øre if visits could be cut anywhere: most kroner an hour first (Smith's rule)."""
        minutes = self.task.visits.minutes
        a_day = self.task.visits.at_stake * OERE / 365
        order = sorted(self.begins, key=lambda visit: -a_day[visit] / minutes[visit])
        after = self.task.last_day[-1] + 7
        done = np.cumsum(self.task.capacity[self.row])
        worked = np.cumsum([0, *minutes[order]])
        lost = 0.0
        for visit, begun, ended in zip(order, worked[:-1], worked[1:], strict=True):
            # Minutes of this visit that fall into each week, and after the window.
            ends = np.clip(np.append(done, ended), begun, ended)
            parts = np.diff(np.concatenate([[begun], ends]))
            lost += a_day[visit] / (ended - begun) * float(parts @ np.append(self.task.last_day, after))
        return lost

    def _options(self) -> Iterator[tuple[int, int, cp_model.IntVar]]:
        for visit, options in self.begins.items():
            for week, begins in options.items():
                yield visit, week, begins

    def _solved(self) -> tuple[IntArray, float, float]:
        for visit, week, begins in self._options():
            self.model.add_hint(begins, int(self.start[visit] == week))
        solver = cp_model.CpSolver()
        # One worker, a fixed seed and deterministic time: a rerun gives the same plan.
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = self.effort
        # Its long search for structure finds none here.
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.find_big_linear_overlap = False
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise BrikoptError(f"CP-SAT found no plan of reviews: {solver.status_name(status)}")
        start = self.start.copy()
        for visit, options in self.begins.items():
            chosen = (week for week, begins in options.items() if solver.boolean_value(begins))
            start[visit] = next(chosen, UNPLACED)
        return start, solver.objective_value, solver.best_objective_bound
