"""Put a position's present and its possible futures together, ready to be lived forward under any plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats import gamma

from brikopt.contract.positions import Place
from brikopt.demand.future import Uses
from brikopt.schedule import wait_for
from brikopt.stock.ageing import Draws, Plan, Start, Supply
from brikopt.stock.draws import Goods, Reach, Usage, draw_futures, seasons
from brikopt.stock.particles import Particles
from brikopt.stock.posterior import Evidence, stream

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

QUANTILES = 64  # of a lead time, from which it is drawn


@dataclass(frozen=True, slots=True)
class Outlook:
    """One position, ready to be lived forward."""

    supply: Supply
    start: Start
    draws: Draws

    def first(self, paths: int) -> Outlook:
        """The first few futures alone, in arrays of their own."""
        start, draws = self.start, self.draws
        last = int(draws.uses.first[paths])
        uses = Uses(
            draws.uses.first[: paths + 1].copy(),
            draws.uses.day[:last].copy(),
            draws.uses.units[:last].copy(),
            draws.uses.days,
        )
        return Outlook(
            self.supply,
            Start(
                start.expiry[:paths].copy(),
                start.units[:paths].copy(),
                start.lots[:paths].copy(),
                start.newest_first[:paths].copy(),
                start.arrival[:paths].copy(),
                start.ordered,
            ),
            Draws(uses, draws.pick[:last].copy(), draws.lead_time[:paths].copy(), draws.life[:paths].copy()),
        )


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


def outlook(
    evidence: Evidence,
    row: int,
    particles: Particles,
    paths: int,
    days: int,
    purpose: str,
    far_paths: int = 0,
    far_days: int = 0,
) -> Outlook:
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
    far_paths, far_days : int, optional
        So many of them, the first, go further than ``days``.

    Returns
    -------
    Outlook
    """
    return prospect_of(evidence, row).outlook(particles, paths, days, purpose, far_paths, far_days)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is known of the days ahead of one position: futures are drawn from it several times.

    Parameters
    ----------
    place : Place
        The position.
    supply : Supply
        Its order days, delivery days and checks.
    usage : Usage
        What is believed of its use.
    goods : Goods
        How goods come to it.
    as_of : int
        Days since 1970-01-01.
    """

    place: Place
    supply: Supply
    usage: Usage
    goods: Goods
    as_of: int

    def outlook(
        self, particles: Particles, paths: int, days: int, purpose: str, far_paths: int = 0, far_days: int = 0
    ) -> Outlook:
        """Draw futures; parameters are those of `outlook`."""
        rng = stream(self.place.cabinet_id, self.place.item_id, purpose)
        reach = Reach(paths, days, far_paths, far_days)
        return Outlook(self.supply, *draw_futures(rng, particles, self.usage, self.goods, self.as_of, reach))


def prospect_of(evidence: Evidence, row: int) -> Prospect:
    """What is known of the days ahead of the position in a row."""
    pooled = evidence.pooled
    usage = Usage(
        pooled.grid[row],
        pooled.fresh,
        evidence.lumpier[row],
        evidence.variation,
        evidence.clock,
        evidence.as_of - evidence.clock_start,
    )
    return Prospect(evidence.places[row], supply_of(evidence, row), usage, goods_of(evidence, row), evidence.as_of)


def supply_of(evidence: Evidence, row: int) -> Supply:
    """How goods come to the position in a row."""
    place = evidence.places[row]
    checks = evidence.checks[place.cabinet_id]
    return Supply(
        order_wait=wait_for(place.order_days),
        delivery_wait=wait_for(place.delivery_days),
        weekday=_weekday(evidence.as_of),
        checks=checks[np.searchsorted(checks, evidence.as_of) :] - evidence.as_of,
        thrown_out_at_once=False,
    )


def goods_of(evidence: Evidence, row: int) -> Goods:
    """What is known beforehand of goods that will come to the position in a row."""
    place, lines = evidence.places[row], evidence.ledger.lines
    first, last = np.searchsorted(lines.position, [row, row + 1])
    under_way = first + np.flatnonzero(evidence.open_lines[first:last])
    mean, sd = place.lead_time_days_mean, place.lead_time_days_sd
    return Goods(
        lead_time=_lead_time_quantiles(max(mean, 1.0), sd),
        lead_mean=float(mean),
        lead_sd=float(sd),
        delivery_wait=wait_for(place.delivery_days),
        weekday=_weekday(evidence.as_of),
        shelf_life=place.shelf_life_days,
        freshness=evidence.freshness,
        open_age=(evidence.as_of - lines.day[under_way]).astype(np.int64),
        open_units=lines.quantity[under_way].astype(np.int64),
    )


def _weekday(day: int) -> int:
    return (day + 3) % 7  # 1970-01-01 was a Thursday


def season_ahead(evidence: Evidence, days: int) -> FloatArray:
    """Use of each four weeks from as_of on, as a share of the yearly mean."""
    return seasons(evidence.clock, evidence.as_of - evidence.clock_start, days)


@lru_cache(maxsize=1024)
def _lead_time_quantiles(mean: float, sd: float) -> IntArray:
    """Whole days from order to readiness, at least one; as many of each as it is likely."""
    points = (np.arange(QUANTILES) + 0.5) / QUANTILES
    days = gamma.ppf(points, (mean / sd) ** 2, scale=sd**2 / mean) if sd > 0 else np.full(QUANTILES, mean)
    return np.maximum(np.rint(days), 1).astype(np.int64)
