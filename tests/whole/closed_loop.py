"""What advice is worth that is followed every quarter: runs, new levels, and true shelves that live on under them.

``.venv/bin/python -m tests.whole.closed_loop usual sparse 1 2`` makes a region for each kind of habits and each seed.
Every quarter for two years brikopt runs on what was written down so far, with its earlier result at hand; all levels
are taken as proposed, and the region's own days go on under them. Beside it the same days under the levels of the first
day, and under the best ones for the true demand, which nobody could know.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Extract, Tables
from brikopt.contract.positions import position_table
from brikopt.flows.model import model_in
from brikopt.flows.stability import PLACE, Asker, previous_of
from brikopt.levels.cost import DAYS, YEARS
from brikopt.policy import Policy
from brikopt.world.days import N_TRACED, ON_HAND, USED, WANTED, live_days, start
from brikopt.world.lives import Lived
from brikopt.world.log import AMOUNT, EXPIRED, KIND, N_COLUMNS, N_LOGGED, ORDERED, SHELF, empty_shelf
from brikopt.world.log import Shelf as TrueShelf
from brikopt.world.region import Region, simulate_region
from brikopt.world.sheets import extract_sheets
from brikopt.world.stage import Stage
from tests.whole.level_rules import Levels, one
from tests.whole.levels_truth import LEVELS, best_levels, costs_of, goods_of, number, settings_of
from tests.whole.second_lives import GONE, HOLDING, LINES, MET, N_SUMS, NEVER_ORDERS
from tests.whole.second_lives import WANTED as WANTED_SUM

FloatArray = npt.NDArray[np.float64]
QUARTERS = 8
QUARTER = DAYS // QUARTERS  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopOutcome:
    """What two years of advice were worth.

    Parameters
    ----------
    captured : float
        Share of what the best levels would have saved on those of the first day.
    waste : float
        Goods out of date in DKK, compared with the levels of the first day: -.27 is 27 % less.
    best_waste : float
        The same under the best levels.
    changes : float
        Changes a year and position.
    turned : float
        Share of them that go the other way than the change of the same level before.
    missed, missed_today : float
        Share of what was wanted that was not there.
    """

    captured: float
    waste: float
    best_waste: float
    changes: float
    turned: float
    missed: float
    missed_today: float


class Shelves:
    """The true shelves of a region, living on under some levels; every change of them is kept."""

    def __init__(self, region: Region) -> None:
        """Live through the past, under the levels of the first day."""
        stage = self.stage = region.stage
        self.plans = stage.shelves.copy()
        self.until = stage.calendar.as_of_day
        rows = 60 * len(stage.days) // 10 + 2048
        self.usage = np.zeros((len(self.plans), int(stage.calendar.months[-1]) + 1, 3))
        self.trace = np.zeros((len(self.plans), len(stage.days), N_TRACED), dtype=np.int64)
        self.alive: list[TrueShelf] = []
        for plan in self.plans:
            shelf = empty_shelf(np.zeros((rows, N_COLUMNS), dtype=np.int32), plan["hand_key"])
            if plan["first_day"] == 0:
                start(plan, shelf)
            self.alive.append(shelf)
        self._live(0, self.until)
        self.logged = [int(shelf.tally[N_LOGGED]) for shelf in self.alive]

    def _live(self, first: int, last: int) -> None:
        stage, calendar = self.stage, self.stage.calendar
        for row, (plan, shelf) in enumerate(zip(self.plans, self.alive, strict=True)):
            begin, end = max(first, int(plan["first_day"])), min(last, int(plan["end_day"]))
            if begin < end:
                visits = stage.visits[plan["cabinet"]]
                days = (stage.ward_days, visits, calendar, begin, end, self.usage[row], self.trace[row])
                live_days(plan, shelf, *days)

    def live_on(self, days: int) -> None:
        """Let some more days pass."""
        self._live(self.until, self.until + days)
        self.until += days

    def put(self, row: int, levels: Levels) -> None:
        """Put one level up from now on; what is removed is ordered by hand, a pack at a time."""
        removed = int(levels.max_level[0]) == 0
        plan = self.plans[row]
        plan["max_level"], plan["brik_count"] = levels.max_level[0], levels.brik_count[0]
        plan["min_level"] = NEVER_ORDERS if removed else levels.min_level[0]
        plan["brik_qty"] = plan["pack_size"] if removed else levels.brik_qty[0]

    def written(self, changes: Sequence[dict[str, object]], gone: set[int]) -> Tables:
        """What the offices know this morning."""
        events = [shelf.log[: shelf.tally[N_LOGGED]].copy() for shelf in self.alive]
        for row, log in enumerate(events):
            log[:, SHELF] = row
        stage = Stage(**{**_fields(self.stage), "shelves": self.plans})
        sheets = extract_sheets(stage, Lived(np.concatenate(events), self.usage))
        tables = {sheet.name: sheet.part(0, sheet.n_rows)() for sheet in sheets}
        day = self.stage.settings.as_of + timedelta(days=self.until - self.stage.calendar.as_of_day)
        names = self.stage.names.iloc[sorted(gone)]
        left = tables["positions"].merge(names, on=PLACE, how="left", indicator=True)["_merge"] == "left_only"
        tables["positions"] = tables["positions"][left.to_numpy()].reset_index(drop=True)
        history = tables["level_changes"]
        if changes:
            rows = pd.DataFrame(list(changes)).reindex(columns=history.columns)
            tables["level_changes"] = rows.astype(history.dtypes.to_dict())
        return Extract(Tables(**tables, as_of=day)).before(day)

    def sums(self) -> FloatArray:
        """What came of the two years, shape (n_shelves, N_SUMS)."""
        found = np.zeros((len(self.alive), N_SUMS))
        for row, (shelf, first) in enumerate(zip(self.alive, self.logged, strict=True)):
            log, trace = shelf.log[first : shelf.tally[N_LOGGED]], self.trace[row, self.stage.calendar.as_of_day :]
            found[row, LINES] = (log[:, KIND] == ORDERED).sum()
            found[row, GONE] = log[log[:, KIND] == EXPIRED, AMOUNT].sum()
            found[row, HOLDING], found[row, WANTED_SUM] = trace[:, ON_HAND].sum(), trace[:, WANTED].sum()
            found[row, MET] = trace[:, USED].sum()
        return found


def _fields(stage: Stage) -> dict[str, object]:
    return {name: getattr(stage, name) for name in stage.__dataclass_fields__}


def looped(habits: str, seed: int, positions: int, policy: Policy) -> LoopOutcome:
    """Follow the advice for two years, a quarter at a time."""
    region = simulate_region(replace(settings_of(habits, seed, positions), dirty=0.0))
    known = position_table(region.extract.before(region.stage.settings.as_of))
    names = region.stage.names.assign(row=np.arange(len(region.stage.names)))
    listed = known.merge(names, on=PLACE, validate="one_to_one").to_dict("records")
    stays, best, loop = Shelves(region), Shelves(region), Shelves(region)
    goods = {int(row["row"]): goods_of(row) for row in listed}
    for row, what in goods.items():
        best.put(row, best_levels(region, row, what, one(*what.today)))
    turns, changes = _follow(loop, region, policy)
    for other in (stays, best):
        for _ in range(QUARTERS):
            other.live_on(QUARTER)
    sums = {name: one_way.sums() for name, one_way in (("stays", stays), ("best", best), ("loop", loop))}
    cost = {
        name: sum(costs_of(found[row][None, None], what.price)[0] for row, what in goods.items()) / YEARS
        for name, found in sums.items()
    }
    waste = {
        name: sum(found[row, GONE] * what.price.expired_unit for row, what in goods.items())
        for name, found in sums.items()
    }
    missed = {name: 1.0 - found[:, MET].sum() / found[:, WANTED_SUM].sum() for name, found in sums.items()}
    return LoopOutcome(
        captured=(cost["stays"] - cost["loop"]) / (cost["stays"] - cost["best"]),
        waste=waste["loop"] / waste["stays"] - 1.0,
        best_waste=waste["best"] / waste["stays"] - 1.0,
        changes=changes / len(goods) / YEARS,
        turned=turns / max(changes, 1),
        missed=missed["loop"],
        missed_today=missed["stays"],
    )


def _follow(loop: Shelves, region: Region, policy: Policy) -> tuple[int, int]:
    """Run each quarter and do as told; returns changes that turned an earlier one round, and all changes."""
    asker = Asker(policy, model_in(None), jobs=1)
    rows = {key: row for row, key in enumerate(region.stage.names.itertuples(index=False, name=None))}
    written: list[dict[str, object]] = []
    gone: set[int] = set()
    went_up: dict[int, bool] = {}
    turns, previous = 0, None
    for _ in range(QUARTERS):
        tables = loop.written(written, gone)
        found = asker.levels(tables, previous)
        previous = previous_of(found, tables.as_of)
        for told in found[found["action"] != "keep"].to_dict("records"):
            row = rows[told["cabinet_id"], told["item_id"]]
            up = told["action"] == "raise"
            turns += row in went_up and went_up[row] != up
            went_up[row] = up
            old = {f"old_{name}": number(told, name) for name in LEVELS}
            written.append({"changed_at": _stamp(tables.as_of), **{name: told[name] for name in PLACE}, **old})
            loop.put(row, one(*(int(number(told, f"new_{name}")) for name in LEVELS)))
            if told["action"] == "remove":
                gone.add(row)
        loop.live_on(QUARTER)
    return turns, len(written)


def _stamp(day: date) -> pd.Timestamp:
    return pd.Timestamp(day)


def main(arguments: list[str]) -> None:
    """Print the outcome of some regions, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("habits_and_seeds", nargs="*", default=["usual", "1"])
    parser.add_argument("--positions", type=int, default=200)
    asked = parser.parse_args(arguments)
    seeds = [int(word) for word in asked.habits_and_seeds if word.isdigit()] or [1]
    kinds = [word for word in asked.habits_and_seeds if not word.isdigit()] or ["usual"]
    for habits, seed in ((habits, seed) for habits in kinds for seed in seeds):
        outcome = looped(habits, seed, asked.positions, Policy())
        told = "  ".join(f"{name} {value:.3g}" for name, value in asdict(outcome).items())
        sys.stdout.write(f"{habits} {seed}: {told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
