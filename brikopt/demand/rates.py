"""How fast a position is used, as probabilities over a grid of rates and of no use at all."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean, own_arrays

FloatArray = npt.NDArray[np.float64]

RATES = 24  # grid points; one more state means that nobody uses the item any more
LOWEST, HIGHEST = -4.2, 2.4  # of the grid, in logs around its centre
GRID_STEP = (HIGHEST - LOWEST) / (RATES - 1)
FEW = 60  # units up to which a chance is multiplied up, factor by factor
MANY = 2000  # units beyond which the sum of many batches is taken as normal
NEGLIGIBLE = 1e-18  # chance of a number beyond the mean, from which on the rest is left out
MIN_DISPERSION = 1.05  # variance over mean of use; keeps the negative binomial defined


def rate_grid(centre: FloatArray) -> FloatArray:
    """Lay a grid of rates around each position's first guess.

    Parameters
    ----------
    centre : ndarray of float64, shape (n,)
        Units a day, above 0.

    Returns
    -------
    ndarray of float64, shape (n, RATES)
        Units a day, evenly spaced in logs.
    """
    grid: FloatArray = centre[:, None] * np.exp(np.linspace(LOWEST, HIGHEST, RATES))[None, :]
    return grid


@lean
def log_gamma(x: float) -> float:
    """Logarithm of the gamma function by Stirling's series, shifted to x ≥ 7; error below 1e-8."""
    shift = 0.0
    if x < 7.0:
        product = 1.0
        while x < 7.0:
            product *= x
            x += 1.0
        shift = math.log(product)
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0)))
    return (x - 0.5) * math.log(x) - x + 0.9189385332046727 + series - shift


@lean
def log_chance(units: int, mean: float, dispersion: float) -> float:
    """Log chance that ``units`` are used when ``mean`` are expected.

    Negative binomial, variance = dispersion × mean.
    """
    return _log_chance(units, log_gamma(units + 1.0), mean, dispersion)


@lean
def _log_chance(units: int, factorial: float, mean: float, dispersion: float) -> float:
    """The same, where the log of the factorial of ``units`` is known."""
    size = mean / (dispersion - 1.0)
    many = math.log(dispersion)
    return (
        log_gamma(units + size)
        - log_gamma(size)
        - factorial
        - size * many
        + units * (math.log(dispersion - 1.0) - many)
    )


@lean
def chance_at_most(cap: int, mean: float, dispersion: float) -> float:
    """Chance that at most ``cap`` units are used when ``mean`` are expected."""
    if cap < 0:
        return 0.0
    if cap > MANY:
        spread = math.sqrt(2.0 * dispersion * mean)
        return 0.5 * math.erfc((mean - cap - 0.5) / max(spread, 1e-9))
    size = mean / (dispersion - 1.0)
    ratio = (dispersion - 1.0) / dispersion
    term = math.exp(-size * math.log(dispersion))
    total = term
    for units in range(1, cap + 1):
        term *= ratio * (size + units - 1.0) / units
        total += term
        if units > mean and term < NEGLIGIBLE:
            break
    return min(total, 1.0)


class Passing(NamedTuple):
    """What a stretch of time does to rates, all chances."""

    stop: float
    resume: float
    jump: float
    move: float  # to each neighbour on the grid


@lean
def passing(days: float, stop: float, resume: float, jump: float, drift: float) -> Passing:
    """Work out what some days do.

    Parameters
    ----------
    days : float
        Time that passes.
    stop, resume, jump : float
        Hazards a day.
    drift : float
        Variance of the log rate a day, in squared grid steps.

    Returns
    -------
    Passing
    """
    return Passing(
        1.0 - math.exp(-stop * days),
        1.0 - math.exp(-resume * days),
        1.0 - math.exp(-jump * days),
        min(0.5 * drift * days, 0.25),
    )


@lean
def age_rates(chance: FloatArray, fresh: FloatArray, time: Passing) -> None:
    """Let time pass: rates drift, jump, stop and resume; changes ``chance`` in place.

    Parameters
    ----------
    chance : ndarray of float64, shape (RATES + 1,)
        Probability of each rate; the last entry is "not used any more".
    fresh : ndarray of float64, shape (RATES,)
        Where a jump or a return lands.
    time : Passing
        What the time does.
    """
    alive = 0.0
    for rate in range(RATES):
        alive += chance[rate]
    dead = chance[RATES]
    landed = alive * (1.0 - time.stop) * time.jump + dead * time.resume
    stays = (1.0 - time.stop) * (1.0 - time.jump)
    # What drifts off an end of the grid stays there.
    before = chance[0]
    for rate in range(RATES):
        here = chance[rate]
        after = chance[rate + 1] if rate + 1 < RATES else here
        chance[rate] = stays * (here + time.move * (before - 2.0 * here + after)) + landed * fresh[rate]
        before = here
    chance[RATES] = dead * (1.0 - time.resume) + alive * time.stop


@lean
def mean_rate(chance: FloatArray, grid: FloatArray) -> float:
    """Expected units a day, no use at all counted in."""
    mean = 0.0
    for rate in range(RATES):
        mean += chance[rate] * grid[rate]
    return mean


@lean
def fill_likelihood(
    likelihood: FloatArray, grid: FloatArray, dispersion: FloatArray, units: int, days: float, room: FloatArray
) -> None:
    """Write the chance that ``units`` are used in a stretch of days, at each rate.

    Parameters
    ----------
    likelihood : ndarray of float64, shape (RATES,)
        Where to.
    grid, dispersion : ndarray of float64, shape (RATES,)
        Rates, units a day, and variance over mean of use at each.
    units : int
        The use.
    days : float
        Of usual use.
    room : ndarray of float64, shape (2, RATES)
        To work in; what it holds is lost.
    """
    if units > FEW:
        factorial = log_gamma(units + 1.0)
        for rate in range(RATES):
            likelihood[rate] = math.exp(_log_chance(units, factorial, grid[rate] * days, dispersion[rate]))
        return
    # As many factors as units cost less than three logarithms of the gamma function.
    size, ratio = room[0], room[1]
    fill_nothing(likelihood, size, ratio, grid, dispersion, days)
    for unit in range(units):
        _one_more(likelihood, likelihood, size, ratio, unit)


@lean
def fill_nothing(
    none: FloatArray, size: FloatArray, ratio: FloatArray, grid: FloatArray, dispersion: FloatArray, days: float
) -> None:
    """Write the chance that nothing is used, and the negative binomial numbers' sizes and ratios, at each rate."""
    for rate in range(RATES):
        size[rate] = grid[rate] * days / (dispersion[rate] - 1.0)
        ratio[rate] = (dispersion[rate] - 1.0) / dispersion[rate]
        none[rate] = math.exp(-size[rate] * math.log(dispersion[rate]))


@lean
def _one_more(less: FloatArray, more: FloatArray, size: FloatArray, ratio: FloatArray, units: int) -> None:
    """From the chance of ``units`` to that of one more, at each rate."""
    for rate in range(RATES):
        more[rate] = less[rate] * ratio[rate] * (size[rate] + units) / (units + 1.0)


@own_arrays
def draw_number(rng: np.random.Generator, mean: float) -> int:
    """Draw a Poisson number; numba makes a list for it."""
    return int(rng.poisson(mean))


@lean
def draw_use(rng: np.random.Generator, mean: float, lumps: float) -> int:
    """Draw units used when ``mean`` are expected, with a variance of 1 + ``lumps`` times as much."""
    return draw_number(rng, rng.gamma(mean / lumps, lumps))


class FewUsed(NamedTuple):
    """Chances that 0, 1, … units are used in a stretch of days, worked out as far as somebody asked."""

    chance: FloatArray  # (FEW + 1, RATES)
    size: FloatArray  # (RATES,) of the negative binomial number
    ratio: FloatArray  # (RATES,)


@njit(cache=True)
def few_used(grid: FloatArray, dispersion: FloatArray, days: float) -> FewUsed:
    """Begin with the chance that nothing is used."""
    found = FewUsed(np.empty((FEW + 1, RATES)), np.empty(RATES), np.empty(RATES))
    fill_nothing(found.chance[0], found.size, found.ratio, grid, dispersion, days)
    return found


@lean
def reach(few: FewUsed, reached: int, units: int) -> int:
    """Work chances out up to ``units``, from those up to ``reached``; returns how far they reach now."""
    for unit in range(reached, units):
        _one_more(few.chance[unit], few.chance[unit + 1], few.size, few.ratio, unit)
    return max(reached, units)


@lean
def fill_emptied(
    likelihood: FloatArray, grid: FloatArray, dispersion: FloatArray, units: int, days: float, unnoticed: float
) -> None:
    """Write the chance that the last of ``units`` goes in the last ``unnoticed`` of some days, at each rate."""
    for rate in range(RATES):
        by_now = chance_at_most(units - 1, grid[rate] * days, dispersion[rate])
        before = 1.0
        if unnoticed < days:
            before = chance_at_most(units - 1, grid[rate] * (days - unnoticed), dispersion[rate])
        likelihood[rate] = max(before - by_now, 1e-12)


@lean
def learn(chance: FloatArray, likelihood: FloatArray, units: int) -> float:
    """Update the rate by a stretch in which ``units`` were used; changes ``chance`` in place.

    Parameters
    ----------
    chance : ndarray of float64, shape (RATES + 1,)
        Probability of each rate; the last entry is "not used any more".
    likelihood : ndarray of float64, shape (RATES,)
        Chance of the use at each rate, as from `fill_likelihood`.
    units : int
        The use.

    Returns
    -------
    float
        How likely the use was beforehand: the weight of whoever believed in it.
    """
    total = 0.0
    for rate in range(RATES):
        chance[rate] *= likelihood[rate]
        total += chance[rate]
    if units > 0:
        chance[RATES] = 0.0
    total += chance[RATES]
    if total <= 1e-300:
        # Use far beyond every rate of the grid: believe the nearest end.
        for rate in range(RATES + 1):
            chance[rate] = 0.0
        chance[RATES - 1 if units > 0 else 0] = 1.0
        return 1e-300
    scale = 1.0 / total
    for rate in range(RATES + 1):
        chance[rate] *= scale
    return total


@lean
def was_wanted(chance: FloatArray, share: float) -> float:
    """Somebody asked for the item: goods out of use see that only ``share`` as often as others.

    Changes ``chance``, shape (RATES + 1,), in place; returns how likely it was compared with goods in use.
    """
    chance[RATES] *= share
    total = chance.sum()
    chance /= total
    return float(total)
