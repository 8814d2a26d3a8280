"""The hidden truth of a simulated region: what no extract tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.world.extracts import Ledger, reasons
from brikopt.world.log import COMING, FLAG, LYING, RECORDED
from brikopt.world.shelves import NEVER
from brikopt.world.stage import Stage


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


_LOT = ["cabinet_id", "item_id", "lot", "expiry_date", "quantity"]


def use_by_month(names: pd.DataFrame, usage: NDArray[np.float64], months: pd.Series) -> pd.DataFrame:
    """Tell what was wanted and met.

    Parameters
    ----------
    names : DataFrame
        cabinet_id and item_id of each shelf.
    usage : ndarray of float64, shape (n_shelves, n_months, 3)
        Units expected, wanted and met.
    months : Series of datetime64
        First day of each month.

    Returns
    -------
    DataFrame
        As ``use`` in Truth.
    """
    return pd.DataFrame(
        {
            "cabinet_id": names["cabinet_id"].repeat(len(months)).reset_index(drop=True),
            "item_id": names["item_id"].repeat(len(months)).reset_index(drop=True),
            "month": pd.Series(np.tile(months.to_numpy(), len(names))),
            "expected": usage[..., 0].ravel().round(4),
            "wanted": usage[..., 1].ravel().astype(np.int64),
            "met": usage[..., 2].ravel().astype(np.int64),
        }
    )


def lots_of(ledger: Ledger) -> pd.DataFrame:
    """Tell which lots lay there, as ``lots`` and ``started`` in Truth."""
    return ledger.everything()[_LOT]


def expired_lots(ledger: Ledger) -> pd.DataFrame:
    """Tell what went out of date, as ``expired`` in Truth."""
    return ledger.everything()[["day", *_LOT]]


def thrown_lots(ledger: Ledger) -> pd.DataFrame:
    """Tell what was thrown away, as ``thrown`` in Truth."""
    thrown = ledger.everything()
    flag = ledger.events[:, FLAG]
    return thrown.drop(columns="flag").assign(reason=reasons(flag), recorded=(flag & RECORDED) > 0)


def true_positions(stage: Stage, ledger: Ledger) -> pd.DataFrame:
    """Tell how each position stands at the moment of decision, as ``positions`` in Truth.

    Parameters
    ----------
    stage : Stage
        The region before its first day.
    ledger : Ledger
        All its events.
    """
    shelves, as_of_day = stage.shelves, stage.settings.as_of_day
    dead_now = (shelves["dead_from"] <= as_of_day) & (as_of_day < shelves["back_from"])
    shifted = np.where(as_of_day >= shelves["shift_day"], shelves["shift_factor"], 1.0)
    return stage.names.assign(
        on_hand=ledger.of(LYING).units_by_shelf(),
        on_order=ledger.of(COMING).units_by_shelf(),
        dead=(dead_now & (shelves["back_from"] >= NEVER)) | (shelves["end_day"] <= as_of_day - 1),
        ended=shelves["end_day"] < as_of_day,
        rate_per_day=np.where(dead_now, 0.0, shelves["rate"] * shifted).round(5),
        newest_first_share=shelves["newest_share"].round(4),
        recorded_share=shelves["recorded_share"].round(4),
    )
