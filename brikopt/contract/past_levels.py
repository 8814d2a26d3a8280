"""Levels and card sizes of the past: what stood at each position on any day before the moment of decision."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.positions import rows_of

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

BIT = 32  # a position and a day are one number
LEVELS = ("min_level", "max_level", "brik_qty")
EXCHANGE_DAYS = 29  # after a change, in which cards may still be the old ones: a visit to the cabinet every four weeks


class Standing(NamedTuple):
    """Levels that stand on some days at some positions; arrays of one shape, units. No cards are 0."""

    min_level: IntArray
    max_level: IntArray
    brik_qty: IntArray


class DayLines(NamedTuple):
    """Order lines; arrays of shape (n_lines,): whose, days since 1970-01-01, and units."""

    position: IntArray
    day: IntArray
    quantity: IntArray


@dataclass(frozen=True, slots=True)
class PastLevels:
    """Levels that stood once and were changed, sorted by position and day.

    Parameters
    ----------
    start : ndarray of int64, shape (n_positions + 1,)
        Changes ``start[p]:start[p + 1]`` belong to position p.
    until : ndarray of int64, shape (n_changes,)
        First day on which others stood, days since 1970-01-01.
    min_level, max_level, brik_qty : ndarray of int64, shape (n_changes,)
        What stood before that day, from the change before it on.
    """

    start: IntArray
    until: IntArray
    min_level: IntArray
    max_level: IntArray
    brik_qty: IntArray

    def part(self, first: int, last: int) -> PastLevels:
        """Those of positions first..last-1 alone."""
        rows = slice(self.start[first], self.start[last])
        more = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "start"}
        return PastLevels(start=self.start[first : last + 1] - self.start[first], **more)

    def at(self, today: Standing, position: IntArray, day: IntArray) -> Standing:
        """Look up what stood on some days.

        Parameters
        ----------
        today : Standing
            What stands at the moment of decision, shape (n_positions,).
        position, day : ndarray of int64, shape (n,)
            Where and when.

        Returns
        -------
        Standing
            Shape (n,).
        """
        if not len(self.until):
            return Standing(*(level[position] for level in today))
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        found = np.searchsorted((owner << BIT) + self.until, (position << BIT) + day, side="right")
        row = np.minimum(found, len(owner) - 1)
        changed = (found < len(owner)) & (owner[row] == position)
        then = (getattr(self, name)[row] for name in LEVELS)
        return Standing(*(np.where(changed, old, level[position]) for old, level in zip(then, today, strict=True)))

    def mean_full(self, today: Standing, first_day: IntArray, as_of: int) -> FloatArray:
        """Mean full stock of each position from its first day to the moment of decision; shape (n_positions,)."""
        full = today.max_level.astype(np.float64)
        for row in np.flatnonzero(np.diff(self.start)):
            mine = slice(self.start[row], self.start[row + 1])
            until = np.clip(self.until[mine], first_day[row], as_of)
            days = np.diff(until, prepend=min(first_day[row], as_of), append=as_of)
            if days.sum() > 0:
                full[row] = np.append(self.max_level[mine], full[row]) @ days / days.sum()
        return full


def levels_today(positions: pd.DataFrame) -> Standing:
    """What stands at the moment of decision, in the order of the position table."""
    return Standing(*(positions[name].to_numpy(np.int64) for name in LEVELS))


def past_levels(level_changes: pd.DataFrame, positions: pd.DataFrame) -> PastLevels:
    """Chain the changes of each position, back from what stands today.

    Parameters
    ----------
    level_changes : DataFrame
        Rows of the table of that name, before the moment of decision.
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`.

    Returns
    -------
    PastLevels
        What a row doesn't tell is as it was afterwards; of cards, the number decides about what follows from it.
    """
    rows = rows_of(level_changes, positions)
    rows = rows.sort_values(["position", "changed_at"], kind="stable", ignore_index=True)
    brik = positions["is_brik"].to_numpy(np.bool_)
    today = levels_today(positions)
    kept = []
    after: dict[int, tuple[int, int, int]] = {}
    for change in reversed(rows.to_dict("records")):
        position = int(change["position"])
        stands = after.get(position, tuple(int(level[position]) for level in today))
        told = [change[f"old_{name}"] for name in (*LEVELS, "brik_count")]
        old = _cards(told, stands) if brik[position] else _by_eye(told, stands)
        day = int(change["changed_at"].to_datetime64().astype("datetime64[D]").astype(np.int64))
        if old != stands:
            kept.append((position, day, *old))
            after[position] = old
    return chained(np.array(kept[::-1], dtype=np.int64).reshape(-1, 5), len(positions))


def with_shown(past: PastLevels, shown: IntArray) -> PastLevels:
    """Join what was written down with what order lines show of positions of which nothing was.

    Parameters
    ----------
    past : PastLevels
        What was written down.
    shown : ndarray of int64, shape (n, 5)
        Position, day on which others stood, min_level, max_level and brik_qty.

    Returns
    -------
    PastLevels
    """
    if not len(shown):
        return past
    owner = np.repeat(np.arange(len(past.start) - 1), np.diff(past.start))
    written = np.column_stack([owner, past.until, past.min_level, past.max_level, past.brik_qty])
    every = np.concatenate([written, shown])
    return chained(every[np.lexsort((every[:, 1], every[:, 0]))], len(past.start) - 1)


def until_exchanged(
    past: PastLevels, today: Standing, lines: DayLines, *, is_brik: BoolArray, pack_size: IntArray
) -> PastLevels:
    """Let old levels stand as long as lines show that cards had not been exchanged yet.

    Levels are changed in the office, and cards when somebody comes to the cabinet: a line of the same day is of the old
    cards if it can be, and a line of the weeks after it if it can't be of the new ones.

    Parameters
    ----------
    past : PastLevels
        Changes by the day that was written down.
    today : Standing
        What stands at the moment of decision, shape (n_positions,).
    lines : DayLines
        Order lines, sorted by position and day.
    is_brik, pack_size : ndarray, shape (n_positions,)
        Whether there are cards, and units in a pack.

    Returns
    -------
    PastLevels

    Examples
    --------
    >>> smaller = chained(np.array([[0, 100, 20, 40, 20]]), 1)
    >>> now = Standing(*(np.array([units]) for units in (15, 20, 5)))
    >>> cards, one = np.array([True]), np.array([1])
    >>> evening = DayLines(np.array([0]), np.array([100]), np.array([20]))
    >>> until_exchanged(smaller, now, evening, is_brik=cards, pack_size=one).until.tolist()
    [101]
    >>> evening = DayLines(np.array([0]), np.array([100]), np.array([5]))
    >>> until_exchanged(smaller, now, evening, is_brik=cards, pack_size=one).until.tolist()
    [100]
    """
    if not len(past.until) or not len(lines.day):
        return past
    owner = np.repeat(np.arange(len(past.start) - 1), np.diff(past.start))
    line = (lines.position << BIT) + lines.day
    first = np.searchsorted(line, (owner << BIT) + past.until)
    last = np.searchsorted(line, (owner << BIT) + past.until + EXCHANGE_DAYS)
    until = past.until.copy()
    for row in np.flatnonzero(last > first).tolist():
        position = int(owner[row])
        is_last = row + 1 == len(owner) or owner[row + 1] != position
        after = [int(level[position]) for level in today] if is_last else _stood(past, row + 1)
        before, cards, pack = _stood(past, row), bool(is_brik[position]), int(pack_size[position])
        for at in range(first[row], last[row]):
            units, day = int(lines.quantity[at]), int(lines.day[at])
            could_be_new = day > past.until[row] and _can_be(units, after, cards=cards, pack=pack)
            if could_be_new or not _can_be(units, before, cards=cards, pack=pack):
                break
            until[row] = day + 1 if is_last else min(day + 1, int(past.until[row + 1]))
    return replace(past, until=until)


def _stood(past: PastLevels, row: int) -> list[int]:
    return [int(getattr(past, name)[row]) for name in LEVELS]


def _can_be(units: int, levels: list[int], *, cards: bool, pack: int) -> bool:
    """Whether a line may have been ordered under some levels (min, max, units a card)."""
    _, most, card = levels
    return units <= most and units % max(card, 1) == 0 if cards else units < most + pack


def chained(changes: IntArray, n_positions: int) -> PastLevels:
    """Make the chains of rows (position, until, min_level, max_level, brik_qty), sorted by position and day."""
    start = np.searchsorted(changes[:, 0], np.arange(n_positions + 1)).astype(np.int64)
    until, low, high, qty = (np.ascontiguousarray(changes[:, column]) for column in range(1, 5))
    return PastLevels(start, until, low, high, qty)


def _by_eye(told: list[float], after: tuple[int, ...]) -> tuple[int, int, int]:
    low, high = (int(there) if np.isnan(old) else int(old) for old, there in zip(told[:2], after[:2], strict=True))
    return min(low, high), high, 0


def _cards(told: list[float], after: tuple[int, ...]) -> tuple[int, int, int]:
    """Cards of the past: whatever fixes them, else as many, or as large, as afterwards."""
    low, high, qty, count = told
    if high == 0 or count == 0 or qty == 0:
        return 0, 0, max(after[2], 1)
    if np.isnan(qty):
        if not np.isnan(low) and not np.isnan(high) and high > low:
            qty = high - low
        elif not np.isnan(high) and not np.isnan(count):
            qty = high // count
        else:
            qty = max(after[2], 1)
    if np.isnan(high):
        cards = after[1] // max(after[2], 1) if np.isnan(count) else count
        high = low + qty if not np.isnan(low) and np.isnan(count) else cards * qty
    return int(max(high - qty, 0)), int(high), int(qty)
