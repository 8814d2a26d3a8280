"""Lines that are ordered more often than they are worth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.policy import Policy
from brikopt.purchasing.finding import Facts, Finding, least_of_a_shelf, least_saving
from brikopt.purchasing.shelves import wards_of
from brikopt.purchasing.used_in_time import DAYS_PER_YEAR
from brikopt.reason import Reason

FloatArray = NDArray[np.float64]

TOO_OFTEN = 2.0  # times the lines of the best interval; below it the cost curve is flat
SURELY = 1.645  # standard errors: 95 % sure that the lines of a year are no chance
LONGEST_DAYS = 91.0  # of use in one line: a quarter of a year, beyond it use may have changed
SHARE_OF_LIFE = 0.25  # of the days until its date that one line may last, so that next to nothing expires


def ordered_too_often(shelves: pd.DataFrame, received: pd.DataFrame, policy: Policy) -> Iterator[Finding]:
    """Find the items that would come cheaper in fewer, larger lines.

    Parameters
    ----------
    shelves : DataFrame
        As from `brikopt.purchasing.shelves.shelves`.
    received : DataFrame
        Litres that came to each ward on each weekday, as from `brikopt.purchasing.received.received_by_weekday`.
    policy : Policy
        Prices, and the least saving.

    Yields
    ------
    Finding
        ``order_too_often``: one for each item that pays in at least one ward.

    Notes
    -----
    The best line is the economic order quantity √(2 × units a year × order line / holding a unit-year) (Harris 1913) in
    whole packs, but no more than a quarter of a year's use, a quarter of the shelf life, or what the new level orders
    at once: the levels know what the cabinet has room for. Only order lines saved and holding added count. A few lines
    come often by chance: their number is taken to vary as that of a Poisson process, and has to be too large by its 95
    % bound. Lines ordered too seldom are left to the levels. The weekday named is that on which most comes to the wards
    anyhow: there the fewer, larger lines fill boxes that are on their way already.
    """
    asked = shelves[shelves["in_use"] & (shelves["lines"] > 0)]
    asked = asked.assign(line_units=asked["units_per_year"] / asked["lines_per_year"])
    asked = asked.assign(best_units=_with_room(asked, _economic_units(asked, policy)))
    asked = asked.assign(best_lines=asked["units_per_year"] / asked["best_units"])
    fewer = asked["lines_per_year"] - asked["best_lines"]
    added = asked["holding_dkk"] * (asked["best_units"] - asked["line_units"]) / 2
    asked = asked.assign(saving=policy.cost.order_line * fewer - added)
    surely = asked["lines_per_year"] * (1.0 - SURELY / np.sqrt(asked["lines"]))
    often = surely >= TOO_OFTEN * asked["best_lines"]
    worth = asked["saving"] >= least_of_a_shelf(policy)
    for item_id, rows in asked[often & worth].groupby("item_id", sort=True):
        if rows["saving"].sum() >= least_saving(policy, rows["ward_id"].nunique()):
            yield _finding(str(item_id), rows, received)


def _economic_units(asked: pd.DataFrame, policy: Policy) -> FloatArray:
    """Units of the best line, room not looked at yet."""
    yearly, holding = (asked[name].to_numpy(np.float64) for name in ("units_per_year", "holding_dkk"))
    longest = np.minimum(LONGEST_DAYS, SHARE_OF_LIFE * asked["usable_days"].to_numpy(np.float64))
    most = yearly * longest / DAYS_PER_YEAR
    free = np.full(len(yearly), np.inf)  # goods that cost nothing to hold
    economic = np.sqrt(np.divide(2 * yearly * policy.cost.order_line, holding, out=free, where=holding > 0))
    units: FloatArray = np.minimum(economic, most)
    return units


def _with_room(asked: pd.DataFrame, units: FloatArray) -> FloatArray:
    """Whole packs of the line that the new level takes, and never less than today's line."""
    today, pack = (asked[name].to_numpy(np.float64) for name in ("line_units", "pack_size"))
    taken = (asked["new_max_level"] - asked["new_min_level"]).to_numpy(np.float64)
    fitting: FloatArray = np.maximum(np.floor(np.minimum(units, taken) / pack) * pack, today)
    return fitting


def _finding(item_id: str, rows: pd.DataFrame, received: pd.DataFrame) -> Finding:
    lines, best = rows["lines_per_year"].sum(), rows["best_lines"].sum()
    units = rows["units_per_year"].sum()
    facts: Facts = {
        "name": str(rows["name"].iloc[0]),
        "wards": rows["ward_id"].nunique(),
        "lines_per_year": float(lines),
        "line_units": float(units / lines),
        "best_lines": float(best),
        "best_units": float(units / best),
    }
    wards = wards_of(rows)
    litres = received.reindex(list(wards)).sum()
    known = bool(litres.sum() > 0)
    if known:
        facts |= {"best_days": DAYS_PER_YEAR * len(rows) / float(best), "weekday": int(litres.to_numpy().argmax())}
    return Finding(
        item_id=item_id,
        code="order_too_often",
        ward_ids=wards,
        reason=Reason("purchase_often_day" if known else "purchase_often", facts),
        lines=int(rows["lines"].sum()),
        saving_dkk_per_year=float(rows["saving"].sum()),
        saving_co2e_kg_per_year=0.0,
    )
