"""Live through a position's past many times over, each time in another way that agrees with the extracts.

Every particle is one such life: its lots, the rate at which the item is used (as probabilities), its habit of picking
the newest box. Order lines and counts fix how much lay there; between them the total that left is known, and what was
not thrown away was used. Particles that make what the extracts say likely are kept and copied, the others fade (a
particle filter: Gordon, Salmond & Smith 1993).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean
from brikopt.demand.rates import (
    FEW,
    RATES,
    FewUsed,
    Passing,
    age_rates,
    chance_at_most,
    draw_number,
    draw_use,
    few_used,
    fill_emptied,
    fill_likelihood,
    learn,
    mean_rate,
    passing,
    reach,
    was_wanted,
)
from brikopt.stock.anchors import (
    balance,
    next_anchor,
    overshoots,
    silence_cap,
    still_coming,
    stock_at_anchor,
    stocks_at_line,
)
from brikopt.stock.eye import Eye, eye_of
from brikopt.stock.ledger import COUNT, LINE, URGENT_LINE, USED
from brikopt.stock.particles import (
    Belief,
    Events,
    Particles,
    Setting,
    copied,
    resample,
    same_levels,
    setting_on,
    with_levels,
)
from brikopt.stock.seen import P_LESS_LEFT, last_line, learn_at_least, log_line_at, units_seen
from brikopt.stock.shelf import DOES_NOT_EXPIRE, MAX_LOTS, first_usable, on_shelf, put, take_oldest
from brikopt.stock.silence import Silence, draw_state, draw_use_up_to, learn_silence, silence_of
from brikopt.stock.stretch import Leaving, counted_lots, draw_expiry, draw_stale, fill_first_shelf, live_through
from brikopt.stock.timing import chance_of_check, check_interval, log_timing

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

# Share of picks from the newest box beforehand: a beta distribution of mean 0.23.
NEWEST_FIRST_SHAPE, OLDEST_FIRST_SHAPE = 1.5, 5.0
P_URGENT_UNWANTED = 0.05  # an urgent line of goods that nobody uses any more, compared with those in use
P_FOUND_GOODS = 0.05  # a count above all that can be there
RESAMPLE_BELOW = 0.5  # effective share of particles
NEARLY_EVEN = 0.999
UNNOTICED_DAYS = 14  # an empty shelf is asked for sooner or later
ONE_IN = 4  # particles lives through the older history too: few of their lives are left in the end
TRIES_SEEN = 20  # draws of a use that has to be at least what was seen
MEMORY = 64  # different amounts used in one stretch whose likelihoods are kept


@njit(cache=True)
def live_past(rng: np.random.Generator, ev: Events, s: Setting, b: Belief, count: int, recent: int) -> Particles:
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
    recent : int
        Newest events that all of them live through.

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
        np.zeros(count),
        np.zeros(count, dtype=np.int64),
    )
    older = len(ev.day) - recent
    early = max(count // ONE_IN, 1) if older > 0 else count
    log_weight = np.zeros(early)
    then = setting_on(s, ev, s.first_day)
    _begin(rng, p, early, then, b)
    use_to_scan = b.initial_rate * s.order_gap
    eye = eye_of(then.min_level, use_to_scan, b.eye_error)
    overshoot = overshoots(then, use_to_scan, b.dispersion[RATES // 2] - 1.0)
    at = 0
    day = s.first_day
    at_last_line = then
    watched = False
    while True:
        anchor = next_anchor(ev, at)
        if anchor == len(ev.day):
            break
        if at > older and len(log_weight) < count:
            log_weight = copied(p, log_weight, count)
        end = ev.day[anchor]
        closing = anchor
        while closing + 1 < len(ev.day) and ev.day[closing + 1] == end:
            closing += 1
        # The last line of a day speaks for the whole day, but a count knows better what lies there, and whoever saw
        # every use knows better what went.
        seen = ev.kind[anchor] == USED
        if ev.kind[anchor] != COUNT and not seen:
            anchor = closing
        standing = setting_on(s, ev, end)
        if not same_levels(standing, then):
            then = standing
            eye = eye_of(then.min_level, use_to_scan, b.eye_error)
            overshoot = overshoots(then, use_to_scan, b.dispersion[RATES // 2] - 1.0)
        settled = same_levels(then, at_last_line) and not watched
        if ev.kind[anchor] != COUNT and (not seen or last_line(ev, anchor, closing) >= 0):
            at_last_line = then
        if seen:
            _pass_seen(rng, ev, at, anchor, closing, day, p, then, b, eye, overshoot, log_weight)
        else:
            _pass_stretch(rng, ev, at, anchor, day, p, then, b, eye, overshoot, log_weight, settled)
        watched = seen
        resample(rng, p, log_weight, RESAMPLE_BELOW)
        at = closing + 1
        day = end
    if len(log_weight) < count:
        log_weight = copied(p, log_weight, count)
    # What went on the day of an anchor had gone when it was made.
    at, day, changed = _pass_changes(rng, ev, at, day + 1 if at > 0 else day, p, s, b, log_weight)
    eye = eye_of(s.min_level, use_to_scan, b.eye_error)
    _pass_silence(rng, ev, at, len(ev.day), day, p, s, b, eye, log_weight, changed)
    resample(rng, p, log_weight, NEARLY_EVEN)
    for one in range(count):
        for lot in range(p.lots[one], MAX_LOTS):
            p.units[one, lot] = 0
    return p


@lean
def _begin(rng: np.random.Generator, p: Particles, count: int, then: Setting, b: Belief) -> None:
    """What each of the first particles may have been when the history began, under the levels of then."""
    for one in range(count):
        p.newest_first[one] = rng.beta(NEWEST_FIRST_SHAPE, OLDEST_FIRST_SHAPE)
        for rate in range(RATES):
            p.chance[one, rate] = b.prior[rate] * (1.0 - b.p_dead)
        p.chance[one, RATES] = b.p_dead
        stock = 0
        if not then.starts_empty:
            step = then.brik_qty if then.is_brik else then.max_level - then.min_level
            stock = max(then.max_level - int(rng.random() * max(step, 1)), 0)
        fill_first_shelf(rng, p, one, then, b, stock)
        p.position[one] = stock


@lean
def _usual_days(b: Belief, day_from: int, day_to: int) -> float:
    """Days of usual use between two mornings; the same morning counts as half a day."""
    return max(b.clock[day_to - b.clock_start] - b.clock[day_from - b.clock_start], 0.5)


@lean
def _use_of_days(b: Belief, day_from: int, day_to: int) -> float:
    """Days of usual use between two mornings; none between a morning and itself."""
    return _usual_days(b, day_from, day_to) if day_to > day_from else 0.0


@lean
def _draw_kept(
    rng: np.random.Generator, p: Particles, one: int, b: Belief, day_from: int, day_to: int, leaving: Leaving
) -> tuple[Leaving, float]:
    """Whether all that went out of date in a stretch had been used by then, and the log weight of the draw.

    What was not used by its date has been thrown out, as it has left the shelf. How much was used by then is drawn
    from what the particle believes of the rate; the weight is for use that is asked about again.
    """
    dated = first_usable(p.expiry[one], p.lots[one], day_to)
    most = on_shelf(p.units[one], 0, dated)
    if most == 0 or most > leaving.units:
        return leaving, 0.0
    before = p.expiry[one][dated - 1] + 1
    if before <= day_from:
        return Leaving(leaving.units, most, 0, day_from, False, leaving.p_found), 0.0
    days = _usual_days(b, day_from, before)
    state = draw_state(rng, p.chance[one])
    wanted = 0
    if state < RATES:
        wanted = draw_use(rng, b.grid[state] * days, b.dispersion[state] - 1.0)
    if wanted < most:
        return Leaving(leaving.units, most - wanted, wanted, before, False, leaving.p_found), 0.0
    p_used = 0.0
    for rate in range(RATES):
        if p.chance[one, rate] > 1e-6:
            mean = b.grid[rate] * days
            p_used += p.chance[one, rate] * (1.0 - chance_at_most(most - 1, mean, b.dispersion[rate]))
    early = most + rng.binomial(leaving.units - most, min((before - day_from) / (day_to - day_from), 1.0))
    return Leaving(leaving.units, 0, early, before, False, leaving.p_found), -math.log(max(p_used, 1e-6))


@lean
def _learn_twice(
    chance: FloatArray, b: Belief, day_from: int, day_to: int, leaving: Leaving, used: int, stretch: _Stretch
) -> float:
    """Learn from use before and after a day; returns the log chance of the later part, as the earlier was drawn."""
    middle, likelihood = leaving.before, stretch.alone
    early = min(leaving.early, used)
    if middle > day_from:
        age_rates(chance, b.fresh, passing(float(middle - day_from), b.stop, b.resume, b.jump, b.drift))
        fill_likelihood(likelihood, b.grid, b.dispersion, early, _usual_days(b, day_from, middle), stretch.room)
        learn(chance, likelihood, early)
    if day_to <= middle:
        return 0.0
    age_rates(chance, b.fresh, passing(float(day_to - middle), b.stop, b.resume, b.jump, b.drift))
    fill_likelihood(likelihood, b.grid, b.dispersion, used - early, _usual_days(b, middle, day_to), stretch.room)
    return math.log(learn(chance, likelihood, used - early))


class _Stretch(NamedTuple):
    """What all particles have in common from one anchor to the next."""

    first: int  # event
    anchor: int  # event
    day_from: int
    day_to: int
    days: float  # of usual use
    unnoticed: float  # the last of them, before an empty shelf was asked for
    delivered: int
    discarded: int
    coming: int
    time: Passing
    at_line: FloatArray  # as from `stocks_at_line`
    interval: float  # between checks
    settled: bool  # whether the levels are still those of the line before: a change of them orders, too
    p_found: float  # of a check that nobody wrote of
    # Particles agree on what was used more often than not: its likelihood is worked out once for all of them. Where
    # nothing was left when somebody asked, it went a short while ago: the second part of two arrays is for that.
    few: FewUsed
    remembered: IntArray  # (2, MEMORY) amounts
    likelihood: FloatArray  # (2, MEMORY, RATES)
    alone: FloatArray  # (RATES,) of a particle that agrees with no other
    room: FloatArray  # (2, RATES)


@njit(cache=True)
def _pass_stretch(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    anchor: int,
    day_from: int,
    p: Particles,
    s: Setting,
    b: Belief,
    eye: Eye,
    overshoot: FloatArray,
    log_weight: FloatArray,
    settled: bool,
) -> None:
    """Carry all particles from one anchor to the next."""
    day_to = ev.day[anchor]
    days = _usual_days(b, day_from, day_to)
    delivered, discarded = balance(ev, first, anchor)
    interval = check_interval(ev.checks)
    checked = ev.kind[anchor] == LINE and s.shelf_life > 0
    stretch = _Stretch(
        first,
        anchor,
        day_from,
        day_to,
        days,
        _usual_days(b, max(day_to - UNNOTICED_DAYS, day_from), day_to),
        delivered,
        discarded,
        still_coming(ev, anchor),
        passing(float(day_to - day_from), b.stop, b.resume, b.jump, b.drift),
        stocks_at_line(ev, anchor, s, b, eye),
        interval,
        settled,
        chance_of_check(s.order_gap, interval) if checked else 0.0,
        few_used(b.grid, b.dispersion, days),
        np.full((2, MEMORY), -1),
        np.empty((2, MEMORY, RATES)),
        np.empty(RATES),
        np.empty((2, RATES)),
    )
    _carry(rng, ev, stretch, p, s, b, eye, overshoot, log_weight)


@njit(cache=True)
def _pass_seen(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    anchor: int,
    closing: int,
    day_from: int,
    p: Particles,
    s: Setting,
    b: Belief,
    eye: Eye,
    overshoot: FloatArray,
    log_weight: FloatArray,
) -> None:
    """Carry all particles to the evening of days of which every use is known; a line of that evening weighs them."""
    day_to, units = ev.day[anchor], ev.units[anchor]
    since = max(ev.outstanding[anchor], day_from + 1 if first > 0 else day_from)
    unknown = _use_of_days(b, day_from + 1 if first > 0 else day_from, since)
    delivered, discarded = balance(ev, first, anchor)
    likelihood, room = np.empty(RATES), np.empty((2, RATES))
    fill_likelihood(likelihood, b.grid, b.dispersion, units, _usual_days(b, since, day_to + 1), room)
    time = passing(float(day_to - day_from), b.stop, b.resume, b.jump, b.drift)
    line = last_line(ev, anchor, closing)
    at_line = stocks_at_line(ev, line if line >= 0 else anchor, s, b, eye)
    count = anchor + 1 if anchor < closing and ev.kind[anchor + 1] == COUNT else -1
    coming = still_coming(ev, line if line >= 0 else anchor)
    for one in range(len(log_weight)):
        untouched = max(on_shelf(p.units[one], 0, p.lots[one]) + delivered - discarded, 0)
        went = units
        if unknown > 0.0:
            state = draw_state(rng, p.chance[one])
            if state < RATES:
                went += draw_use(rng, b.grid[state] * unknown, b.dispersion[state] - 1.0)
        if units > untouched:
            log_weight[one] += math.log(P_FOUND_GOODS)
        leave = min(went, untouched)
        leaving = Leaving(leave, 0, leave, day_to, True, 0.0)
        used, weight, _ = live_through(
            rng, ev, first, anchor, day_from, day_to, leaving, p, one, s.shelf_life, b.freshness, b.p_recorded
        )
        log_weight[one] += weight
        # What a check threw out was none of what was seen to be used.
        start = first_usable(p.expiry[one], p.lots[one], day_to)
        p.lots[one], _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], start, leave - used)
        age_rates(p.chance[one], b.fresh, time)
        log_weight[one] += math.log(learn(p.chance[one], likelihood, units))
        now = on_shelf(p.units[one], 0, p.lots[one])
        if count >= 0:
            if now != ev.units[count]:
                log_weight[one] += math.log(P_FOUND_GOODS)
            if now > ev.units[count]:
                p.lots[one], _ = take_oldest(p.expiry[one], p.units[one], p.lots[one], 0, now - ev.units[count])
            _believe_count(rng, ev, count, p, one, s, b)
        elif line >= 0:
            log_weight[one] += log_line_at(ev, line, now, s, overshoot, eye, at_line)
        p.position[one] = on_shelf(p.units[one], 0, p.lots[one]) + coming


@lean
def _carry(  # noqa: PLR0912, PLR0915 - one loop over particles; every call costs as much as its work
    rng: np.random.Generator,
    ev: Events,
    stretch: _Stretch,
    p: Particles,
    s: Setting,
    b: Belief,
    eye: Eye,
    overshoot: FloatArray,
    log_weight: FloatArray,
) -> None:
    """Carry each particle through a stretch, and weigh it by what the anchor says."""
    first, anchor, days = stretch.first, stretch.anchor, stretch.days
    day_from, day_to = stretch.day_from, stretch.day_to
    kind = ev.kind[anchor]
    urgent, line = kind == URGENT_LINE, kind == LINE
    reached = 0
    seen = units_seen(ev, first, anchor)
    for one in range(len(log_weight)):
        untouched = on_shelf(p.units[one], 0, p.lots[one]) + stretch.delivered - stretch.discarded
        target = stock_at_anchor(
            rng, kind, ev.units[anchor], ev.outstanding[anchor], s, overshoot, eye, stretch.at_line
        )
        before = day_to
        if target < 0:
            target = max(untouched - draw_number(rng, mean_rate(p.chance[one], b.grid) * days), 0)
        elif target == 0 and urgent:
            target, before, weight = draw_stale(rng, p, one, ev.checks, day_to, untouched)
            log_weight[one] += weight
        elif target > untouched and kind == COUNT:
            # More lies there than can: late entries or returned goods.
            log_weight[one] += math.log(P_FOUND_GOODS)
        leave = max(untouched - target, 0)
        if leave < seen:
            log_weight[one] += math.log(P_LESS_LEFT)
        leaving = Leaving(leave, 0, leave, before, False, stretch.p_found)
        if before == day_to and s.shelf_life > 0:
            leaving, weight = _draw_kept(rng, p, one, b, day_from, day_to, leaving)
            log_weight[one] += weight
        used, weight, thrown = live_through(
            rng, ev, first, anchor, day_from, day_to, leaving, p, one, s.shelf_life, b.freshness, b.p_recorded
        )
        log_weight[one] += weight
        if line and stretch.settled:
            since = day_to - thrown if thrown >= 0 else -1
            log_weight[one] += log_timing(day_to - day_from, used, since, s.order_gap, stretch.interval)
        if leaving.kept > 0:
            log_weight[one] += _learn_twice(p.chance[one], b, day_from, day_to, leaving, used, stretch)
        else:
            age_rates(p.chance[one], b.fresh, stretch.time)
            emptied = 1 if urgent and used > 0 and on_shelf(p.units[one], 0, p.lots[one]) == 0 else 0
            place = used % MEMORY
            likelihood = stretch.likelihood[emptied, place]
            if before < day_to:
                shorter = _usual_days(b, day_from, max(before, day_from))
                fill_likelihood(likelihood, b.grid, b.dispersion, used, shorter, stretch.room)
                stretch.remembered[emptied, place] = -1
            elif not emptied and used <= FEW:
                reached = reach(stretch.few, reached, used)
                likelihood = stretch.few.chance[used]
            elif stretch.remembered[emptied, place] != used:
                if emptied:
                    fill_emptied(likelihood, b.grid, b.dispersion, used, days, stretch.unnoticed)
                else:
                    fill_likelihood(likelihood, b.grid, b.dispersion, used, days, stretch.room)
                stretch.remembered[emptied, place] = used
            log_weight[one] += math.log(learn(p.chance[one], likelihood, used))
        if urgent:
            log_weight[one] += math.log(was_wanted(p.chance[one], P_URGENT_UNWANTED))
        if kind == COUNT:
            _believe_count(rng, ev, anchor, p, one, s, b)
        p.position[one] = on_shelf(p.units[one], 0, p.lots[one]) + stretch.coming


@lean
def _believe_count(
    rng: np.random.Generator, ev: Events, anchor: int, p: Particles, one: int, s: Setting, b: Belief
) -> None:
    """What was counted lies there, and its lots are those that were named."""
    now = on_shelf(p.units[one], 0, p.lots[one])
    if now < ev.units[anchor]:
        date = DOES_NOT_EXPIRE
        if s.shelf_life > 0:
            date = draw_expiry(rng, ev.day[anchor], s.shelf_life, b.freshness)
        p.lots[one] = put(p.expiry[one], p.units[one], p.lots[one], date, ev.units[anchor] - now)
    counted_lots(ev, anchor, p, one)


@njit(cache=True)
def _pass_changes(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    day_from: int,
    p: Particles,
    s: Setting,
    b: Belief,
    log_weight: FloatArray,
) -> tuple[int, int, bool]:
    """Carry all particles through the silences before levels were changed.

    Returns the first event and day after, and whether there was any change.

    Until the last order day before a change the cards of that time were silent. What lies there and is under way then
    meets the new levels (contract, section 3).
    """
    changed = False
    for change in range(len(ev.until)):
        until = ev.until[change]
        if until <= day_from:
            continue
        seen = until - math.ceil(s.order_gap) if until <= s.last_order_day else s.last_order_day
        levels = ev.old_min[change], ev.old_max[change], ev.old_qty[change]
        old = with_levels(s, levels, seen, min(s.used_until, until), until)
        eye = eye_of(old.min_level, b.initial_rate * s.order_gap, b.eye_error)
        last = first
        while last < len(ev.day) and ev.day[last] < until:
            last += 1
        _pass_silence(rng, ev, first, last, day_from, p, old, b, eye, log_weight, changed)
        first, day_from, changed = last, until, True
    return first, day_from, changed


@njit(cache=True)
def _pass_silence(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    last: int,
    day_from: int,
    p: Particles,
    s: Setting,
    b: Belief,
    eye: Eye,
    log_weight: FloatArray,
    changed: bool,
) -> None:
    """Carry all particles from the morning after an anchor, or after levels were changed, on; no line was made."""
    delivered, discarded = balance(ev, first, last)
    # The board is scanned in the evening.
    watched = max(min(s.last_order_day + 1, s.used_until) - day_from, 0)
    watched_use = _use_of_days(b, day_from, day_from + watched)
    caps = np.empty(len(log_weight), dtype=np.int64)
    for one in range(len(log_weight)):
        caps[one] = max(silence_cap(rng, s, eye, p.position[one], changed) - discarded, 0)
    silence = silence_of(b, caps, float(watched), watched_use)
    for one in range(len(log_weight)):
        p.position[one] -= on_shelf(p.units[one], 0, p.lots[one]) + delivered
    _carry_on(rng, ev, first, last, day_from, caps, silence, watched_use, p, s, b, log_weight)
    for one in range(len(log_weight)):
        p.position[one] += on_shelf(p.units[one], 0, p.lots[one])


@lean
def _carry_on(
    rng: np.random.Generator,
    ev: Events,
    first: int,
    last: int,
    day_from: int,
    caps: IntArray,
    silence: Silence,
    watched_use: float,
    p: Particles,
    s: Setting,
    b: Belief,
    log_weight: FloatArray,
) -> None:
    """Carry each particle through the silence, in which at most ``caps`` units went."""
    unseen = max(s.used_until - max(s.last_order_day + 1, day_from), 0)
    unseen_use = _use_of_days(b, s.as_of - unseen, s.as_of)
    # The silence itself tells whether use has stopped.
    time = passing(silence.days, 0.0, 0.0, b.jump, b.drift)
    seen = units_seen(ev, first, last)
    for one in range(len(log_weight)):
        cap = caps[one]
        age_rates(p.chance[one], b.fresh, time)
        if silence.days > 0.0:
            log_weight[one] += math.log(learn_silence(p.chance[one], b, silence, cap))
        if seen > 0:
            log_weight[one] += math.log(learn_at_least(p.chance[one], b, seen, max(watched_use + unseen_use, 0.5)))
            if cap < seen:
                log_weight[one] += math.log(P_LESS_LEFT)
        state = draw_state(rng, p.chance[one])
        used = 0
        if state < RATES:
            used = draw_use_up_to(rng, cap, b.grid[state] * watched_use, b.dispersion[state])
            if unseen > 0:
                used += draw_use_up_to(rng, 10 * s.max_level + 10, b.grid[state] * unseen_use, b.dispersion[state])
        for _ in range(TRIES_SEEN):
            if used >= seen or state == RATES:
                break
            used = draw_use_up_to(rng, max(cap, seen), b.grid[state] * (watched_use + unseen_use), b.dispersion[state])
        used = max(used, seen)
        leaving = Leaving(max(cap, used), 0, used, s.as_of, True, 0.0)
        _, weight, _ = live_through(
            rng, ev, first, last, day_from - 1, s.as_of, leaving, p, one, s.shelf_life, b.freshness, b.p_recorded
        )
        log_weight[one] += weight
        if s.used_until < s.as_of:
            p.chance[one, :RATES] = 0.0
            p.chance[one, RATES] = 1.0
