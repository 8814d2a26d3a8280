"""Recalls of every recorded lot of simulated regions held against the truth: `python -m tests.whole.recall_truth 1 2`.

Beside it stands what an office can do without a model: to look where the lot was recorded.
"""

from __future__ import annotations

import sys

import pandas as pd

from brikopt.contract.positions import position_table
from brikopt.flows.recall import lot_records, of_items
from brikopt.recall import shelves_to_look_at
from brikopt.stock.batches import batches, shelf_dates
from brikopt.stock.posterior import gather_evidence, present
from brikopt.world.region import simulate_region
from brikopt.world.settings import WorldSettings

MOST_ITEMS = 12  # those in the most cabinets


def judged(seed: int) -> pd.DataFrame:
    """One row a lot and shelf of its item: whether the lot lies there, the chance told, and what was recorded."""
    region = simulate_region(WorldSettings(wards=30, positions=1500, items=90, years=2, seed=seed, dirty=0))
    tables = region.extract.before(region.tables.as_of)
    items = tables.positions["item_id"].value_counts().index[:MOST_ITEMS].tolist()
    some = of_items(tables, items)
    evidence = gather_evidence(some, position_table(some), 30, 1)
    dates = [shelf_dates(present(evidence, row)) for row in range(len(evidence.positions))]
    rows = lot_records(batches(some, evidence.positions, dates))
    lying = {name: set(part["cabinet_id"]) for name, part in region.truth.lots.groupby(["item_id", "lot"])}
    told = []
    for item in items:
        mine = [row for row in rows if row["item_id"] == item]
        for lot in sorted({str(row["lot"]) for row in mine if row["what"] == "lot"}):
            chance = {one.cabinet_id: one.p_there for one in shelves_to_look_at(mine, lot)}
            recorded = {row["cabinet_id"] for row in mine if row["lot"] == lot}
            told += [
                (cabinet in lying.get((item, lot), ()), chance.get(cabinet), cabinet in recorded)
                for cabinet in sorted({row["cabinet_id"] for row in mine})
            ]
    return pd.DataFrame(told, columns=["lies", "chance", "recorded"]).astype({"chance": "float64"})


def main(seeds: list[int]) -> None:
    """Print how many of the shelves that hold a lot are told, and how good the chances are."""
    every = pd.concat([judged(seed) for seed in seeds], ignore_index=True)
    told = every["chance"].notna()
    lies, chance, recorded = (every[name].astype(float).fillna(0.0) for name in ("lies", "chance", "recorded"))
    here = every["lies"].astype(bool)
    score, simple = ((chance - lies) ** 2).mean(), ((recorded - lies) ** 2).mean()
    lines = [
        f"{len(every)} shelves and lots, {here.sum()} hold it",
        f"told {told[here].mean():.3f}, recorded there {recorded[here].mean():.3f}",
        f"Brier score {score:.4f}, of what is recorded {simple:.4f}",
        f"the chances add up to {chance.sum():.0f}",
    ]
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1])
