"""What single uses that were seen tell a particle: how much went, and so whether it had as much."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from brikopt.compiled import lean
from brikopt.demand.rates import RATES, chance_at_most
from brikopt.stock.anchors import P_EMPTY_WHEN_URGENT, P_FORGOTTEN_CARD
from brikopt.stock.eye import Eye
from brikopt.stock.ledger import LINE, SEEN, URGENT_LINE
from brikopt.stock.particles import Belief, Events, Setting

FloatArray = npt.NDArray[np.float64]

P_OTHERWISE = 0.01  # a line that fits no rule, or a use that was seen twice
P_LESS_LEFT = 0.02  # less left a shelf than was seen to be used


@lean
def units_seen(ev: Events, first: int, last: int) -> int:
    """Units seen to be used in events first..last-1, on days of which not all is known."""
    total = 0
    for at in range(first, last):
        if ev.kind[at] == SEEN:
            total += ev.units[at]
    return total


@lean
def learn_at_least(chance: FloatArray, b: Belief, units: int, days: float) -> float:
    """At least so many units were used in some days; returns how likely that was. Changes ``chance``."""
    total = 0.0
    for rate in range(RATES):
        chance[rate] *= max(1.0 - chance_at_most(units - 1, b.grid[rate] * days, b.dispersion[rate]), 1e-9)
        total += chance[rate]
    chance[RATES] = 0.0
    if total <= 1e-300:
        chance[RATES - 1] = 1.0
        return 1e-300
    for rate in range(RATES):
        chance[rate] /= total
    return total


@lean
def log_line_at(
    ev: Events, line: int, stock: int, s: Setting, overshoot: FloatArray, eye: Eye, at_line: FloatArray
) -> float:
    """Log chance of a line at a stock that is known otherwise: the same rules as `stock_at_anchor`, read backwards."""
    if ev.kind[line] == URGENT_LINE:
        return math.log(P_EMPTY_WHEN_URGENT if stock == 0 else (1.0 - P_EMPTY_WHEN_URGENT) / (s.max_level + 1.0))
    chance = 0.0
    if s.is_brik:
        over = s.max_level - ev.outstanding[line] - stock
        if 0 <= over < s.brik_qty:
            chance = P_FORGOTTEN_CARD / s.brik_qty
            if over < len(overshoot):
                before = overshoot[over - 1] if over > 0 else 0.0
                chance += (1.0 - P_FORGOTTEN_CARD) * (overshoot[over] - before)
    else:
        place = (stock - ev.units[line] + ev.outstanding[line]) / eye.step
        if 0.0 <= place < len(at_line):
            chance = at_line[int(place)] / eye.step
    return math.log((1.0 - P_OTHERWISE) * chance + P_OTHERWISE / (s.max_level + 1.0))


@lean
def last_line(ev: Events, first: int, last: int) -> int:
    """The last line among events first..last; -1 where there is none."""
    for at in range(last, first - 1, -1):
        if ev.kind[at] == LINE or ev.kind[at] == URGENT_LINE:
            return at
    return -1
