"""How good the main figures are in a simulated region, where the truth is known.

``.venv/bin/python -m tests.whole.figures 1 2 3`` prints them for the regions of three seeds.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.scoring import precision_of_ranking
from brikopt.world.settings import WorldSettings
from tests.whole.regions import AS_OF, RegionFolders, built_once, make_region
from tests.whole.results import run_on

KEY = ["cabinet_id", "item_id"]
HORIZON_DAYS = 180
POSITIONS, YEARS = 500, 2
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of one result, held against the truth.

    Parameters
    ----------
    within_range : float
        Share of the positions whose true stock lies in the 90 % range.
    stock_error : float
        Mean error of the estimated stock, as a share of the error of saying half of max everywhere.
    flags, recorded_dates, days_of_cover : float
        Average precision for what goes out of date in the next 180 days: of ``p_expire``, of listing every position
        with a recorded date in the next 90 days, and of full stock over what was ordered a day and the shelf life.
    likely, likely_expired : float
        Sum of the chances above one half, and positions among them where something went out of date.
    expired_units : int
        Units that went out of date.
    expected_share : float
        Units that were expected to, as a share of those.
    """

    within_range: float
    stock_error: float
    flags: float
    recorded_dates: float
    days_of_cover: float
    likely: float
    likely_expired: int
    expired_units: int
    expected_share: float


def lived_region(seed: int) -> WorldSettings:
    """A region of 500 positions that goes on for half a year, and a day for what has its last date at the end."""
    return WorldSettings(units=2, wards=6, positions=POSITIONS, years=YEARS, seed=seed, extra_days=HORIZON_DAYS + 2)


def measured(shared: Path, seed: int) -> Figures:
    """Make a region, run on what was known, and compare.

    Parameters
    ----------
    shared : Path
        Folder for both; what is there already is not made again.
    seed : int
        Of the region.
    """
    region = RegionFolders(built_once(shared / f"lived{seed}", partial(make_region, settings=lived_region(seed))))
    out = built_once(shared / f"found{seed}", partial(run_on, region.history))
    found = beside_the_truth(region, out)
    happened = (found["expired"] > 0).to_numpy()
    on_hand, half = found["on_hand"], found["max_level"] / 2
    likely = found[found["p_expire"] > 0.5]
    expired = int(found["expired"].sum())
    return Figures(
        within_range=float(on_hand.between(found["on_hand_low"], found["on_hand_high"]).mean()),
        stock_error=float((found["on_hand_mean"] - on_hand).abs().mean() / (half - on_hand).abs().mean()),
        flags=precision_of_ranking(happened, found["p_expire"].to_numpy()),
        recorded_dates=precision_of_ranking(happened, recorded_soon(region, found)),
        days_of_cover=precision_of_ranking(happened, cover_of_life(region, found)),
        likely=float(likely["p_expire"].sum()),
        likely_expired=int((likely["expired"] > 0).sum()),
        expired_units=expired,
        expected_share=float(found["expected_expired_units"].sum() / expired),
    )


def beside_the_truth(region: RegionFolders, out: Path) -> pd.DataFrame:
    """Put every position's stock, level and flag beside its true stock and the units that expired."""
    expired = region.truth("expired")
    in_horizon = between(expired["expiry_date"], HORIZON_DAYS)
    gone = expired[in_horizon].groupby(KEY)["quantity"].sum().rename("expired")
    return (
        table(out / "stock.csv")
        .merge(table(out / "levels.csv")[[*KEY, "max_level"]], on=KEY, validate="one_to_one")
        .merge(table(out / "expiry_flags.csv")[[*KEY, "p_expire", "expected_expired_units"]], on=KEY, how="left")
        .merge(region.truth("positions")[[*KEY, "on_hand"]], on=KEY, validate="one_to_one")
        .merge(gone, on=KEY, how="left")
        .fillna({"p_expire": 0.0, "expected_expired_units": 0.0, "expired": 0.0})
    )


def recorded_soon(region: RegionFolders, found: pd.DataFrame) -> FloatArray:
    """Score 1 where a delivery or a count has a date in the next 90 days, as people list them today."""
    dated = pd.concat([table(region.history / f"{name}.csv.gz") for name in ("deliveries", "counts")])
    soon = dated.loc[between(dated["expiry_date"], 90), KEY].drop_duplicates().assign(soon=1.0)
    return found.merge(soon, on=KEY, how="left")["soon"].fillna(0.0).to_numpy()


def cover_of_life(region: RegionFolders, found: pd.DataFrame) -> FloatArray:
    """Score full stock by the days it lasts at what was ordered a day, as a share of the item's shelf life."""
    orders, items = (table(region.history / f"{name}.csv.gz") for name in ("orders", "items"))
    days = YEARS * 365
    # Rows broken on purpose hold words and absurd numbers.
    quantity = pd.to_numeric(orders["quantity"], errors="coerce").clip(0, 1e6)
    ordered = quantity.groupby([orders[name] for name in KEY]).sum()
    rate = ordered.reindex(pd.MultiIndex.from_frame(found[KEY])).fillna(0.0).to_numpy() / days
    life = items.drop_duplicates("item_id").set_index("item_id")["shelf_life_days"].reindex(found["item_id"])
    cover = found["max_level"].to_numpy() / np.maximum(rate, 1 / days)
    return np.nan_to_num(cover / life.to_numpy(), nan=0.0)  # no shelf life: never


def between(dates: pd.Series, days: int) -> pd.Series:
    """Whether dates lie in the days from the moment of decision on; what is no date does not."""
    read = pd.to_datetime(dates, errors="coerce", format="%Y-%m-%d")
    return (read >= pd.Timestamp(AS_OF)) & (read < pd.Timestamp(AS_OF + timedelta(days=days)))


def table(path: Path) -> pd.DataFrame:
    """Read a table with its ids as text."""
    return pd.read_csv(path, dtype=dict.fromkeys(KEY, "str"))


def main(seeds: list[int]) -> None:
    """Print the figures of some regions, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            found = asdict(measured(Path(folder), seed))
            told = "  ".join(f"{name} {value:.4g}" for name, value in found.items())
            sys.stdout.write(f"seed {seed}: {told}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1, 2, 3])
