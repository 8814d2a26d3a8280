"""How much of what better levels could save is saved by those of brikopt, in simulated regions with a known truth.

``.venv/bin/python -m tests.whole.levels_truth usual sparse bursty 1 2 3`` makes a region for each kind of habits and
each seed, runs on what was known, and lets the region's own days go on for two years from the true state: under
today's levels, the new ones, two rules of thumb, and the best levels for the true demand, found by trying them in the
same world without regard to space. ``--out FILE`` writes what each position costs under each of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.positions import position_table
from brikopt.levels.cost import DAYS, YEARS, Prices, prices
from brikopt.policy import Policy
from brikopt.schedule import days_until, weekday_mask
from brikopt.world.files import write_extracts
from brikopt.world.habits import HABITS
from brikopt.world.region import Region, simulate_region
from brikopt.world.settings import WorldSettings
from tests.whole.figures import KEY, table
from tests.whole.level_rules import Goods, days_of_cover, every_level, joined, one, poisson_levels, taken
from tests.whole.regions import AS_OF
from tests.whole.results import run_on
from tests.whole.second_lives import GONE, HOLDING, LINES, MET, WANTED, Levels, lived

FloatArray = npt.NDArray[np.float64]

PLANS = ("today", "new", "cover", "poisson", "best")
SCREENING, CHOOSING, PRICING = range(6), range(8, 40), range(100, 148)  # futures; those that price choose nothing
SURVIVORS = 10
# As much as can be saved at all, however many walks it takes.
EVERY_CHANGE = "[levels]\nmin_saving_dkk_per_year = 5.0\nmax_changes_per_visit = 0\n"
LEVELS = ["min_level", "max_level", "brik_qty", "brik_count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsOutcome:
    """What levels cost in the true world, over the two years after the moment of decision.

    Parameters
    ----------
    today, best : float
        DKK a year for all positions, under today's levels and under the best ones for the true demand.
    new, cover, poisson : float
        Share of the difference between those two that is saved by brikopt, by days of cover, and by a Poisson (s, S).
    critical_today, critical_new : float
        Share of what is wanted of critical items that is met.
    over_today, over_new, over_poisson : int
        Cabinets whose full stock is over their capacity.
    newly_over : int
        Cabinets that brikopt makes larger than their capacity and than they are today.
    promised : float
        Saving that brikopt names, over the true one.
    """

    today: float
    best: float
    new: float
    cover: float
    poisson: float
    critical_today: float
    critical_new: float
    over_today: int
    over_new: int
    over_poisson: int
    newly_over: int
    promised: float


def settings_of(habits: str, seed: int, positions: int = 500) -> WorldSettings:
    """A region of two years' history that goes on for two years."""
    return WorldSettings(
        units=2,
        wards=max(6, positions // 90),
        positions=positions,
        years=2,
        seed=seed,
        extra_days=DAYS,
        habits=HABITS[habits],
    )


def measured(folder: Path, settings: WorldSettings) -> tuple[LevelsOutcome, pd.DataFrame]:
    """Make a region, run on what was known, and live on.

    Parameters
    ----------
    folder : Path
        Empty; holds the extracts and the result.
    settings : WorldSettings
        Of the region.

    Returns
    -------
    outcome : LevelsOutcome
    each : DataFrame
        One row a position: its names, and DKK a year under each of ``PLANS``.
    """
    region = simulate_region(settings)
    known = region.extract.before(AS_OF)
    (folder / "history").mkdir()
    write_extracts(Region(region.stage, known, region.truth), folder / "history")
    (folder / "history" / "policy.toml").write_text(EVERY_CHANGE)
    out = run_on(folder / "history", folder / "result")
    found = _beside(region, position_table(known), table(out / "levels.csv"))
    return summed_up(found), found


def _beside(region: Region, positions: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    names = region.stage.names.assign(row=np.arange(len(region.stage.names)))
    joined_up = positions.merge(names, on=KEY).merge(new, on=KEY, suffixes=("", "_again"), validate="one_to_one")
    each = [_position(region, row) for row in joined_up.to_dict("records")]
    return pd.concat([joined_up, pd.DataFrame(each)], axis=1)


def _position(region: Region, row: dict[str, object]) -> dict[str, float]:
    place, goods = int(str(row["row"])), goods_of(row)
    ordered = ordered_per_day(region, row)
    new = one(*(int(number(row, f"new_{name}")) for name in LEVELS))
    rules = [one(*goods.today), new, _last(days_of_cover(goods, ordered)), _last(poisson_levels(goods, ordered))]
    best = best_levels(region, place, goods, joined(*rules))
    plans = joined(*rules, best)
    sums = lived(region, place, plans, PRICING)
    cost, mean = costs_of(sums, goods.price), sums.mean(axis=0)
    full = plans.max_level * number(row, "unit_volume_litres")
    return {
        **{f"{name}_dkk": cost[at] / YEARS for at, name in enumerate(PLANS)},
        **{f"{name}_litres": full[at] for at, name in enumerate(PLANS)},
        **{f"{name}_met": mean[at, MET] for at, name in enumerate(PLANS)},
        "wanted": mean[0, WANTED],
        **{f"best_{name}": int(getattr(best, name)[0]) for name in LEVELS},
    }


def _last(levels: Levels) -> Levels:
    return taken(levels, [-1])


def number(row: dict[str, object], name: str) -> float:
    """A cell as a number; 0 where it is empty."""
    value = float(str(row[name]))
    return 0.0 if np.isnan(value) else value


def goods_of(row: dict[str, object]) -> Goods:
    """What a rule has to know of a position.

    Parameters
    ----------
    row : dict
        Columns of ``position_table``.
    """
    waits = [days_until(weekday_mask(str(row[name]))).mean() for name in ("order_days", "delivery_days")]
    critical = bool(row["critical"])
    return Goods(
        is_brik=bool(row["is_brik"]),
        critical=critical,
        protected=bool(row["protected"]),
        pack_size=int(number(row, "pack_size")),
        today=tuple(int(number(row, name)) for name in LEVELS),
        wait_days=sum(waits) + max(1.0, number(row, "lead_time_days_mean") or 3.0),
        life_days=int(number(row, "shelf_life_days")),
        price=prices(Policy(), number(row, "unit_price_dkk"), number(row, "co2e_kg_per_unit"), critical),
    )


def ordered_per_day(region: Region, row: dict[str, object]) -> float:
    """Units ordered a day in the last year that is known."""
    orders = region.tables.orders
    since, until = pd.Timestamp(AS_OF) - pd.Timedelta(days=365), pd.Timestamp(AS_OF)
    mine = (orders["cabinet_id"] == row["cabinet_id"]) & (orders["item_id"] == row["item_id"])
    mine &= orders["ordered_at"].between(since, until, inclusive="left")
    return float(orders.loc[mine, "quantity"].sum()) / 365


def best_levels(region: Region, place: int, goods: Goods, others: Levels) -> Levels:
    """Find the cheapest levels by trying them in the true world; futures that choose are not those that price."""
    once = lived(region, place, one(*goods.today), SCREENING)
    per_day = float(once[:, 0, WANTED].mean()) / DAYS
    every = joined(others, every_level(goods, per_day))
    cost = costs_of(lived(region, place, every, SCREENING), goods.price)
    near = np.union1d(np.argsort(cost, kind="stable")[:SURVIVORS], np.arange(len(others.max_level)))
    finalists = taken(every, near)
    cost = costs_of(lived(region, place, finalists, CHOOSING), goods.price)
    return taken(finalists, [int(np.argmin(cost))])


def costs_of(sums: FloatArray, price: Prices) -> FloatArray:
    """DKK in two years (contract, section 3).

    Parameters
    ----------
    sums : ndarray of float64, shape (n_futures, n_plans, N_SUMS)
        From `lived`.
    price : Prices
        What things cost.

    Returns
    -------
    ndarray of float64, shape (n_plans,)
    """
    mean = sums.mean(axis=0)
    wanted, met = mean[:, WANTED], mean[:, MET]
    missed = np.maximum(price.promised_fill_rate * wanted - met, 0.0)
    cost: FloatArray = (
        price.holding_unit_day * mean[:, HOLDING]
        + price.order_line * mean[:, LINES]
        + price.expired_unit * mean[:, GONE]
        + price.short_unit * (wanted - met)
        + price.fill_price * missed
    )
    return cost


def summed_up(each: pd.DataFrame) -> LevelsOutcome:
    """Add the positions of a region up."""
    total = {name: float(each[f"{name}_dkk"].sum()) for name in PLANS}
    possible = total["today"] - total["best"]
    critical = each[each["critical"].astype(bool)]
    cabinets = each.groupby("cabinet_id")
    litres = {name: cabinets[f"{name}_litres"].sum() for name in PLANS}
    capacity = cabinets["capacity_litres"].first().fillna(np.inf)
    over = {name: int((litres[name] > capacity + 1e-6).sum()) for name in PLANS}
    named = float((each["yearly_cost"] - each["new_yearly_cost"]).sum())
    return LevelsOutcome(
        today=total["today"],
        best=total["best"],
        **{name: (total["today"] - total[name]) / possible for name in ("new", "cover", "poisson")},
        critical_today=float(critical["today_met"].sum() / critical["wanted"].sum()),
        critical_new=float(critical["new_met"].sum() / critical["wanted"].sum()),
        over_today=over["today"],
        over_new=over["new"],
        over_poisson=over["poisson"],
        newly_over=int((litres["new"] > np.maximum(capacity, litres["today"]) + 1e-6).sum()),
        promised=named / (total["today"] - total["new"]),
    )


def main(arguments: list[str]) -> None:
    """Print the outcome of some regions, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("habits_and_seeds", nargs="*", default=["usual", "1"])
    parser.add_argument("--positions", type=int, default=500)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(arguments)
    seeds = [int(word) for word in asked.habits_and_seeds if word.isdigit()] or [1]
    kinds = [word for word in asked.habits_and_seeds if not word.isdigit()] or ["usual"]
    written = []
    for habits, seed in ((habits, seed) for habits in kinds for seed in seeds):
        with tempfile.TemporaryDirectory() as folder:
            outcome, each = measured(Path(folder), settings_of(habits, seed, asked.positions))
        told = "  ".join(f"{name} {value:.4g}" for name, value in asdict(outcome).items())
        sys.stdout.write(f"{habits} {seed}: {told}\n")
        sys.stdout.flush()
        written.append(each.assign(habits=habits, seed=seed))
    if asked.out:
        pd.concat(written).to_csv(asked.out, index=False)


if __name__ == "__main__":
    main(sys.argv[1:])
