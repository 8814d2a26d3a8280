"""How soon planted changes of use are told in simulated regions, and how often one is told that is none.

``.venv/bin/python -m tests.whole.shift_truth usual 1 2 3`` makes a region for each seed, looks at it at the beginning
of each month of its last two years, knowing only what was known then, and sets the watch beside a plain rule: orders
of a year that doubled or halved against those of the year before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.positions import position_table
from brikopt.demand.last_change import LATEST_LINES
from brikopt.demand.variation import LUMPIER
from brikopt.flows.watch import Watch, changes_of_positions
from brikopt.stock.posterior import gather_evidence, uses_between_lines
from brikopt.world.region import Region, simulate_region
from brikopt.world.shelves import NEVER
from tests.whole.figures import KEY
from tests.whole.levels_truth import settings_of
from tests.whole.regions import AS_OF

POSITIONS = 600
YEAR = 365
MONTHS = 24  # looked back on
SETTLED = 6  # months before the last look from which on no change is asked for: none can be told at once
LARGE = 2.0  # times as much, or as little: what has to be found
SEEN = 4.0  # order lines a year, before or after, from which it has to be found
SMALL = 1.2  # what may be told and is there
NEAR = 60  # days between the truth and the days told
FEWEST_LINES = 3  # in the larger year, of the plain rule
Told = pd.DataFrame  # cabinet_id, item_id, rises, first, last (days since 1970-01-01)


@dataclass(frozen=True, slots=True)
class Watched:
    """How one rule did.

    Parameters
    ----------
    delays : ndarray of float64
        Days from each large change to the look at which it was told; infinite where it never was.
    false_alarms : int
        Told and not there; one that stands for months counts once.
    held : list of bool
        Whether the days told hold the true one, for each change told.
    years : float
        Position-years watched.
    """

    delays: npt.NDArray[np.float64]
    false_alarms: int
    held: list[bool]
    years: float


def true_changes(region: Region) -> pd.DataFrame:
    """Every change of use: ``cabinet_id``, ``item_id``, ``day`` (since 1970-01-01), ``rises`` and ``times``."""
    shelves, start = region.stage.shelves, region.stage.settings.first_day.toordinal() - date(1970, 1, 1).toordinal()
    parts = []
    for day, times in (
        (shelves["shift_day"], shelves["shift_factor"]),
        (shelves["dead_from"], np.zeros(len(shelves))),
        (shelves["back_from"], np.full(len(shelves), np.inf)),
    ):
        comes = (day > shelves["first_day"]) & (day < NEVER)
        # What happens to an item that nobody uses at the time isn't seen.
        comes &= (times == 0) | np.isinf(times) | (day < shelves["dead_from"]) | (day > shelves["back_from"])
        names = region.stage.names[comes].assign(
            lines_a_year=_lines_a_year(shelves, np.where(times == 0, 1.0, times))[comes]
        )
        size = np.maximum(times, 1 / np.maximum(times, 1e-12))
        parts.append(names.assign(day=start + day[comes], rises=times[comes] > 1, times=size[comes]))
    return pd.concat(parts, ignore_index=True)


def _lines_a_year(shelves: npt.NDArray[np.void], times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Order lines a year that the larger use, before or after, makes: what a change can be told by."""
    step = np.where(shelves["is_brik"], shelves["brik_qty"], shelves["max_level"] - shelves["min_level"])
    largest = np.where(np.isinf(times), 1.0, np.maximum(times, 1.0))
    return np.asarray(YEAR * shelves["rate"] * largest / np.maximum(step, 1))


def looks() -> list[date]:
    """The first days of the months looked at."""
    return [stamp.date() for stamp in pd.date_range(end=pd.Timestamp(AS_OF), periods=MONTHS, freq="MS")]


def watch(tables: Tables) -> Told:
    """What brikopt tells."""
    evidence = gather_evidence(tables, position_table(tables), 30, 180)
    told = uses_between_lines(evidence, LATEST_LINES)
    seen = Watch(evidence, told, evidence.lumpier @ LUMPIER, np.zeros((0, 0, 0), dtype=np.float32))
    rows = [(one.cabinet_id, one.item_id, one.rises, one.first_day, one.last_day) for one in changes_of_positions(seen)]
    return pd.DataFrame(rows, columns=[*KEY, "rises", "first", "last"])


def year_on_year(tables: Tables) -> Told:
    """Orders of a year that doubled or halved."""
    orders, today = tables.orders, pd.Timestamp(tables.as_of)
    age = (today - orders["ordered_at"]).dt.days
    years = [
        orders[(age > first) & (age <= last)].groupby(KEY)["quantity"].agg(["sum", "size"])
        for first, last in ((0, YEAR), (YEAR, 2 * YEAR))
    ]
    both = years[0].add_suffix("_now").join(years[1].add_suffix("_before"), how="outer").fillna(0).reset_index()
    now, before = both["sum_now"], both["sum_before"]
    enough = both[["size_now", "size_before"]].max(axis=1) >= FEWEST_LINES
    told = both[enough & ((now >= LARGE * before) | (before >= LARGE * now))]
    day = (today - pd.Timestamp(0)).days
    return told[KEY].assign(rises=told["sum_now"] > told["sum_before"], first=day - 2 * YEAR, last=day)


def watched(region: Region, rule: Callable[[Tables], Told]) -> Watched:
    """Look at a region month by month.

    Parameters
    ----------
    region : Region
        With its truth.
    rule : callable
        What it tells of the rows known at a look.

    Returns
    -------
    Watched
    """
    truth, days = true_changes(region), looks()
    stamps = [day.toordinal() - date(1970, 1, 1).toordinal() for day in days]
    large = truth[
        (truth["times"] >= LARGE)
        & (truth["lines_a_year"] >= SEEN)
        & truth["day"].between(stamps[0] - 30, stamps[-1 - SETTLED])
    ]
    listed = set(map(tuple, region.tables.positions[KEY].to_numpy()))
    large = large[[key in listed for key in map(tuple, large[KEY].to_numpy())]].reset_index(drop=True)
    real = dict(list(truth[truth["times"] >= SMALL].groupby(KEY)))
    delays, false, held = np.full(len(large), np.inf), 0, []
    earlier: dict[tuple[str, str], list[tuple[bool, float, float]]] = {}
    for day, stamp in zip(days, stamps, strict=True):
        told = rule(region.extract.before(day))
        for row in told.itertuples(index=False):
            key = (row.cabinet_id, row.item_id)
            known = any(up == row.rises and a <= row.last and row.first <= b for up, a, b in earlier.get(key, []))
            earlier.setdefault(key, []).append((row.rises, row.first, row.last))
            mine = real.get(key)
            meant = mine is not None and (mine["rises"] == row.rises) & mine["day"].between(
                row.first - NEAR, min(row.last + NEAR, stamp)
            )
            if mine is None or not meant.any():
                false += not known
                continue
            found = (large[KEY[0]] == key[0]) & (large[KEY[1]] == key[1]) & (large["rises"] == row.rises)
            found &= large["day"].between(row.first - NEAR, min(row.last + NEAR, stamp))
            first = found & np.isinf(delays)
            delays[first] = stamp - large["day"][first]
            if not known:
                held.append(bool(mine["day"][meant].between(row.first - 1, row.last + 1).any()))
    return Watched(delays, false, held, len(listed) * (MONTHS - 1) / 12)


def summed_up(found: dict[str, list[Watched]]) -> pd.DataFrame:
    """What each rule found, a row each."""
    rows = {}
    for name, parts in found.items():
        delays = np.concatenate([part.delays for part in parts])
        held = [one for part in parts for one in part.held]
        rows[name] = {
            "large_changes": len(delays),
            "told_in_90_days": (delays <= 90).mean(),
            "told_in_180_days": (delays <= 180).mean(),
            "told_at_last": np.isfinite(delays).mean(),
            "median_delay": float(np.median(delays)),
            "day_held": np.mean(held) if held else np.nan,
            "false_per_1000_years": 1000 * sum(p.false_alarms for p in parts) / sum(p.years for p in parts),
        }
    return pd.DataFrame(rows).T


def main(habits: str, seeds: list[str]) -> None:
    """Print what both rules found in some regions."""
    regions = [simulate_region(settings_of(habits, int(seed), POSITIONS)) for seed in seeds]
    rules = {"watch": watch, "year on year": year_on_year}
    table = summed_up({name: [watched(region, rule) for region in regions] for name, rule in rules.items()})
    sys.stdout.write(table.round(3).to_string() + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
