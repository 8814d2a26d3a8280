"""Whether looks by ``counts_worth_making`` are worth more than as many minutes spent by stock value, or by chance.

``.venv/bin/python -m tests.whole.counts_truth usual sparse 1 2`` makes a region for each kind of habits and each seed,
and asks three people to spend the same minutes in each ward on the evening before the moment of decision: one goes by
the list, one counts where most kroner lie, one counts anywhere. What they find is true. It is worth what better flags
and better levels save, in kroner a year, in the region's own days to come.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.counts import MINUTES, counts_worth_making, flag_costs
from brikopt.flows.model import model_in
from brikopt.flows.stability import PLACE, Asker
from brikopt.levels.cost import YEARS
from brikopt.policy import Policy
from brikopt.world.region import Region, simulate_region
from tests.whole.level_rules import one
from tests.whole.levels_truth import LEVELS, costs_of, goods_of, number, settings_of
from tests.whole.second_lives import lived

FloatArray = npt.NDArray[np.float64]
A_WARD = 30.0  # minutes at most, as ten counts take; none spends more than the list asks for
FUTURES = range(200, 224)
WAYS = ("list", "value", "chance")


def measured(region: Region, policy: Policy, seed: int) -> dict[str, float]:
    """What the looks of each of the three are worth, DKK a year."""
    tables = region.extract.before(region.stage.settings.as_of)
    asker = Asker(policy, model_in(None), jobs=1)
    found = asker.levels(tables)
    lost = _lost(region, policy.expiry.horizon_days)
    rng = np.random.default_rng([seed, 7])
    ranked = counts_worth_making(found).merge(found[[*PLACE, "ward_id"]], on=PLACE)
    counted = found[[*PLACE, "ward_id"]].assign(what="count", minutes=MINUTES["count"])
    value = (found["on_hand_mean"] * found["unit_price_dkk"]).to_numpy()
    asked = {
        "list": ranked,
        "value": counted.iloc[np.argsort(-value, kind="stable")],
        "chance": counted.iloc[rng.permutation(len(counted))],
    }
    before = _costs(region, found, lost, policy)
    worth: dict[str, float] = {}
    minutes = np.minimum(ranked.groupby("ward_id")["minutes"].sum(), A_WARD)
    for way in WAYS:
        spent = asked[way].groupby("ward_id")["minutes"].cumsum()
        done = asked[way][spent <= asked[way]["ward_id"].map(minutes).fillna(0.0)]
        after = _costs(region, asker.levels(_looked(region, tables, done)), lost, policy)
        worth[way] = before - after
        worth[f"{way}_minutes"] = float(done["minutes"].sum())
    return worth


def _looked(region: Region, tables: Tables, done: pd.DataFrame) -> Tables:
    """The extracts with what was seen on the evening before."""
    evening = pd.Timestamp(tables.as_of - timedelta(days=1))
    lying = region.truth.positions.set_index(PLACE)["on_hand"]
    first = region.truth.lots.groupby(PLACE)["expiry_date"].min()
    places = [tuple(row) for row in done[PLACE].to_numpy()]
    is_count = (done["what"] == "count").to_numpy()
    counts = [(*place, lying[place]) for place, counted in zip(places, is_count, strict=True) if counted]
    dates = [
        (*place, first[place])
        for place, counted in zip(places, is_count, strict=True)
        if not counted and place in first.index and not pd.isna(first[place])
    ]
    more = {
        "counts": pd.DataFrame(counts, columns=[*PLACE, "quantity"]).assign(counted_at=evening),
        "shelf_dates": pd.DataFrame(dates, columns=[*PLACE, "earliest_expiry"]).assign(checked_at=evening),
    }
    return replace(tables, **{name: _with(getattr(tables, name), rows) for name, rows in more.items()})


def _with(frame: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    texts = frame.select_dtypes("str").columns.difference(rows.columns)
    rows = rows.assign(**dict.fromkeys(texts, "")).reindex(columns=frame.columns)
    return pd.concat([frame, rows.astype(frame.dtypes.to_dict())], ignore_index=True)


def _lost(region: Region, horizon_days: int) -> pd.Series:
    """Units on each shelf at the moment of decision that go out of date within the horizon, under today's levels."""
    lying, expired = region.truth.lots, region.truth.expired
    until = pd.Timestamp(region.stage.settings.as_of) + pd.Timedelta(days=horizon_days)
    later = expired[(expired["day"] >= pd.Timestamp(region.stage.settings.as_of)) & (expired["day"] < until)]
    lot = [*PLACE, "lot", "expiry_date"]
    both = later.groupby(lot)["quantity"].sum().rename("gone").reset_index()
    both = both.merge(lying.groupby(lot)["quantity"].sum().reset_index(), on=lot)
    return both.assign(units=both[["gone", "quantity"]].min(axis=1)).groupby(PLACE)["units"].sum()


def _costs(region: Region, found: pd.DataFrame, lost: pd.Series, policy: Policy) -> float:
    """DKK a year of looking after what is flagged, of what goes out of date, and of the new levels."""
    names = region.stage.names.assign(row=np.arange(len(region.stage.names)))
    total = 0.0
    for row in found.merge(names, on=PLACE, validate="one_to_one").to_dict("records"):
        goods, loss = goods_of(row), number(row, "unit_price_dkk") + policy.cost.disposal_per_unit
        believed = flag_costs(np.array([number(row, "expected_expired_units")]), loss)[:, 0]
        really = flag_costs(np.array([float(lost.get((row["cabinet_id"], row["item_id"]), 0.0))]), loss)[:, 0]
        levels = one(*(int(number(row, f"new_{name}")) for name in LEVELS))
        total += really[int(believed[1] < believed[0])]
        total += costs_of(lived(region, int(row["row"]), levels, FUTURES), goods.price)[0] / YEARS
    return float(total)


def main(arguments: list[str]) -> None:
    """Print what looks are worth in some regions, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("habits_and_seeds", nargs="*", default=["usual", "1"])
    parser.add_argument("--positions", type=int, default=200)
    asked = parser.parse_args(arguments)
    seeds = [int(word) for word in asked.habits_and_seeds if word.isdigit()] or [1]
    kinds = [word for word in asked.habits_and_seeds if not word.isdigit()] or ["usual"]
    for habits, seed in ((habits, seed) for habits in kinds for seed in seeds):
        region = simulate_region(replace(settings_of(habits, seed, asked.positions), dirty=0.0))
        worth = measured(region, Policy(), seed)
        told = "  ".join(f"{name} {value:.0f}" for name, value in worth.items())
        sys.stdout.write(f"{habits} {seed}: {told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
