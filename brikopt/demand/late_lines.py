"""Order lines that are written down only after the goods have come: a list typed in later, a bill that is booked.

Such a line is no order on its way. Where deliveries carry its number nothing is in doubt. Where they carry none, each
would be taken for the goods of the line before, and the newest line would be waited for in vain.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.demand.order_lines import number_codes
from brikopt.demand.unsent import arrival_due

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

MOST_DAYS = 10  # between the goods and the line that is written afterwards
FEWEST = 5  # pairs of a ward, from which its habit can be told
MOST_NUMBERED = 0.5  # of a ward's numbered goods came before their lines: it writes them afterwards
NEARLY_ALL = (
    0.9  # of a ward's goods without a number have one line of their own soon afterwards, and the other way round
)
MISFIT_DAYS = 2.0  # by which goods taken for those of the line before come at another time than they were due


def numbered_afterwards(orders: pd.DataFrame, deliveries: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Give deliveries without an order number that of the line written after them, in wards that do so.

    Parameters
    ----------
    orders, deliveries : DataFrame
        Rows of the tables of those names, with a column ``position``.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.

    Returns
    -------
    DataFrame
        The deliveries. A ward writes its lines afterwards where most of its numbered goods came before their lines; or,
        where no goods have a number, if nearly every delivery is followed within ten days by one line of as many units,
        nearly every line is such a one, and the lines before don't explain the days on which goods came.
    """
    if not len(orders) or not len(deliveries):
        return deliveries
    ward = pd.factorize(positions["ward_id"])[0]
    before, loose = _numbered(orders, deliveries)
    ward_of = ward[deliveries["position"].to_numpy(np.int64)]
    n_wards = int(ward.max()) + 1
    numbered = np.bincount(ward_of[~loose], minlength=n_wards)
    early = np.bincount(ward_of[before], minlength=n_wards)
    habit = (numbered >= FEWEST) & (early > MOST_NUMBERED * numbered)
    unsure = numbered < FEWEST
    looked_at = loose & (habit | unsure)[ward_of]
    if not looked_at.any():
        return deliveries
    pairs = _pairs(orders, deliveries[looked_at])
    unsure &= _by_themselves(orders, deliveries[looked_at], pairs, positions, ward)
    pairs = pairs[(habit | unsure)[ward[pairs["position"].to_numpy(np.int64)]]]
    numbers = deliveries["order_id"].copy()
    numbers[pairs["goods"].to_numpy()] = orders["order_id"].loc[pairs["line"].to_numpy()].to_numpy()
    return deliveries.assign(order_id=numbers)


def _numbered(orders: pd.DataFrame, deliveries: pd.DataFrame) -> tuple[BoolArray, BoolArray]:
    """Tell which deliveries came before the line of their number, and which have no line's number."""
    before, loose = np.zeros(len(deliveries), dtype=np.bool_), np.ones(len(deliveries), dtype=np.bool_)
    for codes, goods_codes in number_codes(orders["order_id"], deliveries["order_id"]):
        lines = pd.DataFrame({"position": orders["position"], "number": codes, "ordered_at": orders["ordered_at"]})
        lines = lines[codes >= 0].drop_duplicates(["position", "number"])
        goods = pd.DataFrame({"position": deliveries["position"].to_numpy(), "number": goods_codes})
        ordered = goods.merge(lines, how="left", on=["position", "number"])["ordered_at"].to_numpy()
        before |= loose & (deliveries["delivered_at"].to_numpy() < ordered)
        loose &= np.isnat(ordered)
    return before, loose


def _pairs(orders: pd.DataFrame, goods: pd.DataFrame) -> pd.DataFrame:
    """Pair goods with the next line of as many units within ten days; each line with the goods just before it."""
    lines = orders[["position", "quantity", "ordered_at"]].assign(line=orders.index)
    came = goods[["position", "quantity", "delivered_at"]].assign(goods=goods.index)
    paired = pd.merge_asof(
        came.sort_values("delivered_at", kind="stable"),
        lines.sort_values("ordered_at", kind="stable"),
        left_on="delivered_at",
        right_on="ordered_at",
        by=["position", "quantity"],
        direction="forward",
        allow_exact_matches=False,
        tolerance=pd.Timedelta(days=MOST_DAYS),
    )
    return paired.dropna(subset="line").drop_duplicates("line", keep="last")


def _by_themselves(
    orders: pd.DataFrame, goods: pd.DataFrame, pairs: pd.DataFrame, positions: pd.DataFrame, ward: IntArray
) -> BoolArray:
    """Tell which wards write lines afterwards by the days and units of lines and goods alone; shape (n_wards,)."""
    n_wards = int(ward.max()) + 1

    def each(rows: pd.DataFrame) -> IntArray:
        counts: IntArray = np.bincount(ward[rows["position"].to_numpy(np.int64)], minlength=n_wards)
        return counts

    # The newest goods may still wait for their line.
    settled = goods[goods["delivered_at"] <= orders["ordered_at"].max() - pd.Timedelta(days=MOST_DAYS)]
    some = pairs[pairs["goods"].isin(settled.index)]
    found = (each(pairs) >= FEWEST) & (each(pairs) >= NEARLY_ALL * each(orders))
    found &= each(some) >= NEARLY_ALL * each(settled)
    if not found.any():
        return found
    due = orders[["position", "quantity"]].assign(due=arrival_due(orders, positions), ordered_at=orders["ordered_at"])
    earlier = pd.merge_asof(
        goods[["position", "quantity", "delivered_at"]].sort_values("delivered_at", kind="stable"),
        due.sort_values("ordered_at", kind="stable"),
        left_on="delivered_at",
        right_on="ordered_at",
        by=["position", "quantity"],
    )
    days = (earlier["delivered_at"] - earlier["due"]).dt.days.abs().to_numpy(np.float64)
    of_ward = ward[earlier["position"].to_numpy(np.int64)]
    known = np.isfinite(days)
    misfit = np.bincount(of_ward[known], days[known], minlength=n_wards)
    found &= misfit >= MISFIT_DAYS * np.bincount(of_ward[known], minlength=n_wards)
    return found
