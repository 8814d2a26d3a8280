"""The plans that are compared for a ward or a larger place, chosen as a run would, and what each brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.positions import places, position_table
from brikopt.errors import BadInput
from brikopt.flows.cabinet import CabinetJob, work_on_cabinet
from brikopt.flows.changed_policy import promise
from brikopt.flows.own_levels import LEVELS, PLACE, own_levels
from brikopt.flows.progress import Progress
from brikopt.flows.replay import ReplayJob, Year, replay, side_by_side, trade_off
from brikopt.flows.scope import Scope
from brikopt.levels.cost import DAYS
from brikopt.parallel import map_in_order
from brikopt.policy import Expiry, Policy
from brikopt.stock.posterior import Evidence, gather_evidence

PROMISES = (0.90, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995)  # fill rates at which levels are chosen anew for the curve
_ML = 0.001  # litres; less is rounding


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know.

    Parameters
    ----------
    scope : Scope
        The ward, or what is larger.
    levels_file : Path or None
        Levels to try.
    decided, priced : Policy
        The region's policy, and the one with what the options change.
    """

    scope: Scope
    levels_file: Path | None
    decided: Policy
    priced: Policy

    @property
    def changed(self) -> dict[str, str]:
        """The values that were changed, by the place where a policy file has them."""
        before, after = self.decided.model_dump(mode="json"), self.priced.model_dump(mode="json")
        return {
            f"[{section}] {key}": str(value)
            for section in ("cost", "levels", "expiry")
            for key, value in after[section].items()
            if value != before[section][key]
        }


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The user's file: its rows of the ward, None where there is no file, and how many lie in other wards."""

    rows: pd.DataFrame | None
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """Plans of one ward and what they do.

    Parameters
    ----------
    positions : DataFrame
        The ward's rows of the position table.
    plans : dict of str to DataFrame
        ``today``, ``recommended`` and, if something was asked for, ``own``: the settings, a row a position.
    figures, curve : DataFrame
        As from `trade_off`, for the plans (with ``plan``) and for levels chosen for each promise (with ``promise``).
    own : OwnRows
        What the user's file says.
    in_scope : int
        Positions of the place; where only some were lived through, sums stand for all of them.
    """

    positions: pd.DataFrame
    plans: dict[str, pd.DataFrame]
    figures: pd.DataFrame
    curve: pd.DataFrame
    own: OwnRows
    in_scope: int

    def overfull(self) -> list[str]:
        """Cabinets whose capacity the user's levels exceed at full stock, where today's don't."""
        if "own" not in self.plans:
            return []
        volume = self.positions["unit_volume_litres"].fillna(0.0)
        litres = pd.DataFrame({name: self.plans[name]["max_level"] * volume for name in ("today", "own")})
        cabinets = litres.groupby(self.positions["cabinet_id"]).sum()
        capacity = self.positions.groupby("cabinet_id")["capacity_litres"].first()
        return cabinets.index[cabinets["own"] > np.fmax(capacity, cabinets["today"]) + _ML].tolist()


def compare(tables: Tables, asked: Asked, jobs: int, progress: Progress) -> Compared:
    """Choose the levels to compare, and live the year under each.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    asked : Asked
        The ward, and what to try there.
    jobs : int
        Processes.
    progress : Progress
        Shows the steps.

    Returns
    -------
    Compared

    Raises
    ------
    BadInput
        If the ward is unknown or empty, or the user's levels can't be used.
    """
    positions = position_table(tables)
    asked.scope.check(tables, positions)
    own = _own(asked, tables, positions)
    at_promise = [_promising(asked.priced, level) for level in PROMISES]
    policies = list(dict.fromkeys([asked.decided, asked.priced, *at_promise]))
    with progress.step("evidence"):
        ward = _ward(tables, positions, asked.scope, policies)
    chosen = _chosen(ward, policies, tables.as_of, jobs, progress)
    plans = {"today": ward.positions[LEVELS], "recommended": chosen[asked.decided]}
    if own.rows is not None:
        plans["own"] = _with_own(ward.positions, own.rows)
    elif asked.priced != asked.decided:
        plans["own"] = chosen[asked.priced]
    lived = [*plans.values(), *(chosen[policy] for policy in at_promise)]
    year = _lived(ward.under(asked.priced), lived, jobs, progress)
    figures = trade_off(year, lived, places(ward.positions), asked.priced)
    in_scope = int(asked.scope.holds(positions).sum())
    sums = [name for name in figures.columns if name != "fill_rate"]
    figures[sums] = figures[sums].astype(float) * (in_scope / len(ward.positions))
    return Compared(
        ward.positions,
        plans,
        figures.head(len(plans)).assign(plan=list(plans)),
        figures.tail(len(PROMISES)).assign(promise=PROMISES),
        own,
        in_scope,
    )


@dataclass(frozen=True, slots=True)
class _Ward:
    """The ward's cabinets, as each policy sees the past.

    Parameters
    ----------
    positions : DataFrame
        Its rows of the position table, or those of the cabinets drawn.
    cabinets : dict of Expiry to list of Evidence
        Section ``[expiry]`` -> the evidence of each cabinet; most policies share one.
    """

    positions: pd.DataFrame
    cabinets: dict[Expiry, list[Evidence]]

    def under(self, policy: Policy) -> list[Evidence]:
        """Return the evidence that goes with a policy."""
        return self.cabinets[policy.expiry]


def _own(asked: Asked, tables: Tables, positions: pd.DataFrame) -> OwnRows:
    if asked.levels_file is None:
        return OwnRows(None)
    if not asked.scope.is_ward:
        option = f"--levels {asked.levels_file}"
        raise BadInput(option, "levels of your own are tried in one ward.", "Name it with --ward.")
    rows = own_levels(asked.levels_file, tables, positions)
    mine = rows.merge(positions.loc[asked.scope.holds(positions), PLACE], on=PLACE)
    if not len(mine):
        problem = f"no row belongs to a position of ward {asked.scope.ward_id}."
        raise BadInput(f"--levels {asked.levels_file}", problem, "Name another --ward, or add rows of this one.")
    return OwnRows(mine, len(rows) - len(mine))


def _promising(policy: Policy, fill_rate: float) -> Policy:
    levels = policy.levels.model_copy(update=promise(policy, fill_rate))
    return policy.model_copy(update={"levels": levels})


def _ward(tables: Tables, positions: pd.DataFrame, scope: Scope, policies: Sequence[Policy]) -> _Ward:
    """Gather what is known: of the whole region, because beliefs are pooled, then the ward's part of it."""
    mine = scope.cabinets(positions)
    cabinets = {}
    for expiry in dict.fromkeys(policy.expiry for policy in policies):
        evidence = gather_evidence(tables, positions, expiry.check_interval_days, max(DAYS, expiry.horizon_days))
        cabinets[expiry] = [evidence.part(first, last) for first, last in mine]
    rows = np.concatenate([np.arange(first, last) for first, last in mine])
    return _Ward(positions.iloc[rows].reset_index(drop=True), cabinets)


def _chosen(
    ward: _Ward, policies: Sequence[Policy], as_of: date, jobs: int, progress: Progress
) -> dict[Policy, pd.DataFrame]:
    """Choose levels by each policy, as a run would."""
    work = [CabinetJob(evidence, policy, as_of) for policy in policies for evidence in ward.under(policy)]
    facts = []
    with progress.step("cabinets", total=len(policies) * len(ward.positions)) as step:
        for result in map_in_order(work_on_cabinet, work, jobs=jobs):
            facts.append(result.facts)
            step.advance(len(result.facts))
    named = pd.concat(facts)[[f"new_{name}" for name in LEVELS]].set_axis(LEVELS, axis=1)
    size = len(ward.positions)
    return {
        policy: named.iloc[at * size : (at + 1) * size].reset_index(drop=True) for at, policy in enumerate(policies)
    }


def _with_own(positions: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Today's levels, with the user's in their place where the file names the position."""
    found = positions[PLACE].merge(own, how="left", on=PLACE)
    return found[LEVELS].fillna(positions[LEVELS]).astype("int64")


def _lived(cabinets: Sequence[Evidence], plans: Sequence[pd.DataFrame], jobs: int, progress: Progress) -> Year:
    work, first = [], 0
    for evidence in cabinets:
        rows = slice(first, first + len(evidence.places))
        work.append(ReplayJob(evidence, [levels.iloc[rows] for levels in plans]))
        first = rows.stop
    with progress.step("replay", total=len(work)) as step:
        years = []
        for year in map_in_order(replay, work, jobs=jobs):
            years.append(year)
            step.advance()
    return side_by_side(years)
