"""Which levels and cards a position had in its past, where nobody wrote it down: as its order lines show it.

All cards scanned on a day make one line, so with cards a line is a whole number of cards, and at most all of them;
without cards it reaches from what the eye saw, at most min, up to max. Lines that can't have come about under the
levels that stand now were made under others.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

from brikopt.demand.order_lines import OrderLines

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LEAST_LINES = 3  # that can't be today's, before other levels are believed: one may be a slip, two a busy week
LEAST_SHARE = 0.6  # of the lines of that time
CARD_LINES = 5  # of the newest of a time, from which its card is read: older ones may be of other cards again
ALIKE_SHARE = 0.8  # of the lines of a time that are whole numbers of a card, for it to be the card
MANY_CARDS = 4  # lines of several cards each, and never of one, that a slow position doesn't make by chance
SLOW = 0.5  # cards used from one order day to the next
OUTLASTS = 0.5  # of a shelf life: goods ordered again sooner are used, not thrown out
USUAL_BELOW_MIN, USUAL_GAPS = 0.6, 3.0  # of min, and order days' use: as far as stock usually falls below min unseen
USUAL_CARDS = 2  # two bins, where nothing tells how many there were (contract, section 1)
USUAL_MIN_SHARE = 0.25  # of max, where nothing tells what min was
EARLIER_TIMES = 3  # that lines can tell of


def levels_shown(
    positions: pd.DataFrame, lines: OrderLines, use_per_gap: FloatArray, known: BoolArray, as_of: int
) -> pd.DataFrame:
    """Find the times in which a position had other levels than now.

    Parameters
    ----------
    positions : DataFrame
        As from `brikopt.contract.positions.position_table`: what stands now.
    lines : OrderLines
        Lines before as_of.
    use_per_gap : ndarray of float64, shape (n_positions,)
        A guess of the units used from one order day to the next.
    known : ndarray of bool, shape (n_positions,)
        Positions of which somebody wrote down what stood before: nothing is read from their lines.
    as_of : int
        Days since 1970-01-01.

    Returns
    -------
    DataFrame
        One row a time: ``position`` (row), ``until`` (the day before which it ended; as_of where no line has been made
        under today's levels), ``min_level``, ``max_level``, ``brik_qty`` (0 without cards). How many cards there were
        is a guess: two bins, or as many as a line had.
    """
    usual = ~lines.urgent
    found = _shown(
        np.searchsorted(lines.position[usual], np.arange(len(positions) + 1)).astype(np.int64),
        lines.day[usual].astype(np.int64),
        lines.quantity[usual].astype(np.int64),
        positions["is_brik"].to_numpy(np.bool_),
        positions["min_level"].to_numpy(np.int64),
        positions["max_level"].to_numpy(np.int64),
        positions["brik_qty"].to_numpy(np.int64),
        positions["pack_size"].to_numpy(np.int64),
        positions["shelf_life_days"].fillna(0).to_numpy(np.int64),
        use_per_gap,
        known,
        as_of,
    )
    return pd.DataFrame(found, columns=["position", "until", "min_level", "max_level", "brik_qty"])


@njit(cache=True)
def _shown(
    start: IntArray,
    day: IntArray,
    quantity: IntArray,
    is_brik: BoolArray,
    min_level: IntArray,
    max_level: IntArray,
    brik_qty: IntArray,
    pack_size: IntArray,
    shelf_life: IntArray,
    use_per_gap: FloatArray,
    known: BoolArray,
    as_of: int,
) -> IntArray:
    """Times that lines show: position, the day on which they ended, min, max and card; shape (n_found, 5)."""
    found = np.empty((EARLIER_TIMES * len(is_brik), 5), dtype=np.int64)
    count = 0
    for row in range(len(is_brik)):
        last = start[row + 1]
        low, high, card, until = min_level[row], max_level[row], brik_qty[row], as_of
        if known[row] or high <= 0:
            continue
        for _ in range(EARLIER_TIMES):
            mine = quantity[start[row] : last]
            if is_brik[row]:
                newest = _newest_of_other_cards(mine, card, high)
                if newest < 0 and _always_many(mine, day[start[row] : last], card, use_per_gap[row], shelf_life[row]):
                    newest = len(mine) - 1
            else:
                newest = _newest_of_other_reach(mine, low, high, pack_size[row], use_per_gap[row])
            if newest < 0:
                break
            # The levels that follow were in force when the next line was made; with none, not before as_of.
            until = day[start[row] + newest + 1] if start[row] + newest + 1 < last else until
            block = mine[: newest + 1]
            if is_brik[row]:
                card = _card_of(block, pack_size[row])
                high = card * max(USUAL_CARDS, -(-block[-LEAST_LINES:].max() // card))
                low = high - card
            else:
                reach = _usual_reach(block)
                share = min(max(low / max(high, 1), USUAL_MIN_SHARE), 0.8)
                high = max(int(round(reach / (1.0 - share))), reach)
                low = high - reach
            found[count] = (row, until, low, high, card)
            count += 1
            last = start[row] + newest + 1
    return found[:count]


@njit(cache=True)
def _is_cards(units: int, card: int, high: int) -> bool:
    return card > 0 and units % card == 0 and units <= high


@njit(cache=True)
def _newest_of_other_cards(quantity: IntArray, card: int, high: int) -> int:
    """Place of the newest line that was made with other cards; -1 where today's explain them."""
    newest = -1
    for at in range(len(quantity) - 1, -1, -1):
        if quantity[at] > 0 and not _is_cards(quantity[at], card, high):
            newest = at
            break
    if newest >= 0:
        others = looked_at = 0
        for at in range(newest, max(newest - 2 * LEAST_LINES, -1), -1):
            looked_at += 1
            if not _is_cards(quantity[at], card, high):
                others += 1
        enough = min(LEAST_LINES, max(newest + 1, 2))
        return newest if others >= enough and others >= LEAST_SHARE * looked_at else -1
    return -1


@njit(cache=True)
def _always_many(quantity: IntArray, day: IntArray, card: int, use_per_gap: float, shelf_life: int) -> bool:
    """Whether lines are always of several cards, though one lasts longer than from one order day to the next.

    It was one larger card then; but for goods that last no longer than from one line to the next: of these whole
    shelves are thrown out and ordered again.
    """
    if len(quantity) < MANY_CARDS or card <= 0 or use_per_gap > SLOW * card:
        return False
    first = max(len(quantity) - 2 * MANY_CARDS, 0)
    if quantity[first:].min() < 2 * card:
        return False
    apart = (day[-1] - day[first]) / (len(quantity) - 1 - first)
    return shelf_life == 0 or apart < OUTLASTS * shelf_life


@njit(cache=True)
def _card_of(block: IntArray, pack: int) -> int:
    """The largest quantity of which most lines of a time are whole numbers."""
    best = pack
    recent = block[max(len(block) - CARD_LINES, 0) :]
    for candidate in recent:
        if candidate <= best:
            continue
        whole = 0
        for units in recent:
            if units % candidate == 0:
                whole += 1
        if whole >= ALIKE_SHARE * len(recent):
            best = candidate
    if best == pack:
        # No card explains them: at least none larger than the smallest line.
        smallest = recent.min()
        best = max(smallest, pack)
    return max(best, 1)


@njit(cache=True)
def _newest_of_other_reach(quantity: IntArray, low: int, high: int, pack: int, use_per_gap: float) -> int:
    """Place of the newest line that today's min and max can't have made; -1 where they explain most."""
    # Somebody orders up to about max: a pack less than it takes is usual, too.
    least, most = high - low - pack, high + pack - 1
    usual_most = high - low + USUAL_BELOW_MIN * low + USUAL_GAPS * use_per_gap + pack
    newest = -1
    for at in range(len(quantity) - 1, -1, -1):
        if quantity[at] > 0 and (quantity[at] < least or quantity[at] > most):
            newest = at
            break
    if newest >= 0:
        others = looked_at = 0
        for at in range(newest, max(newest - 2 * LEAST_LINES, -1), -1):
            looked_at += 1
            if quantity[at] < least or quantity[at] > most:
                others += 1
        enough = min(LEAST_LINES, max(newest + 1, 2))
        if others >= enough and others >= LEAST_SHARE * looked_at:
            return newest
    recent = quantity[max(len(quantity) - 2 * LEAST_LINES, 0) :]
    if len(recent) >= LEAST_LINES and np.median(recent) > usual_most:
        return len(quantity) - 1
    return -1


@njit(cache=True)
def _usual_reach(block: IntArray) -> int:
    """From min to max, as the smaller lines of a time show it."""
    recent = np.sort(block[max(len(block) - 4 * LEAST_LINES, 0) :])
    return max(recent[len(recent) // 5], 1)
