"""What fixes how much lay on a shelf: order lines and counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.compiled import lean
from brikopt.stock.eye import Eye, chances_at_order, draw_order_point, draw_stock, seen_range
from brikopt.stock.ledger import COUNT, DAMAGE, DELIVERY, DISCARD, LINE, URGENT_LINE, USED
from brikopt.stock.particles import Belief, Events, Setting

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

P_EMPTY_WHEN_URGENT = 0.85  # an urgent line usually means that somebody found the shelf empty
SCAN_PARTS = 16  # of the time between two order days, told apart
MOST_OVERSHOOT = 1_000  # units
P_FORGOTTEN_CARD = 0.03  # a card lies unscanned on some shelf


@njit(cache=True)
def overshoots(s: Setting, use_to_scan: float, lumps: float) -> FloatArray:
    """Chance that at most 0, 1, … units of the next card went before the board was scanned, lumpy like all use.

    Parameters
    ----------
    s : Setting
    use_to_scan : float
        Units used from one order day to the next; the card before was used up at any time between them.
    lumps : float
        Variance of use over its mean, less 1.

    Returns
    -------
    ndarray of float64, shape (brik_qty,) or shorter
        The last is 1.
    """
    most = min(max(s.brik_qty, 1), MOST_OVERSHOOT)
    at_most = np.zeros(most)
    for part in range(SCAN_PARTS):
        size = use_to_scan * (part + 0.5) / SCAN_PARTS / lumps
        term = (1.0 + lumps) ** -size
        total = 0.0
        for units in range(most):
            total += term
            at_most[units] += total / SCAN_PARTS
            term *= lumps / (1.0 + lumps) * (size + units) / (units + 1.0)
    at_most[most - 1] = 1.0
    return at_most


@lean
def _overshoot(rng: np.random.Generator, brik_qty: int, at_most: FloatArray) -> int:
    """Draw units of the next card that went before the board was scanned."""
    if rng.random() < P_FORGOTTEN_CARD:
        return int(rng.random() * brik_qty)
    point, units = rng.random(), 0
    while at_most[units] < point:
        units += 1
    return units


@njit(cache=True)
def stocks_at_line(ev: Events, at: int, s: Setting, b: Belief, eye: Eye) -> FloatArray:
    """Chance of each stock at an order without cards, the same for all particles; empty for any other event."""
    if s.is_brik or ev.kind[at] != LINE:
        return np.empty(0)
    seen_from, seen_to = seen_range(s.min_level, s.max_level, s.pack_size, ev.units[at])
    return chances_at_order(eye, s.min_level, float(seen_from), float(seen_to), b.eye_error)


@lean
def stock_at_anchor(
    rng: np.random.Generator,
    kind: int,
    units: int,
    outstanding: int,
    s: Setting,
    overshoot: FloatArray,
    eye: Eye,
    at_line: FloatArray,
) -> int:
    """Units on the shelf at an anchor; -1 where the event tells nothing.

    Parameters
    ----------
    rng : numpy.random.Generator
    kind, units, outstanding : int
        The event, as in `Events`.
    s : Setting
    overshoot : ndarray of float64
        As from `overshoots`.
    eye : Eye
    at_line : ndarray of float64
        As from `stocks_at_line`.
    """
    if kind == COUNT:
        return units
    if kind == URGENT_LINE:
        return 0 if rng.random() < P_EMPTY_WHEN_URGENT else -1
    if kind == LINE:
        # Inventory position on the evening of the line, as the world's rules make it (contract, section 1).
        if s.is_brik:
            if s.max_level == 0:
                return -1  # ordered by hand, where nothing was to be kept
            return max(s.max_level - _overshoot(rng, s.brik_qty, overshoot) - outstanding, 0)
        return max(draw_stock(rng, eye, at_line) + units - outstanding, 0)
    return -1


@lean
def next_anchor(ev: Events, at: int) -> int:
    """First event from ``at`` on that fixes the stock, or what went: the day's uses, its count, else its last line."""
    while at < len(ev.day):
        kind = ev.kind[at]
        if kind in (USED, COUNT, LINE, URGENT_LINE):
            break
        at += 1
    return at


@lean
def balance(ev: Events, first: int, last: int) -> tuple[int, int]:
    """Units delivered and units recorded as thrown out in events first..last-1."""
    delivered = 0
    discarded = 0
    for at in range(first, last):
        if ev.kind[at] == DELIVERY:
            delivered += ev.units[at]
        elif ev.kind[at] == DISCARD or ev.kind[at] == DAMAGE:
            discarded += ev.units[at]
    return delivered, discarded


@lean
def still_coming(ev: Events, anchor: int) -> int:
    """Units on order on the evening of an anchor."""
    if ev.kind[anchor] == COUNT or ev.kind[anchor] == USED:
        line = anchor
        while line + 1 < len(ev.day) and ev.day[line + 1] == ev.day[anchor]:
            line += 1
        if ev.kind[line] == LINE or ev.kind[line] == URGENT_LINE:
            return ev.outstanding[line]
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


@lean
def silence_cap(rng: np.random.Generator, s: Setting, eye: Eye, position: int, changed: bool) -> int:
    """Most units that can have left since the last anchor, or since levels were changed, without another line.

    New levels that would have ordered at once, and didn't yet, tell nothing of use: cards are hung when somebody has
    the time.
    """
    if s.is_brik:
        cap = position - (s.max_level - s.brik_qty) - 1
        if rng.random() < P_FORGOTTEN_CARD:
            cap += s.brik_qty
    else:
        cap = position - draw_order_point(rng, eye, position) - 1
    if changed and cap < 0:
        return max(position, 0)
    return max(cap, 0)
