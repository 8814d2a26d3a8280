"""A region lived through in batches of shelves, which know nothing of each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brikopt.world.days import Calendar, WardDays, live_all
from brikopt.world.extracts import Ledger
from brikopt.world.log import N_COLUMNS, SHELF
from brikopt.world.stage import Stage

BATCH = 4000  # shelves; a second's work, and a few megabytes of events


@dataclass(frozen=True, slots=True)
class Batch:
    """Some shelves, and what they need to know of the world.

    Parameters
    ----------
    first : int
        Place of the first shelf in the region.
    shelves : ndarray of SHELF, shape (n_shelves,)
        The shelves.
    ward_days, calendar
        As of the region.
    visits : ndarray of uint8, shape (n_cabinets, n_days)
        Checks and counts of all cabinets.
    """

    first: int
    shelves: NDArray[np.void]
    ward_days: WardDays
    calendar: Calendar
    visits: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Lived:
    """What happened on some shelves, or on all.

    Parameters
    ----------
    events : ndarray of int32, shape (n_events, N_COLUMNS)
        Sorted by shelf, then by time.
    usage : ndarray of float64, shape (n_shelves, n_months, 3)
        Units expected, wanted and met.
    """

    events: NDArray[np.int32]
    usage: NDArray[np.float64]


def batches(stage: Stage) -> list[Batch]:
    """Cut a region's shelves into batches."""
    return [
        Batch(first, stage.shelves[first : first + BATCH], stage.ward_days, stage.calendar, stage.visits)
        for first in range(0, len(stage.shelves), BATCH)
    ]


def live_through(batch: Batch) -> Lived:
    """Live through the days of a batch; every shelf draws from streams of its own."""
    usage = np.zeros((len(batch.shelves), int(batch.calendar.months[-1]) + 1, 3))
    # Arrays from another process may be read-only, and compiled code is made for those that are not.
    days, busy = batch.calendar, np.array(batch.ward_days.busy)
    wards = WardDays(busy, np.array(batch.ward_days.orders), np.array(batch.ward_days.delivers))
    calendar = Calendar(np.array(days.weekdays), np.array(days.months), days.as_of_day)
    events = live_all(np.array(batch.shelves), wards, np.array(batch.visits), calendar, usage)
    events[:, SHELF] += batch.first
    return Lived(events, usage)


def together(parts: Iterable[Lived]) -> Lived:
    """Put the batches of a region together, in their order."""
    parts = list(parts)
    if not parts:
        return Lived(np.zeros((0, N_COLUMNS), dtype=np.int32), np.zeros((0, 0, 3)))
    return Lived(np.concatenate([part.events for part in parts]), np.concatenate([part.usage for part in parts]))


def open_ledger(stage: Stage, events: NDArray[np.int32]) -> Ledger:
    """Give the events of a region the names of their cabinets and items."""
    shelves = stage.shelves
    return Ledger(
        events,
        shelves["cabinet"].astype(np.int32),
        shelves["item"].astype(np.int32),
        stage.cabinets["cabinet_id"],
        stage.items["item_id"],
        stage.settings.first_day,
    )
