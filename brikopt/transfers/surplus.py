"""What a position could give away: units that will probably go out of date where they lie."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from brikopt.transfers.handling import FloatArray, IntArray, TextArray

LEAST_CHANCE = 0.5  # a unit that is rather used than not stays: nobody carries goods on a small chance


@dataclass(frozen=True, slots=True)
class Givers:
    """Positions with something at risk; arrays of shape (n,) where nothing else is said."""

    cabinet_id: TextArray
    item_id: TextArray
    ward_id: TextArray
    hospital: TextArray
    unit: TextArray
    expiry_day: IntArray  # days from as_of to the earliest date at risk; usable on that day
    p_excess: FloatArray  # (n, n_units): chance that at least j + 1 units on the shelf now go out of date unused
    keep_units: FloatArray  # units the position must keep: until its next delivery, protected, or its minimum
    on_hand_low: FloatArray  # units surely there

    def take(self, rows: IntArray) -> Givers:
        """Return some of the positions, in the order of ``rows``."""
        return Givers(*(getattr(self, field.name)[rows] for field in fields(self)))


def excess_chances(givers: Givers) -> FloatArray:
    """Return the chance that each unit given would have gone out of date, 0 where it may not be given.

    Parameters
    ----------
    givers : Givers
        Positions with something at risk.

    Returns
    -------
    ndarray of float, shape (n, n_units)
        Never rising from one unit to the next. The unit ``j`` (from 0) may be given where it rather goes out of
        date than not, and ``on_hand_low`` holds ``j + 1`` whole units beyond ``keep_units``.
    """
    falling = np.minimum.accumulate(np.clip(givers.p_excess, 0.0, 1.0), axis=1)
    spare = np.floor(givers.on_hand_low) - np.ceil(givers.keep_units)
    allowed = np.arange(1, falling.shape[1] + 1) <= spare[:, None]
    return np.where(allowed & (falling >= LEAST_CHANCE), falling, 0.0)
