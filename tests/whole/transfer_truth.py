"""What recommended transfers really save in a simulated region, beside what they promise.

``.venv/bin/python -m tests.whole.transfer_truth 1 2 3`` makes a region for each seed, runs on what was known, carries
out every transfer, and lives the shelves concerned through the true use of the following year, with the goods
moved and without. Levels stay what they are today.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.schedule import days_until, weekday_mask
from brikopt.transfers.handling import Handling
from brikopt.world.region import Region, simulate_region, watch
from brikopt.world.settings import WorldSettings
from tests.whole.figures import table
from tests.whole.regions import AS_OF, RegionFolders, built_once, make_region
from tests.whole.results import run_on

DAYS = 400  # lived from the moment of decision on: the date of nearly all that lies there
FRESH = 0.75  # share of the life left when goods come, on average; those of the region come with 0.55 to 0.95
Place = tuple[str, str]  # cabinet, item
Lot = list[int]  # day of its date, whether it lay on a shelf at the moment of decision, units
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Transfers of a region, promised and carried out; in units, of goods on a shelf at the moment of decision.

    Parameters
    ----------
    moves, units : int
        Moves, and units moved.
    missing : int
        Units that were to be moved and were not there, or were out of date.
    promised : float
        Units that the list says will be saved.
    saved : int
        Units that went out of date without the moves, less those that did with them.
    saved_in_all : int
        The same, with goods that came later.
    shorter : int
        Units wanted and not there at the givers, more than without the moves.
    """

    moves: int
    units: int
    missing: int
    promised: float
    saved: int
    saved_in_all: int
    shorter: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One position at the moment of decision, and what it will be asked for."""

    lots: list[Lot]
    coming: list[tuple[int, int]]  # day, units; ordered before
    wanted: npt.NDArray[np.int64]
    picks: FloatArray  # a draw a day: below newest_share the newest is taken
    newest_share: float
    place: dict[str, object]  # the row of the master data
    life: int  # days to the date of goods that come; beyond the end where they don't expire


def settings_of(seed: int) -> WorldSettings:
    """A region where many cabinets hold the same items."""
    return WorldSettings(units=2, wards=14, positions=700, years=2, seed=seed, extra_days=DAYS + 1)


def measured(folder: Path, settings: WorldSettings) -> Outcome:
    """Make a region, run, and carry out what is recommended."""
    files = RegionFolders(built_once(folder / f"region{settings.seed}", partial(make_region, settings=settings)))
    out = built_once(folder / f"result{settings.seed}", partial(run_on, files.history))
    return carried_out(simulate_region(settings), table(out / "transfers.csv").astype(_TEXT))


_TEXT = {"from_cabinet_id": "str", "to_cabinet_id": "str", "item_id": "str"}


def carried_out(region: Region, moves: pd.DataFrame) -> Outcome:
    """Live the shelves concerned through the following year, with the moves and without.

    Parameters
    ----------
    region : Region
        Lived through for DAYS days beyond the moment of decision.
    moves : DataFrame
        Columns of ``transfers.csv``.

    Returns
    -------
    Outcome
    """
    givers, takers = (list(zip(moves[f"{side}_cabinet_id"], moves["item_id"], strict=True)) for side in ("from", "to"))
    shelves = {place: _shelf(region, place) for place in {*givers, *takers}}
    before = {place: live(shelf) for place, shelf in shelves.items()}
    received: dict[Place, list[Lot]] = defaultdict(list)
    missing = 0
    for giver, taker, units in zip(givers, takers, moves["units"].astype(int), strict=True):
        taken = take_oldest(shelves[giver].lots, units)
        missing += units - sum(lot[2] for lot in taken)
        received[taker] += taken
    after = {place: live(shelf, received[place]) for place, shelf in shelves.items()}
    first, in_all, short = (sum(before[p][i] - after[p][i] for p in shelves) for i in range(3))
    return Outcome(
        moves=len(moves),
        units=int(moves["units"].sum()),
        missing=missing,
        promised=float(moves["expected_saved_units"].sum()),
        saved=first,
        saved_in_all=in_all,
        shorter=-short,
    )


def _shelf(region: Region, place: Place) -> Shelf:
    tables, truth, today = region.tables, region.truth, pd.Timestamp(AS_OF)
    row = _master(region, place)
    no_date = 10 * DAYS
    lots = _of(truth.lots, place)
    days = (pd.to_datetime(lots["expiry_date"]) - today).dt.days.fillna(no_date).astype(int)
    lying = sorted([day, 1, int(units)] for day, units in zip(days, lots["quantity"], strict=True))
    orders, goods = _of(tables.orders, place), _of(tables.deliveries, place)
    # Every tenth delivery does not name its order, and is left out of both lives.
    made = set(orders.loc[orders["ordered_at"] < today, "order_id"])
    due = goods[(goods["delivered_at"] >= today) & goods["order_id"].isin(made)]
    traced = watch(region.stage, *place)
    # The same draws decide in both lives what is picked.
    rng = np.random.default_rng([int.from_bytes("".join(place).encode(), "little") % 2**32])
    life = row["shelf_life_days"]
    return Shelf(
        lots=[list(lot) for lot in lying if lot[0] >= 0],
        coming=[
            (int(day), int(units))
            for day, units in zip((due["delivered_at"] - today).dt.days, due["quantity"], strict=True)
        ],
        wanted=traced.loc[pd.to_datetime(traced["day"]) >= today, "wanted"].to_numpy()[:DAYS],
        picks=rng.random(DAYS),
        newest_share=float(_of(truth.positions, place)["newest_first_share"].iloc[0]),
        place=row,
        life=no_date if pd.isna(life) else int(FRESH * life),
    )


def _of(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    return frame[(frame["cabinet_id"] == place[0]) & (frame["item_id"] == place[1])]


def _master(region: Region, place: Place) -> dict[str, object]:
    tables = region.tables
    joined = _of(tables.positions, place).merge(tables.cabinets).merge(tables.wards, on="ward_id")
    return dict(joined.merge(tables.items, on="item_id").iloc[0])


def take_oldest(lots: list[Lot], units: int) -> list[Lot]:
    """Take units from the front of a shelf; what was taken keeps its dates."""
    taken: list[Lot] = []
    while lots and units > 0:
        part = min(lots[0][2], units)
        taken.append([*lots[0][:2], part])
        lots[0][2] -= part
        units -= part
        if not lots[0][2]:
            lots.pop(0)
    return taken


def live(shelf: Shelf, received: list[Lot] | None = None) -> tuple[int, int, int]:
    """Live a shelf through its days by the rules of its cabinet (contract, section 5).

    Parameters
    ----------
    shelf : Shelf
        As it is at the moment of decision; left as it was.
    received : list of Lot, optional
        Goods from elsewhere; they lie there once they have been carried over.

    Returns
    -------
    expired_first, expired, short : int
        Units that went out of date of those that lay on some shelf at the moment of decision, and of all; and units
        wanted that were not there.
    """
    lots, coming = [list(lot) for lot in shelf.lots], list(shelf.coming)
    moved, carried = [list(lot) for lot in received or []], Handling().days
    orders = weekday_mask(str(shelf.place["order_days"]))
    wait = days_until(weekday_mask(str(shelf.place["delivery_days"])))
    lead = max(1, round(float(str(shelf.place["lead_time_days_mean"]))))
    first = expired = short = 0
    for day in range(DAYS):
        if day == carried:
            lots = sorted(lots + moved)
        gone = [lot for lot in lots if lot[0] < day]
        lots = [lot for lot in lots if lot[0] >= day]
        first += sum(units for _, was_there, units in gone if was_there)
        expired += sum(units for *_, units in gone)
        arrived = [units for due, units in coming if due == day]
        coming = [(due, units) for due, units in coming if due != day]
        lots = sorted(lots + [[day + shelf.life, 0, units] for units in arrived])
        wanted = int(shelf.wanted[day])
        newest = shelf.picks[day] < shelf.newest_share
        used = take_oldest(lots[::-1] if newest else lots, wanted)
        lots = [lot for lot in lots if lot[2]]
        short += wanted - sum(lot[2] for lot in used)
        weekday = (AS_OF.weekday() + day) % 7
        position = sum(lot[2] for lot in lots) + sum(units for _, units in coming)
        if day < carried:
            position += sum(lot[2] for lot in moved)
        units = ordered(shelf.place, position) if orders[weekday] else 0
        if units:
            coming.append((day + lead + int(wait[(weekday + lead) % 7]), units))
    return first, expired, short


def ordered(place: dict[str, object], position: int) -> int:
    """Units ordered at an inventory position (contract, section 3)."""
    names = ("min_level", "max_level", "brik_qty", "pack_size")
    least, most, card, pack = (int(float(str(place[name]))) for name in names)
    if place["kind"] == "brik":
        return max((most - position) // card, 0) * card
    return -(-(most - position) // pack) * pack if position <= least else 0


def main(seeds: list[int]) -> None:
    """Print the outcome of some regions, a line each, and of all together."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            found.append(measured(Path(folder), settings_of(seed)))
            told = "  ".join(f"{name} {value:.4g}" for name, value in asdict(found[-1]).items())
            sys.stdout.write(f"seed {seed}: {told}\n")
            sys.stdout.flush()
    promised, saved = sum(one.promised for one in found), sum(one.saved for one in found)
    sys.stdout.write(f"saved {saved} of {promised:.0f} promised: {saved / promised if promised else 1:.2f}\n")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1, 2, 3])
