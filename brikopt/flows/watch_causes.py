"""Why use changed, as far as other goods, other wards, the year before and the ward's activity tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.demand.between_lines import Stretches
from brikopt.flows.watched import ITEM, POSITION, WARD, WATCHED_DAYS, Change

FloatArray = npt.NDArray[np.float64]

YEAR, HALF = 365, 182
SEASON_DAYS = (28, 240)  # how old a change may be for the year before to tell whether it is the season
SEASON_SHARE = 0.6  # of the change, in logs, that came the year before as well
FEW_GOODS = 3  # of a ward that change together: more than chance, a new way of working
DATED_DAYS = 90  # a change dated no better says nothing of others at the same time
ACTIVITY_MONTHS, ACTIVITY_SHARE = 6, 0.5  # on either side; of the change, in logs, that activity explains
LEAST = 1e-9


def with_causes(
    found: Sequence[Change], positions: pd.DataFrame, tables: Tables, told: Stretches, as_of: int
) -> list[Change]:
    """Give each change its likeliest cause.

    Parameters
    ----------
    found : sequence of Change
        Of use; of all levels.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    tables : Tables
        The rows known at the moment of decision.
    told : Stretches
        Uses between lines of all positions.
    as_of : int
        Days since 1970-01-01.

    Returns
    -------
    list of Change
        In the same order. A replacement explains more than a ward, a ward more than a procedure: the first that fits.
    """
    return [replace(one, cause=_cause(one, found, positions, tables, told, as_of)) for one in found]


def _cause(
    one: Change, found: Sequence[Change], positions: pd.DataFrame, tables: Tables, told: Stretches, as_of: int
) -> str:
    if one.level != WARD and _is_replacement(one, found, positions):
        return "replaced_item"
    if _is_season(one, told, as_of):
        return "season"
    if _follows_activity(one, positions, tables):
        return "ward_activity"
    if one.level == WARD or any(w.level == WARD and w.ward_id == one.ward_id and one.meets(w) for w in found):
        return "ward_activity"
    if one.level == ITEM or any(i.level == ITEM and i.item_id == one.item_id and one.meets(i) for i in found):
        return "new_procedure"
    return "new_procedure" if _is_one_of_several(one, found) else "unknown"


def _is_one_of_several(one: Change, found: Sequence[Change]) -> bool:
    """Whether more goods of the ward went the same way at one time than chance brings together."""
    alike = [
        other
        for other in found
        if other.level == POSITION
        and other.ward_id == one.ward_id
        and other.rises == one.rises
        and other.last_day - other.first_day <= DATED_DAYS
    ]
    if one not in alike:
        return False
    together = sum(one.meets(other, slack=0.0) for other in alike)
    by_chance = len(alike) * 2 * DATED_DAYS / WATCHED_DAYS
    return together >= max(FEW_GOODS, 2.0 * by_chance)


def _is_replacement(one: Change, found: Sequence[Change], positions: pd.DataFrame) -> bool:
    """Whether an item replaces or is replaced, or its group's other item goes the other way in the same ward."""
    row = positions.iloc[one.rows[0]]
    if row["replaced_by"]:
        return not one.rises
    if one.rises and (positions["replaced_by"] == one.item_id).any():
        return True
    group = row["substitute_group"]
    if not group or one.level != POSITION:
        return False
    for other in found:
        same = other.level == POSITION and other.ward_id == one.ward_id and other.item_id != one.item_id
        if same and positions["substitute_group"].iloc[other.rows[0]] == group:
            near = one.first_day - 45 <= other.last_day and other.first_day - 45 <= one.last_day
            if near and other.rises != one.rises:
                return True
    return False


def _is_season(one: Change, told: Stretches, as_of: int) -> bool:
    """Whether use went the same way at the same time a year before."""
    day = 0.5 * (one.first_day + one.last_day)
    length = as_of - day
    if not SEASON_DAYS[0] <= length <= SEASON_DAYS[1]:
        return False
    windows = ((day, as_of), (day - HALF, day), (day - YEAR, as_of - YEAR), (day - YEAR - HALF, day - YEAR))
    now, before, then, before_then = (
        sum(used_between(told, row, as_of, *window) for row in one.rows) / (window[1] - window[0]) for window in windows
    )
    if min(before, before_then) <= LEAST:
        return False
    floor = 0.05 * before
    change, earlier = np.log(max(now, floor) / before), np.log(max(then, floor) / before_then)
    return bool(change * earlier > 0 and abs(earlier) >= SEASON_SHARE * abs(change))


def used_between(told: Stretches, row: int, as_of: int, begin: float, end: float) -> float:
    """Units used between two days, evenly over each stretch between lines; half a card since the last line.

    Parameters
    ----------
    told : Stretches
        Of all positions.
    row : int
        Which one.
    as_of : int
        Days since 1970-01-01, as are ``begin`` and ``end``.
    """
    mine = slice(told.start[row], told.start[row + 1])
    days, units = told.days[mine], told.units[mine]
    last = as_of - told.silent_days[row]
    edges = np.concatenate([last - np.cumsum(days[::-1])[::-1], [last, as_of]])
    used = np.concatenate([[0.0], np.cumsum(np.append(units, 0.5 * told.step[row] if told.silent_days[row] else 0.0))])
    low, high = np.interp([begin, end], edges, used)
    return float(high - low)


def _follows_activity(one: Change, positions: pd.DataFrame, tables: Tables) -> bool:
    """Whether the unit's activity changed the same way, by at least half as much."""
    activity = getattr(tables, "activity", None)
    if activity is None or one.level == ITEM or not len(activity):
        return False
    unit = positions["unit"].iloc[one.rows[0]]
    rows = activity[activity["unit"] == unit]
    if not len(rows):
        return False
    month = pd.PeriodIndex(pd.to_datetime(rows["month"]), freq="M")
    level = pd.Series(rows["activity"].to_numpy(np.float64), index=month).groupby(level=0).sum().sort_index()
    day = pd.Timestamp(0) + pd.Timedelta(days=0.5 * (one.first_day + one.last_day))
    changed = day.to_period("M")
    after = level[level.index > changed].iloc[:ACTIVITY_MONTHS]
    before = level[level.index < changed].iloc[-ACTIVITY_MONTHS:]
    if not len(after) or not len(before) or min(after.mean(), before.mean()) <= 0 or one.before <= 0:
        return False
    change = np.log(max(one.after, 0.05 * one.before) / one.before)
    shown = np.log(after.mean() / before.mean())
    return bool(change * shown > 0 and abs(shown) >= ACTIVITY_SHARE * abs(change))
