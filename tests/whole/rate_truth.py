"""How well the daily use of every position is known in simulated regions, beside last year's orders.

``.venv/bin/python -m tests.whole.rate_truth usual 1 2 3`` makes a region for each seed, and tells by the number of
order lines how far the rates are from the truth, how often a 90 % interval holds it, and how well positions are ranked.
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.positions import position_table
from brikopt.demand.rates import GRID_STEP
from brikopt.stock.posterior import Evidence, gather_evidence, present
from brikopt.world.region import Region, simulate_region
from tests.whole.figures import KEY
from tests.whole.levels_truth import settings_of
from tests.whole.regions import AS_OF

POSITIONS = 600
YEAR = 365
BY_LINES = {"0": 0, "1-2": 2, "3-9": 9, "10+": 10**9}  # at most so many order lines
FloatArray = npt.NDArray[np.float64]


def true_rates(region: Region, places: pd.DataFrame) -> FloatArray:
    """Units wanted a day at the moment of decision, by the last year's calendar of the ward, shape (n,)."""
    stage = region.stage
    row = places[KEY].merge(stage.names.assign(row=np.arange(len(stage.names))), on=KEY, how="left")["row"].to_numpy()
    shelf, day = stage.shelves[row], (AS_OF - stage.settings.first_day).days
    shifted = np.where(shelf["shift_day"] <= day, shelf["shift_factor"], 1.0)
    alive = (day < shelf["dead_from"]) | (shelf["back_from"] <= day)
    usual: FloatArray = stage.ward_days.busy[shelf["ward"], max(day - YEAR, 0) : day].mean(axis=1)
    return shelf["rate"] * shifted * alive * usual


def interval(chance: FloatArray, grid: FloatArray) -> tuple[float, float]:
    """The 5 % and 95 % quantiles of a rate known on a grid, each as far as its step of the grid goes.

    Parameters
    ----------
    chance : ndarray of float64, shape (RATES + 1,)
        Of each rate; the last is that nothing is used.
    grid : ndarray of float64, shape (RATES,)
        Units a day.
    """
    rates, reached = np.append(0.0, grid), np.cumsum(np.append(chance[-1], chance[:-1]))
    low, high = (rates[min(int(np.searchsorted(reached, share)), len(grid))] for share in (0.05, 0.95))
    half_a_step = float(np.exp(GRID_STEP / 2))
    return float(low) / half_a_step, float(high) * half_a_step


def beside_the_truth(region: Region) -> pd.DataFrame:
    """Every position's rate, one row each: ``true``, ``said``, ``held``, ``last_year`` and ``lines``."""
    known = region.extract.before(AS_OF)
    evidence = gather_evidence(known, position_table(known), 30, 180)
    found = pd.DataFrame([_said(evidence, row) for row in range(len(evidence.places))])
    found["true"] = true_rates(region, evidence.positions)
    found["held"] = found["true"].between(found.pop("low"), found.pop("high"))
    return found


def _said(evidence: Evidence, row: int) -> dict[str, float]:
    chance = present(evidence, row).chance.mean(axis=0)
    low, high = interval(chance, evidence.pooled.grid[row])
    lines = evidence.ledger.lines
    mine = slice(*np.searchsorted(lines.position, [row, row + 1]))
    recent = lines.day[mine] >= evidence.as_of - YEAR
    return {
        "said": float(chance[:-1] @ evidence.pooled.grid[row]),
        "low": low,
        "high": high,
        "last_year": float(lines.quantity[mine][recent].sum()) / YEAR,
        "lines": len(lines.day[mine]),
    }


def summed_up(found: pd.DataFrame) -> pd.DataFrame:
    """Bias, coverage and rank correlation, ours and that of last year's orders, by the number of order lines."""
    bins = pd.cut(found["lines"], [-1, *BY_LINES.values()], labels=list(BY_LINES))
    parts = [*found.groupby(bins, observed=True), ("all", found)]
    return pd.DataFrame({label: _figures(part) for label, part in parts}).T


def _figures(part: pd.DataFrame) -> dict[str, float]:
    return {
        "positions": len(part),
        "said_over_true": part["said"].sum() / max(part["true"].sum(), 1e-12),
        "within_90": part["held"].mean(),
        "rank": _rank(part["true"], part["said"]),
        "rank_last_year": _rank(part["true"], part["last_year"]),
    }


def _rank(true: pd.Series, said: pd.Series) -> float:
    """Spearman's rank correlation; unknown where all are alike."""
    alike = min(true.nunique(), said.nunique()) < 2
    return float("nan") if alike else float(true.corr(said, method="spearman"))


if __name__ == "__main__":
    habits, *seeds = sys.argv[1:]
    regions = [simulate_region(settings_of(habits, int(seed), POSITIONS)) for seed in seeds]
    table = summed_up(pd.concat([beside_the_truth(region) for region in regions]))
    sys.stdout.write(table.round(3).to_string() + "\n")
