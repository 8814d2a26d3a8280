"""The present of every position, drawn from everything the extracts say: the base of all steps that follow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.past_levels import (
    DayLines,
    PastLevels,
    Standing,
    levels_today,
    past_levels,
    until_exchanged,
    with_shown,
)
from brikopt.contract.positions import Place, codes_of, places, rows_of
from brikopt.demand.between_lines import Discards, LineLevels, Stretches, stretches, with_urgent_used_later
from brikopt.demand.inheritance import inherited
from brikopt.demand.levels_shown import levels_shown
from brikopt.demand.likeliest import likeliest_variation, lumpiness
from brikopt.demand.order_lines import OrderLines, days_since_epoch
from brikopt.demand.pooling import Pooled, pooled_beliefs
from brikopt.demand.rates import GRID_STEP
from brikopt.demand.season import season_of
from brikopt.demand.variation import Variation, dispersion_at, of_lines
from brikopt.schedule import order_rhythm
from brikopt.stock.eye import eye_error
from brikopt.stock.ledger import (
    DAMAGE,
    DISCARD,
    LINE,
    SEEN,
    URGENT_LINE,
    USED,
    Latest,
    Ledger,
    check_days,
    latest_of,
    ledger,
)
from brikopt.stock.lots import UNKNOWN, freshness, known_expiry
from brikopt.stock.particles import Belief, Events, Particles, Setting
from brikopt.stock.past import live_past

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

YEAR = 365.0
P_DEAD = 0.04  # share of positions that nobody uses, beforehand
P_RECORDED = 0.4  # share of discards that reach the records; the extracts hardly tell, and little hangs on it
MARGIN = 400  # days beyond the horizon for which a season is told: a late arrival may lie there
PARTICLES = 64
MOST_PARTICLES = 1024  # of the shortest histories, which say least and are lived through fastest
RECENT_EVENTS, FEWER_RECENT = 30, 12  # lived through by all particles; older ones by a part of them
WORK = 3_200  # events, times particles, that we can afford
WATCHED_PARTICLES = 256  # where every use was seen: few of the first stocks agree with all that follows
FEWER_PARTICLES = 32  # where dates hardly matter
# Of the shelf life: a full shelf that is used up in less than the one won't go out of date, in more than the other may.
SOON_USED_UP, SLOWLY_USED_UP = 0.1, 0.2
MOST_LINES = 20  # of the newest order lines; what a shelf held before that many refills has long gone from it
MOST_STRAY, MOST_STRAY_SHARE = 3, 0.01  # old events that are taken for slips, not for the beginning
_LINE_FIELDS = [field.name for field in fields(OrderLines) if field.name != "position"]
_EVENT_FIELDS = [field.name for field in fields(Ledger) if field.name not in ("start", "lines")]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the steps need of the past, for all positions.

    Parameters
    ----------
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    places : list of Place
        The same, row by row.
    ledger : Ledger
        Events by position.
    pooled : Pooled
        Beliefs beforehand.
    used_until : ndarray of int64, shape (n,)
        As_of, or the day after the last one of a ward that is no more.
    variation : Variation
        How use varies in the region.
    lumpier : ndarray of float64, shape (n, len(LUMPIER))
        Chance of each lumpiness of a position.
    dispersion : ndarray of float64, shape (n, RATES)
        Variance over mean of what order lines show of use, at each rate.
    freshness : ndarray of float64, shape (n_points,)
        Quantiles of the share of life left at delivery.
    clock : ndarray of float64, shape (n_days,)
        Usual days of use from ``clock_start`` to the morning of each day, as far as anything looks ahead.
    clock_start : int
        The first day of all histories.
    eye_error : float
        How far those who order without cards are off, as a share of what lies there.
    first_day : ndarray of int64, shape (n,)
        When each position's history begins.
    starts_empty : ndarray of bool, shape (n,)
        Whether it was put up after the extracts begin.
    checks : dict of str to ndarray of int64
        Check days of each cabinet, past and coming.
    open_lines : ndarray of bool, shape (n_lines,)
        Lines on their way at as_of.
    latest : Latest
        The newest events.
    past : PastLevels
        Levels and cards that stood earlier.
    as_of : int
        Days since 1970-01-01.
    """

    positions: pd.DataFrame
    places: list[Place]
    ledger: Ledger
    pooled: Pooled
    used_until: IntArray
    variation: Variation
    lumpier: FloatArray
    dispersion: FloatArray
    freshness: FloatArray
    clock: FloatArray
    clock_start: int
    eye_error: float
    first_day: IntArray
    starts_empty: npt.NDArray[np.bool_]
    checks: dict[str, IntArray]
    open_lines: npt.NDArray[np.bool_]
    latest: Latest
    past: PastLevels
    as_of: int

    def part(self, first: int, last: int) -> Evidence:
        """The evidence of positions first..last-1 alone, small enough to be sent to another process."""
        book, pooled = self.ledger, self.pooled
        events = slice(book.start[first], book.start[last])
        mine = slice(*np.searchsorted(book.lines.position, [first, last]))
        lines = OrderLines(
            position=book.lines.position[mine] - first,
            **{name: getattr(book.lines, name)[mine] for name in _LINE_FIELDS},
        )
        own_events = {name: getattr(book, name)[events] for name in _EVENT_FIELDS}
        start = book.start[first : last + 1] - book.start[first]
        part = Ledger(start=start, lines=lines, **own_events)
        positions = self.positions.iloc[first:last].reset_index(drop=True)
        own = {cabinet: self.checks[cabinet] for cabinet in positions["cabinet_id"].unique()}
        rows = slice(first, last)
        return replace(
            self,
            positions=positions,
            places=self.places[first:last],
            ledger=part,
            pooled=replace(pooled, grid=pooled.grid[rows], prior=pooled.prior[rows], centre=pooled.centre[rows]),
            used_until=self.used_until[rows],
            lumpier=self.lumpier[rows],
            dispersion=self.dispersion[rows],
            first_day=self.first_day[rows],
            starts_empty=self.starts_empty[rows],
            checks=own,
            open_lines=self.open_lines[mine],
            latest=self.latest.part(rows),
            past=self.past.part(first, last),
        )


def gather_evidence(tables: Tables, positions: pd.DataFrame, check_interval: int, horizon: int) -> Evidence:
    """Put the past in order, for all positions at once.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.
    check_interval : int
        Days between checks where the discards show no rhythm.
    horizon : int
        Days after as_of for which check days are wanted.

    Returns
    -------
    Evidence
    """
    as_of = int(np.datetime64(tables.as_of, "D").astype(np.int64))
    book = ledger(tables, positions)
    # A year without a single event tells that little is used; extracts hold at least that much.
    begin = min(first_day_of(book.day, as_of), as_of - int(YEAR))
    active = positions["active_from"].to_numpy().astype("datetime64[D]")
    starts_empty = ~np.isnat(active) & (np.where(np.isnat(active), 0, active.astype(np.int64)) > begin)
    first_day = np.where(starts_empty, active.astype(np.int64), begin)
    # What happened before a position was put up, by its own date, still counts from its first event.
    has_events = book.start[1:] > book.start[:-1]
    first_event = book.day[np.minimum(book.start[:-1], max(len(book.day) - 1, 0))] if len(book.day) else first_day
    before = inherited(tables, positions)
    own_first = np.where(has_events, first_event, as_of)
    first_day = np.minimum(first_day, own_first)
    # Before it took an item's place, nobody could have used it.
    first_day = np.where(before.last_day > 0, np.maximum(first_day, np.minimum(before.last_day, own_first)), first_day)
    # While the goods that it replaces are used up, it tells nothing that none of it is ordered.
    first_day = np.where(before.beside & ~has_events, as_of, first_day)
    # In a ward that is yet to open nothing lies there but what was brought, and that is known.
    unopened = ~(positions["ward_open"] | positions["ward_closed"]).to_numpy(np.bool_) & ~has_events
    first_day, starts_empty = np.where(unopened, as_of, first_day), starts_empty | unopened
    thrown = (book.kind == DISCARD) | (book.kind == DAMAGE)
    owner = np.repeat(np.arange(len(positions)), np.diff(book.start))
    discarded = np.zeros(len(positions))
    np.add.at(discarded, owner[thrown], book.units[thrown])
    cabinets = positions["cabinet_id"].unique()
    days = check_days(tables, cabinets, check_interval, begin, as_of + horizon)
    listed = places(positions)
    order_gap = np.array([order_rhythm(place.order_days, as_of)[0] for place in listed])
    written = until_exchanged(
        past_levels(tables.level_changes, positions),
        levels_today(positions),
        DayLines(book.lines.position, book.lines.day, book.lines.quantity),
        is_brik=positions["is_brik"].to_numpy(np.bool_),
        pack_size=positions["pack_size"].to_numpy(np.int64),
    )
    per_day = _ordered_per_day(book.lines, first_day, as_of)
    known = np.isin(np.arange(len(positions)), rows_of(tables.level_changes, positions)["position"])
    shown = levels_shown(positions, book.lines, per_day * order_gap, known, as_of)
    past, today = with_shown(written, shown.to_numpy(np.int64)), levels_today(positions)
    at_lines = past.at(today, book.lines.position, book.lines.day)
    # What was ordered to fill higher levels was not used.
    grown = _grown(past.at(today, np.arange(len(positions)), first_day), at_lines, book.lines)
    seen = np.isin(book.kind, (USED, SEEN))
    used = np.bincount(owner[seen], weights=book.units[seen], minlength=len(positions))
    ordered = np.bincount(book.lines.position, weights=book.lines.quantity, minlength=len(positions))
    # What was seen to be used was used, whatever was ordered.
    gone = np.minimum(discarded + grown, np.where(used > 0, ordered - used, np.inf))
    full = past.mean_full(today, first_day, as_of)
    pooled = pooled_beliefs(positions, book.lines, gone, full, first_day, as_of, before)
    clock_start = int(min(first_day.min(initial=begin), begin))
    clock = season_of(book.lines.day, begin, as_of, book.lines.position).clock(clock_start, as_of + horizon + MARGIN)
    told = stretches(
        book.lines,
        Discards(owner[thrown], book.day[thrown], book.units[thrown]),
        _line_levels(positions, today, at_lines, book.lines),
        order_gap,
        first_day,
        clock,
        clock_start,
        as_of,
    )
    # Cards tell when something went; the eye that orders without them adds errors of its own.
    by_card = np.flatnonzero(positions["is_brik"].to_numpy(np.bool_))
    asked = _by_name(positions, by_card if len(by_card) else np.arange(len(positions)))
    variation = likeliest_variation(told, pooled, P_DEAD, asked)
    lumpier = lumpiness(told, pooled, P_DEAD, variation)
    open_lines = book.lines.open_at(as_of)
    return Evidence(
        positions=positions,
        places=listed,
        ledger=book,
        pooled=pooled,
        freshness=_freshness(tables),
        used_until=_used_until(positions, book.lines, as_of),
        variation=variation,
        lumpier=lumpier,
        dispersion=dispersion_at(pooled.grid, lumpier, of_lines(variation)),
        clock=clock,
        clock_start=clock_start,
        eye_error=eye_error(book, listed, pooled.centre, past),
        first_day=first_day,
        starts_empty=starts_empty,
        checks=dict(zip(cabinets, days, strict=True)),
        open_lines=open_lines,
        latest=latest_of(book, owner, open_lines),
        past=past,
        as_of=as_of,
    )


def uses_between_lines(evidence: Evidence, latest: int) -> Stretches:
    """Measure the use between the order lines of all positions again, so far back as ``latest`` lines of each go.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    latest : int
        Most stretches of a position.

    Returns
    -------
    Stretches
    """
    book, today = evidence.ledger, levels_today(evidence.positions)
    owner = np.repeat(np.arange(len(evidence.positions)), np.diff(book.start))
    thrown = (book.kind == DISCARD) | (book.kind == DAMAGE)
    lines, waiting = with_urgent_used_later(book.lines, len(evidence.positions))
    at_lines = evidence.past.at(today, lines.position, lines.day)
    told = stretches(
        lines,
        Discards(owner[thrown], book.day[thrown].astype(np.int64), book.units[thrown].astype(np.int64)),
        _line_levels(evidence.positions, today, at_lines, lines),
        np.array([order_rhythm(place.order_days, evidence.as_of)[0] for place in evidence.places]),
        evidence.first_day,
        evidence.clock,
        evidence.clock_start,
        evidence.as_of,
        latest,
    )
    return told._replace(step=told.step + waiting)


def first_day_of(days: npt.NDArray[np.integer], as_of: int) -> int:
    """Day on which the extracts begin.

    Parameters
    ----------
    days : ndarray of int64, shape (n_events,)
        Days of all events.
    as_of : int
        Moment of decision; also the answer where there is no event.

    Returns
    -------
    int
        The first event, or the first after a silence of a year that only a few stray events precede.

    Examples
    --------
    >>> first_day_of(np.array([100, 900, 901, 902]), as_of=1000)
    900
    """
    if not len(days):
        return as_of
    ordered = np.sort(days)
    silences = np.flatnonzero(np.diff(ordered) > YEAR) + 1
    stray = silences[silences <= max(MOST_STRAY, MOST_STRAY_SHARE * len(days))]
    return int(ordered[stray[-1]]) if len(stray) else int(ordered[0])


def _steps(levels: Standing, is_brik: npt.NDArray[np.bool_]) -> IntArray:
    """Units that lead to an order line."""
    return np.where(is_brik, levels.brik_qty, levels.max_level - levels.min_level).astype(np.int64)


def _line_levels(positions: pd.DataFrame, today: Standing, at_lines: Standing, lines: OrderLines) -> LineLevels:
    """Full stock and step on the day of each line, and units that lead to another line today."""
    brik = positions["is_brik"].to_numpy(np.bool_)
    step = _steps(today, brik)
    at_line = _steps(at_lines, brik[lines.position])
    next_step = step.copy()
    # Lines are in order of days: the last one stands. Where it was made under other levels, a card fell silent then;
    # lower levels let more go before the next line, higher ones not less than a card of that time.
    gone = at_lines.max_level - today.max_level[lines.position] + step[lines.position]
    other = (at_lines.max_level != today.max_level[lines.position]) | (at_line != step[lines.position])
    next_step[lines.position] = np.where(other, np.maximum(at_line, gone), step[lines.position])
    return LineLevels(at_lines.max_level, at_line, next_step)


def _ordered_per_day(lines: OrderLines, first_day: IntArray, as_of: int) -> FloatArray:
    """Units ordered a day by each position: a guess of its use that no level has a say in."""
    ordered = np.bincount(lines.position, weights=lines.quantity, minlength=len(first_day))
    return ordered / np.maximum(as_of - first_day, 1)


def _grown(first: Standing, at_lines: Standing, lines: OrderLines) -> FloatArray:
    """Units by which full stock had grown from the beginning of each history to its last line."""
    full = first.max_level.astype(np.float64)
    last = full.copy()
    last[lines.position] = at_lines.max_level
    return last - full


def _used_until(positions: pd.DataFrame, lines: OrderLines, as_of: int) -> IntArray:
    """As_of, or the day after the last one of a ward that is no more: nobody takes anything from its shelves.

    A ward may also end on paper alone, and its cabinets be used on under another name: so it counts only where no line
    has come since.
    """
    ward = pd.factorize(positions["ward_id"])[0]
    last = days_since_epoch(positions["valid_to"])
    of_line, its_last = ward[lines.position], last[lines.position]
    after = np.bincount(of_line[lines.day > its_last], minlength=len(positions))[ward]
    ended = (last < as_of) & (after == 0)
    return np.where(ended, last + 1, as_of).astype(np.int64)


def _freshness(tables: Tables) -> FloatArray:
    goods, items = tables.deliveries, tables.items
    shelf_life = items["shelf_life_days"].to_numpy(np.float64)[codes_of(goods["item_id"], pd.Index(items["item_id"]))]
    expiry = known_expiry(goods["expiry_date"])
    dated = (expiry != UNKNOWN) & (shelf_life > 0)
    left = (expiry - days_since_epoch(goods["delivered_at"]))[dated]
    return freshness(left / shelf_life[dated])


def _by_name(positions: pd.DataFrame, rows: IntArray) -> IntArray:
    """Rows in an order that depends on their names alone: a position that is removed changes nobody else's place."""
    names = (positions["cabinet_id"] + "\x1f" + positions["item_id"]).to_numpy(object)
    return rows[np.argsort(pd.util.hash_array(names)[rows], kind="stable")]


def stream(cabinet_id: str, item_id: str, purpose: str) -> np.random.Generator:
    """The random stream of one position and purpose, the same whatever else is computed, and where."""
    key = hashlib.blake2b(f"{cabinet_id}\x1f{item_id}\x1f{purpose}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(np.frombuffer(key, dtype="<u4")))


def setting_of(evidence: Evidence, row: int) -> Setting:
    """How the position in a row is run."""
    place = evidence.places[row]
    order_gap, last_order_day = order_rhythm(place.order_days, evidence.as_of)
    return Setting(
        is_brik=place.is_brik,
        min_level=place.min_level,
        max_level=place.max_level,
        brik_qty=max(place.brik_qty, 1),
        pack_size=place.pack_size,
        shelf_life=place.shelf_life_days,
        first_day=int(evidence.first_day[row]),
        starts_empty=bool(evidence.starts_empty[row]),
        order_gap=order_gap,
        last_order_day=last_order_day,
        used_until=int(evidence.used_until[row]),
        as_of=evidence.as_of,
    )


def belief_of(evidence: Evidence, row: int) -> Belief:
    """What is believed of the position in a row before its own history speaks."""
    pooled, v = evidence.pooled, evidence.variation
    return Belief(
        grid=pooled.grid[row],
        prior=pooled.prior[row],
        fresh=pooled.fresh,
        dispersion=evidence.dispersion[row],
        p_dead=P_DEAD,
        stop=v.stop,
        resume=v.resume,
        jump=v.jump,
        drift=v.drift / GRID_STEP**2,
        freshness=evidence.freshness,
        p_recorded=P_RECORDED,
        initial_rate=float(pooled.centre[row]),
        clock=evidence.clock,
        clock_start=evidence.clock_start,
        eye_error=evidence.eye_error,
    )


def present(evidence: Evidence, row: int, count: int | None = None) -> Particles:
    """Draw the present of one position.

    Parameters
    ----------
    evidence : Evidence
        Of all positions.
    row : int
        Which one.
    count : int, optional
        Particles; by default as many as it takes.

    Returns
    -------
    Particles
        Equally likely states on the morning of as_of.
    """
    book = evidence.ledger
    place = evidence.places[row]
    setting = setting_of(evidence, row)
    first = int(book.start[row])
    last = int(book.start[row + 1])
    recent = first_recent(book.kind[first:last])
    if recent > 0:
        setting = setting._replace(first_day=int(book.day[first + recent]), starts_empty=False)
    mine = slice(first + recent, last)
    changes = slice(evidence.past.start[row], evidence.past.start[row + 1])
    if count is None:
        count = _particles(place, float(evidence.pooled.centre[row]), last - first - recent)
        if (book.kind[mine] == USED).any():
            count = max(count, WATCHED_PARTICLES)
    events = Events(
        day=book.day[mine].astype(np.int64),
        kind=book.kind[mine].astype(np.int64),
        units=book.units[mine],
        expiry=book.expiry[mine].astype(np.int64),
        near_expiry=book.near_expiry[mine].astype(np.int64),
        p_near=book.p_near[mine].astype(np.float64),
        outstanding=book.outstanding[mine],
        checks=_past(evidence.checks[place.cabinet_id], evidence.as_of),
        until=evidence.past.until[changes],
        old_min=evidence.past.min_level[changes],
        old_max=evidence.past.max_level[changes],
        old_qty=np.maximum(evidence.past.brik_qty[changes], 1),
    )
    rng = stream(place.cabinet_id, place.item_id, "past")
    all_live = RECENT_EVENTS if count > FEWER_PARTICLES else FEWER_RECENT
    particles = live_past(rng, events, setting, belief_of(evidence, row), count, all_live)
    if place.ward_closed and evidence.positions["valid_to"].iloc[row] == np.datetime64(evidence.as_of - 1, "D"):
        # Of a ward that was open until yesterday evening all days have been lived, but nobody comes today.
        particles.chance[:] = np.append(np.zeros(particles.chance.shape[1] - 1), 1.0)
    return particles


def _particles(place: Place, rate: float, events: int) -> int:
    """As many as the risk deserves, and the history lets us afford."""
    lasts = place.max_level / (rate * place.shelf_life_days) if place.shelf_life_days > 0 else 0.0
    if lasts < SOON_USED_UP:
        return FEWER_PARTICLES
    if lasts < SLOWLY_USED_UP:
        return PARTICLES
    return min(max(WORK // max(events, 1), PARTICLES), MOST_PARTICLES)


def first_recent(kind: npt.NDArray[np.integer]) -> int:
    """Place of the event from which a busy history is lived through; 0 for most.

    Examples
    --------
    >>> first_recent(np.full(MOST_LINES + 5, LINE))
    5
    """
    lines = np.flatnonzero((kind == LINE) | (kind == URGENT_LINE))
    return int(lines[-MOST_LINES]) if len(lines) > MOST_LINES else 0


def _past(days: IntArray, as_of: int) -> IntArray:
    return days[: np.searchsorted(days, as_of)]
