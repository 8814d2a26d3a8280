"""From one day to another on one shelf of the past: deliveries, checks, typed dates, and use in between."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brikopt.compiled import lean
from brikopt.stock.ledger import COUNT_LOT, DAMAGE, DELIVERY, DISCARD, SHELF_DATE
from brikopt.stock.lots import UNKNOWN
from brikopt.stock.particles import Belief, Events, Particles, Setting
from brikopt.stock.shelf import DOES_NOT_EXPIRE, drop_front, first_usable, on_shelf, put, take_newest, take_oldest

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

P_OTHER_AMOUNT = 0.05  # a recorded discard that is smaller than what was out of date
P_WRONG_LOTS = 0.02  # a recorded discard of goods that the particle does not believe out of date
P_KEPT_STALE = 0.3  # goods out of date by the particle, though no more can have left
TRY_FOUND = 0.3  # share of the particles that try whether goods out of date were found just before a line
TRY_STALE = 0.5  # share of the particles that try whether goods out of date still lie on a shelf found empty
MOST_FIRST_BOXES = 4  # lots that a shelf is given when its history begins


class Leaving(NamedTuple):
    """What is known of the units that leave a shelf in a stretch of days."""

    units: int
    kept: int  # of them, not used but found out of date
    early: int  # of them, used before a day
    before: int  # that day
    at_most: bool  # whether fewer may have left
    p_found: float  # chance that a check of which nobody wrote found goods out of date just before the end


@lean
def draw_expiry(rng: np.random.Generator, delivered: int, life: int, freshness: FloatArray) -> int:
    """Date of goods without one: a usual share of the shelf life is left when they come."""
    point = rng.random() * (len(freshness) - 1)
    low = int(point)
    share = freshness[low] + (point - low) * (freshness[min(low + 1, len(freshness) - 1)] - freshness[low])
    return delivered + max(int(round(share * life)), 1)


@lean
def _delivered_expiry(rng: np.random.Generator, ev: Events, at: int, life: int, freshness: FloatArray) -> int:
    """Date of a delivery: recorded, the same lot as a dated delivery nearby, or drawn from the usual freshness."""
    if ev.expiry[at] != UNKNOWN:
        return ev.expiry[at]
    if life == 0:
        return DOES_NOT_EXPIRE
    if ev.near_expiry[at] != UNKNOWN and ev.near_expiry[at] > ev.day[at] and rng.random() < ev.p_near[at]:
        return ev.near_expiry[at]
    return draw_expiry(rng, ev.day[at], life, freshness)


@lean
def _use(
    rng: np.random.Generator,
    expiry: IntArray,
    units: IntArray,
    lots: int,
    day: int,
    newest: float,
    quantity: int,
) -> tuple[int, int]:
    """Pick usable units, a share of them from the newest box; returns lots left and units found."""
    start = first_usable(expiry, lots, day)
    if start == lots or quantity <= 0:
        return lots, 0
    # As the days ahead are lived: the share, rounded by chance.
    from_newest = min(int(quantity * newest + rng.random()), quantity) if lots - start > 1 else 0
    lots, taken = take_newest(units, lots, start, from_newest)
    lots, more = take_oldest(expiry, units, lots, start, quantity - taken)
    return lots, taken + more


@lean
def fill_first_shelf(rng: np.random.Generator, p: Particles, one: int, s: Setting, b: Belief, stock: int) -> None:
    """Lots of unknown age on the shelf when the history begins: as many boxes as cards, spread over their life."""
    boxes = max(1, s.max_level // max(s.brik_qty if s.is_brik else s.pack_size, 1))
    boxes = min(boxes, MOST_FIRST_BOXES)
    lots = 0
    left = stock
    for box in range(boxes):
        part = left // (boxes - box)
        left -= part
        if s.shelf_life == 0:
            date = DOES_NOT_EXPIRE
        else:
            age = int(rng.random() * min(s.max_level / max(b.initial_rate, 1e-6), 0.8 * s.shelf_life))
            date = draw_expiry(rng, s.first_day - age, s.shelf_life, b.freshness)
            date = max(date, s.first_day)
        lots = put(p.expiry[one], p.units[one], lots, date, part)
    p.lots[one] = lots


@lean
def draw_stale(
    rng: np.random.Generator, p: Particles, one: int, checks: IntArray, day: int, there: int
) -> tuple[int, int, float]:
    """Goods out of date that lie on a shelf where somebody found nothing to use, as no check has been there since.

    Returns
    -------
    stale : int
        Units.
    used_up : int
        Day before which the others were used.
    weight : float
        Log weight: any number of them is as likely as another, until their use is asked.
    """
    start = first_usable(p.expiry[one], p.lots[one], day)
    check = int(np.searchsorted(checks, day, side="right")) - 1
    found = first_usable(p.expiry[one], start, checks[check]) if check >= 0 else 0
    most = on_shelf(p.units[one], found, start)
    if most == 0:
        return 0, day, 0.0
    if rng.random() >= TRY_STALE:
        return 0, day, -math.log(1.0 - TRY_STALE)
    stale = 1 + int(rng.random() * most)
    used_up = p.expiry[one][start - 1] + 1 if there == most else day
    return stale, used_up, math.log(most / TRY_STALE)


@lean
def _throw_out(p: Particles, one: int, day: int, recorded: int, allowed: int, p_recorded: float) -> tuple[int, float]:
    """A check: goods out of date leave the shelf. Returns units thrown out and the log weight of the record."""
    start = first_usable(p.expiry[one], p.lots[one], day)
    expired = on_shelf(p.units[one], 0, start)
    if recorded == 0:
        if expired == 0:
            return 0, 0.0
        if expired > allowed:
            return 0, math.log(P_KEPT_STALE * (1.0 - p_recorded))
        p.lots[one] = drop_front(p.expiry[one], p.units[one], p.lots[one], start)
        return expired, math.log(1.0 - p_recorded)
    p.lots[one], out = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, recorded)
    if expired == recorded:
        return out, math.log(p_recorded)
    if expired > recorded:
        return out, math.log(p_recorded * P_OTHER_AMOUNT)
    return out, math.log(p_recorded * P_WRONG_LOTS)


@lean
def _read_date(p: Particles, one: int, earliest: int) -> None:
    """Somebody read the earliest date on the shelf: no lot is older, and one carries it."""
    lots = p.lots[one]
    if lots == 0:
        return
    merged = p.units[one][0]
    count = 1
    while count < lots and p.expiry[one][count] <= earliest:
        merged += p.units[one][count]
        count += 1
    lots = drop_front(p.expiry[one], p.units[one], lots, count)
    p.lots[one] = put(p.expiry[one], p.units[one], lots, earliest, merged)


@lean
def counted_lots(ev: Events, at: int, p: Particles, one: int) -> None:
    """A count names its lots: they replace what the particle believed, as far as they go."""
    listed = 0
    row = at + 1
    while row < len(ev.day) and ev.day[row] == ev.day[at] and ev.kind[row] == COUNT_LOT:
        listed += ev.units[row]
        row += 1
    if listed == 0:
        return
    lots, _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, listed)
    for lot in range(at + 1, row):
        lots = put(p.expiry[one], p.units[one], lots, ev.expiry[lot], ev.units[lot])
    p.lots[one] = lots


@lean
def _next_finding(checks: IntArray, check: int, expiry: IntArray, lots: int, before: int) -> int:
    """Pass over the checks before a day that find nothing out of date."""
    while check < len(checks) and checks[check] < before and (lots == 0 or expiry[0] >= checks[check]):
        check += 1
    return check


@lean
def _found_unrecorded(
    rng: np.random.Generator, p: Particles, one: int, day: int, leaving: Leaving, leave: int, p_recorded: float
) -> tuple[int, float]:
    """Try whether a check of which nobody wrote found goods out of date; returns units and log weight."""
    start = first_usable(p.expiry[one], p.lots[one], day)
    expired = on_shelf(p.units[one], 0, start)
    if expired == 0 or expired > leave:
        return 0, 0.0
    if rng.random() >= TRY_FOUND:
        return 0, math.log((1.0 - leaving.p_found) / (1.0 - TRY_FOUND))
    p.lots[one] = drop_front(p.expiry[one], p.units[one], p.lots[one], start)
    return expired, math.log(leaving.p_found * (1.0 - p_recorded) / TRY_FOUND)


@lean
def live_through(  # noqa: PLR0912, PLR0915 - one loop over events; cut into pieces it took half as long again
    rng: np.random.Generator,
    ev: Events,
    first: int,
    last: int,
    day_from: int,
    day_to: int,
    leaving: Leaving,
    p: Particles,
    one: int,
    shelf_life: int,
    freshness: FloatArray,
    p_recorded: float,
) -> tuple[int, float, int]:
    """Carry one particle through events first..last-1 and the days between.

    Returns
    -------
    used : int
        Units that were used, not thrown out.
    weight : float
        Log weight of the records met on the way.
    thrown : int
        The last day on which goods were thrown out; -1 where none were.
    """
    day = day_from
    leave = leaving.units
    kept, early = leaving.kept, leaving.early
    used = 0
    thrown = -1
    overlooked = 0
    weight = 0.0
    # Lived from the evening of the first day, whose check has been.
    check = int(np.searchsorted(ev.checks, day_from, side="right"))
    at = first
    while True:
        next_event = ev.day[at] if at < last else day_to
        check = _next_finding(ev.checks, check, p.expiry[one], p.lots[one], next_event)
        next_check = ev.checks[check] if check < len(ev.checks) and shelf_life > 0 else day_to + 1
        until = min(next_event, next_check, day_to)
        if day < leaving.before < until:
            until = leaving.before
        if until > day and leave > 0:
            if until == day_to and leaving.p_found > 0.0:
                out, log_weight = _found_unrecorded(rng, p, one, day_to, leaving, leave, p_recorded)
                leave -= out
                weight += log_weight
                if out > 0:
                    thrown = day_to
                    kept = 0
            horizon, free = (leaving.before, early) if day < leaving.before else (day_to, max(leave - kept, 0))
            part = free
            if until < horizon:  # of goods that keep, it doesn't matter which unit goes when
                part = rng.binomial(free, (until - day) / (horizon - day)) if shelf_life > 0 else 0
            p.lots[one], taken = _use(rng, p.expiry[one], p.units[one], p.lots[one], day, p.newest_first[one], part)
            used += taken
            leave -= taken
            early -= taken
        day = max(day, until)
        if at < last and ev.day[at] <= day:
            kind = ev.kind[at]
            if kind == DELIVERY:
                date = ev.expiry[at]
                if date == UNKNOWN:
                    date = _delivered_expiry(rng, ev, at, shelf_life, freshness) if shelf_life > 0 else DOES_NOT_EXPIRE
                p.lots[one] = put(p.expiry[one], p.units[one], p.lots[one], date, ev.units[at])
            elif kind == DISCARD:
                _, log_weight = _throw_out(p, one, day, ev.units[at], leave, p_recorded)
                weight += log_weight
                thrown = day
                check += 1 if check < len(ev.checks) and ev.checks[check] == day else 0
            elif kind == DAMAGE:
                p.lots[one], _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, ev.units[at])
            elif kind == SHELF_DATE:
                _read_date(p, one, ev.expiry[at])
            at += 1
        elif next_check <= day and check < len(ev.checks) and shelf_life > 0:
            out, log_weight = _throw_out(p, one, day, 0, leave, p_recorded)
            leave -= out
            if out > 0:
                thrown = day
                kept = 0
            # What one check overlooks the next ones overlook, too: it is held against the particle once.
            expired = on_shelf(p.units[one], 0, first_usable(p.expiry[one], p.lots[one], day))
            if out > 0 or expired > overlooked:
                weight += log_weight
            overlooked = expired
            check += 1
        elif day >= day_to:
            break
    if leave > 0 and not leaving.at_most:
        # What cannot have been used must have gone another way; goods out of date go first.
        p.lots[one], _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, leave)
    return used, weight, thrown
