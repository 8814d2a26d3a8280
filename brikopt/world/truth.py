"""The hidden truth of a simulated region: what no extract tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.extracts import Ledger, reasons
from brikopt.world.log import COMING, EXPIRED, LYING, RECORDED, STARTED, THROWN
from brikopt.world.shelves import NEVER


@dataclass(frozen=True, slots=True)
class Truth:
    """What really happened; every frame has cabinet_id and item_id.

    Parameters
    ----------
    positions : DataFrame
        on_hand and on_order (units at the start of ``as_of``, or when the position ended), dead (nothing is
        ever wanted again), ended (not listed any more), rate_per_day (on an ordinary weekday at ``as_of``),
        newest_first_share, recorded_share.
    use : DataFrame
        month, expected, wanted, met: units in each month.
    lots : DataFrame
        lot, expiry_date, quantity: what lies on the shelf at the start of ``as_of``.
    started : DataFrame
        lot, expiry_date, quantity: what lay there at the start of the first day.
    expired : DataFrame
        day (the first on which it is out of date), lot, expiry_date, quantity.
    thrown : DataFrame
        day, lot, expiry_date, quantity, reason, recorded (the extracts tell of it).
    """

    positions: pd.DataFrame
    use: pd.DataFrame
    lots: pd.DataFrame
    started: pd.DataFrame
    expired: pd.DataFrame
    thrown: pd.DataFrame


def tell_truth(
    ledger: Ledger,
    shelves: NDArray[np.void],
    names: pd.DataFrame,
    *,
    usage: NDArray[np.float64],
    months: pd.Series,
    as_of_day: int,
) -> Truth:
    """Write the truth down.

    Parameters
    ----------
    ledger : Ledger
        All events.
    shelves : ndarray of SHELF, shape (n_shelves,)
        The shelves.
    names : DataFrame
        cabinet_id and item_id of each shelf.
    usage : ndarray of float64, shape (n_shelves, n_months, 3)
        Units expected, wanted and met.
    months : Series of datetime64
        First day of each month.
    as_of_day : int
        The moment of decision.
    """
    lots, coming, thrown = ledger.hidden(LYING), ledger.hidden(COMING), ledger.hidden(THROWN)
    lot_columns = ["cabinet_id", "item_id", "lot", "expiry_date", "quantity"]
    n_months = len(months)
    return Truth(
        positions=_positions(shelves, names, lots, coming, as_of_day),
        use=pd.DataFrame(
            {
                "cabinet_id": names["cabinet_id"].repeat(n_months).reset_index(drop=True),
                "item_id": names["item_id"].repeat(n_months).reset_index(drop=True),
                "month": pd.Series(np.tile(months.to_numpy(), len(names))),
                "expected": usage[..., 0].ravel().round(4),
                "wanted": usage[..., 1].ravel().astype(np.int64),
                "met": usage[..., 2].ravel().astype(np.int64),
            }
        ),
        lots=lots[lot_columns],
        started=ledger.hidden(STARTED)[lot_columns],
        expired=ledger.hidden(EXPIRED)[["day", *lot_columns]],
        thrown=thrown.assign(reason=reasons(thrown["flag"].to_numpy()), recorded=(thrown["flag"] & RECORDED) > 0).drop(
            columns="flag"
        ),
    )


def _positions(
    shelves: NDArray[np.void], names: pd.DataFrame, lots: pd.DataFrame, coming: pd.DataFrame, as_of_day: int
) -> pd.DataFrame:
    dead_now = (shelves["dead_from"] <= as_of_day) & (as_of_day < shelves["back_from"])
    shifted = np.where(as_of_day >= shelves["shift_day"], shelves["shift_factor"], 1.0)
    return names.assign(
        on_hand=_sum_by(names, lots),
        on_order=_sum_by(names, coming),
        dead=(dead_now & (shelves["back_from"] >= NEVER)) | (shelves["end_day"] <= as_of_day - 1),
        ended=shelves["end_day"] < as_of_day,
        rate_per_day=np.where(dead_now, 0.0, shelves["rate"] * shifted).round(5),
        newest_first_share=shelves["newest_share"].round(4),
        recorded_share=shelves["recorded_share"].round(4),
    )


def _sum_by(names: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.int64]:
    total = rows.groupby(["cabinet_id", "item_id"])["quantity"].sum()
    places = pd.MultiIndex.from_frame(names[["cabinet_id", "item_id"]])
    return total.reindex(places, fill_value=0).to_numpy().astype(np.int64)
