"""What it tells that no card has been hung since the last one."""

from __future__ import annotations

import math
from typing import NamedTuple

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


class Silence(NamedTuple):
    """Chance that at most so many units go in a silence; arrays of shape (highest + 1, RATES)."""

    days: float
    usual_days: float  # the same, counted by the use they hold
    used: FloatArray  # where the item is used all the time
    stopped: FloatArray  # where its use stops on the way


@njit(cache=True)
def _add_chances(table: FloatArray, rate: int, mean: float, dispersion: float, weight: float) -> None:
    """Add ``weight`` times the chance of at most 0, 1, 2 … units to column ``rate`` of a table."""
    size = mean / (dispersion - 1.0)
    ratio = (dispersion - 1.0) / dispersion
    term = math.exp(-size * math.log(dispersion))
    total = term
    table[0, rate] += weight * total
    for units in range(1, len(table)):
        term *= ratio * (size + units - 1.0) / units
        total += term
        table[units, rate] += weight * min(total, 1.0)


@njit(cache=True)
def silence_of(b: Belief, highest: int, days: float, usual_days: float) -> Silence:
    """Work out, once for all particles, how likely it is that no more went than can have.

    Parameters
    ----------
    b : Belief
        What is believed of the position.
    highest : int
        Most units asked for; beyond `MANY` each particle works its own out.
    days, usual_days : float
        Length of the silence, and the same counted by the use that its days hold.

    Returns
    -------
    Silence
    """
    rows = min(highest, MANY) + 1
    silence = Silence(days, usual_days, np.zeros((rows, RATES)), np.zeros((rows, RATES)))
    for rate in range(RATES):
        mean = b.grid[rate] * usual_days
        _add_chances(silence.used, rate, mean, b.dispersion[rate], 1.0)
        for quarter in range(4):
            # Use may have stopped at any time on the way.
            _add_chances(silence.stopped, rate, mean * (0.125 + 0.25 * quarter), b.dispersion[rate], 0.25)
    return silence


@njit(cache=True)
def _chances(b: Belief, silence: Silence, cap: int) -> tuple[FloatArray, FloatArray]:
    """Chance that at most ``cap`` units went, at each rate, without and with a stop on the way."""
    if cap < len(silence.used):
        return silence.used[cap], silence.stopped[cap]
    used = np.empty(RATES)
    stopped = np.zeros(RATES)
    for rate in range(RATES):
        mean = b.grid[rate] * silence.usual_days
        used[rate] = chance_at_most(cap, mean, b.dispersion[rate])
        for quarter in range(4):
            stopped[rate] += 0.25 * chance_at_most(cap, mean * (0.125 + 0.25 * quarter), b.dispersion[rate])
    return used, stopped


@njit(cache=True)
def learn_silence(chance: FloatArray, b: Belief, silence: Silence, cap: int) -> float:
    """No card since the last one: at most ``cap`` units went. Returns how likely that was; changes ``chance``."""
    used, stopped = _chances(b, silence, cap)
    total = 0.0
    dead = chance[RATES] * math.exp(-b.resume * silence.days)
    p_alive = math.exp(-b.stop * silence.days)
    for rate in range(RATES):
        dead += chance[rate] * (1.0 - p_alive) * stopped[rate]
        chance[rate] *= p_alive * used[rate]
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
