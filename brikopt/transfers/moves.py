"""The moves of a region: the most urgent dates first, each item for itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from brikopt.contract.outputs import TRANSFERS
from brikopt.transfers.handling import FloatArray, Handling, IntArray
from brikopt.transfers.match import units_saved, worthwhile_units
from brikopt.transfers.pairing import Terms, market_of, possible_takers, promising_givers, promising_pairs
from brikopt.transfers.surplus import Givers
from brikopt.transfers.uptake import Takers

# Days. Givers whose first date lies in one window are matched together, all at the earliest date of their
# item in it: a little too careful, and the takers' shelves are filled by the goods that can wait least.
_WINDOWS = np.array([7, 14, 21, 28, 42, 60, 90, 120, 150, 180, 270, 365, 730])


@dataclass(frozen=True, slots=True)
class _Deals:
    """Moves agreed on; arrays of shape (n_moves,)."""

    giver: IntArray
    taker: IntArray
    units: IntArray
    saved_units: FloatArray
    saved_dkk: FloatArray


def transfers(
    givers: Givers,
    takers: Takers,
    unit_price_dkk: pd.Series[float],
    *,
    disposal_per_unit: float,
    as_of: date,
    piece_units: pd.Series[int] | None = None,
    min_saving_dkk: float = 50.0,
    handling: Handling | None = None,
) -> pd.DataFrame:
    """Propose moves of stock that will probably expire where it lies to positions that will probably use it.

    Parameters
    ----------
    givers : Givers
        Positions with something at risk.
    takers : Takers
        Positions that could take; the givers may be among them.
    unit_price_dkk : Series
        Price of a unit, indexed by ``item_id``.
    disposal_per_unit : float
        DKK on top of the price when a unit is thrown away.
    as_of : date
        Moment of decision.
    piece_units : Series, optional
        Units that may only be moved together, indexed as the prices: a pack that has to stay unbroken; 1 if left out.
    min_saving_dkk : float
        A move has to save at least this, after handling.
    handling : Handling, optional
        Costs and days of a move; our estimates if left out.

    Returns
    -------
    DataFrame
        Columns of ``transfers.csv`` but ``reason``, most kroner saved first, then by ids. ``expected_saved_units`` is
        the sum over the units moved of (chance to go out of date at the giver + chance to be used in time at the
        taker - 1); ``expected_saved_dkk`` is that times (price + disposal), handling not taken off.

    Notes
    -----
    A position that could give a worthwhile move takes nothing of the same item, so goods never go back and
    forth.
    """
    items = unit_price_dkk.index
    piece = np.ones(len(items)) if piece_units is None else piece_units.to_numpy()
    terms = Terms(
        handling or Handling(),
        min_saving_dkk,
        np.asarray((unit_price_dkk + disposal_per_unit) * piece, dtype=np.float64),
        piece.astype(np.int64),
        items.get_indexer(pd.Index(givers.item_id)),
        items.get_indexer(pd.Index(takers.item_id)),
    )
    giver = promising_givers(givers, terms)
    givers = givers.take(giver)
    taker = possible_takers(takers, givers)
    moves = _moves(givers, takers.take(taker), terms.take(giver, taker), as_of)
    return _ranked(pd.concat(moves))


def _moves(givers: Givers, takers: Takers, terms: Terms, as_of: date) -> Iterator[pd.DataFrame]:
    """Match one window of dates after the other, the goods moved so far on their new shelves."""
    window = np.searchsorted(_WINDOWS, givers.expiry_day, side="right")
    for number in range(len(_WINDOWS) + 1):
        here = np.flatnonzero(window == number)
        open_to = np.flatnonzero(np.isin(terms.taker_item, terms.giver_item[here]))
        offered, asking = givers.take(here), takers.take(open_to)
        deals = _deals(offered, asking, terms.take(here, open_to))
        yield _table(deals, offered, asking, as_of)
        takers = _with_goods(takers, open_to[deals.taker], deals.units)


def _deals(givers: Givers, takers: Takers, terms: Terms) -> _Deals:
    market = market_of(givers, takers, terms)
    pairs = promising_pairs(givers, takers, terms, market)
    pieces = worthwhile_units(pairs, market)
    saved = units_saved(pairs, pieces, market)
    done = pieces > 0
    loss, units = terms.loss_dkk[pairs.item[done]], terms.piece[pairs.item[done]]
    return _Deals(pairs.giver[done], pairs.taker[done], pieces[done] * units, saved[done] * units, saved[done] * loss)


def _with_goods(takers: Takers, taker: IntArray, units: IntArray) -> Takers:
    received = np.bincount(taker, weights=units, minlength=len(takers.stock))
    return replace(
        takers,
        stock=takers.stock + received,
        moved_in=takers.moved_in + received,
        room_units=takers.room_units - received,
    )


def _table(deals: _Deals, givers: Givers, takers: Takers, as_of: date) -> pd.DataFrame:
    expiry = np.datetime64(as_of, "s") + givers.expiry_day[deals.giver].astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "from_cabinet_id": givers.cabinet_id[deals.giver].astype(str),
            "to_cabinet_id": takers.cabinet_id[deals.taker].astype(str),
            "item_id": givers.item_id[deals.giver].astype(str),
            "units": deals.units,
            "earliest_expiry": expiry,
            "expected_saved_units": deals.saved_units,
            "expected_saved_dkk": deals.saved_dkk,
        }
    )


def _ranked(moves: pd.DataFrame) -> pd.DataFrame:
    order = ["expected_saved_dkk", "from_cabinet_id", "to_cabinet_id", "item_id"]
    ranked = moves.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    return ranked[[column.name for column in TRANSFERS.columns if column.name != "reason"]]
