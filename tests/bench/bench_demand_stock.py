"""Demand and stock of a whole region: how long they take beside merely reading the same extracts.

A simulated region of 230,000 positions and 7 million order lines; ``BRIKOPT_BENCH_REGION`` names a folder of extracts
that is there already.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from datetime import date
from pathlib import Path

import psutil

from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.flows.simulate import simulate
from brikopt.parallel import map_in_order
from brikopt.stock.on_hand import stock_of
from brikopt.stock.posterior import gather_evidence

AIM_SECONDS = 120.0
HORIZON_DAYS = 180


def region_folder(tmp_path: Path) -> Path:
    """The extracts to read."""
    given = os.environ.get("BRIKOPT_BENCH_REGION")
    if given:
        return Path(given)
    simulate(tmp_path / "region", preset="region", jobs=2)
    return tmp_path / "region"


def test_demand_and_stock_beside_reading(tmp_path: Path) -> None:
    """Prints seconds of reading and of the rest, their ratio, and the memory taken at most."""
    folder = region_folder(tmp_path)
    began = time.perf_counter()
    intake = read_extracts(folder, as_of=date(2025, 3, 1), lang="da")
    tables = intake.extract.before(intake.as_of)
    read = time.perf_counter()
    evidence = gather_evidence(tables, position_table(tables), 30, HORIZON_DAYS)
    gathered = time.perf_counter()
    parts = [evidence.part(first, last) for first, last in cabinet_rows(evidence.positions)]
    found = sum(len(part) for part in map_in_order(stock_of, parts, jobs=2, backend="loky"))
    done = time.perf_counter()
    assert found == len(evidence.positions)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    workers = sum(child.memory_info().rss for child in psutil.Process().children(recursive=True)) / 2**30
    sys.stdout.write(
        f"\n{found} positions, {len(tables.orders)} order lines: reading {read - began:.0f} s; "
        f"evidence {gathered - read:.0f} s, filter {done - gathered:.0f} s on 2 cores: "
        f"{(done - read) / AIM_SECONDS:.2f} of the {AIM_SECONDS:.0f} s aimed at, {(done - read) / (read - began):.1f} "
        f"times the reading; at most {own:.1f} GB here, and {workers:.1f} GB in all workers\n"
    )
