"""Givers and takers of a few shelves, by hand."""

import numpy as np

from brikopt.transfers.surplus import Givers
from brikopt.transfers.uptake import Takers


def texts(values):
    """Ids as the arrays of the package hold them."""
    return np.array(values, dtype=object)


def givers(*rows, n_units=5, item="I", day=60):
    """Givers in wards of their own; each row is cabinet, units sure to expire, and maybe keep and on hand."""
    filled = [(*row, 0.0, 1000.0)[:4] if len(row) == 2 else row for row in rows]
    cabinet, sure, keep, low = zip(*filled, strict=True)
    n = len(rows)
    return Givers(
        cabinet_id=texts(cabinet),
        item_id=texts([item] * n),
        ward_id=texts([f"W{name}" for name in cabinet]),
        hospital=texts(["H"] * n),
        unit=texts(["U"] * n),
        expiry_day=np.full(n, day, dtype=np.int64),
        p_excess=(np.arange(n_units) < np.array(sure)[:, None]).astype(float),
        keep_units=np.array(keep, dtype=float),
        on_hand_low=np.array(low, dtype=float),
    )


def takers(*rows, item="I"):
    """Takers in wards of their own; each row is cabinet, units used a day, stock and room; own goods go first."""
    cabinet, rate, stock, room = zip(*rows, strict=True)
    n = len(rows)
    return Takers(
        cabinet_id=texts(cabinet),
        item_id=texts([item] * n),
        ward_id=texts([f"W{name}" for name in cabinet]),
        hospital=texts(["H"] * n),
        unit=texts(["U"] * n),
        stock=np.array(stock, dtype=float),
        moved_in=np.zeros(n),
        own_days=np.zeros(n),
        newest_first=np.zeros(n),
        rate_mean=np.array(rate, dtype=float),
        rate_var=np.zeros(n),
        dispersion=np.ones(n),
        room_units=np.array(room, dtype=float),
    )
