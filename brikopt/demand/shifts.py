"""Level shifts: use that has been another since a certain time, found in the order lines and dated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, logsumexp

from brikopt.demand.order_lines import NEVER, OrderLines
from brikopt.demand.variation import USUAL

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

PART_DAYS = 28  # stretches between which use is compared
MOST_PARTS = 52  # four years
FEWEST_PARTS = 3  # on either side of a shift
CERTAIN = 0.95  # chance from which a shift is told
TELLING = 1.5  # times as much, or as little, as before


@dataclass(frozen=True, slots=True)
class Shifts:
    """The likeliest shift of each position; arrays of shape (n_positions,).

    Parameters
    ----------
    chance : ndarray of float64
        That use shifted at all in the time looked at.
    day : ndarray of int64
        First day of the four weeks with which the new use begins, days since 1970-01-01.
    before, after : ndarray of float64
        Units a usual day.
    """

    chance: FloatArray
    day: IntArray
    before: FloatArray
    after: FloatArray

    def told(self) -> npt.NDArray[np.bool_]:
        """Whether a shift is certain and large enough to be worth a word; shape (n_positions,)."""
        low, high = np.minimum(self.before, self.after), np.maximum(self.before, self.after)
        clear: npt.NDArray[np.bool_] = (self.chance >= CERTAIN) & (high >= TELLING * low)
        return clear


def shifts(lines: OrderLines, first_day: IntArray, clock: FloatArray, clock_start: int, as_of: int) -> Shifts:
    """Look for one shift in the history of each position.

    Parameters
    ----------
    lines : OrderLines
        Lines before as_of.
    first_day : ndarray of int64, shape (n_positions,)
        When each history begins.
    clock : ndarray of float64
        Usual days of use from ``clock_start`` to the morning of each day, so that no July is taken for a shift.
    clock_start, as_of : int
        Days since 1970-01-01.

    Returns
    -------
    Shifts

    Notes
    -----
    Order lines of the usual size are counted by four weeks. One gamma-Poisson rate for all of them is weighed against
    two with a change between (every time for it equally likely), beforehand as likely as rates jump or stop. Lines come
    more evenly than Poisson events, so few are called a shift that are none.
    """
    size = len(first_day)
    parts = int(np.clip((as_of - clock_start) // PART_DAYS, 1, MOST_PARTS))
    edges = as_of - PART_DAYS * np.arange(parts, -1, -1)
    usual = clock[np.maximum(edges - clock_start, 0)]
    known = edges[None, :-1] >= first_day[:, None]
    days = np.where(known, np.diff(usual)[None, :], 0.0)
    step = _usual_line(lines, size)
    came = (lines.delivered_day != NEVER) & (lines.day >= edges[0])
    part = (lines.day[came] - edges[0]) // PART_DAYS
    events = np.zeros((size, parts))
    np.add.at(events, (lines.position[came], part), lines.quantity[came] / step[lines.position[came]])
    events *= known
    at = np.arange(FEWEST_PARTS, parts - FEWEST_PARTS + 1)
    if not len(at):
        nothing = np.zeros(size)
        return Shifts(nothing, np.full(size, as_of), nothing, nothing)
    total, length = events.sum(axis=1, keepdims=True), days.sum(axis=1, keepdims=True)
    left, left_days = np.cumsum(events, axis=1)[:, at - 1], np.cumsum(days, axis=1)[:, at - 1]
    usual_rate = (total + 0.5) / np.maximum(length, 1.0)
    one = _log_evidence(total, length, usual_rate)[:, 0]
    two = _log_evidence(left, left_days, usual_rate) + _log_evidence(total - left, length - left_days, usual_rate)
    # Where a side is not known there can be no shift.
    two = np.where((left_days > 0) & (length - left_days > 0), two, -np.inf)
    shifted = logsumexp(two, axis=1) - np.log(len(at))
    p_before = 1.0 - np.exp(-(USUAL.stop + USUAL.jump) * PART_DAYS * parts)
    odds = np.exp(np.clip(shifted - one, -50, 50)) * p_before / (1.0 - p_before)
    best = np.argmax(two, axis=1)[:, None]
    first, first_days = (np.take_along_axis(values, best, axis=1)[:, 0] for values in (left, left_days))
    return Shifts(
        chance=odds / (1.0 + odds),
        day=edges[at[best[:, 0]]].astype(np.int64),
        before=first / np.maximum(first_days, 1.0) * step,
        after=(total[:, 0] - first) / np.maximum(length[:, 0] - first_days, 1.0) * step,
    )


def _usual_line(lines: OrderLines, size: int) -> FloatArray:
    """Mean units of a position's lines; 1 where it has none."""
    count = np.bincount(lines.position, minlength=size)
    units = np.bincount(lines.position, weights=lines.quantity, minlength=size)
    usual: FloatArray = np.where(count > 0, units / np.maximum(count, 1), 1.0)
    return np.maximum(usual, 1e-9)


def _log_evidence(events: FloatArray, days: FloatArray, rate: FloatArray) -> FloatArray:
    """Log chance of Poisson events at a rate that is exponential beforehand, but for what all shifts share."""
    evidence: FloatArray = gammaln(1.0 + events) - (1.0 + events) * np.log(1.0 / rate + days) - np.log(rate)
    return evidence
