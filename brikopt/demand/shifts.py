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
    """The last shift of each position that is worth a word, else the likeliest; arrays of shape (n_positions,).

    Parameters
    ----------
    chance : ndarray of float64
        That use shifted at all, between the shift before and now.
    day : ndarray of int64
        First day of the four weeks with which the new use begins, days since 1970-01-01.
    before, after : ndarray of float64
        Units a usual day, from the shift before this one to it, and since.
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
    """Look for the last shift in the history of each position.

    Parameters
    ----------
    lines : OrderLines
        Lines before as_of.
    first_day : ndarray of int64, shape (n_positions,)
        From when on something is known of each; no shift is dated before.
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
    more evenly than Poisson events, so few are called a shift that are none. Where a shift is found the time after it
    is searched again, then the time before the last one, so that a burst averages into neither side (binary
    segmentation: Scott and Knott, 1974). The four weeks on either side of a shift may hold some of both and count for
    neither use.
    """
    size = len(first_day)
    parts = int(np.clip((as_of - clock_start) // PART_DAYS, 1, MOST_PARTS))
    edges = as_of - PART_DAYS * np.arange(parts, -1, -1)
    usual = clock[np.maximum(edges - clock_start, 0)]
    known = edges[None, :-1] >= first_day[:, None]
    step = _usual_line(lines, size)
    came = (lines.delivered_day != NEVER) & (lines.day >= edges[0])
    part = (lines.day[came] - edges[0]) // PART_DAYS
    events = np.zeros((size, parts))
    np.add.at(events, (lines.position[came], part), lines.quantity[came] / step[lines.position[came]])
    history = _History(_summed(events * known), _summed(np.where(known, np.diff(usual)[None, :], 0.0)))
    begin, end = parts - known.sum(axis=1), np.full(size, parts)
    chance, start, at = _last_shift(history, begin, end)
    earlier, _, earlier_at = _last_shift(history, start, at)
    start = np.where(_worth_a_word(earlier, history, start, earlier_at, at), earlier_at, start)
    return Shifts(
        chance=chance,
        day=edges[at].astype(np.int64),
        before=history.rate(start + (start > begin), at - 1) * step,
        after=history.rate(at + 1, end) * step,
    )


@dataclass(frozen=True, slots=True)
class _History:
    """Events and usual days from the beginning to each edge between parts; shape (n_positions, n_parts + 1)."""

    events: FloatArray
    days: FloatArray

    def between(self, first: IntArray, end: IntArray) -> tuple[FloatArray, FloatArray]:
        """Events and days of the parts from ``first`` up to ``end``, of each position."""
        row, last = np.arange(len(self.days)), self.days.shape[1] - 1
        low, high = np.minimum(first, last), np.clip(end, 0, last)
        events, days = (whole[row, high] - whole[row, low] for whole in (self.events, self.days))
        return np.maximum(events, 0.0), np.maximum(days, 0.0)

    def rate(self, first: IntArray, end: IntArray) -> FloatArray:
        """Events a usual day."""
        events, days = self.between(first, end)
        rate: FloatArray = events / np.maximum(days, 1.0)
        return rate

    def of(self, rows: IntArray) -> _History:
        """Some positions only."""
        return _History(self.events[rows], self.days[rows])


def _summed(parts: FloatArray) -> FloatArray:
    return np.pad(np.cumsum(parts, axis=1), ((0, 0), (1, 0)))


def _last_shift(history: _History, first: IntArray, end: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    """The last shift between two edges: its chance, the edge of the shift before it (else ``first``), and its own."""
    chance, at = _likeliest(history, first, end)
    start = first.copy()
    rows = np.flatnonzero(_worth_a_word(chance, history, first, at, end))
    while len(rows):
        some = history.of(rows)
        again, later = _likeliest(some, at[rows], end[rows])
        further = _worth_a_word(again, some, at[rows], later, end[rows])
        rows = rows[further]
        start[rows], at[rows], chance[rows] = at[rows], later[further], again[further]
    return chance, start, at


def _worth_a_word(
    chance: FloatArray, history: _History, first: IntArray, at: IntArray, end: IntArray
) -> npt.NDArray[np.bool_]:
    return Shifts(chance, at, history.rate(first, at), history.rate(at, end)).told()


def _likeliest(history: _History, first: IntArray, end: IntArray) -> tuple[FloatArray, IntArray]:
    """Chance of a shift between two edges, and the edge at which it is likeliest; ``end`` where there is no room."""
    edge = np.arange(history.days.shape[1])
    room = (edge >= first[:, None] + FEWEST_PARTS) & (edge <= end[:, None] - FEWEST_PARTS)
    total, length = (one[:, None] for one in history.between(first, end))
    row, low = np.arange(len(first)), np.minimum(first, edge[-1])
    left = np.clip(history.events - history.events[row, low][:, None], 0.0, total)
    left_days = np.clip(history.days - history.days[row, low][:, None], 0.0, length)
    usual_rate = (total + 0.5) / np.maximum(length, 1.0)
    one = _log_evidence(total, length, usual_rate)[:, 0]
    two = _log_evidence(left, left_days, usual_rate) + _log_evidence(total - left, length - left_days, usual_rate)
    two = np.where(room, two, -np.inf)
    places = room.sum(axis=1)
    shifted = logsumexp(two, axis=1) - np.log(np.maximum(places, 1))
    p_before = np.clip(1.0 - np.exp(-(USUAL.stop + USUAL.jump) * PART_DAYS * (end - first)), 1e-9, None)
    odds = np.exp(np.clip(shifted - one, -50, 50)) * p_before / (1.0 - p_before)
    return np.where(places > 0, odds / (1.0 + odds), 0.0), np.where(places > 0, np.argmax(two, axis=1), end)


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
