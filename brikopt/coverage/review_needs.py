"""What the coverage rows lack, and by which week: the needs that a plan of reviews has to meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.coverage.packing import UNPLACED, first_fit, last_week
from brikopt.coverage.progress import REGION
from brikopt.coverage.review_weeks import Weeks
from brikopt.coverage.scope import KINDS
from brikopt.coverage.visits import Visits

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def lacking(covered: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Pick the coverage rows to plan for.

    Parameters
    ----------
    covered : DataFrame
        As from `brikopt.coverage.progress.coverage`.
    as_of : date
        Moment of decision.

    Returns
    -------
    DataFrame
        The rows that lack wards, earliest deadline first, region before units: those of all deadlines still ahead;
        where none is ahead, those of the last one, for a target that was missed is a target still.
    """
    ahead = covered["deadline"] >= pd.Timestamp(as_of)
    chosen = ahead if ahead.any() else covered["deadline"] == covered["deadline"].max()
    rows = covered[chosen & (covered["gap_wards"] > 0)]
    return rows.sort_values(["deadline", "kind", "unit"], kind="stable", ignore_index=True)


def due_weeks(
    rows: pd.DataFrame, weeks: Weeks, visits: Visits, place: IntArray, order: IntArray, capacity: IntArray
) -> IntArray:
    """Find the last week that counts for each row.

    Parameters
    ----------
    rows : DataFrame
        As from `lacking`.
    weeks : Weeks
        The weeks ahead, cut after each deadline.
    visits, place, order, capacity
        As in `brikopt.coverage.packing.first_fit`; ``order`` is the fastest order known.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        The week of the deadline. Where it has passed, the earliest week by which ``order`` gives the region all that
        it lacks of the kind; the last week where it never does.
    """
    deadline = (rows["deadline"] - pd.Timestamp(weeks.as_of)).dt.days.to_numpy()
    due = np.searchsorted(weeks.last, deadline, side="right") - 1
    if not (deadline < 0).any():
        return due.astype(np.int64)
    start = first_fit(order, visits.minutes, place, capacity.copy(), capacity)
    end = last_week(start, visits.minutes, place, capacity)
    caught_up = np.array([_reached(row, visits, end, len(weeks.last) - 1) for row in _region_first(rows)])
    return np.where(deadline < 0, caught_up, due).astype(np.int64)


def _region_first(rows: pd.DataFrame) -> Sequence[tuple[str, int]]:
    """Kind and wards lacking in the region's row that goes with each row; its own where the region lacks none."""
    region = rows[rows["unit"] == REGION].set_index("kind")["gap_wards"]
    return [(kind, int(region.get(kind, own))) for kind, own in zip(rows["kind"], rows["gap_wards"], strict=True)]


def _reached(row: tuple[str, int], visits: Visits, end: IntArray, never: int) -> int:
    kind, wards = row
    ends = np.sort(end[visits.left[:, KINDS.index(kind)] & (end != UNPLACED)])
    return int(ends[wards - 1]) if wards <= len(ends) else never
