"""What happened on the shelves: one row an event, seen by somebody or hidden."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from brikopt.world.chance import Stream
from brikopt.world.lots import MOST_LOTS

Events = NDArray[np.int32]

# Columns of an event.
KIND, SHELF, DAY, AMOUNT, ORDER, LOT, EXPIRY, FLAG = range(8)
N_COLUMNS = 8

# Kinds of event. FLAG is an order's channel, what is known of a delivery, or what is written of a discard.
ORDERED, DELIVERED, THROWN, COUNTED, DATE_READ = 1, 2, 3, 4, 5  # extracts may tell of these
STARTED, EXPIRED, LYING, COMING = 6, 7, 8, 9  # the truth alone

BY_BRIK, BY_HAND, URGENT = 0, 1, 2  # channels
# ORDER is the line's day and channel: a shelf orders at most once a day in each channel.
CHANNEL_BITS = 4
KNOWN_ORDER, KNOWN_LOT = 1, 2  # a delivery's flags add up
RECORDED, WITH_LOT, DAMAGED, OTHER = (
    1,
    2,
    4,
    8,
)  # a discard's flags add up; neither DAMAGED nor OTHER = expired

MOST_ON_THE_WAY = 256
ARRIVES, UNITS_COMING, NUMBER, GIVEN_UP_ON, IS_URGENT = range(5)

N_LOTS, N_WAY, N_LOGGED, CARD_LOST_UNTIL = range(4)


class Shelf(NamedTuple):
    """What lies on one shelf, what is on the way to it, and its log; arrays that are changed in place."""

    lots: NDArray[np.int64]  # int64 (MOST_LOTS, 3)
    way: NDArray[np.int64]  # int64 (MOST_ON_THE_WAY, 5): ARRIVES … IS_URGENT
    tally: NDArray[np.int64]  # int64 (4,): N_LOTS … CARD_LOST_UNTIL
    hand: Stream  # uint64 (1,): the stream of what people do
    log: Events  # int32 (n_rows, N_COLUMNS)


@njit(cache=True)
def empty_shelf(log: Events, hand_key: np.uint64) -> Shelf:
    """Set up one empty shelf that writes to ``log``."""
    hand = np.empty(1, dtype=np.uint64)
    hand[0] = hand_key
    return Shelf(
        np.zeros((MOST_LOTS, 3), dtype=np.int64),
        np.zeros((MOST_ON_THE_WAY, 5), dtype=np.int64),
        np.zeros(4, dtype=np.int64),
        hand,
        log,
    )


@njit(cache=True)
def note(shelf: Shelf, kind: int, day: int, amount: int, order: int, lot: int, expiry: int, flag: int) -> None:
    """Write one event; SHELF is filled in by the caller of the whole shelf's days."""
    at = shelf.tally[N_LOGGED]
    if at == len(shelf.log):
        raise IndexError("the log of a shelf is full")
    log = shelf.log
    log[at, KIND], log[at, DAY], log[at, AMOUNT], log[at, ORDER] = kind, day, amount, order
    log[at, LOT], log[at, EXPIRY], log[at, FLAG] = lot, expiry, flag
    shelf.tally[N_LOGGED] = at + 1
