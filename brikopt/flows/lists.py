"""From what was found in each cabinet to the output tables: here the steps meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.outputs import PURCHASING
from brikopt.counts import counts_worth_making
from brikopt.coverage.progress import coverage
from brikopt.dead_stock import dead_stock
from brikopt.expiry.forecast import MIN_CHANCE
from brikopt.expiry.helps import helps
from brikopt.expiry.out_of_date import out_of_date
from brikopt.flows.cabinet import CabinetResult
from brikopt.flows.list_words import (
    level_words,
    places_of,
    together,
    with_count_reasons,
    with_dead_reasons,
    with_lender_reasons,
    with_move_reasons,
    with_risk_reasons,
)
from brikopt.flows.moves import dispersion_of, moves_between
from brikopt.flows.progress import Progress
from brikopt.flows.shifted import shifts_told
from brikopt.policy import Policy
from brikopt.purchasing.calendars import calendars
from brikopt.purchasing.finding import Finding
from brikopt.purchasing.findings import purchasing
from brikopt.purchasing.late_goods import waits_for_late_goods
from brikopt.reason import Reason
from brikopt.reports.things import Found, take_out_words
from brikopt.reports.trim_list import trim_list
from brikopt.stock.posterior import Evidence
from brikopt.supply_risk import lenders, supply_risk
from brikopt.transfers.answered import Answers

BoolArray = npt.NDArray[np.bool_]
Say = Callable[[Reason], str]

NO_ANSWERS = Answers()


def output_tables(
    tables: Tables,
    policy: Policy,
    evidence: Evidence,
    results: Sequence[CabinetResult],
    say: Say,
    progress: Progress,
    answers: Answers = NO_ANSWERS,
) -> dict[str, pd.DataFrame]:
    """Make every list of the main job but the rejected rows.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    policy : Policy
        The region's policy.
    evidence : Evidence
        Of all positions.
    results : sequence of CabinetResult
        Of all cabinets, in the order of the evidence.
    say : callable
        Puts a reason into words.
    progress : Progress
        Shows the steps.
    answers : Answers, optional
        What people said to the moves of earlier runs.

    Returns
    -------
    dict of str to DataFrame
        By output name.
    """
    facts = pd.concat([result.facts for result in results], ignore_index=True)
    positions = pd.concat([evidence.positions, facts], axis=1)
    positions = positions.assign(spare_units=_spare_units(positions), late_goods=_late_goods(evidence))
    by_place = places_of(positions)
    reasons = [reason for result in results for reason in result.level_reasons]
    shifted = shifts_told(evidence, positions, say)
    stirred = [say(one) if one is not None else "" for one in positions["stirred"]]
    level_reasons = [
        " ".join(part for part in (level_words(reason, row, say), happened, told) if part)
        for reason, row, happened, told in zip(reasons, by_place.values(), stirred, shifted, strict=True)
    ]
    gone = out_of_date(positions)
    gone = gone.assign(reason=pd.array(take_out_words(gone, positions["on_hand_mean"], say), "str"))
    with progress.step("transfers"):
        p_excess = [chances for result in results for chances in result.p_excess]
        moves = moves_between(positions, p_excess, evidence, policy, tables.as_of, answers)
        moves = with_move_reasons(moves, by_place, say)
    with progress.step("supply_risk"):
        lending = lenders(positions)
        at_risk = with_risk_reasons(supply_risk(positions, lending), lending, by_place, say)
    with progress.step("dead_stock"):
        dead = with_dead_reasons(dead_stock(positions, tables.as_of), moves, by_place, say)
    with progress.step("purchasing"):
        to_buyers = _purchasing(positions, evidence, policy, tables.as_of)
    with progress.step("coverage"):
        reviewed = coverage(tables.wards, tables.cabinets, tables.reviews, policy.targets, tables.as_of)
    counts = with_count_reasons(counts_worth_making(positions), by_place, say)
    found = Found(
        positions=positions,
        level_reasons=level_reasons,
        phrases=[pair for result in results for pair in result.phrases],
        out_of_date=gone,
        transfers=moves,
        counts=counts,
        horizon_days=policy.expiry.horizon_days,
        disposal_per_unit=policy.cost.disposal_per_unit,
    )
    with progress.step("trim_list"):
        to_do = trim_list(found, policy.lists, say)
    expiry_reasons = [reasons for result in results for reasons in result.expiry_reasons]
    return {
        "stock": positions,
        "expiry_flags": _flags(positions, expiry_reasons, helps(positions, moves), say),
        "out_of_date": gone,
        "levels": _levels(positions, level_reasons),
        "trim_list": to_do,
        "transfers": moves,
        "supply_risk": at_risk,
        "lenders": with_lender_reasons(lending, by_place, say),
        "counts_worth_making": counts,
        "dead_stock": dead,
        "purchasing": _findings(to_buyers, say),
        "coverage": reviewed,
        "cabinet_levels": pd.DataFrame([result.cabinet | {"reason": say(result.cabinet_reason)} for result in results]),
    }


def _flags(
    positions: pd.DataFrame, reasons: Sequence[Sequence[Reason]], helped: Sequence[Reason | None], say: Say
) -> pd.DataFrame:
    """What may go out of date, in kroner at the purchase price; CO2e stands beside it."""
    at = np.flatnonzero(positions["p_expire"] >= MIN_CHANCE)
    flagged = positions.iloc[at]
    units = flagged["expected_expired_units"]
    return flagged.assign(
        expected_expired_dkk=units * flagged["unit_price_dkk"],
        expected_expired_co2e_kg=units * flagged["co2e_kg_per_unit"],
        reason=[together([*reasons[int(row)], helped[int(row)]], say) for row in at],
    ).reset_index(drop=True)


def _levels(positions: pd.DataFrame, reasons: Sequence[str]) -> pd.DataFrame:
    """Cards are blank where there are none."""
    cards = ("brik_qty", "brik_count", "new_brik_qty", "new_brik_count")
    shown = {name: positions[name].where(positions["is_brik"]) for name in cards}
    return positions.assign(**shown, reason=reasons)


def _spare_units(positions: pd.DataFrame) -> pd.Series:
    """Units that a position can lend: what is surely there, in date, and not needed before its own next delivery.

    Narcotics are lent to nobody.
    """
    spare = np.floor((positions["fresh_low"] - positions["need_units"]).to_numpy(np.float64))
    stays = positions["protected"] | positions["narcotic"] | ~positions["ward_open"]
    lent = np.where(stays, 0.0, np.maximum(spare, 0.0))
    return pd.Series(lent, index=positions.index)


def _late_goods(evidence: Evidence) -> BoolArray:
    return waits_for_late_goods(evidence.ledger.lines, calendars(evidence.positions), evidence.as_of)


def _purchasing(positions: pd.DataFrame, evidence: Evidence, policy: Policy, as_of: date) -> Sequence[Finding]:
    # Nothing more is bought of items that are replaced, or for wards that are closed.
    bought = (~positions["replaced"] & ~positions["ward_closed"]).to_numpy(np.bool_)
    return purchasing(
        positions[bought].reset_index(drop=True),
        evidence.ledger.lines.of_positions(bought),
        first_day=evidence.first_day[bought],
        dispersion=dispersion_of(positions, evidence)[bought],
        share_left=float(np.median(evidence.freshness)),
        policy=policy,
        as_of=as_of,
    )


def _findings(findings: Sequence[Finding], say: Say) -> pd.DataFrame:
    """Wards are parted by semicolons, as ids may hold spaces."""
    rows = [
        {
            "item_id": one.item_id,
            "finding": one.code,
            "wards": ";".join(one.ward_ids),
            "detail": f"{say(one.reason)} {say(one.certainty)}",
            "saving_dkk_per_year": one.saving_dkk_per_year,
            "saving_co2e_kg_per_year": one.saving_co2e_kg_per_year,
        }
        for one in findings
    ]
    return pd.DataFrame(rows, columns=[column.name for column in PURCHASING.columns])
