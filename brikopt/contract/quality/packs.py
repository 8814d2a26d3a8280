"""Quantities that count packs where units are meant: certain ones are multiplied out, likely ones stop, or are told.

Lines are whole packs, those of cards whole cards, and without cards they reach from min to max (contract, section 1).
Goods come as they were ordered. A quantity that breaks all of this, and keeps to it once it is multiplied by the pack,
is a number of packs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.contract.positions import codes_of, position_of
from brikopt.contract.quality.oddities import Oddity
from brikopt.contract.quality.tables_read import Read, TableRead
from brikopt.errors import BadInput

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LINES = ("orders", "deliveries")

FEWEST_LINES = 10  # of a table, from which it is told in what it counts
FEWEST_PAIRS = 3  # of an item's lines with their goods, each by its number
FEWEST_TOTAL = 8  # lines and goods of an item, where there are no numbers to pair them
NEARLY_ALL = 0.9
TOTALS_APART = 0.15  # of what came of what was ordered, by which two totals may differ
UNALIKE = 1.6  # what came of an item over what was ordered, from which it is looked at more closely
HALF_A_LINE = 0.5  # of max less min: a line without cards is hardly ever smaller
LIKELY, POSSIBLE = 1e-6, 1e-2  # chance that counts of units lie so low as all of them do


def as_units(read: Read, spared: Collection[str] = ()) -> tuple[dict[str, pd.DataFrame], list[Oddity]]:
    """Multiply packs out where lines, goods and levels leave no doubt.

    Parameters
    ----------
    read : mapping of str to TableRead
        The good rows of every table.
    spared : collection of str
        Tables of which somebody has said in what they count.

    Returns
    -------
    tuple of dict of str to DataFrame and list of Oddity
        The tables that were mended, and what is told.

    Raises
    ------
    BadInput
        If a table likely counts packs, and nothing makes it certain.
    """
    told: list[Oddity] = []
    mended = dict(read)
    for name, rows in _against_each_other(read).items():
        if name not in spared:
            mended[name], more = _multiplied(mended[name], read, rows)
            told += more
    for name in LINES:
        if name not in spared:
            mended[name], more = _against_levels(mended[name], read)
            told += more
    told += _levels_told(mended) if "positions" not in spared else []
    told += _counts_told(read) if "counts" not in spared else []
    return {name: mended[name].frame for name in LINES if mended[name] is not read[name]}, told


# --- lines against goods


def _against_each_other(read: Read) -> dict[str, BoolArray]:
    """Rows of each table that are packs by what came of them, or what they came of; tables without any are left out."""
    items = read["items"].frame
    known = pd.Index(items["item_id"])
    pack = items["pack_size"].to_numpy(np.int64)
    frames = {name: read[name].frame for name in LINES}
    item = {name: codes_of(frame["item_id"], known) for name, frame in frames.items()}
    odd = (pack > 1) & _unlike(frames, item, pack)
    if not odd.any():
        return {}
    lines, came = (_of_items(frames[name], item[name], odd, pack) for name in LINES)
    found = {}
    for name, few, full in (("orders", lines, came), ("deliveries", came, lines)):
        rows = np.zeros(len(frames[name]), dtype=np.bool_)
        rows[_paired(few, full)] = True
        rows[few["row"][few["item"].isin(_in_all(few, full))]] = True
        if rows.any():
            found[name] = rows
    return found


def _unlike(frames: dict[str, pd.DataFrame], item: dict[str, IntArray], pack: IntArray) -> BoolArray:
    """Tell which items have lines that are no whole packs, or got far more or less than was ordered."""
    total = {name: np.bincount(item[name], frames[name]["quantity"], minlength=len(pack)) for name in LINES}
    ratio = total["deliveries"] / np.maximum(total["orders"], 1.0)
    lines = {name: np.bincount(item[name], minlength=len(pack)) for name in LINES}
    unlike = (lines["orders"] >= FEWEST_PAIRS) & (lines["deliveries"] >= FEWEST_PAIRS)
    unlike &= (ratio > UNALIKE) | (ratio < 1 / UNALIKE)
    for name in LINES:
        broken = frames[name]["quantity"].to_numpy() % pack[item[name]] != 0
        unlike |= np.bincount(item[name][broken], minlength=len(pack)) > 0
    return unlike


def _of_items(frame: pd.DataFrame, item: IntArray, odd: BoolArray, pack: IntArray) -> pd.DataFrame:
    some = odd[item] & (frame["quantity"] > 0).to_numpy()
    of_some = frame.loc[some, ["order_id", "cabinet_id", "quantity"]]
    return of_some.assign(item=item[some], pack=pack[item[some]], row=np.flatnonzero(some))


def _paired(few: pd.DataFrame, full: pd.DataFrame) -> IntArray:
    """Rows with as many packs as there are units under their number in the other table, where an item has several."""
    keys = ["order_id", "cabinet_id", "item"]
    wanted, got = (rows[rows["order_id"] != ""].groupby(keys)["quantity"].sum() for rows in (few, full))
    pairs = few.join(wanted.rename("wanted"), on=keys, how="inner").join(got.rename("got"), on=keys, how="inner")
    unequal = pairs[pairs["wanted"] != pairs["got"]]
    packs = unequal["wanted"] * unequal["pack"] == unequal["got"]
    share = packs.groupby(unequal["item"]).agg(["mean", "sum"])
    meant = share.index[(share["mean"] >= NEARLY_ALL) & (share["sum"] >= FEWEST_PAIRS)]
    rows: IntArray = unequal["row"][packs & unequal["item"].isin(meant)].to_numpy(np.int64)
    return rows


def _in_all(few: pd.DataFrame, full: pd.DataFrame) -> pd.Index[int]:
    """Items that share no order number, of which there are as many packs in one table as units in the other."""
    keys = ["order_id", "cabinet_id", "item"]
    paired = few[few["order_id"] != ""].merge(full[keys], on=keys)["item"].unique()
    less, more = (rows.groupby("item")["quantity"].agg(["sum", "median", "size"]) for rows in (few, full))
    both = less.join(more.add_suffix("_full"), how="inner").join(few.groupby("item")["pack"].first())
    many = np.minimum(both["size"], both["size_full"]) >= FEWEST_TOTAL
    apart = (both["sum_full"] / (both["sum"] * both["pack"]) - 1).abs() <= TOTALS_APART
    alike = both["median"] * both["pack"] == both["median_full"]
    return both.index[many & apart & alike & ~both.index.isin(paired)]


def _multiplied(table: TableRead, read: Read, rows: BoolArray) -> tuple[TableRead, list[Oddity]]:
    items = read["items"].frame.set_index("item_id")
    of_row = items.reindex(table.frame["item_id"])
    before = table.frame["quantity"].to_numpy()
    after = np.where(rows, before * of_row["pack_size"].to_numpy(), before).astype(before.dtype)
    dkk = float(((after - before) * of_row["unit_price_dkk"].to_numpy())[rows].sum())
    first = int(np.argmax(rows & (before > 0)))
    numbers = {"packs": int(before[first]), "units": int(after[first]), "dkk": dkk}
    told = list(table.oddity("packs_as_units", "middle", rows & (before > 0), **numbers))
    return replace(table, frame=table.frame.assign(quantity=after)), told


# --- lines and goods against levels


@dataclass(frozen=True, slots=True)
class _Levels:
    """What each row of a table ought to fit; arrays of shape (n_rows,), NaN without a position or a pack of several."""

    row: IntArray  # rows that can be judged
    quantity: FloatArray
    pack: FloatArray
    card: FloatArray  # units of a card, 0 without cards
    low: FloatArray  # max less min
    full: FloatArray  # most units after a line

    def fits(self, times: FloatArray | float) -> BoolArray:
        """Tell which quantities, so many times over, are whole cards or reach from min to max."""
        units = self.quantity * times
        cards = (self.card > 0) & (units % np.maximum(self.card, 1) == 0)
        by_eye = (self.card == 0) & (units >= HALF_A_LINE * self.low) & (units <= 2 * self.full)
        fitting: BoolArray = cards | by_eye
        return fitting


def _levels_of(table: TableRead, read: Read) -> _Levels:
    frame, positions = table.frame, read["positions"].frame
    items = read["items"].frame
    pack = items["pack_size"].to_numpy(np.float64)[codes_of(frame["item_id"], pd.Index(items["item_id"]))]
    row = np.flatnonzero((pack > 1) & (frame["quantity"] > 0).to_numpy())
    place = position_of(frame.iloc[row], positions)
    row, place = row[place >= 0], place[place >= 0]
    low, high, card = (positions[name].to_numpy(np.float64)[place] for name in ("min_level", "max_level", "brik_qty"))
    kept = high > 0
    row, low, high, card = row[kept], low[kept], high[kept], card[kept]
    full = np.where(card > 0, high, high + pack[row] - 1)
    return _Levels(row, frame["quantity"].to_numpy(np.float64)[row], pack[row], card, high - low, full)


def _against_levels(table: TableRead, read: Read) -> tuple[TableRead, list[Oddity]]:
    """Judge a table of which nearly no line is a whole number of packs."""
    items = read["items"].frame
    pack = items["pack_size"].to_numpy(np.int64)[codes_of(table.frame["item_id"], pd.Index(items["item_id"]))]
    broken = table.frame["quantity"].to_numpy() % pack != 0
    if not broken.any():
        return table, []
    of_several = (pack > 1) & (table.frame["quantity"].to_numpy() > 0)
    odd = float(broken.sum() / of_several.sum())
    one = int(np.argmax(broken))
    numbers = {"units": int(table.frame["quantity"].iloc[one]), "pack": int(pack[one]), "share": odd}
    if odd < NEARLY_ALL or of_several.sum() < FEWEST_LINES:
        return table, list(table.oddity("lines_no_whole_packs", "low", broken, **numbers))
    levels = _levels_of(table, read)
    as_they_are, as_packs = levels.fits(1.0), levels.fits(levels.pack)
    if len(levels.row) >= FEWEST_LINES and as_packs.mean() >= NEARLY_ALL and as_they_are.mean() <= 1 - NEARLY_ALL:
        return _multiplied(table, read, pack > 1)
    if len(levels.row) >= FEWEST_LINES and as_packs.mean() >= NEARLY_ALL > as_they_are.mean():
        raise _likely(table, one, numbers)
    return table, list(table.oddity("lines_no_whole_packs", "middle", broken, **numbers))


def _likely(table: TableRead, row: int, numbers: dict[str, float]) -> BadInput:
    file = table.file if table.file_of is None else str(table.file_of[row])
    return BadInput(
        f"{file}, line {int(table.lines[row])}, column quantity",
        f"{numbers['share']:.0%} of the quantities, such as {numbers['units']} of an item in packs of "
        f"{numbers['pack']}, are no whole packs: the table likely counts packs, not units.",
        f'Export units, or say in a mapping.toml under [{table.name}.units] quantity = "packs" (quantity = 1 if they '
        "are units after all).",
    )


# --- levels and counts


def _levels_told(read: Read) -> list[Oddity]:
    """Tell of positions without cards whose lines are all far above max, though not above as many packs."""
    orders, positions = read["orders"], read["positions"]
    levels = _levels_of(orders, read)
    above = (levels.card == 0) & (levels.quantity > levels.full)
    if not above.any():
        return []
    place = position_of(orders.frame.iloc[levels.row], positions.frame)
    packs = above & (levels.quantity <= levels.full * levels.pack)
    size = len(positions.frame)
    lines, high = np.bincount(place, minlength=size), np.bincount(place, packs, minlength=size)
    meant = (lines >= FEWEST_PAIRS) & (high >= NEARLY_ALL * lines)
    judged = (np.bincount(place, levels.card == 0, minlength=size) >= FEWEST_PAIRS) & (lines > 0)
    if not meant.any():
        return []
    file_wide = meant.sum() >= NEARLY_ALL * judged.sum()
    first = int(np.argmax(meant))
    numbers = {"max": int(positions.frame["max_level"].iloc[first]), "units": int(levels.quantity[place == first][0])}
    return list(positions.oddity("levels_maybe_packs", "high" if file_wide else "middle", meant, **numbers))


def _counts_told(read: Read) -> list[Oddity]:
    """Tell of counts that all lie as low as packs would, though units lie anywhere up to full stock."""
    counts = read["counts"]
    if not len(counts.frame):
        return []
    levels = _levels_of(counts, read)
    some = levels.full >= 2 * levels.pack
    if not some.any() or (levels.quantity > levels.full / levels.pack + 1)[some].any():
        return []
    # One shelf that is low stays low: the same count of a position again tells nothing more.
    place = position_of(counts.frame.iloc[levels.row], read["positions"].frame)
    once = some & ~pd.DataFrame({"place": place, "quantity": levels.quantity}).duplicated().to_numpy()
    low = (np.floor(levels.full / levels.pack) + 1) / levels.full
    chance = float(np.exp(np.log(np.minimum(low, 1.0))[once].sum()))
    if chance > POSSIBLE:
        return []
    row = int(levels.row[some][0])
    numbers = {"units": int(levels.quantity[some][0]), "pack": int(levels.pack[some][0]), "share": 1.0}
    if chance < LIKELY:
        raise _likely(counts, row, numbers)
    rows = np.zeros(len(counts.frame), dtype=np.bool_)
    rows[levels.row[some]] = True
    return list(counts.oddity("counts_maybe_packs", "high", rows, **numbers))
