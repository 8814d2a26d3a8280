"""What two stocks become when they are put together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def saved_by_merging(one: ArrayLike, other: ArrayLike) -> FloatArray:
    """Return by how much two figures that grow with the root of use fall when their uses are put together.

    Parameters
    ----------
    one, other : array-like
        Order lines at the best interval, or safety stock of independent uses.

    Returns
    -------
    ndarray of float
        one + other − √(one² + other²).

    Notes
    -----
    The square-root law of pooling: lines at the economic order quantity go with √use (Harris 1913), safety stock
    with the standard deviation of use (Eppen 1979).

    Examples
    --------
    >>> float(saved_by_merging(3.0, 4.0))
    2.0
    """
    one, other = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    saved: FloatArray = one + other - np.hypot(one, other)
    return saved
