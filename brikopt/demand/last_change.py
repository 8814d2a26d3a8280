"""The last change of each position's use: whether there was one, when, and from what to what.

Uses between order lines are the data; a rate holds until it changes, and how long ago that was is followed from line
to line (Fearnhead and Liu, 2007; Adams and MacKay, 2007: the run length). The law of the uses is the region's own: its
lumps, the rounding of lines to cards, and the lumpiness of each position, so that lumpy goods need more to be told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean
from brikopt.demand.between_lines import Stretches
from brikopt.demand.likeliest import line_dispersion
from brikopt.demand.rates import MIN_DISPERSION, chance_at_most, log_chance
from brikopt.demand.variation import WEEKS_HELD, Variation
from brikopt.parallel import in_threads

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LATEST_LINES = 80  # of each position: three years of a line every fortnight
GRID, STEP = 61, 0.1  # rates looked at, and their distance in logs: from a twentieth of the mean to twenty times
LOG_RATE_SD = 1.0  # of the logs of rates around the mean of a position, beforehand
STOPS = 0.25  # of the changes, beforehand
ODD = 0.05  # of the lines, those that hold more than was used
TELLING = 1.5  # times as much, or as little, as before
PAUSE = 90.0  # days without a line, from which on use begins again rather than rises
LOW, HIGH = 0.05, 0.95  # of what is believed of the day
COLUMNS = 9


@dataclass(frozen=True, slots=True)
class LastChange:
    """The likeliest last change of each position; arrays of shape (n_positions,).

    Parameters
    ----------
    chance : ndarray of float64
        That use changed by at least TELLING in that direction.
    first_day, last_day : ndarray of float64
        Between which the change came, in nine cases of ten; days since 1970-01-01.
    before, after : ndarray of float64
        Units a usual day.
    before_sd, after_sd : ndarray of float64
        How far off they may be.
    stopped : ndarray of bool
        Nothing has been ordered since.
    pause : ndarray of float64
        Days without an order line before the change, where they are at least four usual gaps and a quarter; else 0.
    """

    chance: FloatArray
    first_day: FloatArray
    last_day: FloatArray
    before: FloatArray
    before_sd: FloatArray
    after: FloatArray
    after_sd: FloatArray
    stopped: BoolArray
    pause: FloatArray


def last_change(told: Stretches, lumpier: FloatArray, v: Variation, as_of: int) -> LastChange:
    """Find the last change of each position.

    Parameters
    ----------
    told : Stretches
        Uses between lines, of all positions.
    lumpier : ndarray of float64, shape (n_positions,)
        How much lumpier than usual each is.
    v : Variation
        How use varies, the lumpiness of lines included.
    as_of : int
        Days since 1970-01-01.

    Returns
    -------
    LastChange
    """
    found = in_threads(lambda rows: _last_changes(told, rows, lumpier, v, as_of), np.arange(len(told.step)))
    chance, first, last, before, before_sd, after, after_sd, stopped, pause = found.T
    return LastChange(chance, first, last, before, before_sd, after, after_sd, stopped > 0, pause)


class LineChances(NamedTuple):
    """Log chances of the uses of one position at each rate; the last stretch is the silence up to now."""

    grid: FloatArray  # (GRID,) units a usual day
    logs: FloatArray  # (n_stretches + 1, GRID)


@njit(cache=True, nogil=True)
def line_chances(told: Stretches, row: int, lumpier: float, v: Variation) -> LineChances:
    """Work out how likely each use of a position is at each rate."""
    first, end = told.start[row], told.start[row + 1]
    units, days = 0.5 * told.step[row], told.silent_usual_days[row]
    for at in range(first, end):
        units += told.units[at]
        days += told.usual_days[at]
    grid = np.exp(math.log(units / max(days, 1.0)) + STEP * (np.arange(GRID) - GRID // 2))
    logs = np.empty((end - first + 1, GRID))
    for at in range(first, end):
        for rate in range(GRID):
            spread, mean = line_dispersion(told, row, at, grid[rate], v, lumpier), grid[rate] * told.usual_days[at]
            if told.units[at] > 0:
                logs[at - first, rate] = log_chance(told.units[at], mean, spread)
            else:
                # All was ordered to replace what had been thrown away: less than a line's worth was used.
                logs[at - first, rate] = math.log(max(chance_at_most(told.line_step[at] - 1, mean, spread), 1e-300))
    growth = v.weekly + WEEKS_HELD * v.monthly
    # What went in the last days nobody has seen yet: it waits for the next order day.
    seen = max(told.silent_usual_days[row] - told.order_gap[row], 0.0)
    for rate in range(GRID):
        spread = max(1.0 + lumpier * (v.base - 1.0 + 7.0 * grid[rate] * growth), MIN_DISPERSION)
        silent = chance_at_most(told.step[row] - 1, max(grid[rate] * seen, 1e-9), spread)
        logs[end - first, rate] = math.log(max(silent, 1e-300))
    return LineChances(grid, logs)


@njit(cache=True, nogil=True)
def _last_changes(told: Stretches, rows: IntArray, lumpier: FloatArray, v: Variation, as_of: int) -> FloatArray:
    found = np.zeros((len(rows), COLUMNS))
    prior = np.exp(-0.5 * (STEP * (np.arange(GRID) - GRID // 2) / LOG_RATE_SD) ** 2)
    prior /= prior.sum()
    for place in range(len(rows)):
        row = rows[place]
        if told.start[row + 1] > told.start[row]:
            _one_position(
                told, row, line_chances(told, row, lumpier[row], v), prior, v.stop + v.jump, as_of, found[place]
            )
    return found


@njit(cache=True, nogil=True)
def _one_position(
    told: Stretches, row: int, chances: LineChances, prior: FloatArray, hazard: float, as_of: int, found: FloatArray
) -> None:
    """Follow how long the rate has held, and write what is believed of its last change."""
    grid, logs = chances.grid, chances.logs
    first, count = told.start[row], len(logs)
    # Chance of each rate and of none, by the stretch with which the rate began to hold.
    rates, none = np.zeros((count, GRID)), np.zeros(count)
    mean, sd = np.zeros(count), np.zeros(count)
    for at in range(count):
        silent = at == count - 1
        days = told.silent_days[row] if silent else told.days[first + at]
        changes = 1.0 - math.exp(-hazard * max(days, 1.0))
        top = max(logs[at].max(), 0.0 if silent or told.units[first + at] == 0 else -1e300)
        seen = np.exp(logs[at] - top)
        if not silent:
            # Goods thrown out unseen are ordered again: now and then a line tells of more than was used.
            more = prior * seen
            seen = (1.0 - ODD) * seen + ODD * np.cumsum(more[::-1])[::-1]
        unused = math.exp(-top) if silent or told.units[first + at] == 0 else 0.0
        if at == 0:
            rates[0], none[0] = (1.0 - STOPS) * prior * seen, STOPS * unused
        else:
            for run in range(at):
                rates[run] *= (1.0 - changes) * seen
                none[run] *= (1.0 - changes) * unused
            rates[at], none[at] = changes * (1.0 - STOPS) * prior * seen, changes * STOPS * unused
        total = rates.sum() + none.sum()
        rates /= total
        none /= total
        use = rates.sum(axis=0)
        mean[at] = (use * grid).sum()
        sd[at] = math.sqrt(max((use * grid**2).sum() - mean[at] ** 2, 0.0))
    _describe(told, row, grid, rates, none, mean, sd, as_of, found)


@njit(cache=True, nogil=True)
def _describe(
    told: Stretches,
    row: int,
    grid: FloatArray,
    rates: FloatArray,
    none: FloatArray,
    mean: FloatArray,
    sd: FloatArray,
    as_of: int,
    found: FloatArray,
) -> None:
    count = len(mean)
    if count < 2:
        return
    held = rates.sum(axis=1) + none
    likeliest = int(1 + np.argmax(held[1:]))
    rises = _after(rates, none, grid, likeliest) > mean[likeliest - 1]
    chance = np.zeros(count)
    for run in range(1, count):
        after, before = _after(rates, none, grid, run), mean[run - 1]
        if (after >= TELLING * before) if rises else (before >= TELLING * after):
            chance[run] = held[run]
    total = chance.sum()
    if total <= 0:
        return
    run = int(np.argmax(chance))
    use = rates[run] / max(held[run], 1e-300)
    after = (use * grid).sum()
    found[0] = total
    found[1], found[2] = _between(told, row, chance / total, mean, as_of)
    found[3], found[4] = mean[run - 1], sd[run - 1]
    found[5], found[6] = after, math.sqrt(max((use * grid**2).sum() - after**2, 0.0))
    found[7] = 1.0 if run == count - 1 else 0.0
    if run >= 2:
        pause, usual = told.days[told.start[row] + run - 1], told.days[told.start[row] : told.start[row] + run - 1]
        found[8] = pause if pause >= max(4.0 * np.median(usual), PAUSE) else 0.0


@lean
def _after(rates: FloatArray, none: FloatArray, grid: FloatArray, run: int) -> float:
    """Expected units a day since the change with which a stretch began."""
    total, units = none[run], 0.0
    for rate in range(len(grid)):
        total += rates[run, rate]
        units += rates[run, rate] * grid[rate]
    return float(units / max(total, 1e-300))


@njit(cache=True, nogil=True)
def _between(told: Stretches, row: int, chance: FloatArray, mean: FloatArray, as_of: int) -> tuple[float, float]:
    """The 5 % and 95 % quantiles of the day: a change lies between the middles of the stretches on either side."""
    first, count = told.start[row], len(chance)
    line = np.empty(count)  # day on which each stretch begins
    line[count - 1] = as_of - told.silent_days[row]
    for at in range(count - 2, -1, -1):
        line[at] = line[at + 1] - told.days[first + at]
    reached, low, high = 0.0, np.nan, np.nan
    for run in range(1, count):
        # Before a long silence, or after one, a change lies as near to the line as lines come on its other side.
        since = line[run] - line[run - 1]
        until = line[run + 1] - line[run] if run + 1 < count else since
        begin, end = line[run] - min(0.5 * since, 2.0 * until), line[run] + min(0.5 * until, 2.0 * since)
        if run + 1 == count:
            # What went after the last line may have been nearly a card's worth.
            begin, end = line[run], min(line[run] + told.step[row] / max(mean[run - 1], 1e-9), float(as_of - 1))
        for share in (LOW, HIGH):
            if reached < share <= reached + chance[run] + 1e-12:
                day = begin + (end - begin) * (share - reached) / max(chance[run], 1e-300)
                if share == LOW:
                    low = day
                else:
                    high = day
        reached += chance[run]
    return low, high
