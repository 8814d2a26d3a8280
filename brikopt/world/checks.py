"""What people find when they go through a shelf: dates that have passed, damage, counts; compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from brikopt.world.calendar import BY_LOT, CHECK, COUNT, READ
from brikopt.world.chance import Stream, draw, fork
from brikopt.world.log import (
    COUNTED,
    DAMAGED,
    DATE_READ,
    EXPIRED,
    N_LOTS,
    OTHER,
    RECORDED,
    THROWN,
    WITH_LOT,
    Shelf,
    note,
)
from brikopt.world.lots import EXPIRY, LOT, NO_DATE, UNITS, stock

COUNT_SLIP = 0.1  # of a count, the most by which it is off, besides one unit


@njit(cache=True)
def pass_dates(shelf: Shelf, day: int) -> None:
    """Note what went out of date overnight; it stays on the shelf until somebody finds it."""
    for row in range(shelf.tally[N_LOTS]):
        if shelf.lots[row, EXPIRY] == day - 1:
            note(shelf, EXPIRED, day, shelf.lots[row, UNITS], -1, shelf.lots[row, LOT], day - 1, 0)


@njit(cache=True)
def throw(p: np.record, shelf: Shelf, day: int, row: int, units: int, reason: int) -> None:
    """Throw units of one lot away; only some of it is written down, and only sometimes with its lot."""
    flag = reason
    if draw(shelf.hand) < p.recorded_share:
        flag += RECORDED
        if p.shelf_life > 0 and draw(shelf.hand) < p.discard_lot_noted:
            flag += WITH_LOT
    note(shelf, THROWN, day, units, -1, shelf.lots[row, LOT], shelf.lots[row, EXPIRY], flag)
    shelf.lots[row, UNITS] -= units


@njit(cache=True)
def go_through(p: np.record, shelf: Shelf, day: int, visit: int) -> None:
    """Check the shelf: throw out what is out of date; now and then something is found damaged any day."""
    if visit & CHECK:
        for row in range(shelf.tally[N_LOTS]):
            if shelf.lots[row, EXPIRY] < day and shelf.lots[row, UNITS] > 0:
                throw(p, shelf, day, row, shelf.lots[row, UNITS], 0)
    if draw(shelf.hand) < p.damaged and shelf.tally[N_LOTS] > 0:
        row = int(draw(shelf.hand) * shelf.tally[N_LOTS])
        units = min(shelf.lots[row, UNITS], 1 + int(3 * draw(shelf.hand)))
        if units > 0:
            throw(p, shelf, day, row, units, DAMAGED if draw(shelf.hand) < 0.75 else OTHER)


@njit(cache=True)
def counted(p: np.record, units: int, slips: Stream) -> int:
    """Count units, now and then a few too many or too few."""
    if draw(slips) >= p.count_wrong:
        return units
    off = 1 + int(COUNT_SLIP * units * draw(slips))
    return units + off if draw(slips) < 0.5 else max(0, units - off)


@njit(cache=True)
def count_shelf(p: np.record, shelf: Shelf, day: int, visit: int) -> None:
    """Count everything that lies there, out of date or not: as one heap, or lot by lot."""
    n, slips = shelf.tally[N_LOTS], fork(p.hand_key, day)
    if visit & BY_LOT and n > 0 and shelf.lots[0, EXPIRY] != NO_DATE:
        for row in range(n):
            units = counted(p, shelf.lots[row, UNITS], slips)
            note(shelf, COUNTED, day, units, -1, shelf.lots[row, LOT], shelf.lots[row, EXPIRY], BY_LOT)
    else:
        note(shelf, COUNTED, day, counted(p, stock(shelf.lots, n), slips), -1, 0, 0, 0)


@njit(cache=True)
def look(p: np.record, shelf: Shelf, day: int, visit: int) -> None:
    """Write down, at the end of a day's use, what the visit is for: a count, or the earliest date."""
    if visit & COUNT:
        count_shelf(p, shelf, day, visit)
    if visit & READ and shelf.tally[N_LOTS] > 0 and p.shelf_life > 0 and draw(shelf.hand) < p.date_noted:
        note(shelf, DATE_READ, day, 0, -1, 0, shelf.lots[0, EXPIRY], 0)
