"""What it tells that no card has been hung since the last one."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.rates import MANY, RATES, chance_at_most
from brikopt.stock.particles import Belief

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MOST_TRIES = 50  # redraws before the nearest possible use is taken


@njit(cache=True)
def draw_state(rng: np.random.Generator, chance: FloatArray) -> int:
    """Draw a place on the grid of rates; RATES means that the item is not used any more."""
    point = rng.random()
    total = 0.0
    for state in range(RATES):
        total += chance[state]
        if point < total:
            return state
    return RATES


@njit(cache=True)
def learn_silence(chance: FloatArray, b: Belief, cap: int, days: float) -> float:
    """No card since the last one: at most ``cap`` units went. Returns how likely that was; changes ``chance``."""
    total = 0.0
    dead = chance[RATES] * math.exp(-b.resume * days)
    p_alive = math.exp(-b.stop * days)
    for rate in range(RATES):
        died = 0.0
        for quarter in range(4):
            # Use may have stopped at any time on the way.
            died += 0.25 * chance_at_most(cap, b.grid[rate] * days * (0.125 + 0.25 * quarter), b.dispersion[rate])
        dead += chance[rate] * (1.0 - p_alive) * died
        chance[rate] *= p_alive * chance_at_most(cap, b.grid[rate] * days, b.dispersion[rate])
        total += chance[rate]
    chance[RATES] = dead
    total += dead
    if total <= 1e-300:
        for rate in range(RATES + 1):
            chance[rate] = 0.0
        chance[0] = 1.0
        return 1e-300
    for rate in range(RATES + 1):
        chance[rate] /= total
    return total


@njit(cache=True)
def draw_use_up_to(rng: np.random.Generator, cap: int, mean: float, dispersion: float) -> int:
    """Draw the units used when ``mean`` are expected, given that at most ``cap`` were."""
    if cap <= 0 or mean <= 0:
        return 0
    if cap > MANY:
        spread = math.sqrt(dispersion * mean)
        for _ in range(MOST_TRIES):
            drawn = int(round(mean + spread * rng.normal()))
            if 0 <= drawn <= cap:
                return drawn
        return min(max(int(mean), 0), cap)
    point = rng.random() * chance_at_most(cap, mean, dispersion)
    size = mean / (dispersion - 1.0)
    ratio = (dispersion - 1.0) / dispersion
    term = math.exp(-size * math.log(dispersion))
    total = term
    units = 0
    while total < point and units < cap:
        units += 1
        term *= ratio * (size + units - 1.0) / units
        total += term
    return units
