"""Which lots lie on which shelf: those that somebody recorded, and those that the dates give away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.outputs import LOTS
from brikopt.contract.positions import rows_of
from brikopt.demand.order_lines import days_since_epoch
from brikopt.stock.lots import UNKNOWN, known_expiry
from brikopt.stock.particles import Particles

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

POINTS = 41  # equally likely stocks that are kept of one position
LEAST = 0.01  # chance from which a lot is told


@dataclass(frozen=True, slots=True)
class ShelfDates:
    """What one shelf may hold, summed up.

    Parameters
    ----------
    expiry : ndarray of int64, shape (n_dates,)
        Dates that may lie there, days since 1970-01-01.
    p_there, units : ndarray of float64, shape (n_dates,)
        Chance that goods of the date lie there, and units expected.
    on_hand : ndarray of float64, shape (POINTS,)
        Equally likely stocks, rising.
    p_any : float
        Chance that anything lies there.
    mean : float
        Units expected.
    """

    expiry: IntArray
    p_there: FloatArray
    units: FloatArray
    on_hand: FloatArray
    p_any: float
    mean: float


def shelf_dates(now: Particles) -> ShelfDates:
    """Sum up the lots of one position's particles by date."""
    count = len(now.units)
    rows, lots = np.nonzero(now.units > 0)
    date, of = np.unique(now.expiry[rows, lots], return_inverse=True)
    # A particle may hold two lots of one date.
    there = np.zeros((len(date), count))
    np.add.at(there, (of, rows), now.units[rows, lots])
    chance = (there > 0).mean(axis=1)
    kept = chance >= LEAST
    total = now.units.sum(axis=1).astype(np.float64)
    points = np.quantile(total, np.linspace(0, 1, POINTS), method="nearest")
    return ShelfDates(
        date[kept].astype(np.int64),
        chance[kept],
        there.mean(axis=1)[kept],
        points,
        float((total > 0).mean()),
        float(total.mean()),
    )


def batches(tables: Tables, positions: pd.DataFrame, dates: Sequence[ShelfDates]) -> pd.DataFrame:
    """List what may lie on each shelf: all of it, each lot that was recorded there, and dates of recorded lots.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    dates : sequence of ShelfDates
        Of each position.

    Returns
    -------
    DataFrame
        Columns of ``lots.csv``. ``what`` is ``all``, ``lot`` (recorded there) or ``date`` (of a lot that was recorded
        elsewhere). A recorded lot is told however small its chance, everything else from 0.01 on.

    Notes
    -----
    A lot of a known date is there as far as its date is. One without a date is what the newer deliveries leave of the
    stock, the oldest used first.
    """
    recorded = _recorded(tables, positions)
    item = positions["item_id"].to_numpy(dtype=object)
    known = recorded[recorded["expiry"] != UNKNOWN]
    of_item = {name: set(part["expiry"].tolist()) for name, part in known.groupby(item[known["position"]], sort=False)}
    by_position = dict(tuple(recorded.groupby("position", sort=False)))
    later = _came(tables, positions)
    rows: list[dict[str, object]] = []
    for row, shelf in enumerate(dates):
        here = {"row": row}
        if shelf.p_any >= LEAST:
            rows.append(here | {"what": "all", "p_there": shelf.p_any, "units": shelf.mean})
        lots = by_position.get(row)
        own = _lots_of(shelf, lots, later.get(row)) if lots is not None else []
        rows += [here | one for one in own]
        named = {one["expiry"] for one in own}
        for at in np.flatnonzero(np.isin(shelf.expiry, list(of_item.get(item[row], ())))):
            if (date := int(shelf.expiry[at])) not in named:
                chance = {"p_there": float(shelf.p_there[at]), "units": float(shelf.units[at])}
                rows.append(here | {"what": "date", "expiry": date} | chance)
    return _table(rows, positions)


def _recorded(tables: Tables, positions: pd.DataFrame) -> pd.DataFrame:
    """Each lot that was recorded of a position: its date, when it came, and how much of it."""
    parts = [
        (tables.deliveries, "delivered_at"),
        (tables.counts, "counted_at"),
    ]
    rows = []
    for table, day in parts:
        some = rows_of(table[table["lot"].str.strip() != ""], positions)
        counted = np.zeros(len(some), dtype=np.int64) if day == "counted_at" else some["quantity"].to_numpy()
        rows.append(
            pd.DataFrame(
                {
                    "position": some["position"].to_numpy(np.int64),
                    "lot": some["lot"].str.strip().to_numpy(dtype=object),
                    "expiry": known_expiry(some["expiry_date"]).astype(np.int64),
                    "day": days_since_epoch(some[day]),
                    "received": counted.astype(np.int64),
                }
            )
        )
    every = pd.concat(rows, ignore_index=True)
    return every.groupby(["position", "lot", "expiry"], as_index=False, sort=True).agg(
        first=("day", "min"), last=("day", "max"), received=("received", "sum")
    )


def _came(tables: Tables, positions: pd.DataFrame) -> dict[int, tuple[IntArray, IntArray]]:
    """Days and units of the deliveries of each position."""
    goods = rows_of(tables.deliveries, positions).sort_values(["position", "delivered_at"], kind="stable")
    day, units = days_since_epoch(goods["delivered_at"]), goods["quantity"].to_numpy(np.int64)
    position = goods["position"].to_numpy(np.int64)
    ends: IntArray | list[int] = (
        np.append(np.flatnonzero(position[1:] != position[:-1]) + 1, len(position)) if len(position) else []
    )
    first = 0
    came = {}
    for end in [int(one) for one in ends]:
        came[int(position[first])] = (day[first:end], units[first:end])
        first = end
    return came


def _lots_of(shelf: ShelfDates, lots: pd.DataFrame, came: tuple[IntArray, IntArray] | None) -> list[dict[str, object]]:
    told = []
    for lot in lots.to_dict("records"):
        at = np.flatnonzero(shelf.expiry == lot["expiry"])
        if lot["expiry"] == UNKNOWN:
            after = int(came[1][came[0] > lot["last"]].sum()) if came is not None else 0
            left = left_of(shelf.on_hand, after, int(lot["received"]) or int(shelf.on_hand[-1]))
            p_there, units = float((left > 0).mean()), float(left.mean())
        else:
            p_there, units = (float(shelf.p_there[at[0]]), float(shelf.units[at[0]])) if len(at) else (0.0, 0.0)
        told.append(
            {
                "what": "lot",
                "lot": lot["lot"],
                "expiry": int(lot["expiry"]),
                "received_from": lot["first"],
                "received_to": lot["last"],
                "received": lot["received"],
                "p_there": p_there,
                "units": units,
            }
        )
    return told


def left_of(on_hand: FloatArray, came_later: int, received: int) -> FloatArray:
    """Units that are left of a delivery where the oldest is used first: what newer deliveries don't account for.

    Examples
    --------
    >>> left_of(np.array([5.0, 12.0, 40.0]), came_later=10, received=20).tolist()
    [0.0, 2.0, 20.0]
    """
    return np.clip(on_hand - came_later, 0, received)


def _table(rows: list[dict[str, object]], positions: pd.DataFrame) -> pd.DataFrame:
    names = ["row", "what", "lot", "expiry", "received_from", "received_to", "received", "p_there", "units"]
    found = pd.DataFrame(rows, columns=names).astype({"row": "int64"})
    ids = positions[["cabinet_id", "item_id"]].take(found["row"].to_numpy()).reset_index(drop=True)
    dated = {name: _dates(found[name]) for name in ("expiry", "received_from", "received_to")}
    numbers = {name: found[name].astype(np.float64) for name in ("received", "p_there", "units")}
    told = pd.concat([ids, found.drop(columns="row")], axis=1).assign(**dated, **numbers)
    told["lot"] = told["lot"].astype("object").fillna("").astype("str")
    told["what"] = told["what"].astype("str")
    return told[[column.name for column in LOTS.columns]]


def _dates(days: pd.Series) -> pd.Series:
    known = days.notna() & (days != UNKNOWN)
    stamps = pd.to_datetime(days.where(known).astype(np.float64), unit="D")
    return stamps.astype("datetime64[s]")
