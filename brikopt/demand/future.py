"""Draw the use of the days to come: lumpy, week by week, at rates that drift, jump, stop and resume."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean
from brikopt.demand.rates import RATES, draw_number
from brikopt.demand.variation import LUMPIER, WEEKS_HELD, Variation

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

BUSY = 60.0  # batches a week beyond which a day's units are drawn at once
TERMS = 32  # of a number's chances that are worked out beforehand
FEW_BATCHES = 12.0  # a week up to which their number is found by summing its chances
JUMP_SD = 0.6  # of the log rate, where it jumps
STRIDE = WEEKS_HELD  # weeks between two steps of a rate's drift
NEVER = 1 << 30  # weeks
SOME, LEAST = 0.01, 1e-9  # variance of a pace that is worth drawing, and the least pace drawn
GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


class Uses(NamedTuple):
    """When something is wanted on each path, and how much: path k has entries first[k] to first[k + 1] - 1."""

    first: IntArray  # (n + 1,)
    day: IntArray  # (n_uses,) rising within a path
    units: IntArray  # (n_uses,) at least 1
    days: int  # how far they go


class Pace(NamedTuple):
    """How many batches are used in a week at one rate: negative binomial."""

    mean: float
    p_none: float
    ratio: float


@njit(cache=True, inline="always")
def _pace(rate: float, batch: float, shape: float) -> Pace:
    mean = 7.0 * rate / batch
    return Pace(mean, math.exp(-shape * math.log1p(mean / shape)), mean / (mean + shape))


@njit(cache=True, inline="always")
def _liveliness(rng: np.random.Generator, variance: float) -> float:
    """What the pace of four weeks is multiplied with."""
    if variance < SOME:
        return 1.0
    return max(rng.gamma(1.0 / variance, variance), LEAST)


@njit(cache=True, inline="always")
def _weeks_to_change(rng: np.random.Generator, rate: float, v: Variation) -> int:
    """Weeks until use stops or jumps, or resumes."""
    hazard = v.stop + v.jump if rate > 0.0 else v.resume
    return min(int(-math.log(1.0 - rng.random()) / (7.0 * hazard)) + 1, NEVER)


@njit(cache=True, inline="always")
def _changed(rng: np.random.Generator, rate: float, resumed_rate: float, v: Variation) -> float:
    """The rate after use has stopped, jumped or resumed."""
    if rate <= 0.0:
        return resumed_rate
    if rng.random() * (v.stop + v.jump) < v.stop:
        return 0.0
    return rate * math.exp(JUMP_SD * rng.normal() - 0.5 * JUMP_SD * JUMP_SD)


@njit(cache=True, inline="always")
def _batches(rng: np.random.Generator, point: float, pace: Pace, shape: float, growth: FloatArray) -> int:
    """Draw the number of batches of a week with at least one; ``point`` is drawn evenly from p_none to 1."""
    if pace.mean > FEW_BATCHES:
        return draw_number(rng, pace.mean * rng.gamma(shape, 1.0 / shape))
    many = 0
    term = pace.p_none
    total = term
    while point >= total and term > 1e-12:
        term *= pace.ratio * (growth[many] if many < TERMS else (shape + many) / (many + 1.0))
        many += 1
        total += term
    return many


@njit(cache=True, inline="always")
def _fill_busy_week(rng: np.random.Generator, week: IntArray, pace: Pace, batch: float, shape: float) -> None:
    """Draw the units wanted on each day of a week whose batches are too many to be drawn one by one."""
    busy = pace.mean * rng.gamma(shape, 1.0 / shape) / 7.0
    for day in range(7):
        many = draw_number(rng, busy)
        units = batch * many + math.sqrt(batch * (batch - 1.0) * many) * rng.normal()
        week[day] = max(int(round(units)), 0)


@njit(cache=True, inline="always")
def _draw_batch(rng: np.random.Generator, more: float) -> tuple[int, int]:
    """Day of a batch, and its units: one random number tells the day, and what is left of it the size, geometric."""
    place = 7.0 * rng.random()
    day = int(place)
    rest = place - day
    size = 1
    longer = more
    while rest < longer:
        size += 1
        longer *= more
    return day, size


@njit(cache=True)
def draw_demand(
    rng: np.random.Generator,
    rate: FloatArray,
    resumed_rate: FloatArray,
    lumpier: FloatArray,
    v: Variation,
    season: FloatArray,
    days: int,
    far_paths: int = 0,
    far_days: int = 0,
) -> Uses:
    """What is wanted on each path.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    rate, resumed_rate : ndarray of float64, shape (n,)
        Units a day at the start (0: not used any more), and the rate at which use would resume.
    lumpier : ndarray of float64, shape (n,)
        How much lumpier than usual each path is.
    v : Variation
        How use varies.
    season : ndarray of float64, shape (n_strides,)
        Use of each four weeks as a share of the yearly mean; the last stands for all that follow.
    days : int
        How far.
    far_paths, far_days : int, optional
        The first so many paths go so far.

    Returns
    -------
    Uses
        On days 0 to ``days`` - 1.

    Notes
    -----
    Batches of geometric size come at Poisson times, so that variance over mean is 1 + lumpier × (base - 1) at a steady
    pace; the pace is multiplied by gamma variables of mean 1, one for each week and one for each four weeks.
    """
    first = np.zeros(len(rate) + 1, dtype=np.int64)
    furthest = max(days, far_days) if far_paths > 0 else days
    used_on = np.empty(16 * len(rate) + furthest + 7, dtype=np.int64)
    units = np.empty_like(used_on)
    room = _Room(np.zeros(7, dtype=np.int64), np.empty(TERMS))
    found = 0
    for path in range(len(rate)):
        until = far_days if path < far_paths else days
        if found + until + 7 > len(units):
            used_on = np.concatenate((used_on, np.empty_like(used_on)))
            units = np.concatenate((units, np.empty_like(units)))
        found = _draw_path(
            rng, rate[path], resumed_rate[path], lumpier[path], v, season, until, used_on, units, found, room
        )
        first[path + 1] = found
    return Uses(first, used_on[:found], units[:found], furthest)


class _Room(NamedTuple):
    """Room to work in."""

    week: IntArray  # (7,) units wanted on each day; zero between two weeks
    growth: FloatArray  # (TERMS,) a negative binomial number's chances, each over the one before, without the ratio


@lean
def _draw_path(
    rng: np.random.Generator,
    rate: float,
    resumed_rate: float,
    lumpier: float,
    v: Variation,
    season: FloatArray,
    days: int,
    used_on: IntArray,
    units: IntArray,
    found: int,
    room: _Room,
) -> int:
    """Write one path's days with use, and the units of each, behind those found already; return how many there are."""
    begin = found
    drift = 7.0 * STRIDE * v.drift
    batch = 1.0 + 0.5 * lumpier * (v.base - 1.0)
    more = 1.0 - 1.0 / batch  # chance that a batch holds yet another unit
    shape = 1.0 / max(lumpier * v.weekly, 1e-3)
    for many in range(TERMS):
        room.growth[many] = (shape + many) / (many + 1.0)
    monthly = lumpier * v.monthly
    now = rate
    lively = _liveliness(rng, monthly)
    change = _weeks_to_change(rng, now, v)
    pace = _pace(now * lively * season[0], batch, shape)
    week = 0
    while 7 * week < days:
        if week == change:
            now = _changed(rng, now, resumed_rate, v)
            change = week + _weeks_to_change(rng, now, v)
            pace = _pace(now * lively * season[min(week // STRIDE, len(season) - 1)], batch, shape)
        if now <= 0.0:
            week = change
            continue
        if week > 0 and week % STRIDE == 0:
            now *= math.exp(math.sqrt(drift) * rng.normal() - 0.5 * drift)
            lively = _liveliness(rng, monthly)
            pace = _pace(now * lively * season[min(week // STRIDE, len(season) - 1)], batch, shape)
        point = rng.random()
        first_day = 7 * week
        week += 1
        if point < pace.p_none:
            continue
        if pace.mean > BUSY:
            _fill_busy_week(rng, room.week, pace, batch, shape)
        else:
            many = _batches(rng, point, pace, shape, room.growth)
            if many == 1:
                day, size = _draw_batch(rng, more)
                used_on[found] = first_day + day
                units[found] = size
                found += 1
                continue
            for _ in range(many):
                day, size = _draw_batch(rng, more)
                room.week[day] += size
        for day in range(7):
            # Written always, and kept where something is wanted: a branch would be guessed wrong every other time.
            wanted = room.week[day]
            room.week[day] = 0
            used_on[found] = first_day + day
            units[found] = wanted
            found += 1 if wanted > 0 else 0
    while found > begin and used_on[found - 1] >= days:
        found -= 1
    return found


@njit(cache=True)
def draw_lumpiness(rng: np.random.Generator, chance: FloatArray, paths: int) -> FloatArray:
    """Draw how much lumpier than usual each path is, spread evenly over what is believed.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    chance : ndarray of float64, shape (len(LUMPIER),)
        Chance of each.
    paths : int
        How many.

    Returns
    -------
    ndarray of float64, shape (paths,)
    """
    drawn = np.empty(paths)
    point = rng.random()
    for path in range(paths):
        drawn[path] = LUMPIER[_place(point, chance)]
        point = (point + GOLDEN) % 1.0
    return drawn


@njit(cache=True)
def wanted_before(uses: Uses, day: int) -> IntArray:
    """Units wanted on each path before a day, shape (n,)."""
    total = np.zeros(len(uses.first) - 1, dtype=np.int64)
    for path in range(len(total)):
        for at in range(uses.first[path], uses.first[path + 1]):
            if uses.day[at] >= day:
                break
            total[path] += uses.units[at]
    return total


@njit(cache=True)
def most_wanted(uses: Uses, days: int) -> int:
    """Most units wanted within so many days, on any path.

    Examples
    --------
    >>> most_wanted(uses_of(np.array([[0, 3, 1, 0, 2], [1, 0, 0, 0, 5]])), 2)
    5
    """
    most = 0
    for path in range(len(uses.first) - 1):
        total, oldest = 0, uses.first[path]
        for at in range(uses.first[path], uses.first[path + 1]):
            total += uses.units[at]
            while uses.day[oldest] <= uses.day[at] - days:
                total -= uses.units[oldest]
                oldest += 1
            most = max(most, total)
    return most


def uses_of(wanted: IntArray) -> Uses:
    """Turn units wanted day by day, shape (n, days), into uses.

    Examples
    --------
    >>> uses_of(np.array([[0, 3, 1], [0, 0, 0], [2, 0, 0]])).day.tolist()
    [1, 2, 0]
    """
    path, day = np.nonzero(wanted)
    first = np.searchsorted(path, np.arange(len(wanted) + 1)).astype(np.int64)
    return Uses(first, day.astype(np.int64), wanted[path, day].astype(np.int64), wanted.shape[1])


def day_by_day(uses: Uses) -> IntArray:
    """Turn uses into units wanted day by day, shape (n, days)."""
    paths = len(uses.first) - 1
    wanted = np.zeros((paths, uses.days), dtype=np.int64)
    wanted[np.repeat(np.arange(paths), np.diff(uses.first)), uses.day] = uses.units
    return wanted


@njit(cache=True)
def draw_rates(
    rng: np.random.Generator, chance: FloatArray, grid: FloatArray, fresh: FloatArray, paths: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Draw states and their rates, spread as evenly over what is believed as the number of paths allows.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    chance : ndarray of float64, shape (n_states, RATES + 1)
        Probability of each rate in equally likely states; the last entry is "not used any more".
    grid, fresh : ndarray of float64, shape (RATES,)
        Rates, units a day, and where a return lands.
    paths : int
        How many to draw.

    Returns
    -------
    state : ndarray of int64, shape (paths,)
        The state that each path starts from.
    rate, resumed_rate : ndarray of float64, shape (paths,)
        Units a day (0: not used any more), and the rate at which use would resume; lowest rates first.

    Notes
    -----
    One point in each of ``paths`` equal parts of the rates' distribution (stratified sampling), and states by the
    golden section among those that believe in the rate.
    """
    states = len(chance)
    start = np.empty(paths, dtype=np.int64)
    rate = np.zeros(paths)
    resumed = np.zeros(paths)
    believed = np.zeros(RATES + 1)
    for state in range(states):
        for at in range(RATES + 1):
            believed[at] += chance[state, at] / states
    total = believed.sum()
    turn = rng.random()
    # Dead first, so that rates rise along the paths.
    at = RATES
    reached = believed[RATES]
    for path in range(paths):
        point = total * (path + rng.random()) / paths
        while reached < point and at != RATES - 1:
            at = 0 if at == RATES else at + 1
            reached += believed[at]
        if at < RATES:
            rate[path] = grid[at]
        turn = (turn + GOLDEN) % 1.0
        start[path] = _believer(turn * believed[at] * states, chance, at)
        resumed[path] = grid[min(_place(rng.random(), fresh), RATES - 1)]
    return start, rate, resumed


@njit(cache=True, inline="always")
def _believer(point: float, chance: FloatArray, at: int) -> int:
    """The state at a point of the summed chances of one rate."""
    total = 0.0
    for state in range(len(chance)):
        total += chance[state, at]
        if point < total:
            return state
    return len(chance) - 1


@njit(cache=True, inline="always")
def _place(point: float, chance: FloatArray) -> int:
    total = 0.0
    for place in range(len(chance)):
        total += chance[place]
        if point < total:
            return place
    return len(chance) - 1
