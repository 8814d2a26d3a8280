"""What a move costs in people's time, by how far the goods travel."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
TextArray = NDArray[np.object_]


class Placed(Protocol):
    """Positions with their places; arrays of shape (n,)."""

    @property
    def ward_id(self) -> TextArray:
        """Ward of each position."""
        ...

    @property
    def hospital(self) -> TextArray:
        """Hospital of each position."""
        ...

    @property
    def unit(self) -> TextArray:
        """Unit of each position."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Cost of one move, whatever its size, and how long it takes.

    Parameters
    ----------
    same_ward, same_hospital, same_unit, region : float
        DKK for a move within the ward, the hospital, the unit, or farther; our own estimates at about 5 DKK a
        minute: a few steps, a walk, a place on the internal transport, a parcel.
    days : int
        Days until the goods lie on the other shelf.
    """

    same_ward: float = 10.0
    same_hospital: float = 25.0
    same_unit: float = 60.0
    region: float = 120.0
    days: int = 3

    def __post_init__(self) -> None:
        if min(astuple(self)) < 0:
            raise ValueError(f"{self}: costs and days of a move are 0 or more")

    @property
    def cheapest(self) -> float:
        """The least that any move costs, DKK."""
        return min(self.same_ward, self.same_hospital, self.same_unit, self.region)

    def cost(self, givers: Placed, giver: IntArray, takers: Placed, taker: IntArray) -> FloatArray:
        """Price the move of each pair by the nearest place that both share.

        Parameters
        ----------
        givers, takers : Placed
            Where the positions are.
        giver, taker : ndarray of int, shape (n_pairs,)
            Rows of the pair in ``givers`` and ``takers``.

        Returns
        -------
        ndarray of float, shape (n_pairs,)
            DKK a move.
        """
        shared = [
            givers.ward_id[giver] == takers.ward_id[taker],
            givers.hospital[giver] == takers.hospital[taker],
            givers.unit[giver] == takers.unit[taker],
        ]
        return np.select(shared, [self.same_ward, self.same_hospital, self.same_unit], self.region)
