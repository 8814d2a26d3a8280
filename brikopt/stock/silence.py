"""What it tells that no card has been hung since the last one."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean
from brikopt.demand.rates import MANY, RATES, chance_at_most, fill_nothing
from brikopt.stock.particles import Belief

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

MOST_TRIES = 50  # redraws before the nearest possible use is taken


@lean
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
    """Chance that at most so many units go in a silence; arrays of shape (n_caps, RATES)."""

    days: float
    caps: IntArray  # (n_caps,) units, each number once, lowest first
    used: FloatArray  # where the item is used all the time
    stopped: FloatArray  # where its use stops on the way


@njit(cache=True)
def silence_of(b: Belief, caps: IntArray, days: float, usual_days: float) -> Silence:
    """Work out, once for all particles, how likely it is that no more went than can have.

    Parameters
    ----------
    b : Belief
        What is believed of the position.
    caps : ndarray of int64, shape (n,)
        Most units that can have gone, of each particle.
    days, usual_days : float
        Length of the silence, and the same counted by the use that its days hold.

    Returns
    -------
    Silence
    """
    asked = np.unique(caps)
    silence = Silence(days, asked, np.zeros((len(asked), RATES)), np.zeros((len(asked), RATES)))
    room = np.empty((4, RATES))
    # Use may have stopped at any time on the way: the middles of its quarters stand for it.
    _add_chances(silence.used, b, asked, usual_days, 1.0, room)
    for quarter in range(4):
        _add_chances(silence.stopped, b, asked, usual_days * (0.125 + 0.25 * quarter), 0.25, room)
    return silence


@lean
def _add_chances(
    table: FloatArray, b: Belief, asked: IntArray, usual_days: float, weight: float, room: FloatArray
) -> None:
    """Add ``weight`` times the chance of at most so many units in some days, for each number asked for."""
    term, size, ratio, total = room[0], room[1], room[2], room[3]
    fill_nothing(term, size, ratio, b.grid, b.dispersion, usual_days)
    total[:] = 0.0
    units = 0
    for row in range(len(asked)):
        if asked[row] > MANY:
            for rate in range(RATES):
                chance = chance_at_most(asked[row], b.grid[rate] * usual_days, b.dispersion[rate])
                table[row, rate] += weight * chance
            continue
        while units <= asked[row]:
            for rate in range(RATES):
                total[rate] += term[rate]
                term[rate] *= ratio[rate] * (size[rate] + units) / (units + 1.0)
            units += 1
        for rate in range(RATES):
            table[row, rate] += weight * min(total[rate], 1.0)


@lean
def learn_silence(chance: FloatArray, b: Belief, silence: Silence, cap: int) -> float:
    """No card since the last one: at most ``cap`` units went. Returns how likely that was; changes ``chance``."""
    row = np.searchsorted(silence.caps, cap)
    used, stopped = silence.used[row], silence.stopped[row]
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


@lean
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
