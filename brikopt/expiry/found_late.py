"""Goods out of date are found at a later check: the days to which a discard without a date belongs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
WardArray = npt.NDArray[np.object_]

REGION_WEIGHT = 20.0  # dated discards that the region's delays are worth in each ward


@dataclass(frozen=True, slots=True)
class Delays:
    """How late goods were found, where the date was written down.

    Parameters
    ----------
    days : ndarray of int64, shape (n_known,)
        From the first day out of date to the discard.
    ward : ndarray of object, shape (n_known,)
        Where each was found.
    """

    days: IntArray
    ward: WardArray

    def chance_within(self, found: IntArray, ward: WardArray, length: int) -> FloatArray:
        """Chance that goods thrown out without a date went out of date within a window.

        Parameters
        ----------
        found : ndarray of int64, shape (n,)
            Days from the beginning of the window to each discard.
        ward : ndarray of object, shape (n,)
            Where each was found; a ward's own delays count the more, the more of them are known.
        length : int
            Days of the window.

        Returns
        -------
        ndarray of float64, shape (n,)
            1 within the window where no delay is known at all.

        Examples
        --------
        >>> known = Delays(np.array([5, 20]), np.array(["A", "A"], dtype=object))
        >>> known.chance_within(np.array([2, 10, 30]), np.array(["A", "A", "A"], dtype=object), 100).tolist()
        [0.0, 0.5, 1.0]
        """
        everywhere = _share_within(found, self.days, length)
        chance: FloatArray = everywhere.copy()
        for name in set(ward.tolist()):
            here, own = ward == name, self.days[self.ward == name]
            weight = len(own) / (len(own) + REGION_WEIGHT)
            chance[here] = weight * _share_within(found[here], own, length) + (1 - weight) * everywhere[here]
        return chance


def _share_within(found: IntArray, delays: IntArray, length: int) -> FloatArray:
    """Share of the delays that put each discard into the window."""
    known = delays if len(delays) else np.zeros(1, dtype=np.int64)
    passed = found[:, None] - known[None, :]
    share: FloatArray = ((passed >= 0) & (passed < length)).mean(axis=1)
    return share
