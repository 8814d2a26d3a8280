"""Which givers and takers of an item could do business worth a move.

What moves is a piece: one unit, or a whole pack of an item that may only be moved unbroken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brikopt.transfers.handling import FloatArray, Handling, IntArray
from brikopt.transfers.match import Market, Pairs, gains_alone
from brikopt.transfers.surplus import Givers, excess_chances
from brikopt.transfers.uptake import Takers, use_chances


@dataclass(frozen=True, slots=True)
class Terms:
    """What a move costs, what it has to save, and what a piece of each item is worth."""

    handling: Handling
    min_saving_dkk: float
    loss_dkk: FloatArray  # (n_items,): price and disposal of a piece
    piece: IntArray  # (n_items,): units that move together
    giver_item: IntArray  # (n_givers,): rows of loss_dkk, -1 where there is no price
    taker_item: IntArray  # (n_takers,)

    def take(self, giver: IntArray, taker: IntArray) -> Terms:
        """Return the terms for some of the givers and takers."""
        return replace(self, giver_item=self.giver_item[giver], taker_item=self.taker_item[taker])

    def pieces_worth(self, dkk: float | FloatArray, item: IntArray) -> FloatArray:
        """Convert kroner to pieces of an item; infinitely many where a piece is worth nothing."""
        loss = np.where(item >= 0, self.loss_dkk[item], 0.0)
        amount = np.broadcast_to(np.asarray(dkk, dtype=np.float64), loss.shape)
        pieces: FloatArray = np.divide(amount, loss, out=np.full(loss.shape, np.inf), where=loss > 0)
        return pieces


def promising_givers(givers: Givers, terms: Terms) -> IntArray:
    """Return the givers with enough at risk for one move, and time for it.

    Parameters
    ----------
    givers : Givers
        Positions with something at risk.
    terms : Terms
        Costs and prices.

    Returns
    -------
    ndarray of int
        Rows of ``givers``, by item and cabinet.
    """
    least = terms.pieces_worth(terms.min_saving_dkk + terms.handling.cheapest, terms.giver_item)
    enough = in_pieces(excess_chances(givers), terms.piece[terms.giver_item]).sum(axis=1) >= least
    rows = np.flatnonzero(enough & (givers.expiry_day >= terms.handling.days))
    return _by_ids(rows, givers.cabinet_id, givers.item_id)


def possible_takers(takers: Takers, givers: Givers) -> IntArray:
    """Return the takers with room and use that hold an item on offer and give none of it themselves.

    Parameters
    ----------
    takers : Takers
        Positions that could take.
    givers : Givers
        The promising givers.

    Returns
    -------
    ndarray of int
        Rows of ``takers``, by item and cabinet.
    """
    wanted = pd.Index(takers.item_id).isin(givers.item_id)
    rows = np.flatnonzero(wanted & (takers.room_units >= 1) & (takers.rate_mean > 0))
    giving = pd.MultiIndex.from_arrays([givers.cabinet_id, givers.item_id])
    taking = pd.MultiIndex.from_arrays([takers.cabinet_id[rows], takers.item_id[rows]])
    return _by_ids(rows[~taking.isin(giving)], takers.cabinet_id, takers.item_id)


def _by_ids(rows: IntArray, cabinet_id: NDArray[np.object_], item_id: NDArray[np.object_]) -> IntArray:
    """Order rows by item and cabinet, so that the order of the input does not matter."""
    return rows[np.lexsort((cabinet_id[rows].astype(str), item_id[rows].astype(str)))]


def in_pieces(chances: FloatArray, piece: IntArray) -> FloatArray:
    """Turn chances of units into chances of pieces.

    Parameters
    ----------
    chances : ndarray of float64, shape (n, n_units)
        Of each unit; 0 where there is none to give, or no room.
    piece : ndarray of int64, shape (n,)
        Units of a piece.

    Returns
    -------
    ndarray of float64, shape (n, n_units)
        The mean chance of the piece's units, which is the share of it that is saved; 0 where a unit of it is missing.
    """
    together = chances.copy()
    for units in np.unique(piece[piece > 1]):
        rows, whole = piece == units, chances.shape[1] // units
        parts = chances[rows, : whole * units].reshape(-1, whole, units)
        together[rows] = 0.0
        together[rows, :whole] = np.where(parts.min(axis=2) > 0, parts.mean(axis=2), 0.0)
    return together


def market_of(givers: Givers, takers: Takers, terms: Terms) -> Market:
    """Look up the chances of all pieces that could be given and taken.

    Parameters
    ----------
    givers, takers : Givers, Takers
        Positions that could do business.
    terms : Terms
        Their items, and the days that a move takes.

    Returns
    -------
    Market
        Every taker of an item looks at the earliest date among the item's givers.
    """
    excess = excess_chances(givers)
    first_day = np.full(len(terms.loss_dkk), -1, dtype=np.int64)
    order = np.argsort(-givers.expiry_day, kind="stable")  # The earliest date is written last, and stays.
    first_day[terms.giver_item[order]] = givers.expiry_day[order]
    days = first_day[terms.taker_item] + 1 - terms.handling.days
    use = use_chances(takers, days, excess.shape[1])
    return Market(*map(in_pieces, (excess, use), (terms.piece[terms.giver_item], terms.piece[terms.taker_item])))


def promising_pairs(givers: Givers, takers: Takers, terms: Terms, market: Market) -> Pairs:
    """List the pairs that would clear their hurdle if they were alone.

    Parameters
    ----------
    givers, takers : Givers, Takers
        Positions that could do business.
    terms : Terms
        Costs and prices.
    market : Market
        Chances of their pieces.

    Returns
    -------
    Pairs
        By giver and taker. Others cannot clear it among more givers and takers either, as chances only fall.
    """
    offers = pd.DataFrame({"item": terms.giver_item, "giver": np.arange(len(terms.giver_item))})
    wishes = pd.DataFrame({"item": terms.taker_item, "taker": np.arange(len(terms.taker_item))})
    met = offers.merge(wishes, on="item").sort_values(["giver", "taker"])
    giver, taker, item = (met[name].to_numpy(dtype=np.int64) for name in ("giver", "taker", "item"))
    saved, pieces = gains_alone(giver, taker, market)
    handling = terms.handling.cost(givers, giver, takers, taker)
    hurdle = terms.pieces_worth(terms.min_saving_dkk + handling, item)
    good = (saved >= hurdle) & (saved > 0)
    each = terms.pieces_worth(handling, item)[good] / pieces[good]
    return Pairs(giver[good], taker[good], item[good], each, hurdle[good], saved[good])
