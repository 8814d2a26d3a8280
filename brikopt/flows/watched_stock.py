"""The watch on stock: what lies there now beside what an earlier result said."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from brikopt.contract.extract import Tables
from brikopt.flows.previous import Previous
from brikopt.flows.watched import EPOCH, POSITION, WARD, Change

FloatArray = npt.NDArray[np.float64]

CERTAIN = 0.95  # chance from which a change is told
WARD_SHARE = 0.2  # of the value of a ward's stock, above which it is worth a word
OF_RANGE = 2 * 1.645  # standard deviations in a 90 % range


def changes_of_stock(stock: pd.DataFrame, tables: Tables, previous: Previous | None) -> list[Change]:
    """Compare today's stock with an earlier result's.

    Parameters
    ----------
    stock : DataFrame
        Figures of all positions, row by row in the order of the evidence.
    tables : Tables
        The rows known at the moment of decision.
    previous : Previous, optional
        The earlier result; without one nothing is told.

    Returns
    -------
    list of Change
        Positions whose stock moved by more than an order does, beyond what is uncertain; wards whose value did.
    """
    if previous is None or not previous.stock:
        return []
    keys = list(zip(stock["cabinet_id"], stock["item_id"], strict=True))
    then = np.array([previous.stock.get(key, (np.nan, np.nan)) for key in keys], dtype=np.float64).reshape(-1, 2)
    now = stock["on_hand_mean"].to_numpy(np.float64)
    now_sd = (stock["on_hand_high"] - stock["on_hand_low"]).to_numpy(np.float64) / OF_RANGE
    step = np.where(stock["is_brik"], stock["brik_qty"], stock["max_level"] - stock["min_level"]).astype(np.float64)
    first = previous.as_of.toordinal() - EPOCH
    last = tables.as_of.toordinal() - EPOCH - 1
    if last < first:
        return []
    moved = now - then[:, 0]
    # Between two orders stock moves by a step without anything having happened.
    off = np.sqrt(now_sd**2 + then[:, 1] ** 2 + 0.25)
    chance = ndtr((np.abs(moved) - step) / off)
    counted = _counted_since(tables, previous, keys)
    price = stock["unit_price_dkk"].to_numpy(np.float64)
    found = []
    for at in np.flatnonzero(chance >= CERTAIN):
        row = stock.iloc[at]
        found.append(
            Change(
                level=POSITION,
                rows=(int(at),),
                cabinet_id=row["cabinet_id"],
                item_id=row["item_id"],
                ward_id=row["ward_id"],
                what=row["name"],
                first_day=first,
                last_day=last,
                before=float(then[at, 0]),
                before_sd=float(then[at, 1]),
                after=float(now[at]),
                after_sd=float(now_sd[at]),
                chance=float(chance[at]),
                change="rise" if moved[at] > 0 else "fall",
                dkk=abs(float(moved[at])) * float(price[at]),
                cause="counted" if counted[at] else "unknown",
                measure="stock",
            )
        )
    return found + _wards(stock, then, now, now_sd, step, price, first, last)


def _counted_since(tables: Tables, previous: Previous, keys: list[tuple[str, str]]) -> list[bool]:
    """Whether somebody counted since the earlier result: then the estimate moved, perhaps not the stock."""
    counts = tables.counts[tables.counts["counted_at"] >= pd.Timestamp(previous.as_of)]
    counted = set(zip(counts["cabinet_id"], counts["item_id"], strict=True))
    return [key in counted for key in keys]


def _wards(
    stock: pd.DataFrame,
    then: FloatArray,
    now: FloatArray,
    now_sd: FloatArray,
    step: FloatArray,
    price: FloatArray,
    first: int,
    last: int,
) -> list[Change]:
    """Wards whose stock is worth clearly more, or less, than it was; in DKK, of positions that both results have."""
    both = ~np.isnan(then[:, 0])
    codes, wards = pd.factorize(stock["ward_id"])

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(codes[both], weights=values[both], minlength=len(wards)).astype(np.float64)

    value_then, value_now = summed(then[:, 0] * price), summed(now * price)
    sd_then, sd_now = (np.sqrt(summed((sd * price) ** 2)) for sd in (then[:, 1], now_sd))
    # Where in its cycle each shelf stands is chance: evenly from 0 to a step, in both results.
    cycles = np.sqrt(summed((step * price) ** 2) / 6)
    off = np.sqrt(sd_then**2 + sd_now**2 + cycles**2) + 1e-9
    moved = value_now - value_then
    chance = ndtr((np.abs(moved) - WARD_SHARE * value_then) / off)
    found = []
    for one in np.flatnonzero((chance >= CERTAIN) & (value_then > 0)):
        rows = np.flatnonzero(codes == one)
        found.append(
            Change(
                level=WARD,
                rows=tuple(rows.tolist()),
                cabinet_id="",
                item_id="",
                ward_id=str(stock["ward_id"].iloc[rows[0]]),
                what=str(stock["ward_name"].iloc[rows[0]]),
                first_day=first,
                last_day=last,
                before=float(value_then[one]),
                before_sd=float(sd_then[one]),
                after=float(value_now[one]),
                after_sd=float(sd_now[one]),
                chance=float(chance[one]),
                change="rise" if moved[one] > 0 else "fall",
                dkk=abs(float(moved[one])),
                positions=len(rows),
                measure="stock",
            )
        )
    return found
