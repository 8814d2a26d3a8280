"""Seconds to forecast expiry, a position, beside working out what lies on its shelf, in the same run.

Run by ``make bench``. The region is simulated, or lies in ``BRIKOPT_BENCH_REGION``; some of its cabinets are taken, and
what they take is projected to 230,000 positions.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.expiry.forecast import forecast
from brikopt.flows.cabinet import FLAG_PATHS
from brikopt.flows.simulate import simulate
from brikopt.stock.ageing import live_forward
from brikopt.stock.outlook import outlook, plan_of
from brikopt.stock.particles import Particles
from brikopt.stock.posterior import Evidence, gather_evidence, present

POSITIONS, HORIZON_DAYS = 1_000, 180
REGION, CORES, AIM_SECONDS = 230_000, 2, 120.0
AS_OF = date(2025, 3, 1)


def forecast_for(evidence: Evidence, row: int, now: Particles) -> None:
    """Live one shelf forward and read off what goes out of date."""
    ahead = outlook(evidence, row, now, FLAG_PATHS, HORIZON_DAYS, "flags")
    lived = live_forward(plan_of(evidence, row), ahead.supply, ahead.start, ahead.draws, FLAG_PATHS, HORIZON_DAYS)
    forecast(lived, now, np.zeros(0, dtype=np.int64), evidence.as_of)


def test_flags_beside_stock(tmp_path: Path) -> None:
    """Milliseconds a position of each, and the projection to a region; the first cabinet compiles before the clock."""
    given = os.environ.get("BRIKOPT_BENCH_REGION")
    if not given:
        simulate(tmp_path / "data", positions=2 * POSITIONS, wards=30, jobs=1)
    tables = read_extracts(Path(given) if given else tmp_path / "data", as_of=AS_OF, lang="da").extract.before(AS_OF)
    evidence = gather_evidence(tables, position_table(tables), 30, HORIZON_DAYS)
    spans = np.random.default_rng(1).permutation(cabinet_rows(evidence.positions)).tolist()
    stock = flags = 0.0
    positions = 0
    for number, (first, last) in enumerate(spans):
        for row in range(first, last):
            began = time.perf_counter()
            now = present(evidence, row)
            known = time.perf_counter()
            forecast_for(evidence, row, now)
            if number > 0:
                stock += known - began
                flags += time.perf_counter() - known
                positions += 1
        if positions >= POSITIONS:
            break
    region = flags / positions * REGION / CORES
    sys.stdout.write(
        f"\nflags: {1e3 * flags / positions:.2f} ms a position on {FLAG_PATHS} paths, {flags / stock:.2f} of what its "
        f"stock takes ({1e3 * stock / positions:.2f} ms); {REGION:,} positions on {CORES} cores: {region:.0f} s, "
        f"{region / AIM_SECONDS:.2f} of the {AIM_SECONDS:.0f} s aimed at\n"
    )
