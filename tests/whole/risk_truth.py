"""How well supply risk and dead stock are ranked in simulated regions, beside simple rules and the best possible.

``.venv/bin/python -m tests.whole.risk_truth 1 2 3`` makes a region for each seed, forecasts at three cuts from what was
known, and compares with what happened. Few shelves run out in the days that a list looks ahead, so all are ranked
together, too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from brikopt.flows.hindsight import said_and_happened
from brikopt.flows.progress import SilentProgress
from brikopt.policy import Policy
from brikopt.scoring import precision_of_ranking
from brikopt.world.futures import best_risk_forecast
from brikopt.world.region import Region, simulate_region, watch
from brikopt.world.settings import WorldSettings
from brikopt.world.shelves import NEVER
from tests.whole.figures import KEY
from tests.whole.regions import AS_OF

CUTS = tuple(AS_OF - timedelta(days=91 * back) for back in (4, 2, 0))
DAYS = 60  # lived on after a cut: longer than any delivery takes
FUTURES = 200  # of the best forecast
NEVER_MOVED = 10_000  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Average precision of three rankings of what happened.

    Parameters
    ----------
    happened : int
        Positions where it did.
    said : float
        Sum of the chances that brikopt gave; of what happened, if they are right.
    ours, simple, best : float
        Average precision of brikopt's chances, of a simple rule, and of the best forecast there can be.
    """

    happened: int
    said: float
    ours: float
    simple: float
    best: float

    def __str__(self) -> str:
        share = self.ours / self.best
        precision = f"{self.ours:.2f} (simple rule {self.simple:.2f}, best possible {self.best:.2f}: {share:.0%} of it)"
        return f"{self.happened} happened, {self.said:.1f} said; average precision {precision}"


def settings_of(seed: int) -> WorldSettings:
    """Three years of history before the last cut, and some weeks after it."""
    return WorldSettings(units=2, wards=8, positions=600, years=3, seed=seed, extra_days=DAYS)


def beside_the_truth(region: Region, cut: date) -> pd.DataFrame:
    """Score every position by brikopt, by rule and by the best forecast, beside what came true.

    Parameters
    ----------
    region : Region
        Lived through for DAYS days beyond the cut.
    cut : date
        Moment of decision.

    Returns
    -------
    DataFrame
        One row a position: ``ran_out`` and ``dead`` (bool), and for both ``_ours``, ``_simple`` and ``_best``.
    """
    end, quietly = cut + timedelta(days=DAYS), SilentProgress()
    said, _ = said_and_happened(region.extract, cut, end, Policy(), jobs=1, backend="loky", progress=quietly)
    days = said["next_delivery"]
    best = best_risk_forecast(region.stage, cut, said[KEY].assign(days=days), FUTURES)
    return pd.DataFrame(
        {
            "ran_out": [_ran_out(region, place, cut, int(days[row])) for row, place in said[KEY].iterrows()],
            "ran_out_ours": said["p_stockout"],
            # Half of max is thought to lie there, and what was ordered a day last year to be used a day.
            "ran_out_simple": said["last_year"] * days / (said["max_level"] / 2),
            "ran_out_best": best["p_stockout"],
            "dead": said[KEY].merge(_dead(region, cut), on=KEY, how="left")["dead"],
            "dead_ours": said["p_dead"],
            "dead_simple": _days_still(region, said[KEY], cut),
            "dead_best": best["p_dead"],
        }
    )


def _ran_out(region: Region, place: pd.Series, cut: date, days: int) -> bool:
    lived = watch(region.stage, place["cabinet_id"], place["item_id"])
    ahead = lived[lived["day"] >= pd.Timestamp(cut)].head(days)
    return bool((ahead["wanted"] > ahead["used"]).any())


def _dead(region: Region, cut: date) -> pd.DataFrame:
    stage = region.stage
    over = stage.shelves["dead_from"] <= (cut - stage.settings.first_day).days
    return stage.names.assign(dead=over & (stage.shelves["back_from"] >= NEVER))


def _days_still(region: Region, places: pd.DataFrame, cut: date) -> pd.Series:
    known = region.extract.before(cut)
    moves = [known.orders.assign(day=known.orders["ordered_at"])]
    moves.append(known.deliveries.assign(day=known.deliveries["delivered_at"]))
    last = pd.concat(moves).groupby(KEY)["day"].max().reset_index()
    still = pd.Timestamp(cut) - places.merge(last, on=KEY, how="left")["day"]
    return still.dt.days.fillna(NEVER_MOVED)


def ranked(found: pd.DataFrame, what: str) -> Ranked:
    """Rank positions by what was said of them.

    Parameters
    ----------
    found : DataFrame
        As `beside_the_truth` makes it, of one cut or of several.
    what : str
        ``ran_out`` or ``dead``.
    """
    happened = found[what].to_numpy(np.bool_)
    ours, simple, best = (
        precision_of_ranking(happened, found[f"{what}_{who}"].to_numpy(np.float64))
        for who in ("ours", "simple", "best")
    )
    said = float(found[f"{what}_ours"].sum())
    return Ranked(happened=int(happened.sum()), said=said, ours=ours, simple=simple, best=best)


def measured(seed: int) -> Iterator[tuple[date, pd.DataFrame]]:
    """Yield the cuts of one region, each with what was said and what happened."""
    region = simulate_region(settings_of(seed))
    for cut in CUTS:
        yield cut, beside_the_truth(region, cut)


def main(seeds: list[int]) -> None:
    """Print how well the positions are ranked at each cut, and all together."""
    found = []
    for seed in seeds:
        for cut, one in measured(seed):
            found.append(one)
            _tell(f"seed {seed}, {cut}", one)
    _tell("all together", pd.concat(found))


def _tell(whose: str, found: pd.DataFrame) -> None:
    for name, what in (("supply risk", "ran_out"), ("dead stock", "dead")):
        sys.stdout.write(f"{whose}, {name}: {ranked(found, what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1, 2, 3])
