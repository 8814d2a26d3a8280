"""What fixes how much lay on a shelf: order lines and counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from brikopt.stock.ledger import COUNT, DAMAGE, DELIVERY, DISCARD, LINE, URGENT_LINE
from brikopt.stock.particles import Belief, Events, Setting

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

P_EMPTY_WHEN_URGENT = 0.85  # an urgent line usually means that somebody found the shelf empty
P_FORGOTTEN_CARD = 0.03  # a card lies unscanned on some shelf
EYE_ERROR = 0.17  # how far the eye is off when it judges a non-brik shelf, as a share of what lies there


@njit(cache=True)
def _position_after_line(rng: np.random.Generator, s: Setting, b: Belief, ordered: int) -> int:
    """Inventory position on the evening of an order line, as the world's rules make it (contract, section 1)."""
    if s.is_brik:
        # Since the card's last unit went, some more may have gone before the board was scanned.
        overshoot = 0
        mean = b.initial_rate * s.order_gap * rng.random()
        if mean > 0:
            overshoot = int(rng.poisson(mean))
        if rng.random() < P_FORGOTTEN_CARD:
            overshoot = int(rng.random() * s.brik_qty)
        return s.max_level - min(overshoot, s.brik_qty - 1)
    # The eye saw what the fewest packs bring up to max, and not above min; it is off by a share of what lies there.
    least = s.max_level - ordered
    most = max(min(least + s.pack_size - 1, s.min_level), least)
    seen = max(least + int(rng.random() * (most + 1 - least)), 0)
    there = seen / max(1.0 + EYE_ERROR * rng.normal(), 0.4)
    return int(round(there)) + ordered


@njit(cache=True)
def stock_at_anchor(rng: np.random.Generator, ev: Events, at: int, s: Setting, b: Belief) -> int:
    """Units on the shelf at an anchor; -1 where the event tells nothing."""
    kind = ev.kind[at]
    if kind == COUNT:
        return ev.units[at]
    if kind == URGENT_LINE:
        return 0 if rng.random() < P_EMPTY_WHEN_URGENT else -1
    if kind == LINE:
        after = _position_after_line(rng, s, b, ev.units[at])
        return max(after - ev.outstanding[at], 0)
    return -1


@njit(cache=True)
def next_anchor(ev: Events, at: int) -> int:
    """First event from ``at`` on that fixes the stock: the day's count, else the day's last line."""
    while at < len(ev.day) and ev.kind[at] != COUNT and ev.kind[at] != LINE and ev.kind[at] != URGENT_LINE:
        at += 1
    return at


@njit(cache=True)
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


@njit(cache=True)
def still_coming(ev: Events, anchor: int) -> int:
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
def silence_cap(rng: np.random.Generator, s: Setting, position: int) -> int:
    """Most units that can have left since the last anchor without another line."""
    if s.is_brik:
        cap = position - (s.max_level - s.brik_qty) - 1
        if rng.random() < P_FORGOTTEN_CARD:
            cap += s.brik_qty
        return max(cap, 0)
    slack = int(round(rng.normal() * EYE_ERROR * s.min_level))
    return max(position - s.min_level - 1 + slack, 0)
