"""How many settings formulas spare the futures, and what is lost where they spare the best one.

``.venv/bin/python -m tests.whole.sketch_truth 51 52 --habits usual bursty`` makes regions, lives every setting of some
positions through many futures, and counts.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import numpy as np

from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.flows.cabinet import CabinetJob, level_cases
from brikopt.levels.cost import DAYS, cost_of_futures, live_settings, removes
from brikopt.levels.pricing import ROUNDS, worth_living
from brikopt.levels.recommend import INDIFFERENCE, Case, listed_settings
from brikopt.levels.sketch import sketch_settings
from brikopt.policy import Policy
from brikopt.stock.posterior import gather_evidence
from brikopt.world.region import simulate_region
from tests.whole.levels_truth import settings_of
from tests.whole.regions import AS_OF

FUTURES = 240
TOLERANCE = INDIFFERENCE * 10.0


@dataclass(frozen=True, slots=True)
class Spared:
    """What formulas spared.

    Parameters
    ----------
    listed, lived : float
        Settings a position that are worth trying, and that are lived through.
    best_spared : float
        Share of the positions whose best setting is not lived through.
    lost : float
        What is lost by that, as a share of what the best settings would save.
    lost_evenly : float
        The same, had as many settings been taken evenly from the list.
    """

    listed: float
    lived: float
    best_spared: float
    lost: float
    lost_evenly: float


def spared_in(cases: list[Case]) -> Spared:
    """Count for some positions."""
    rows = np.array([_spared(case) for case in cases])
    listed, lived, lost, lost_evenly, saving = rows.T
    return Spared(
        listed=float(listed.mean()),
        lived=float(lived.mean()),
        best_spared=float((lost > 0).mean()),
        lost=float(lost.sum() / saving.sum()),
        lost_evenly=float(lost_evenly.sum() / saving.sum()),
    )


def _spared(case: Case) -> tuple[float, ...]:
    settings, pack = listed_settings(case), case.bounds.pack_size
    removed = removes(settings)
    few = case.futures("choosing 0", ROUNDS[0])
    sketched = cost_of_futures(sketch_settings(settings, few, pack, ROUNDS[0]), removed, case.price).mean(axis=1)
    rest = worth_living(sketched, TOLERANCE)
    cost = cost_of_futures(
        live_settings(settings, case.futures("truth 0", FUTURES), pack, FUTURES), removed, case.price
    )
    mean = cost.mean(axis=1)
    evenly = np.linspace(0, len(mean) - 1, len(rest)).astype(np.int64)
    best = mean.min()
    return len(mean), len(rest), mean[rest].min() - best, mean[evenly].min() - best, mean[0] - best


def cases_of(habits: str, seed: int, positions: int) -> list[Case]:
    """Positions of a simulated region, their past lived through."""
    tables = simulate_region(settings_of(habits, seed, positions)).extract.before(AS_OF)
    evidence = gather_evidence(tables, position_table(tables), 30, DAYS)
    jobs = [CabinetJob(evidence.part(*span), Policy(), AS_OF) for span in cabinet_rows(evidence.positions)]
    return [case for job in jobs for case in level_cases(job)]


def main() -> None:
    """Print one line a region."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="+", type=int)
    parser.add_argument("--habits", nargs="+", default=["usual"])
    parser.add_argument("--positions", type=int, default=200)
    asked = parser.parse_args()
    for habits in asked.habits:
        for seed in asked.seeds:
            found = spared_in(cases_of(habits, seed, asked.positions))
            sys.stdout.write(
                f"{habits} {seed}: {found.lived:.1f} of {found.listed:.1f} settings lived through; the best one "
                f"spared in {100 * found.best_spared:.1f} % of the positions, which loses {100 * found.lost:.2f} % of "
                f"the saving, and {100 * found.lost_evenly:.1f} % had as many been taken evenly\n"
            )


if __name__ == "__main__":
    main()
