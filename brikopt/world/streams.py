"""Random numbers drawn from names: each thing has its own stream, so nothing depends on the order of work."""

from __future__ import annotations

import zlib
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

KeyArray = NDArray[np.uint64]
FloatArray = NDArray[np.float64]
Bits = TypeVar("Bits", KeyArray, np.uint64)

# SplitMix64: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators.
STEP = np.uint64(0x9E3779B97F4A7C15)
_FACTOR_1, _FACTOR_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
TO_UNIT_SHIFT, TO_UNIT = np.uint64(11), 2.0**-53


def mix(bits: Bits) -> Bits:
    """Scramble 64 bits so that neighbours share nothing; arrays of uint64, or scalars once compiled."""
    bits = (bits ^ (bits >> _SHIFT_1)) * _FACTOR_1
    bits = (bits ^ (bits >> _SHIFT_2)) * _FACTOR_2
    return bits ^ (bits >> _SHIFT_3)


def key(seed: int, purpose: str, *parts: ArrayLike) -> KeyArray:
    """Name a stream.

    Parameters
    ----------
    seed : int
        The region's seed.
    purpose : str
        What the numbers are for; two purposes never share numbers.
    *parts : array-like of int
        Whose numbers they are, for example cabinet and item numbers; they broadcast.

    Returns
    -------
    ndarray of uint64
        One key for each combination of the parts, at least one-dimensional.

    Examples
    --------
    >>> bool(key(1, "use", [3])[0] == key(1, "use", [3, 4])[0])
    True
    """
    state = mix(np.array([seed], dtype=np.int64).view(np.uint64) + STEP)
    for part in (zlib.crc32(purpose.encode()), *parts):
        numbers = np.atleast_1d(np.asarray(part, dtype=np.int64)).view(np.uint64)
        state = mix(state ^ mix(numbers + STEP))
    return np.asarray(state, dtype=np.uint64)


def uniform(keys: KeyArray) -> FloatArray:
    """Draw one number strictly between 0 and 1 for each key."""
    return ((mix(keys) >> TO_UNIT_SHIFT).astype(np.float64) + 0.5) * TO_UNIT


def normal(keys: KeyArray) -> FloatArray:
    """Draw one standard normal number for each key."""
    drawn: FloatArray = ndtri(uniform(keys))
    return drawn


def pick(keys: KeyArray, n_choices: int, weights: ArrayLike | None = None) -> NDArray[np.int64]:
    """Draw one of ``n_choices`` for each key, evenly or by weight.

    Examples
    --------
    >>> pick(key(0, "coin", range(4)), 2, weights=[0, 1]).tolist()
    [1, 1, 1, 1]
    """
    if weights is None:
        return (uniform(keys) * n_choices).astype(np.int64)
    shares = np.asarray(weights, dtype=np.float64)
    bounds = np.cumsum(shares) / shares.sum()
    return np.searchsorted(bounds, uniform(keys), side="right").astype(np.int64).clip(max=n_choices - 1)
