"""From what was found in each cabinet to the output tables: here the steps meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.outputs import PURCHASING
from brikopt.coverage.progress import coverage
from brikopt.dead_stock import dead_stock
from brikopt.demand.shifts import shifts
from brikopt.demand.variation import dispersion_at
from brikopt.expiry.forecast import MIN_CHANCE
from brikopt.expiry.helps import helps
from brikopt.flows.cabinet import CabinetResult
from brikopt.flows.progress import Progress
from brikopt.policy import Policy
from brikopt.purchasing.calendars import calendars
from brikopt.purchasing.finding import Finding
from brikopt.purchasing.findings import purchasing
from brikopt.purchasing.late_goods import waits_for_late_goods
from brikopt.reason import Reason
from brikopt.reports.trim_list import Found, trim_list
from brikopt.schedule import DAYS_PER_MONTH
from brikopt.stock.past import NEWEST_FIRST_SHAPE, OLDEST_FIRST_SHAPE
from brikopt.stock.posterior import Evidence
from brikopt.supply_risk import lenders, supply_risk
from brikopt.transfers.answered import Answers, still_possible, with_agreed, with_answers
from brikopt.transfers.handling import TextArray
from brikopt.transfers.moves import transfers
from brikopt.transfers.surplus import Givers
from brikopt.transfers.uptake import Takers

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
EPOCH = date(1970, 1, 1).toordinal()
Say = Callable[[Reason], str]

NEWEST_FIRST = NEWEST_FIRST_SHAPE / (NEWEST_FIRST_SHAPE + OLDEST_FIRST_SHAPE)  # mean share of picks
NO_ANSWERS = Answers()
MIN_GIVEN_UNITS = 0.2  # expected units out of date below which nothing is worth moving


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
    level_reasons = [reason for result in results for reason in result.level_reasons]
    with progress.step("transfers"):
        p_excess = [chances for result in results for chances in result.p_excess]
        moves = _transfers(positions, p_excess, evidence, policy, tables.as_of, answers)
    with progress.step("supply_risk"):
        lending = lenders(positions)
        at_risk = supply_risk(positions, lending)
    with progress.step("dead_stock"):
        dead = dead_stock(positions, tables.as_of)
    with progress.step("purchasing"):
        to_buyers = _purchasing(positions, evidence, policy, tables.as_of)
    with progress.step("coverage"):
        reviewed = coverage(tables.wards, tables.cabinets, tables.reviews, policy.targets, tables.as_of)
    found = Found(
        positions=positions,
        level_reasons=level_reasons,
        phrases=[pair for result in results for pair in result.phrases],
        transfers=moves,
        horizon_days=policy.expiry.horizon_days,
    )
    with progress.step("trim_list"):
        to_do = trim_list(found, say)
    expiry_reasons = [reason for result in results for reason in result.expiry_reasons]
    return {
        "stock": positions,
        "expiry_flags": _flags(positions, expiry_reasons, helps(positions, moves), say),
        "levels": _levels(positions, level_reasons, _shifts_told(evidence, say), say),
        "trim_list": to_do,
        "transfers": moves,
        "supply_risk": at_risk,
        "lenders": lending,
        "dead_stock": dead,
        "purchasing": _findings(to_buyers, say),
        "coverage": reviewed,
        "cabinet_levels": pd.DataFrame([result.cabinet | {"reason": say(result.cabinet_reason)} for result in results]),
    }


def _flags(
    positions: pd.DataFrame, reasons: Sequence[Reason], helped: Sequence[Reason | None], say: Say
) -> pd.DataFrame:
    """What may go out of date, in kroner at the purchase price; CO2e stands beside it."""
    at = np.flatnonzero(positions["p_expire"] >= MIN_CHANCE)
    flagged = positions.iloc[at]
    units = flagged["expected_expired_units"]
    return flagged.assign(
        expected_expired_dkk=units * flagged["unit_price_dkk"],
        expected_expired_co2e_kg=units * flagged["co2e_kg_per_unit"],
        reason=[" ".join(say(one) for one in (reasons[int(row)], helped[int(row)]) if one) for row in at],
    ).reset_index(drop=True)


def _levels(positions: pd.DataFrame, reasons: Sequence[Reason], shifted: Sequence[str], say: Say) -> pd.DataFrame:
    """Cards are blank where there are none."""
    cards = ("brik_qty", "brik_count", "new_brik_qty", "new_brik_count")
    shown = {name: positions[name].where(positions["is_brik"]) for name in cards}
    stirred = [say(one) if one is not None else "" for one in positions["stirred"]]
    parts = zip(map(say, reasons), stirred, shifted, strict=True)
    why = [" ".join(part for part in told if part) for told in parts]
    return positions.assign(**shown, reason=why)


def shifts_since(evidence: Evidence) -> dict[int, tuple[date, Reason]]:
    """Rows whose use has clearly shifted: since when, and how. A level left in peace is looked at again then."""
    found = shifts(evidence.ledger.lines, evidence.first_day, evidence.clock, evidence.clock_start, evidence.as_of)
    told = {}
    for row in np.flatnonzero(found.told()):
        since = date.fromordinal(EPOCH + int(found.day[row]))
        before, after = (float(pace[row]) * DAYS_PER_MONTH for pace in (found.before, found.after))
        told[int(row)] = (since, Reason("stirred_use", {"before_per_month": before, "after_per_month": after}))
    return told


def _shifts_told(evidence: Evidence, say: Say) -> list[str]:
    """A sentence for each position whose use has clearly shifted, else nothing."""
    found = shifts(evidence.ledger.lines, evidence.first_day, evidence.clock, evidence.clock_start, evidence.as_of)
    told = [""] * len(found.day)
    for row in np.flatnonzero(found.told()):
        before, after = float(found.before[row]), float(found.after[row])
        told[row] = say(
            Reason(
                "use_fell" if after < before else "use_rose",
                {
                    "since": date.fromordinal(EPOCH + int(found.day[row])),
                    "before_per_month": before * DAYS_PER_MONTH,
                    "after_per_month": after * DAYS_PER_MONTH,
                },
            )
        )
    return told


def _spare_units(positions: pd.DataFrame) -> pd.Series:
    """Units that a position can lend: what is surely there and not needed before its own next delivery."""
    spare = np.floor((positions["on_hand_low"] - positions["need_units"]).to_numpy(np.float64))
    lent = np.where(positions["protected"], 0.0, np.maximum(spare, 0.0))
    return pd.Series(lent, index=positions.index)


def _late_goods(evidence: Evidence) -> BoolArray:
    return waits_for_late_goods(evidence.ledger.lines, calendars(evidence.positions), evidence.as_of)


def _dispersion(positions: pd.DataFrame, evidence: Evidence) -> FloatArray:
    """Variance of use over its mean."""
    rate = positions["demand_per_day_mean"].to_numpy(np.float64)
    return dispersion_at(rate[:, None], evidence.lumpier, evidence.variation)[:, 0]


def _purchasing(positions: pd.DataFrame, evidence: Evidence, policy: Policy, as_of: date) -> Sequence[Finding]:
    return purchasing(
        positions,
        evidence.ledger.lines,
        first_day=evidence.first_day,
        dispersion=_dispersion(positions, evidence),
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


def _places(positions: pd.DataFrame) -> dict[str, TextArray]:
    names = ("cabinet_id", "item_id", "ward_id", "hospital", "unit")
    return {name: positions[name].to_numpy(dtype=object) for name in names}


def _padded(chances: Sequence[FloatArray]) -> FloatArray:
    """Rows of different lengths as one array, filled up with zeros."""
    filled = np.zeros((len(chances), max(map(len, chances), default=0)))
    for row, values in enumerate(chances):
        filled[row, : len(values)] = values
    return filled


def _transfers(
    positions: pd.DataFrame,
    p_excess: Sequence[FloatArray],
    evidence: Evidence,
    policy: Policy,
    as_of: date,
    answers: Answers,
) -> pd.DataFrame:
    surplus = np.array([chances.sum() for chances in p_excess]) >= MIN_GIVEN_UNITS
    surplus &= (positions["earliest_expiry"].notna() & ~positions["protected"]).to_numpy()
    offered = positions[surplus]
    givers = Givers(
        **_places(offered),
        expiry_day=(offered["earliest_expiry"] - pd.Timestamp(as_of)).dt.days.to_numpy().astype(np.int64),
        p_excess=_padded([p_excess[int(row)] for row in np.flatnonzero(surplus)]),
        keep_units=offered["need_units"].to_numpy(np.float64),
        on_hand_low=offered["on_hand_low"].to_numpy(np.float64),
    )
    stock, full = (positions[name].to_numpy(np.float64) for name in ("on_hand_mean", "max_level"))
    own_days = (positions["earliest_expiry"] - pd.Timestamp(as_of)).dt.days.to_numpy(np.float64) + 1.0
    takers = Takers(
        **_places(positions),
        stock=stock,
        moved_in=np.zeros(len(positions)),
        own_days=np.where(np.isnan(own_days), np.inf, own_days),
        newest_first=np.full(len(positions), NEWEST_FIRST),
        rate_mean=positions["demand_per_day_mean"].to_numpy(np.float64),
        rate_var=positions["demand_per_day_sd"].to_numpy(np.float64) ** 2,
        dispersion=_dispersion(positions, evidence),
        # A full shelf, and the card that hangs by the time the goods come.
        room_units=np.maximum(full - stock, 0.0) + positions["brik_qty"].to_numpy(np.float64),
    )
    items = positions.drop_duplicates("item_id").set_index("item_id")
    whole = items.index.isin(policy.transfers.unbroken_packs) | items["category"].isin(policy.transfers.unbroken_packs)
    places = zip(positions["cabinet_id"], positions["item_id"], strict=True)
    agreed = still_possible(answers.agreed, dict(zip(places, positions["on_hand_high"], strict=True)), as_of)
    givers, takers = with_agreed(givers, takers, agreed)
    moves = transfers(
        givers,
        takers,
        items["unit_price_dkk"],
        disposal_per_unit=policy.cost.disposal_per_unit,
        as_of=as_of,
        piece_units=items["pack_size"].where(whole, 1).astype("int64"),
    )
    return with_answers(moves, agreed, answers.declined)
