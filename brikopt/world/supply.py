"""Cards on the board, orders by eye, and what comes of them; compiled."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from brikopt.world.chance import Stream, draw, draw_normal
from brikopt.world.log import (
    ARRIVES,
    BY_BRIK,
    BY_HAND,
    CARD_LOST_UNTIL,
    CHANNEL_BITS,
    DELIVERED,
    GIVEN_UP_ON,
    IS_URGENT,
    KNOWN_LOT,
    KNOWN_ORDER,
    MOST_ON_THE_WAY,
    N_LOTS,
    N_WAY,
    NUMBER,
    ORDERED,
    UNITS_COMING,
    URGENT,
    Shelf,
    note,
)
from brikopt.world.lots import copy_row, expiry_of, lot_on, put, stock
from brikopt.world.shelves import NEVER

WeekMask = NDArray[np.bool_]  # shape (7,), Monday first

DAYS_TILL_GIVEN_UP = 45
MOST_REDRAWS = 200


@njit(cache=True)
def coming(shelf: Shelf, with_urgent: bool) -> int:
    """Count the units that people wait for, lines that will never come and are not yet given up included."""
    total = 0
    for row in range(shelf.tally[N_WAY]):
        if with_urgent or shelf.way[row, IS_URGENT] == 0:
            total += shelf.way[row, UNITS_COMING]
    return total


@njit(cache=True)
def draw_arrival(p: np.record, stream: Stream, day: int, channel: int, weekday: int, delivers: WeekMask) -> int:
    """Draw when a line of this day comes: after the lead time, now and then late, on a delivery day; NEVER if lost."""
    lead = 1.0 if channel == URGENT else p.lead_mean + p.lead_sd * draw_normal(stream)
    wait = max(1, round(lead))
    fate = draw(stream)
    if fate > 1 - p.late:
        wait += 4 + int(17 * draw(stream))
    while not delivers[(weekday + wait) % 7]:
        wait += 1
    return NEVER if fate < p.never_comes else day + wait


@njit(cache=True)
def redraw_arrivals(p: np.record, shelf: Shelf, today: int, weekdays: NDArray[np.int64], delivers: WeekMask) -> None:
    """Draw anew when the lines on the way come, given that they have not come before today."""
    for row in range(shelf.tally[N_WAY]):
        day, channel = divmod(shelf.way[row, NUMBER], CHANNEL_BITS)
        arrives = -1
        for _ in range(MOST_REDRAWS):
            if arrives < today:
                arrives = draw_arrival(p, shelf.hand, day, channel, weekdays[day], delivers)
        # What is later than everything is lost.
        lost = arrives < today or arrives == NEVER
        shelf.way[row, ARRIVES] = NEVER if lost else arrives
        shelf.way[row, GIVEN_UP_ON] = max(day + DAYS_TILL_GIVEN_UP, today) if lost else NEVER


@njit(cache=True)
def order(p: np.record, shelf: Shelf, day: int, units: int, channel: int, weekday: int, delivers: WeekMask) -> None:
    """Write an order line and draw when it comes: after the lead time, on a delivery day of the ward."""
    number = day * CHANNEL_BITS + channel
    note(shelf, ORDERED, day, units, number, 0, 0, channel)
    arrives = draw_arrival(p, shelf.hand, day, channel, weekday, delivers)
    row = shelf.tally[N_WAY]
    if row == MOST_ON_THE_WAY:
        raise IndexError("more orders on the way to a shelf than there is room for")
    shelf.way[row, ARRIVES] = arrives
    shelf.way[row, GIVEN_UP_ON] = day + DAYS_TILL_GIVEN_UP if arrives == NEVER else NEVER
    shelf.way[row, UNITS_COMING], shelf.way[row, NUMBER] = units, number
    shelf.way[row, IS_URGENT] = 1 if channel == URGENT else 0
    shelf.tally[N_WAY] = row + 1


@njit(cache=True)
def receive(p: np.record, shelf: Shelf, day: int) -> None:
    """Put away what arrives, and give up on what never came."""
    kept = 0
    for row in range(shelf.tally[N_WAY]):
        if shelf.way[row, ARRIVES] == day:
            _put_away(p, shelf, day, shelf.way[row, UNITS_COMING], shelf.way[row, NUMBER])
        elif shelf.way[row, GIVEN_UP_ON] != day:
            copy_row(shelf.way, row, kept)
            kept += 1
    shelf.tally[N_WAY] = kept


@njit(cache=True)
def _put_away(p: np.record, shelf: Shelf, day: int, ordered: int, number: int) -> None:
    units, packs = ordered, ordered // p.pack_size
    if packs > 1 and draw(shelf.hand) < p.short:
        units = p.pack_size * (1 + int((packs - 1) * draw(shelf.hand)))
    lot = lot_on(p, day) - (1 if draw(shelf.hand) < p.older_lot else 0)
    expiry = expiry_of(p, lot)
    flag = 0 if draw(shelf.hand) < p.order_unknown else KNOWN_ORDER
    if p.shelf_life > 0 and draw(shelf.hand) < p.lot_share:
        flag += KNOWN_LOT
    shelf.tally[N_LOTS] = put(shelf.lots, shelf.tally[N_LOTS], expiry, lot, units)
    note(shelf, DELIVERED, day, units, number, lot, expiry, flag)


@njit(cache=True)
def hung_cards(p: np.record, shelf: Shelf) -> int:
    """Count the cards on the board: one for each whole card that stock and orders lie below full stock."""
    gap = p.max_level - stock(shelf.lots, shelf.tally[N_LOTS]) - coming(shelf, False)
    return max(0, int(gap // p.brik_qty))


@njit(cache=True)
def scan_board(p: np.record, shelf: Shelf, day: int, weekday: int, delivers: WeekMask) -> None:
    """Order what the hung cards stand for; now and then one lies in a pocket, or is scanned twice."""
    cards = hung_cards(p, shelf)
    if cards > 0 and day >= shelf.tally[CARD_LOST_UNTIL] and draw(shelf.hand) < p.card_lost:
        shelf.tally[CARD_LOST_UNTIL] = day + 5 + int(40 * draw(shelf.hand))
    if day < shelf.tally[CARD_LOST_UNTIL]:
        cards -= 1
    if cards > 0:
        if draw(shelf.hand) < p.double_scan:
            cards += 1
        order(p, shelf, day, cards * p.brik_qty, BY_BRIK, weekday, delivers)


@njit(cache=True)
def order_by_eye(p: np.record, shelf: Shelf, day: int, weekday: int, delivers: WeekMask) -> None:
    """Order whole packs up to about max, if the stock looks to be at or below min."""
    if draw(shelf.hand) < p.not_looked_at:
        return
    lying = stock(shelf.lots, shelf.tally[N_LOTS]) * (1 + p.eye_error * draw_normal(shelf.hand))
    seen = round(max(0.0, lying)) + coming(shelf, False)
    if seen <= p.min_level:
        packs = max(1, round((p.max_level - seen) / p.pack_size))
        order(p, shelf, day, packs * p.pack_size, BY_HAND, weekday, delivers)


@njit(cache=True)
def order_urgently(p: np.record, shelf: Shelf, day: int, weekday: int, delivers: WeekMask) -> None:
    """Order one card's worth, or half the way from min to max, on top of whatever is on the way."""
    units = p.brik_qty
    if not p.is_brik:
        units = p.pack_size * max(1, round(0.5 * (p.max_level - p.min_level) / p.pack_size))
    order(p, shelf, day, units, URGENT, weekday, delivers)
