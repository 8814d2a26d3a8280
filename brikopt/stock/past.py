"""Live through a position's past many times over, each time in another way that agrees with the extracts.

Every particle is one such life: its lots, the rate at which the item is used (as probabilities), its habit of picking the newest
box. Order lines and counts fix how much lay there; between them the total that left is known, and what was not thrown
away was used. Particles that make what the extracts say likely are kept and copied, the others fade (a particle filter:
Gordon, Salmond & Smith 1993).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.demand.rates import RATES, age_rates, chance_at_most, learn_use
from brikopt.stock.ledger import COUNT, COUNT_LOT, DAMAGE, DELIVERY, DISCARD, LINE, SHELF_DATE, URGENT_LINE
from brikopt.stock.lots import UNKNOWN
from brikopt.stock.shelf import (
    DOES_NOT_EXPIRE,
    MAX_LOTS,
    drop_front,
    first_usable,
    on_shelf,
    put,
    take_newest,
    take_oldest,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

P_EMPTY_WHEN_URGENT = 0.85  # an urgent line usually means that somebody found the shelf empty
P_FORGOTTEN_CARD = 0.03  # a card lies unscanned on some shelf
EYE_ERROR = 0.17  # how far the eye is off when it judges a non-brik shelf, as a share of what lies there
P_OTHER_AMOUNT = 0.05  # a recorded discard that is smaller than what was out of date
P_WRONG_LOTS = 0.02  # a recorded discard of goods that the particle does not believe out of date
P_FOUND_GOODS = 0.05  # a count above all that can be there
MIN_LOG_WEIGHT = -60.0


class Events(NamedTuple):
    """What happened to one position, in order; arrays of shape (n_events,) as in `Ledger`."""

    day: IntArray
    kind: IntArray
    units: IntArray
    expiry: IntArray
    near_expiry: IntArray
    p_near: FloatArray
    outstanding: IntArray
    checks: IntArray  # days on which the cabinet was gone through, shape (n_checks,)


class Setting(NamedTuple):
    """How one position is run."""

    is_brik: bool
    min_level: int
    max_level: int
    brik_qty: int
    pack_size: int
    shelf_life: int  # days; 0 when it does not expire
    first_day: int  # when its history begins
    starts_empty: bool  # a position put up within the history begins with nothing
    order_gap: float  # mean days between order days
    last_order_day: int  # the last order day before as_of
    as_of: int


class Belief(NamedTuple):
    """What is believed of one position before its own history speaks."""

    grid: FloatArray  # rates, shape (RATES,), units a day
    fresh: FloatArray  # their prior chance, shape (RATES,)
    dispersion: FloatArray  # variance over mean of use at each rate, shape (RATES,)
    p_dead: float
    stop: float  # hazards a day
    resume: float
    jump: float
    drift: float  # squared grid steps a day
    freshness: FloatArray  # quantiles of the share of life left at delivery
    p_recorded: float  # share of discards that are recorded
    initial_rate: float  # units a day


class Particles(NamedTuple):
    """Equally likely states of one position on the morning of as_of; arrays whose first axis is the particle."""

    expiry: IntArray  # (n, MAX_LOTS) days since 1970-01-01
    units: IntArray  # (n, MAX_LOTS)
    lots: IntArray  # (n,)
    chance: FloatArray  # (n, RATES + 1)
    newest_first: FloatArray  # (n,) share of picks
    position: IntArray  # (n,) inventory position: on the shelf + believed on order at the last line


@njit(cache=True)
def _draw_expiry(rng: np.random.Generator, delivered: int, life: int, freshness: FloatArray) -> int:
    point = rng.random() * (len(freshness) - 1)
    low = int(point)
    share = freshness[low] + (point - low) * (freshness[min(low + 1, len(freshness) - 1)] - freshness[low])
    return delivered + max(int(round(share * life)), 1)


@njit(cache=True)
def _delivered_expiry(rng: np.random.Generator, ev: Events, at: int, life: int, freshness: FloatArray) -> int:
    """Date of a delivery: recorded, the same lot as a dated delivery nearby, or drawn from the usual freshness."""
    if ev.expiry[at] != UNKNOWN:
        return ev.expiry[at]
    if life == 0:
        return DOES_NOT_EXPIRE
    if ev.near_expiry[at] != UNKNOWN and ev.near_expiry[at] > ev.day[at] and rng.random() < ev.p_near[at]:
        return ev.near_expiry[at]
    return _draw_expiry(rng, ev.day[at], life, freshness)


@njit(cache=True)
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
    from_newest = rng.binomial(quantity, newest) if lots - start > 1 else 0
    lots, taken = take_newest(expiry, units, lots, start, from_newest)
    lots, more = take_oldest(expiry, units, lots, start, quantity - taken)
    return lots, taken + more


@njit(cache=True)
def _fill_first_shelf(
    rng: np.random.Generator, p: Particles, one: int, s: Setting, b: Belief, stock: int
) -> None:
    """Lots of unknown age on the shelf when the history begins: as many boxes as cards, spread over their life."""
    boxes = max(1, s.max_level // max(s.brik_qty if s.is_brik else s.pack_size, 1))
    boxes = min(boxes, 4)
    lots = 0
    left = stock
    for box in range(boxes):
        part = left // (boxes - box)
        left -= part
        if s.shelf_life == 0:
            date = DOES_NOT_EXPIRE
        else:
            age = int(rng.random() * min(s.max_level / max(b.initial_rate, 1e-6), 0.8 * s.shelf_life))
            date = _draw_expiry(rng, s.first_day - age, s.shelf_life, b.freshness)
            date = max(date, s.first_day)
        lots = put(p.expiry[one], p.units[one], lots, date, part)
    p.lots[one] = lots


@njit(cache=True)
def _position_after_line(
    rng: np.random.Generator, s: Setting, b: Belief, ordered: int, kind: int, before: int
) -> int:
    """Inventory position on the evening of an order line, as the world's rules make it (contract, section 1)."""
    if s.is_brik:
        # Since the card's last unit went, some more may have gone before the board was scanned.
        overshoot = 0
        mean = b.initial_rate * s.order_gap * rng.random()
        if mean > 0:
            overshoot = rng.poisson(mean)
        if rng.random() < P_FORGOTTEN_CARD:
            overshoot = rng.integers(0, s.brik_qty)
        return s.max_level - min(overshoot, s.brik_qty - 1)
    # The eye saw what the fewest packs bring up to max, and not above min; it is off by a share of what lies there.
    least = s.max_level - ordered
    most = max(min(least + s.pack_size - 1, s.min_level), least)
    seen = max(rng.integers(least, most + 1), 0)
    there = seen / max(1.0 + EYE_ERROR * rng.normal(), 0.4)
    return int(round(there)) + ordered


@njit(cache=True)
def _stock_at_anchor(
    rng: np.random.Generator, ev: Events, at: int, s: Setting, b: Belief, expected: int
) -> int:
    """Units on the shelf at an anchor; -1 where the event tells nothing. ``expected`` is what would lie there untouched."""
    kind = ev.kind[at]
    if kind == COUNT:
        return ev.units[at]
    if kind == URGENT_LINE:
        return 0 if rng.random() < P_EMPTY_WHEN_URGENT else -1
    if kind == LINE:
        after = _position_after_line(rng, s, b, ev.units[at], kind, expected)
        return max(after - ev.outstanding[at], 0)
    return -1


@njit(cache=True)
def _next_anchor(ev: Events, at: int) -> int:
    """First event from ``at`` on that fixes the stock: the day's count, else the day's last line."""
    while at < len(ev.day) and ev.kind[at] != COUNT and ev.kind[at] != LINE and ev.kind[at] != URGENT_LINE:
        at += 1
    return at


@njit(cache=True)
def _throw_out(
    rng: np.random.Generator, p: Particles, one: int, day: int, recorded: int, allowed: int, b: Belief
) -> tuple[int, float]:
    """A check: goods out of date leave the shelf. Returns units thrown out and the log weight of the record."""
    start = first_usable(p.expiry[one], p.lots[one], day)
    expired = on_shelf(p.units[one], 0, start)
    if recorded == 0:
        if expired == 0 or allowed <= 0:
            return 0, 0.0
        if expired > allowed:
            return 0, math.log(0.3 * (1.0 - b.p_recorded))
        p.lots[one] = drop_front(p.expiry[one], p.units[one], p.lots[one], start)
        return expired, math.log(1.0 - b.p_recorded)
    p.lots[one], out = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, recorded)
    if expired == recorded:
        return out, math.log(b.p_recorded)
    if expired > recorded:
        return out, math.log(b.p_recorded * P_OTHER_AMOUNT)
    return out, math.log(b.p_recorded * P_WRONG_LOTS)


@njit(cache=True)
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


@njit(cache=True)
def _counted_lots(ev: Events, at: int, p: Particles, one: int) -> None:
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


@njit(cache=True)
def _live_through(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    last: int,
    day_from: int,
    day_to: int,
    leave: int,
    p: Particles,
    one: int,
    s: Setting,
    b: Belief,
) -> tuple[int, float]:
    """Carry one particle through events first..last-1 and the days between while ``leave`` units leave the shelf.

    Returns
    -------
    used : int
        Units that were used, not thrown out.
    weight : float
        Log weight of the records met on the way.
    """
    day = day_from
    used = 0
    weight = 0.0
    check = np.searchsorted(ev.checks, day_from)
    at = first
    while True:
        next_event = ev.day[at] if at < last else day_to
        next_check = ev.checks[check] if check < len(ev.checks) and s.shelf_life > 0 else day_to + 1
        until = min(next_event, next_check, day_to)
        if until > day and leave > 0:
            days_left = day_to - day
            part = leave if until == day_to else rng.binomial(leave, min((until - day) / days_left, 1.0))
            p.lots[one], taken = _use(
                rng, p.expiry[one], p.units[one], p.lots[one], day, p.newest_first[one], part
            )
            used += taken
            leave -= taken
        day = max(day, until)
        if at < last and ev.day[at] <= day:
            kind = ev.kind[at]
            if kind == DELIVERY:
                date = _delivered_expiry(rng, ev, at, s.shelf_life, b.freshness)
                p.lots[one] = put(p.expiry[one], p.units[one], p.lots[one], date, ev.units[at])
            elif kind == DISCARD:
                out, log_weight = _throw_out(rng, p, one, day, ev.units[at], leave, b)
                weight += log_weight
                if check < len(ev.checks) and ev.checks[check] == day:
                    check += 1
            elif kind == DAMAGE:
                p.lots[one], _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, ev.units[at])
            elif kind == SHELF_DATE:
                _read_date(p, one, ev.expiry[at])
            at += 1
            continue
        if next_check <= day and check < len(ev.checks) and s.shelf_life > 0:
            out, log_weight = _throw_out(rng, p, one, day, 0, leave, b)
            leave -= out
            weight += log_weight
            check += 1
            continue
        if day >= day_to:
            break
    if leave > 0:
        # What cannot have been used must have gone another way; goods out of date go first.
        p.lots[one], _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, leave)
    return used, weight


@njit(cache=True)
def _balance(ev: Events, first: int, last: int) -> tuple[int, int]:
    """Units delivered and units recorded as thrown out in events first..last-1."""
    delivered = 0
    discarded = 0
    for at in range(first, last):
        if ev.kind[at] == DELIVERY:
            delivered += ev.units[at]
        elif ev.kind[at] == DISCARD or ev.kind[at] == DAMAGE:
            discarded += ev.units[at]
    return delivered, discarded


@njit(cache=True)
def _resample(rng: np.random.Generator, p: Particles, log_weight: FloatArray, evenness: float) -> None:
    """Keep particles in proportion to their weights where these are less even than asked; equal weights afterwards.

    Systematic resampling; ``evenness`` is the effective share of particles from which nothing is done.
    """
    count = len(log_weight)
    weight = np.exp(np.maximum(log_weight - log_weight.max(), MIN_LOG_WEIGHT))
    weight /= weight.sum()
    if 1.0 / (weight * weight).sum() > evenness * count:
        return
    log_weight[:] = 0.0
    picked = np.empty(count, dtype=np.int64)
    point = rng.random() / count
    total = weight[0]
    source = 0
    for one in range(count):
        while total < point and source < count - 1:
            source += 1
            total += weight[source]
        picked[one] = source
        point += 1.0 / count
    p.expiry[:] = p.expiry[picked]
    p.units[:] = p.units[picked]
    p.lots[:] = p.lots[picked]
    p.chance[:] = p.chance[picked]
    p.newest_first[:] = p.newest_first[picked]
    p.position[:] = p.position[picked]


@njit(cache=True)
def _draw_state(rng: np.random.Generator, chance: FloatArray) -> int:
    point = rng.random()
    total = 0.0
    for state in range(RATES):
        total += chance[state]
        if point < total:
            return state
    return RATES


@njit(cache=True)
def _learn_silence(chance: FloatArray, b: Belief, cap: int, days: float) -> float:
    """No card since the last one: at most ``cap`` units went. Returns how likely that was; changes ``chance``."""
    total = 0.0
    dead = chance[RATES] * math.exp(-b.resume * days)
    p_alive = math.exp(-b.stop * days)
    for rate in range(RATES):
        died = 0.0
        for quarter in range(4):
            # Use may have stopped at any time on the way.
            died += 0.25 * chance_at_most(
                cap, b.grid[rate] * days * (0.125 + 0.25 * quarter), b.dispersion[rate]
            )
        dead += chance[rate] * (1.0 - p_alive) * died
        chance[rate] *= p_alive * chance_at_most(cap, b.grid[rate] * days, b.dispersion[rate])
        total += chance[rate]
    chance[RATES] = dead
    total += dead
    if total <= 1e-300:
        chance[:] = 0.0
        chance[0] = 1.0
        return 1e-300
    for rate in range(RATES + 1):
        chance[rate] /= total
    return total


@njit(cache=True)
def _draw_use_up_to(rng: np.random.Generator, cap: int, mean: float, dispersion: float) -> int:
    """Draw the units used when ``mean`` are expected, given that at most ``cap`` were."""
    if cap <= 0 or mean <= 0:
        return 0
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


@njit(cache=True)
def _silence_cap(rng: np.random.Generator, s: Setting, position: int) -> int:
    """Most units that can have left since the last anchor without another line."""
    if s.is_brik:
        cap = position - (s.max_level - s.brik_qty) - 1
        if rng.random() < P_FORGOTTEN_CARD:
            cap += s.brik_qty
        return max(cap, 0)
    slack = int(round(rng.normal() * EYE_ERROR * s.min_level))
    return max(position - s.min_level - 1 + slack, 0)


@njit(cache=True)
def live_past(rng: np.random.Generator, ev: Events, s: Setting, b: Belief, count: int) -> Particles:
    """Draw the present of one position.

    Parameters
    ----------
    rng : numpy.random.Generator
        The position's own stream.
    ev : Events
        What the extracts say of it before as_of.
    s : Setting
        Its levels and days.
    b : Belief
        What is believed beforehand.
    count : int
        Particles.

    Returns
    -------
    Particles
        On the morning of as_of, equally likely.
    """
    p = Particles(
        np.zeros((count, MAX_LOTS), dtype=np.int64),
        np.zeros((count, MAX_LOTS), dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros((count, RATES + 1)),
        rng.beta(1.5, 5.0, count),
        np.zeros(count, dtype=np.int64),
    )
    log_weight = np.zeros(count)
    for one in range(count):
        p.chance[one, :RATES] = b.fresh * (1.0 - b.p_dead)
        p.chance[one, RATES] = b.p_dead
        stock = 0
        if not s.starts_empty:
            stock = s.max_level - rng.integers(
                0, max(s.brik_qty if s.is_brik else s.max_level - s.min_level, 1)
            )
        _fill_first_shelf(rng, p, one, s, b, stock)
        p.position[one] = stock
    at = 0
    day = s.first_day
    while True:
        anchor = _next_anchor(ev, at)
        if anchor == len(ev.day):
            break
        end = ev.day[anchor]
        # The last line of a day speaks for the whole day.
        if ev.kind[anchor] != COUNT:
            while anchor + 1 < len(ev.day) and ev.day[anchor + 1] == end:
                anchor += 1
        _pass_stretch(rng, ev, at, anchor, day, end, p, s, b, log_weight)
        _resample(rng, p, log_weight, 0.5)
        at = anchor + 1
        day = end
    _pass_silence(rng, ev, at, day, p, s, b, log_weight)
    _resample(rng, p, log_weight, 0.999)
    for one in range(count):
        p.units[one, p.lots[one] :] = 0
    return p


@njit(cache=True)
def _pass_stretch(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    anchor: int,
    day_from: int,
    day_to: int,
    p: Particles,
    s: Setting,
    b: Belief,
    log_weight: FloatArray,
) -> None:
    """Carry all particles from one anchor to the next."""
    delivered, discarded = _balance(ev, first, anchor)
    days = max(float(day_to - day_from), 1.0)
    for one in range(len(log_weight)):
        stock = on_shelf(p.units[one], 0, p.lots[one])
        untouched = stock + delivered - discarded
        target = _stock_at_anchor(rng, ev, anchor, s, b, untouched)
        if target < 0:
            rate = p.chance[one, :RATES] @ b.grid
            target = max(untouched - rng.poisson(rate * days), 0)
        if target > untouched:
            # More lies there than can: late entries, returned goods, or a card hung early.
            if ev.kind[anchor] == COUNT:
                log_weight[one] += math.log(P_FOUND_GOODS)
        leave = max(untouched - target, 0)
        used, weight = _live_through(rng, ev, first, anchor, day_from, day_to, leave, p, one, s, b)
        log_weight[one] += weight
        age_rates(p.chance[one], b.fresh, days, b.stop, b.resume, b.jump, b.drift)
        log_weight[one] += math.log(learn_use(p.chance[one], b.grid, b.dispersion, used, days))
        if ev.kind[anchor] == COUNT:
            now = on_shelf(p.units[one], 0, p.lots[one])
            if now < ev.units[anchor]:
                date = DOES_NOT_EXPIRE
                if s.shelf_life > 0:
                    date = _draw_expiry(rng, day_to, s.shelf_life, b.freshness)
                p.lots[one] = put(p.expiry[one], p.units[one], p.lots[one], date, ev.units[anchor] - now)
            _counted_lots(ev, anchor, p, one)
        p.position[one] = on_shelf(p.units[one], 0, p.lots[one]) + _still_coming(ev, anchor)


@njit(cache=True)
def _still_coming(ev: Events, anchor: int) -> int:
    """Units on order on the evening of an anchor."""
    if ev.kind[anchor] == COUNT:
        line = anchor
        while line >= 0 and ev.kind[line] != LINE and ev.kind[line] != URGENT_LINE:
            line -= 1
        if line < 0:
            return 0
        arrived = 0
        for at in range(line + 1, anchor):
            if ev.kind[at] == DELIVERY:
                arrived += ev.units[at]
        return max(ev.outstanding[line] - arrived, 0)
    return ev.outstanding[anchor]


@njit(cache=True)
def _pass_silence(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    day_from: int,
    p: Particles,
    s: Setting,
    b: Belief,
    log_weight: FloatArray,
) -> None:
    """Carry all particles from the last anchor to as_of, during which no line was made."""
    _, discarded = _balance(ev, first, len(ev.day))
    watched = max(s.last_order_day - day_from, 0)
    unseen = max(s.as_of - max(s.last_order_day, day_from), 0)
    for one in range(len(log_weight)):
        cap = max(_silence_cap(rng, s, p.position[one]) - discarded, 0)
        age_rates(p.chance[one], b.fresh, float(watched), 0.0, 0.0, b.jump, b.drift)
        if watched > 0:
            log_weight[one] += math.log(_learn_silence(p.chance[one], b, cap, float(watched)))
        state = _draw_state(rng, p.chance[one])
        used = 0
        if state < RATES:
            used = _draw_use_up_to(rng, cap, b.grid[state] * watched, b.dispersion[state])
            if unseen > 0:
                used += _draw_use_up_to(
                    rng, 10 * s.max_level + 10, b.grid[state] * unseen, b.dispersion[state]
                )
        _, weight = _live_through(rng, ev, first, len(ev.day), day_from, s.as_of, used, p, one, s, b)
        log_weight[one] += weight
