"""Urgent orders that come back, and what would have avoided them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.policy import Policy
from brikopt.purchasing.finding import Facts, Finding, least_saving
from brikopt.purchasing.shelves import wards_of
from brikopt.purchasing.urgent_causes import LATE, MIN_TOO_LOW, ORDER_DAY, UrgentLines
from brikopt.purchasing.used_in_time import chance_left
from brikopt.reason import Reason

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FEWEST_URGENT = 3  # urgent lines of an item in a year; fewer are chance …
FEWEST_OF_A_CAUSE = 2  # … and so is a cause that shows only once
_COUNTED = {"by_min": "n_min", "by_day": "n_weekday", "by_supplier": "n_late"}
_TOLD = [
    "item_id",
    "cabinet_id",
    "ward_id",
    "name",
    "min_level",
    "advised_min",
    "avoided",
    "lines",
    "urgent_lines",
    "weekday",
    "days_late",
    *_COUNTED.keys(),
    *_COUNTED.values(),
]
MOST_STEPS = 200  # cards or packs by which a min is raised at most


def urgent_orders(
    shelves: pd.DataFrame, urgent: UrgentLines, longest_wait: IntArray, policy: Policy
) -> Iterator[Finding]:
    """Find the items that are ordered urgently again and again, and name the most useful remedy.

    Parameters
    ----------
    shelves : DataFrame
        As from `brikopt.purchasing.shelves.shelves`.
    urgent : UrgentLines
        Of the last year, with their causes.
    longest_wait : ndarray of int64, shape (n_positions,)
        Days that a min has to last at most.
    policy : Policy
        Prices, promised fill rates, and the least saving.

    Yields
    ------
    Finding
        ``urgent_orders``: one for each item.

    Notes
    -----
    An urgent line costs an order line and one unit that was missing. A higher min avoids the share of them by which it
    lowers the chance that use in the longest wait exceeds min; what it adds to the shelf is held for a year. An order
    day, or goods in time, avoid the lines that the replay says they do. Where the levels advise a lower min, what was
    urgent has passed, and nothing is said.
    """
    if not len(urgent.position):
        return
    cases = _cases(shelves, urgent, longest_wait, policy)
    for item_id, rows in cases.groupby("item_id", sort=True):
        if rows["urgent_lines"].sum() >= FEWEST_URGENT:
            yield from _one_item(str(item_id), rows, policy)


def _cases(shelves: pd.DataFrame, urgent: UrgentLines, longest_wait: IntArray, policy: Policy) -> pd.DataFrame:
    """Add up the urgent lines of each position by cause, and price the remedies."""
    size = len(shelves)
    n_late, n_min, n_day = (
        np.bincount(urgent.position[urgent.cause == cause], minlength=size) for cause in (LATE, MIN_TOO_LOW, ORDER_DAY)
    )
    days_late = np.bincount(urgent.position, weights=urgent.days_late, minlength=size) / np.maximum(n_late, 1)
    on_day = urgent.cause == ORDER_DAY
    by_weekday = np.bincount(urgent.position[on_day] * 7 + urgent.weekday[on_day], minlength=size * 7).reshape(size, 7)
    cases = shelves.assign(
        n_late=n_late,
        n_min=n_min,
        urgent_lines=n_late + n_min + n_day,
        days_late=days_late,
        weekday=by_weekday.argmax(axis=1),
        n_weekday=by_weekday.max(axis=1),
        wait=longest_wait,
    )
    kept = cases[(cases["urgent_lines"] > 0) & cases["in_use"] & (cases["new_min_level"] >= cases["min_level"])]
    return _priced(kept, policy)[_TOLD]


def _priced(cases: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    each = policy.cost.order_line + cases["shortage_dkk"]
    advised, avoided = _better_min(cases, policy)
    added = (advised - cases["min_level"]) * cases["holding_dkk"]
    return cases.assign(
        advised_min=advised,
        avoided=avoided,
        by_min=(cases["n_min"] * avoided * each - added).where(cases["n_min"] > 0, 0.0).clip(lower=0.0),
        by_day=cases["n_weekday"] * each,
        by_supplier=cases["n_late"] * each,
    )


def _better_min(cases: pd.DataFrame, policy: Policy) -> tuple[FloatArray, FloatArray]:
    """Min that lasts the longest wait as surely as the policy promises, and the share of urgent lines it avoids."""
    today, pack, card, rate = (
        cases[name].to_numpy(np.float64) for name in ("min_level", "pack_size", "brik_qty", "demand_per_day_mean")
    )
    wait = cases["wait"].to_numpy(np.float64)
    mean = rate * wait
    # How unsure the rate is adds to the variance of use, as for any mixture.
    spread = cases["dispersion"].to_numpy(np.float64) + cases["demand_per_day_sd"].to_numpy() ** 2 * wait / rate
    promised = np.where(cases["critical"], policy.levels.min_fill_rate_critical, policy.levels.min_fill_rate)
    step = np.where(cases["is_brik"], np.maximum(card, 1.0), pack)
    # What the levels advise stands, where they advise more: two lists must not contradict each other.
    planned = cases["new_min_level"].to_numpy(np.float64)
    tried = today[:, None] + step[:, None] * np.arange(1, MOST_STEPS + 1)
    enough = chance_left(mean[:, None], spread[:, None], tried + 1) >= promised[:, None]
    first = np.where(enough.any(axis=1), enough.argmax(axis=1), MOST_STEPS - 1)
    advised = np.where(planned > today, planned, tried[np.arange(len(cases)), first])
    above_today, above_new = (1.0 - chance_left(mean, spread, level + 1) for level in (today, advised))
    share = 1.0 - np.divide(above_new, above_today, out=np.ones(len(cases)), where=above_today > 0)
    return advised, share


def _one_item(item_id: str, rows: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    remedies = {name: float(rows[name].sum()) for name in _COUNTED}
    remedy = max(remedies, key=lambda name: remedies[name])
    urgent_lines = int(rows["urgent_lines"].sum())
    rows = rows[rows[remedy] > 0].sort_values([remedy, "cabinet_id"], ascending=[False, True])
    if rows[_COUNTED[remedy]].sum() < FEWEST_OF_A_CAUSE or remedies[remedy] < least_saving(
        policy, rows["ward_id"].nunique()
    ):
        return
    yield Finding(
        item_id=item_id,
        code="urgent_orders",
        ward_ids=wards_of(rows),
        reason=_reason(remedy, urgent_lines, rows),
        lines=int((rows["lines"] + rows["urgent_lines"]).sum()),
        saving_dkk_per_year=remedies[remedy],
        saving_co2e_kg_per_year=0.0,
    )


def _reason(remedy: str, urgent_lines: int, rows: pd.DataFrame) -> Reason:
    worst = rows.iloc[0]
    shared: Facts = {
        "name": str(worst["name"]),
        "urgent_lines": urgent_lines,
        "wards": rows["ward_id"].nunique(),
        "cabinet_id": str(worst["cabinet_id"]),
    }
    if remedy == "by_min":
        levels: Facts = {"min_level": int(worst["min_level"]), "new_min_level": int(worst["advised_min"])}
        return Reason("purchase_urgent_min", {**shared, **levels, "avoided": float(worst["avoided"])})
    if remedy == "by_day":
        avoided: Facts = {"weekday": int(worst["weekday"]), "avoided": int(worst["n_weekday"])}
        return Reason("purchase_urgent_day", {**shared, **avoided})
    late: Facts = {
        "late": int(rows["n_late"].sum()),
        "days_late": float(np.average(rows["days_late"], weights=rows["n_late"])),
    }
    return Reason("purchase_urgent_late", {**shared, **late})
