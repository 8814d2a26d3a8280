"""The watch on use: dated changes of positions, items and wards, with their likely cause (contract: shifts.csv)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.outputs import SHIFTS
from brikopt.demand.between_lines import Stretches
from brikopt.demand.common_change import CommonChange, common_change, shared_odds
from brikopt.demand.last_change import LATEST_LINES, LastChange, last_change
from brikopt.demand.variation import LUMPIER, of_lines
from brikopt.flows.previous import Previous
from brikopt.flows.watch_causes import with_causes
from brikopt.flows.watched import ITEM, POSITION, WARD, WATCHED_DAYS, Change
from brikopt.flows.watched_stock import changes_of_stock
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH
from brikopt.stock.posterior import Evidence, uses_between_lines

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Odds = npt.NDArray[np.float32]
Say = Callable[[Reason], str]

CERTAIN = 0.9  # chance from which a change is told: a dozen false ones in 1,000 position-years (shift_truth)
CERTAIN_IN_COMMON = {ITEM: 0.9, WARD: 0.97}  # the same; holidays of a ward look like a change for a while
GONE = 0.25  # of what was used: less, and no line since, is a stop; as little before is a restart
ITEM_TELLING, WARD_TELLING = 1.5, 1.3  # times as much, or as little; a ward's hundred goods tell finer than one
FEWEST_POSITIONS = {ITEM: 2, WARD: 5}  # that say so, each by itself
LEAST = 1e-9
NEWS_DAYS = 365.0  # in which a change loses two thirds of its weight on the list


@dataclass(frozen=True, slots=True)
class Watch:
    """What the watch looks at.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    told : Stretches
        Uses between their lines.
    lumpier : ndarray of float64, shape (n_positions,)
        How much lumpier than usual each is.
    odds : ndarray of float32, shape (n_positions, n_parts, n_factors)
        What each says of a change that it shares with others.
    """

    evidence: Evidence
    told: Stretches
    lumpier: FloatArray
    odds: Odds


def watch(evidence: Evidence) -> Watch:
    """Gather what the watch looks at."""
    told, lumpier = uses_between_lines(evidence, LATEST_LINES), evidence.lumpier @ LUMPIER
    return Watch(evidence, told, lumpier, shared_odds(told, lumpier, of_lines(evidence.variation)))


def changes_of_positions(seen: Watch) -> list[Change]:
    """Find the positions whose use clearly changed within two years, in the order of the evidence."""
    evidence = seen.evidence
    found = last_change(seen.told, seen.lumpier, of_lines(evidence.variation), evidence.as_of)
    rows = evidence.positions
    open_wards = ~rows["ward_closed"].to_numpy(np.bool_)
    news = (found.chance >= CERTAIN) & (found.last_day >= evidence.as_of - WATCHED_DAYS) & open_wards
    return [_change_of(evidence, found, int(at)) for at in np.flatnonzero(news)]


def _change_of(evidence: Evidence, found: LastChange, at: int) -> Change:
    row = evidence.positions.iloc[at]
    before, after = float(found.before[at]), float(found.after[at])
    kind = "rise" if after > before else "fall"
    if kind == "fall" and found.stopped[at] and after < GONE * before:
        kind = "stop"
    if kind == "rise" and (found.pause[at] > 0 or before < GONE * GONE * after):
        kind = "restart"
    return Change(
        level=POSITION,
        rows=(at,),
        cabinet_id=row["cabinet_id"],
        item_id=row["item_id"],
        ward_id=row["ward_id"],
        what=row["name"],
        first_day=float(found.first_day[at]),
        last_day=min(float(found.last_day[at]), evidence.as_of - 1.0),
        before=before,
        before_sd=float(found.before_sd[at]),
        after=after,
        after_sd=float(found.after_sd[at]),
        chance=float(found.chance[at]),
        change=kind,
        dkk=abs(after - before) * 365 * float(row["unit_price_dkk"]),
    )


def changes_of_groups(seen: Watch, level: str) -> list[Change]:
    """Find the items, or the wards, whose use clearly changed in common."""
    evidence = seen.evidence
    rows = evidence.positions
    usable = (~rows["ward_closed"]).to_numpy(np.bool_)
    codes = pd.factorize(rows[f"{level}_id"])[0]
    telling = ITEM_TELLING if level == ITEM else WARD_TELLING
    found = common_change(seen.odds, np.where(usable, codes, -1).astype(np.int64), evidence.as_of, telling)
    sure = np.flatnonzero((found.chance >= CERTAIN_IN_COMMON[level]) & (found.positions >= FEWEST_POSITIONS[level]))
    rates = _rates(seen)
    return [_change_of_group(evidence, found, int(one), np.flatnonzero(codes == one), level, rates) for one in sure]


def _change_of_group(
    evidence: Evidence, found: CommonChange, one: int, members: IntArray, level: str, rates: FloatArray
) -> Change:
    rows = evidence.positions.iloc[members]
    factor = float(found.factor[one])
    # The mean over a window holds some of both; what counts is how use after compares with use before.
    before = float(rates[members].sum())
    after = before * factor
    off = float(found.factor_sd[one])
    price = rows["unit_price_dkk"].to_numpy(np.float64)
    return Change(
        level=level,
        rows=tuple(members.tolist()),
        cabinet_id="",
        item_id=rows["item_id"].iloc[0] if level == ITEM else "",
        ward_id=rows["ward_id"].iloc[0] if level == WARD else "",
        what=rows["name"].iloc[0] if level == ITEM else rows["ward_name"].iloc[0],
        first_day=float(found.first_day[one]),
        last_day=min(float(found.last_day[one]), evidence.as_of - 1.0),
        before=before,
        before_sd=before * off / 2,
        after=after,
        after_sd=after * off,
        chance=float(found.chance[one]),
        change="rise" if factor > 1 else "fall",
        dkk=abs(factor - 1) * 365 * float((rates[members] * price).sum()),
        positions=int(found.positions[one]),
    )


def _rates(seen: Watch) -> FloatArray:
    """Units a usual day of each position, over all that its lines tell."""
    told = seen.told
    owner = np.repeat(np.arange(len(told.step)), np.diff(told.start))
    units = np.bincount(owner, weights=told.units, minlength=len(told.step))
    days = np.bincount(owner, weights=told.usual_days, minlength=len(told.step)) + told.silent_usual_days
    rate: FloatArray = units / np.maximum(days, 1.0)
    return rate


def shift_table(
    evidence: Evidence, tables: Tables, stock: pd.DataFrame, previous: Previous | None, say: Say
) -> pd.DataFrame:
    """Make the table ``shifts``.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    tables : Tables
        The rows known at the moment of decision.
    stock : DataFrame
        Figures of all positions, row by row.
    previous : Previous, optional
        An earlier result: what it told is not new, and its stock is compared with today's.
    say : callable
        Puts a reason into words.

    Returns
    -------
    DataFrame
        New changes first, those worth most first.
    """
    seen = watch(evidence)
    found = [
        *changes_of_positions(seen),
        *changes_of_groups(seen, ITEM),
        *changes_of_groups(seen, WARD),
    ]
    found = with_causes(found, evidence.positions, tables, seen.told, evidence.as_of)
    found += changes_of_stock(stock, tables, previous)
    known = () if previous is None else previous.shifts
    found = [replace(one, is_new=not any(one.is_known_as(row) for row in known)) for one in found]
    found.sort(key=lambda one: (not one.is_new, one.cause == "season", -_weight(one, evidence.as_of), one.key))
    return pd.DataFrame([_row(one, say) for one in found], columns=[column.name for column in SHIFTS.columns])


def _weight(one: Change, as_of: int) -> float:
    """DKK a year, less the longer ago it was."""
    return one.dkk * float(np.exp((one.last_day - as_of) / NEWS_DAYS))


def _row(one: Change, say: Say) -> Mapping[str, object]:
    return {
        "level": one.level,
        "cabinet_id": one.cabinet_id,
        "item_id": one.item_id,
        "ward_id": one.ward_id,
        "from_date": one.from_date,
        "to_date": one.to_date,
        "rate_before": one.before,
        "rate_after": one.after,
        "p_shift": one.chance,
        "cause": one.cause,
        "is_new": int(one.is_new),
        "reason": " ".join(say(reason) for reason in _reasons(one)),
        "measure": one.measure,
        "change": one.change,
        "rate_before_sd": one.before_sd,
        "rate_after_sd": one.after_sd,
    }


def _reasons(one: Change) -> Sequence[Reason]:
    """What happened, and why: use of goods by month, of wards as a share of what it was, stock as it is."""
    per = DAYS_PER_MONTH if one.measure == "use" else 1.0
    numbers: dict[str, int | float | str | date | bool] = {
        "what": one.what,
        "from": one.from_date,
        "to": one.to_date,
        "chance": one.chance,
        "before": one.before * per,
        "after": one.after * per,
        "before_error": one.before_sd * per,
        "after_error": one.after_sd * per,
        "times": one.after / max(one.before, LEAST),
        "positions": one.positions,
    }
    code = f"watch_stock_{one.level}" if one.measure == "stock" else f"watch_{one.level}"
    if code == "watch_position":
        code = f"watch_{one.change}"
    return [Reason(code, numbers), Reason(f"cause_{one.cause}", {})]
