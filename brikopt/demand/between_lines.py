"""What was used from one order line to the next: known but for a rounding, as quantities are what had gone."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from brikopt.demand.order_lines import BIT, NEVER, OrderLines

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LATEST = 30  # stretches of each position: older ones tell of other times
SHORTEST = 0.5  # usual days
FORTNIGHT = 14  # days


class Stretches(NamedTuple):
    """Uses between order lines; position p has the stretches start[p] to start[p + 1] - 1."""

    start: IntArray  # (n_positions + 1,)
    days: FloatArray  # (n_stretches,)
    usual_days: FloatArray  # (n_stretches,) the same counted by the use that the season puts there
    units: IntArray  # (n_stretches,)
    silent_days: FloatArray  # (n_positions,) since the last line
    silent_usual_days: FloatArray  # (n_positions,)
    line_step: IntArray  # (n_stretches,) units that led to the line at its end
    step: IntArray  # (n_positions,) units that lead to the next line
    order_gap: FloatArray  # (n_positions,) days between order days: until then nobody sees what is missing


class LineLevels(NamedTuple):
    """Levels on the days of the order lines."""

    full: IntArray  # (n_lines,) full stock, units
    line_step: IntArray  # (n_lines,) units of a card, or between min and max
    step: IntArray  # (n_positions,) units that lead to the next line


class Discards(NamedTuple):
    """Units recorded as thrown away; arrays of shape (n_discards,)."""

    position: IntArray
    day: IntArray
    units: IntArray


def stretches(
    lines: OrderLines,
    discards: Discards,
    levels: LineLevels,
    order_gap: FloatArray,
    first_day: IntArray,
    clock: FloatArray,
    clock_start: int,
    as_of: int,
    latest: int = LATEST,
) -> Stretches:
    """Measure the use between order lines.

    Parameters
    ----------
    lines : OrderLines
        Lines before as_of; those that never came are left out.
    discards : Discards
        What was ordered again, but not used.
    levels : LineLevels
        On the day of each line: what was ordered to fill a higher level was not used.
    order_gap : ndarray of float64, shape (n_positions,)
        Days between order days.
    first_day : ndarray of int64, shape (n_positions,)
        When each history begins.
    clock : ndarray of float64
        Usual days of use from ``clock_start`` to the morning of each day.
    clock_start, as_of : int
        Days since 1970-01-01.
    latest : int
        Most stretches of a position: the newest.

    Returns
    -------
    Stretches

    Notes
    -----
    The first line of a position ends a stretch whose beginning nobody knows, so it only begins the next.
    """
    came = lines.delivered_day != NEVER
    # Of each fortnight the last line stands for all: what goes on in a week would else be taken for another rate.
    fortnight = (as_of - 1 - lines.day[came]) // FORTNIGHT
    line, ordered, ends = _last_of_each(lines.position[came], lines.day[came], lines.quantity[came], fortnight)
    full = levels.full[came][ends]
    grown = full - np.concatenate([full[:1], full[:-1]])
    position, day = line >> BIT, line & ((1 << BIT) - 1)
    units = np.maximum(ordered - grown - _thrown_before(line, position, discards), 0).astype(np.int64)
    bounds = np.searchsorted(position, np.arange(len(levels.step) + 1))
    place = np.arange(len(line))
    kept = (place > bounds[position]) & (bounds[position + 1] - place <= latest)
    before = np.concatenate([day[:1], day[:-1]])
    last = np.where(bounds[1:] > bounds[:-1], day[bounds[1:] - 1] if len(day) else first_day, first_day)
    return Stretches(
        start=np.searchsorted(position[kept], np.arange(len(levels.step) + 1)).astype(np.int64),
        days=(day - before)[kept].astype(np.float64),
        usual_days=np.maximum((clock[day - clock_start] - clock[before - clock_start])[kept], SHORTEST),
        units=units[kept],
        silent_days=np.maximum(as_of - last, 0).astype(np.float64),
        silent_usual_days=np.maximum(clock[as_of - clock_start] - clock[last - clock_start], SHORTEST),
        line_step=np.maximum(levels.line_step[came][ends][kept], 1).astype(np.int64),
        step=np.maximum(levels.step, 1).astype(np.int64),
        order_gap=order_gap,
    )


def with_urgent_used_later(lines: OrderLines, n_positions: int) -> tuple[OrderLines, IntArray]:
    """Count what was ordered urgently as used by the next usual line: it comes on top of what the cards order.

    Parameters
    ----------
    lines : OrderLines
        Sorted by position and day.
    n_positions : int
        Number of positions.

    Returns
    -------
    usual : OrderLines
        The usual lines that came, each with the urgent units since the one before it; of positions that only order
        urgently, all lines.
    waiting : ndarray of int64, shape (n_positions,)
        Urgent units since the last usual line.
    """
    came = lines.delivered_day != NEVER
    usual = came & ~lines.urgent
    has_usual = np.bincount(lines.position[usual], minlength=n_positions) > 0
    urgent = came & lines.urgent & has_usual[lines.position]
    place = np.cumsum(usual) - 1  # of the last usual line up to each line
    kept = np.flatnonzero(usual)
    following = place + 1
    of_next = np.minimum(following, max(len(kept) - 1, 0))
    same = (following < len(kept)) & (lines.position[kept[of_next]] == lines.position) if len(kept) else urgent
    extra = np.zeros(len(lines.day), dtype=np.int64)
    np.add.at(extra, kept[of_next[urgent & same]], lines.quantity[urgent & same])
    waiting = np.zeros(n_positions, dtype=np.int64)
    np.add.at(waiting, lines.position[urgent & ~same], lines.quantity[urgent & ~same])
    stays = came & ~urgent
    values = {field.name: getattr(lines, field.name)[stays] for field in fields(lines)}
    return OrderLines(**values | {"quantity": (lines.quantity + extra)[stays]}), waiting


def _last_of_each(
    position: IntArray, day: IntArray, units: IntArray, fortnight: IntArray
) -> tuple[IntArray, FloatArray, IntArray]:
    """Position and day of the last line of each fortnight in one number, the units of all its lines, and its place."""
    new = np.ones(len(position), dtype=np.bool_)
    new[1:] = (position[1:] != position[:-1]) | (fortnight[1:] != fortnight[:-1])
    ends = np.append(np.flatnonzero(new)[1:], len(new))[: new.sum()] - 1
    ordered = np.bincount(np.cumsum(new) - 1, weights=units, minlength=len(ends)).astype(np.float64)
    return (position[ends] << BIT) + day[ends], ordered, ends


def _thrown_before(line: IntArray, position: IntArray, discards: Discards) -> FloatArray:
    """Units thrown away since the line before, for each line."""
    after = np.searchsorted(line, (discards.position << BIT) + discards.day)
    followed = np.flatnonzero(after < len(line))
    followed = followed[position[after[followed]] == discards.position[followed]]
    weights = discards.units[followed].astype(np.float64)
    thrown: FloatArray = np.bincount(after[followed], weights=weights, minlength=len(line)).astype(np.float64)
    return thrown
