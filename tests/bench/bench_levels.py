"""Seconds to price and choose levels, a position, beside stockpyl's exact (s, S) and (r, Q) in the same run.

Run by ``make bench``. The region is simulated, or lies in ``BRIKOPT_BENCH_REGION``; some of its cabinets are taken, and
what they take is projected to 230,000 positions. stockpyl answers an easier question, one plan at one known Poisson use
for goods that keep; costs are not compared.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.flows.cabinet import CabinetJob, level_cases
from brikopt.flows.simulate import simulate
from brikopt.levels.cost import DAYS
from brikopt.levels.recommend import Case, Terms, recommend
from brikopt.policy import Policy
from brikopt.stock.posterior import gather_evidence
from tests.bench.bench_peer import PEER, peer_python

POSITIONS, PEER_POSITIONS, PEER_ORDER = 1_000, 40, 40.0
REGION, CORES, AIM_SECONDS = 230_000, 2, 150.0
AS_OF = date(2025, 3, 1)
SCRIPT = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
from stockpyl.rq import r_q_poisson_exact
from stockpyl.ss import s_s_discrete_exact
goods = json.load(sys.stdin)
seconds = []
for work in (
    lambda one: s_s_discrete_exact(one["holding"], one["shortage"], one["line"], True, one["need"]),
    lambda one: r_q_poisson_exact(one["holding"], one["shortage"], one["line"], one["use"], one["wait"]),
):
    started = time.perf_counter()
    for one in goods:
        work(one)
    seconds.append((time.perf_counter() - started) / len(goods))
print(json.dumps(seconds))
"""


@pytest.fixture(scope="module")
def cabinets(tmp_path_factory: pytest.TempPathFactory) -> list[list[Case]]:
    """Positions of some cabinets, their past lived through."""
    given = os.environ.get("BRIKOPT_BENCH_REGION")
    folder = Path(given) if given else tmp_path_factory.mktemp("region") / "data"
    if not given:
        simulate(folder, positions=2 * POSITIONS, wards=30, jobs=1)
    tables = read_extracts(folder, as_of=AS_OF, lang="da").extract.before(AS_OF)
    evidence = gather_evidence(tables, position_table(tables), 30, DAYS)
    spans = cabinet_rows(evidence.positions)
    found: list[list[Case]] = []
    for first, last in np.random.default_rng(1).permutation(spans).tolist():
        found.append(level_cases(CabinetJob(evidence.part(first, last), Policy(), AS_OF)))
        if sum(map(len, found)) >= POSITIONS:
            break
    return found


def choose_for(cases: list[Case]) -> None:
    """Price and choose for a cabinet that is full today, so that room binds."""
    litres = sum(float(case.today.max_level[0]) * case.unit_volume_litres for case in cases)
    recommend(cases, litres, Terms(min_saving=5.0))


def economic_order(case: Case) -> float:
    """Units; sqrt(2 K d / h) (Harris 1913)."""
    holding = max(case.price.holding_unit_day, 1e-4)
    return float(np.sqrt(2 * case.price.order_line * max(case.use_per_day, 0.01) / holding))


def peer_seconds(cases: list[Case]) -> tuple[float, float]:
    """Seconds a position of the peer's exact (s, S) and (r, Q), at the same prices and Poisson use."""
    # Where the economic order is large, the peer's search takes minutes; it is spared that.
    small = [case for case in cases if economic_order(case) <= PEER_ORDER][:PEER_POSITIONS]
    goods = [
        {
            "holding": max(case.price.holding_unit_day, 1e-4),
            "shortage": case.price.short_unit,
            "line": case.price.order_line,
            "use": max(case.use_per_day, 0.01),
            "wait": case.cover_days,
            "need": max(case.use_per_day * case.cover_days, 0.01),
        }
        for case in small
    ]
    asked = json.dumps(goods)
    found = subprocess.run([peer_python(), "-c", SCRIPT], input=asked, check=True, capture_output=True, text=True)
    two_level, fixed_size = json.loads(found.stdout.splitlines()[-1])
    return float(two_level), float(fixed_size)


def test_levels_beside_a_peer(cabinets: list[list[Case]]) -> None:
    """Milliseconds a position of each, and the projection to a region; the first cabinet compiles before the clock."""
    choose_for(cabinets[0])
    started = time.perf_counter()
    for cases in cabinets[1:]:
        choose_for(cases)
    positions = sum(map(len, cabinets[1:]))
    ours = (time.perf_counter() - started) / positions
    two_level, fixed_size = peer_seconds([case for cases in cabinets[1:] for case in cases])
    region = ours * REGION / CORES
    sys.stdout.write(
        f"\nlevels: {1e3 * ours:.2f} ms a position, priced on two years of futures and chosen for "
        f"{len(cabinets) - 1} full cabinets; {PEER}: {1e3 * two_level:.1f} ms for an exact (s, S), "
        f"{1e3 * fixed_size:.1f} ms for an exact (r, Q); {REGION:,} positions on {CORES} cores: {region:.0f} s, "
        f"{region / AIM_SECONDS:.1f} of the {AIM_SECONDS:.0f} s aimed at\n"
    )
    assert ours < two_level
