"""A shelf without cards, as the eye sees it: when it makes somebody order, and what an order tells of the stock.

On every order day the eye sees the stock there times 1 + sd × N(0, 1), and somebody orders when that is at or below
min. Where use is slow the eye looks many times before the stock is really down to min, and its first bad look makes
the order: so the slower the use, the more lies there when it is ordered. The quantity tells what was seen.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

from brikopt.compiled import lean
from brikopt.contract.past_levels import PastLevels, Standing
from brikopt.contract.positions import Place
from brikopt.schedule import weekday_mask
from brikopt.stock.ledger import COUNT, DAMAGE, DELIVERY, DISCARD, LINE, URGENT_LINE, Ledger

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LOOKS = 0.15  # share of the order days on which somebody really looks at a shelf
STEPS = 80  # stock levels at most at which an order is thought possible
WIDEST_LOOK = 3.5  # standard deviations
MOST_TIMES_SEEN = 4.0  # a shelf is never taken for less than a quarter of what lies there
USUAL_EYE_ERROR = 0.15  # before any count speaks; worth as much as a few counts
EYE_ERRORS = np.array([0.01, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.14, 0.16, 0.18, 0.20, 0.23, 0.26, 0.30, 0.35])
PRIOR_SD = 0.5  # of the log of the eye's error
MOST_LOOKS = 1_500  # counts soon after an order from which the eye's error is read
MOST_COUNTS = 10 * MOST_LOOKS
SOON = 0.08  # of max: more use than this between order and count, and the count tells little
P_OTHERWISE = 0.05  # counts that nothing here explains
WIDTH = 0.05  # of the kernel around a count, as a share of max: counts have small errors of their own


class Eye(NamedTuple):
    """Stock at which somebody would order; arrays of shape (n_steps,), lowest first."""

    stock: FloatArray  # units, the middle of each step
    step: float  # units between two of them
    first: FloatArray  # chance that the first order is made at this stock
    unordered: FloatArray  # chance that none was made above it


@lean
def _below(x: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@lean
def _seen_at_most(bound: float, stock: float, sd: float) -> float:
    """Chance that the eye sees at most ``bound`` units."""
    if stock <= 0.0:
        return 1.0 if bound >= 0.0 else 0.0
    return _below(((bound + 0.5) / stock - 1.0) / sd)


@njit(cache=True)
def eye_of(min_level: int, use_per_order_day: float, sd: float) -> Eye:
    """Work out at which stock an order is made.

    Parameters
    ----------
    min_level : int
        The stock at or below which an order is due.
    use_per_order_day : float
        Units used from one order day to the next.
    sd : float
        Error of the eye, as a share of what lies there.

    Returns
    -------
    Eye
    """
    highest = (min_level + 1.0) * min(1.0 / max(1.0 - WIDEST_LOOK * sd, 1.0 / MOST_TIMES_SEEN), MOST_TIMES_SEEN)
    step = max(math.ceil((highest + 1.0) / STEPS), 1.0)
    count = int(highest / step) + 1
    # Steps of one unit are the units themselves; wider ones have their middle between units.
    stock = np.arange(count).astype(np.float64) * step + 0.5 * (step - 1.0)
    first = np.zeros(count)
    unordered = np.zeros(count)
    survived = 1.0
    looks = LOOKS * step / max(use_per_order_day, 1e-6)
    for at in range(count - 1, -1, -1):
        unordered[at] = survived
        p_order = _seen_at_most(float(min_level), stock[at], sd)
        # Looks while the stock is here: as many as its use takes, by chance none.
        here = 1.0 - 1.0 / (1.0 + looks * p_order)
        first[at] = survived * here
        survived -= first[at]
    first[0] += survived
    return Eye(stock, step, first, unordered)


@njit(cache=True)
def chances_at_order(eye: Eye, min_level: int, seen_from: float, seen_to: float, sd: float) -> FloatArray:
    """Chance of each stock when an order is made of which the quantity tells that the eye saw so much."""
    chance = np.zeros(len(eye.stock))
    total = 0.0
    for at in range(len(chance)):
        p_order = _seen_at_most(float(min_level), eye.stock[at], sd)
        p_seen = _seen_at_most(seen_to, eye.stock[at], sd) - _seen_at_most(seen_from - 1.0, eye.stock[at], sd)
        if p_order > 1e-12:
            chance[at] = eye.first[at] * p_seen / p_order
            total += chance[at]
    if total <= 1e-12:
        # Nothing at or below min can look like that: as far as the eye goes, the stock is what was seen.
        nearest = int(min(max((0.5 * (seen_from + seen_to)) / eye.step, 0.0), len(chance) - 1.0))
        chance[nearest] = 1.0
        total = 1.0
    for at in range(len(chance)):
        chance[at] /= total
    return chance


@lean
def draw_order_point(rng: np.random.Generator, eye: Eye, position: int) -> int:
    """Draw the stock at which the next order will be made, from below an inventory position; -1 where it is none."""
    total = 0.0
    last = 0
    while last < len(eye.stock) and eye.stock[last] < position:
        total += eye.first[last]
        last += 1
    if total <= 0.0:
        return position - 1
    point = rng.random() * total
    for at in range(last):
        point -= eye.first[at]
        if point < 0.0:
            return min(int(eye.stock[at]), position - 1)
    return min(int(eye.stock[last - 1]), position - 1)


@lean
def draw_stock(rng: np.random.Generator, eye: Eye, chance: FloatArray) -> int:
    """Draw a stock from the chances of its steps."""
    point = rng.random()
    total = 0.0
    at = len(chance) - 1
    for step in range(len(chance)):
        total += chance[step]
        if point < total:
            at = step
            break
    if eye.step <= 1.0:
        return int(eye.stock[at])
    return int(at * eye.step + rng.random() * eye.step)


@lean
def seen_range(min_level: int, max_level: int, pack_size: int, ordered: int) -> tuple[int, int]:
    """Least and most units that the eye can have seen when so many were ordered (contract, section 3)."""
    least = max_level - ordered
    most = max(min(least + pack_size - 1, min_level), least)
    return max(least, 0), max(most, 0)


def eye_error(book: Ledger, places: list[Place], use_per_day: FloatArray, past: PastLevels) -> float:
    """Read off the counts that follow orders how far the eye is off.

    Parameters
    ----------
    book : Ledger
        Events of all positions.
    places : list of Place
        The positions.
    use_per_day : ndarray of float64, shape (n,)
        A guess of each position's use, units.
    past : PastLevels
        What stood before.

    Returns
    -------
    float
        Standard deviation of what is seen, as a share of what lies there.

    Notes
    -----
    Most likely value on a grid, under a log-normal prior around `USUAL_EYE_ERROR`.
    """
    looks = _looks(book, places, use_per_day, past)
    if len(looks) > MOST_LOOKS:
        looks = looks.iloc[np.linspace(0, len(looks) - 1, MOST_LOOKS).astype(np.int64)]
    there, seen_from, seen_to, min_level, max_level, use_per_order_day = looks.to_numpy(np.float64).T.copy()
    score = -0.5 * (np.log(EYE_ERRORS / USUAL_EYE_ERROR) / PRIOR_SD) ** 2
    for at, sd in enumerate(EYE_ERRORS):
        score[at] += _log_likelihood(there, seen_from, seen_to, min_level, max_level, use_per_order_day, sd)
    return float(EYE_ERRORS[int(np.argmax(score))])


def _looks(book: Ledger, places: list[Place], use_per_day: FloatArray, past: PastLevels) -> pd.DataFrame:
    """Counts soon after an ordinary order of a shelf without cards, and what the stock was at the order."""
    rows = []
    today = Standing(*(np.array([getattr(place, name) for place in places]) for name in Standing._fields))
    owners = np.repeat(np.arange(len(places)), np.diff(book.start))
    then = past.at(today, owners, book.day.astype(np.int64))
    by_eye = np.array([not place.is_brik and place.max_level > place.min_level for place in places], dtype=np.bool_)
    counts = np.flatnonzero(book.kind == COUNT)
    owner = np.searchsorted(book.start, counts, side="right") - 1
    counts, owner = counts[by_eye[owner]], owner[by_eye[owner]]
    # Not every count follows an order closely enough, so more are looked at than are needed.
    some = np.linspace(0, len(counts) - 1, min(len(counts), MOST_COUNTS)).astype(np.int64)
    for count, row in zip(counts[some], owner[some], strict=True):
        place = places[row]
        earlier = np.arange(book.start[row], count)
        lines = earlier[np.isin(book.kind[earlier], (LINE, URGENT_LINE))]
        if not len(lines) or book.kind[lines[-1]] != LINE:
            continue
        line = lines[-1]
        low, high = (int(level[line]) for level in (then.min_level, then.max_level))
        days = float(book.day[count] - book.day[line])
        used = use_per_day[row] * days
        if used > SOON * high:
            continue
        since = slice(line + 1, count)
        kind, units = book.kind[since], book.units[since]
        came, gone = units[kind == DELIVERY].sum(), units[(kind == DISCARD) | (kind == DAMAGE)].sum()
        there = book.units[count] + gone - came + book.outstanding[line] - book.units[line] + used
        seen = seen_range(low, high, place.pack_size, int(book.units[line]))
        per_order_day = use_per_day[row] * 7.0 / weekday_mask(place.order_days).sum()
        rows.append((there, *seen, low, high, per_order_day))
    return pd.DataFrame(rows, columns=["there", "seen_from", "seen_to", "min_level", "max_level", "use_per_order_day"])


@njit(cache=True)
def _log_likelihood(
    there: FloatArray,
    seen_from: FloatArray,
    seen_to: FloatArray,
    min_level: FloatArray,
    max_level: FloatArray,
    use_per_order_day: FloatArray,
    sd: float,
) -> float:
    """Log likelihood of the stocks at orders, by a kernel around each."""
    total = 0.0
    for look in range(len(there)):
        eye = eye_of(int(min_level[look]), use_per_order_day[look], sd)
        chance = chances_at_order(eye, int(min_level[look]), seen_from[look], seen_to[look], sd)
        width = max(WIDTH * max_level[look], 0.7, 0.5 * eye.step)
        density = 0.0
        for at in range(len(chance)):
            off = (there[look] - eye.stock[at]) / width
            density += chance[at] * math.exp(-0.5 * off * off) / (2.5066282746310002 * width)
        total += math.log((1.0 - P_OTHERWISE) * density + P_OTHERWISE / (max_level[look] + 1.0))
    return total
