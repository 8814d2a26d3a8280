"""Medicine cabinets: narcotics stay where they are, and the guide speaks of the pharmacy."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.flows.cabinet import CabinetJob, work_on_cabinet
from brikopt.flows.moves import moves_between
from brikopt.flows.run import medicine_waste
from brikopt.policy import Policy
from brikopt.stock.posterior import gather_evidence
from brikopt.transfers.answered import Answers
from brikopt.world.region import simulate_region
from brikopt.world.settings import WorldSettings


@pytest.fixture(scope="module")
def lived():
    """A small region with goods that should move, and what was found in each cabinet."""
    region = simulate_region(WorldSettings(wards=4, positions=120, years=1, seed=5, items=30, dirty=0))
    tables = region.extract.before(region.tables.as_of)
    evidence = gather_evidence(tables, position_table(tables), 30, 730)
    policy = Policy()
    jobs = [CabinetJob(evidence.part(*rows), policy, tables.as_of) for rows in cabinet_rows(evidence.positions)]
    return tables, evidence, policy, [work_on_cabinet(job) for job in jobs]


def moves(lived, narcotic: frozenset[str]) -> pd.DataFrame:
    """The moves where some items are narcotics."""
    tables, evidence, policy, results = lived
    facts = pd.concat([result.facts for result in results], ignore_index=True)
    positions = pd.concat([evidence.positions, facts], axis=1)
    positions = positions.assign(narcotic=positions["item_id"].isin(narcotic))
    chances = [one for result in results for one in result.p_excess]
    known = replace(evidence, positions=positions)
    return moves_between(positions, chances, known, policy, tables.as_of, Answers())


def test_narcotics_are_never_moved(lived):
    """The items that move most stay once they are narcotics; all others move as before."""
    free = moves(lived, frozenset())
    first = free["item_id"].iloc[0]
    held = moves(lived, frozenset([first]))
    assert first not in set(held["item_id"])
    others = free[free["item_id"] != first].reset_index(drop=True)
    pd.testing.assert_frame_equal(held.reset_index(drop=True), others)


def test_medicine_waste_is_told_apart(lived):
    """One flagged cabinet is a medicine cabinet: its kroner alone are told; where there is none, nothing is."""
    _, evidence, _, results = lived
    facts = pd.concat([result.facts for result in results], ignore_index=True)
    stock = pd.concat([evidence.positions, facts], axis=1)
    flagged = stock[stock["p_expire"] >= 0.01]
    flags = flagged.assign(expected_expired_dkk=flagged["expected_expired_units"] * flagged["unit_price_dkk"])
    assert medicine_waste(stock, flags, 180) == []
    cabinet = flags["cabinet_id"].iloc[0]
    kinds = stock["kind"].mask(stock["cabinet_id"] == cabinet, "medicine")
    (told,) = medicine_waste(stock.assign(kind=kinds), flags, 180)
    mine = flags[flags["cabinet_id"] == cabinet]
    assert told.numbers["dkk"] == pytest.approx(mine["expected_expired_dkk"].sum())
    assert told.numbers["positions"] == len(mine) < len(flags)
