"""When a line was made tells why: goods thrown out at a check are ordered again at once, use comes at any time."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from brikopt.compiled import lean

IntArray = npt.NDArray[np.int64]

USUAL_INTERVAL = 30.0  # days between checks where none are known
MOST_SURE = 0.9  # of a check that nobody wrote of
P_OTHER_REASON = 0.02  # a line that neither use nor a check explains when it was made


@lean
def check_interval(checks: IntArray) -> float:
    """Mean days between the checks of a cabinet."""
    return (checks[-1] - checks[0]) / (len(checks) - 1) if len(checks) > 1 else USUAL_INTERVAL


@lean
def between_order_days(order_gap: float) -> int:
    """Days from one order day to the next, both counted in."""
    return math.ceil(order_gap) + 1


@lean
def chance_of_check(order_gap: float, interval: float) -> float:
    """Chance that a cabinet was gone through between two order days."""
    return min(between_order_days(order_gap) / interval, MOST_SURE)


@lean
def log_timing(days: int, used: int, since_thrown: int, order_gap: float, interval: float) -> float:
    """Log chance that a line falls on its order day and on no earlier one.

    Parameters
    ----------
    days : int
        Since the last line or count.
    used : int
        Units used in them.
    since_thrown : int
        Days since goods were last thrown out; negative where none were.
    order_gap : float
        Mean days between order days.
    interval : float
        Mean days between checks.

    Returns
    -------
    float

    Notes
    -----
    A line comes on the first order day after the last unit of a card has gone. Of ``used`` units that go at Poisson
    times, the last one goes between the last two order days with a chance of about used × gap / days. Goods thrown out
    between them explain the line wholly; the day of a check that nobody wrote down is known only to the interval.
    """
    window = between_order_days(order_gap)
    chance = min(used * window / max(days, window), 1.0)
    if 0 <= since_thrown <= window:
        chance = 1.0
    elif 0 <= since_thrown <= interval:
        chance = max(chance, min(window / interval, 1.0))
    return math.log(max(chance, P_OTHER_REASON))
