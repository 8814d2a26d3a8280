"""Random draws inside the compiled days: a SplitMix64 stream in an array of one number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from brikopt.world.streams import STEP, TO_UNIT, TO_UNIT_SHIFT, mix

Stream = NDArray[np.uint64]  # shape (1,): where the stream stands

scramble: Callable[[np.uint64], np.uint64] = njit(cache=True)(cast("Any", mix))


@njit(cache=True)
def draw(state: Stream) -> float:
    """Draw one number strictly between 0 and 1, and move the stream on."""
    state[0] += STEP
    return float(((scramble(state[0]) >> TO_UNIT_SHIFT) + 0.5) * TO_UNIT)


@njit(cache=True)
def draw_normal(state: Stream) -> float:
    """Draw one standard normal number (Box and Muller 1958)."""
    radius = math.sqrt(-2.0 * math.log(draw(state)))
    return radius * math.cos(2.0 * math.pi * draw(state))


@njit(cache=True)
def draw_poisson(state: Stream, mean: float) -> int:
    """Draw a Poisson number: by products of uniforms (Knuth), or a rounded normal above 30."""
    if mean > 30.0:
        return max(0, round(mean + math.sqrt(mean) * draw_normal(state)))
    floor, product, count = math.exp(-mean), draw(state), 0
    while product > floor:
        product *= draw(state)
        count += 1
    return count


@njit(cache=True)
def draw_gamma(state: Stream, shape: float) -> float:
    """Draw a gamma number of mean 1 (Marsaglia and Tsang 2000)."""
    boosted = shape if shape >= 1.0 else shape + 1.0
    d = boosted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = draw_normal(state)
        v = (1.0 + c * x) ** 3
        if v > 0 and math.log(draw(state)) < 0.5 * x * x + d - d * v + d * math.log(v):
            break
    if shape < 1.0:
        return float(d * v * draw(state) ** (1.0 / shape) / shape)
    return float(d * v / shape)


@njit(cache=True)
def fork(key: np.uint64, part: int) -> Stream:
    """Start a stream of its own for one part (a week, a lot) of a keyed thing."""
    state = np.empty(1, dtype=np.uint64)
    state[0] = scramble(key ^ scramble(np.uint64(part) + STEP))
    return state
