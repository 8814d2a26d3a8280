"""Put a position's present and its possible futures together, ready to be lived forward under any plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats import gamma

from brikopt.demand.future import STRIDE, draw_demand, draw_lumpiness, draw_rates
from brikopt.schedule import wait_for
from brikopt.stock.ageing import Draws, Plan, Start, Supply
from brikopt.stock.particles import Particles
from brikopt.stock.posterior import Evidence, stream
from brikopt.stock.shelf import DOES_NOT_EXPIRE

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

ORDER_DRAWS = 16  # lead times and freshness drawn for a path; longer futures go round again
QUANTILES = 64  # of a lead time, from which it is drawn
LATEST_TRIES = 20  # redraws until a line under way is not due in the past


@dataclass(frozen=True, slots=True)
class Outlook:
    """One position, ready to be lived forward."""

    supply: Supply
    start: Start
    draws: Draws


def plan_of(evidence: Evidence, row: int) -> Plan:
    """Today's levels of the position in a row."""
    place = evidence.places[row]
    return Plan(
        is_brik=place.is_brik,
        min_level=place.min_level,
        max_level=place.max_level,
        brik_qty=max(place.brik_qty, 1),
        pack_size=place.pack_size,
    )


def outlook(evidence: Evidence, row: int, particles: Particles, paths: int, days: int, purpose: str) -> Outlook:
    """Draw futures for one position.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    row : int
        Which one.
    particles : Particles
        Its present.
    paths, days : int
        How many futures, and how far.
    purpose : str
        Names the random stream: futures drawn for choosing are not those for pricing.

    Returns
    -------
    Outlook
    """
    place = evidence.places[row]
    rng = stream(place.cabinet_id, place.item_id, purpose)
    delivery_wait = wait_for(place.delivery_days)
    weekday = (evidence.as_of + 3) % 7  # 1970-01-01 was a Thursday
    checks = evidence.checks[place.cabinet_id] - evidence.as_of
    supply = Supply(
        order_wait=wait_for(place.order_days),
        delivery_wait=delivery_wait,
        weekday=int(weekday),
        checks=checks[checks >= 0],
        thrown_out_at_once=False,
    )
    pooled = evidence.pooled
    source, rate, resumed = draw_rates(rng, particles.chance, pooled.grid[row], pooled.fresh, paths)
    lead_mean, lead_sd = place.lead_time_days_mean, place.lead_time_days_sd
    open_lines = _open_lines(evidence, row)
    start = Start(
        expiry=_from_day(particles.expiry[source], evidence.as_of),
        units=particles.units[source],
        lots=particles.lots[source],
        newest_first=particles.newest_first[source],
        arrival=_arrivals(rng, open_lines.age, paths, lead_mean, lead_sd, delivery_wait, supply.weekday),
        ordered=open_lines.quantity,
    )
    lumpier = draw_lumpiness(rng, evidence.lumpier[row], paths)
    uses = draw_demand(rng, rate, resumed, lumpier, evidence.variation, season_ahead(evidence, days), days)
    draws = Draws(
        uses=uses,
        pick=rng.random(len(uses.day)),
        lead_time=_lead_times(rng, paths, lead_mean, lead_sd),
        life=_lives(rng, paths, evidence.freshness, place.shelf_life_days),
    )
    return Outlook(supply, start, draws)


def season_ahead(evidence: Evidence, days: int) -> FloatArray:
    """Use of each four weeks from as_of on, as a share of the yearly mean."""
    length = 7 * STRIDE
    last = len(evidence.clock) - 1
    marks = np.minimum(np.arange(0, days + 2 * length, length) + evidence.as_of - evidence.clock_start, last)
    passed = np.diff(marks)
    ahead: FloatArray = np.diff(evidence.clock[marks])[passed > 0] / passed[passed > 0]
    return ahead


@dataclass(frozen=True, slots=True)
class _OpenLines:
    age: IntArray  # days since ordered, (n_lines,)
    quantity: IntArray


def _open_lines(evidence: Evidence, row: int) -> _OpenLines:
    lines = evidence.ledger.lines
    mine = slice(*np.searchsorted(lines.position, [row, row + 1]))
    is_open = evidence.open_lines[mine]
    return _OpenLines(evidence.as_of - lines.day[mine][is_open], lines.quantity[mine][is_open])


def _from_day(expiry: IntArray, as_of: int) -> IntArray:
    return np.where(expiry == DOES_NOT_EXPIRE, DOES_NOT_EXPIRE, expiry - as_of)


def _gamma(rng: np.random.Generator, mean: float, sd: float, size: tuple[int, ...]) -> FloatArray:
    if sd <= 0:
        return np.full(size, mean)
    return rng.gamma((mean / sd) ** 2, sd**2 / mean, size)


@lru_cache(maxsize=1024)
def _lead_time_quantiles(mean: float, sd: float) -> IntArray:
    """Whole days from order to readiness, at least one; as many of each as it is likely."""
    points = (np.arange(QUANTILES) + 0.5) / QUANTILES
    days = gamma.ppf(points, (mean / sd) ** 2, scale=sd**2 / mean) if sd > 0 else np.full(QUANTILES, mean)
    return np.maximum(np.rint(days), 1).astype(np.int64)


def _lead_times(rng: np.random.Generator, paths: int, mean: float, sd: float) -> IntArray:
    """Whole days from order to readiness, for each order of each path."""
    return _lead_time_quantiles(max(mean, 1.0), sd)[rng.integers(QUANTILES, size=(paths, ORDER_DRAWS))]


def _arrivals(
    rng: np.random.Generator, age: IntArray, paths: int, mean: float, sd: float, wait: IntArray, weekday: int
) -> IntArray:
    """Days until what is on order comes, given that it has not come yet."""
    if not len(age):
        return np.zeros((paths, 0), dtype=np.int64)
    due = np.rint(_gamma(rng, max(mean, 1.0), sd, (LATEST_TRIES, paths, len(age)))) - age
    late = due < 0
    first = np.argmin(late, axis=0)
    chosen = np.take_along_axis(due, first[None], axis=0)[0]
    # A line later than every draw comes any day now.
    ready = np.maximum(chosen, 0).astype(np.int64)
    return ready + wait[(weekday + ready) % 7]


def _lives(rng: np.random.Generator, paths: int, freshness: FloatArray, shelf_life: int) -> IntArray:
    """Days that goods last from their delivery; 0 where the item does not expire."""
    if shelf_life == 0:
        return np.zeros((paths, ORDER_DRAWS), dtype=np.int64)
    point = (len(freshness) - 1) * rng.random((paths, ORDER_DRAWS))
    share = np.interp(point, np.arange(len(freshness)), freshness)
    return np.maximum((share * shelf_life).astype(np.int64), 1)
