"""Moves that people answered: what was agreed is kept and not undone, what was declined isn't proposed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.transfers.handling import FloatArray, TextArray
from brikopt.transfers.surplus import Givers
from brikopt.transfers.uptake import Takers

# A declined move is proposed again where what it saves has changed by more than this share of what it was.
ENOUGH = 0.25
Place = tuple[str, str]  # cabinet and item


@dataclass(frozen=True, slots=True)
class AnsweredMove:
    """A line of an earlier ``transfers.csv``.

    Attributes
    ----------
    from_cabinet_id, to_cabinet_id, item_id : str
    units : int
    earliest_expiry : date or None
        None for goods that keep.
    expected_saved_units, expected_saved_dkk : float
        As they were proposed.
    """

    from_cabinet_id: str
    to_cabinet_id: str
    item_id: str
    units: int
    earliest_expiry: date | None
    expected_saved_units: float
    expected_saved_dkk: float

    @property
    def giver(self) -> Place:
        """Where the goods lie."""
        return self.from_cabinet_id, self.item_id

    @property
    def taker(self) -> Place:
        """Where they will be used."""
        return self.to_cabinet_id, self.item_id


@dataclass(frozen=True, slots=True)
class Answers:
    """What people said to earlier proposals and hasn't been carried out yet."""

    agreed: Sequence[AnsweredMove] = ()
    declined: Sequence[AnsweredMove] = ()


def still_possible(
    agreed: Sequence[AnsweredMove], most_there: Mapping[Place, float], as_of: date
) -> list[AnsweredMove]:
    """Keep the agreed moves that can still be carried out.

    Parameters
    ----------
    agreed : sequence of AnsweredMove
    most_there : mapping of (cabinet, item) to float
        Units that may lie at each position of the region.
    as_of : date
        Moment of decision.

    Returns
    -------
    list of AnsweredMove
        Those in date, between positions that are still there, of no more units than may lie at the giver.
    """
    return [
        move
        for move in agreed
        if (move.earliest_expiry is None or move.earliest_expiry >= as_of)
        and move.taker in most_there
        and move.units <= most_there.get(move.giver, 0.0)
    ]


def with_agreed(givers: Givers, takers: Takers, agreed: Sequence[AnsweredMove]) -> tuple[Givers, Takers]:
    """Match what is left beside the agreed moves, as if the goods had been moved.

    Parameters
    ----------
    givers : Givers
    takers : Takers
    agreed : sequence of AnsweredMove

    Returns
    -------
    Givers
        Without the positions that goods are to come to, and with what the others have left.
    Takers
        With the goods on their new shelves, and without the positions that they are to leave.
    """
    if not agreed:
        return givers, takers
    gone, come = _units_at(givers, agreed, "giver"), _units_at(takers, agreed, "taker")
    givers = replace(
        givers, p_excess=_without_first(givers.p_excess, gone), on_hand_low=np.maximum(givers.on_hand_low - gone, 0.0)
    )
    takers = replace(
        takers,
        stock=takers.stock + come,
        moved_in=takers.moved_in + come,
        room_units=np.maximum(takers.room_units - come, 0.0),
    )
    stay, leave = {move.taker for move in agreed}, {move.giver for move in agreed}
    return givers.take(_rows_outside(givers, stay)), takers.take(_rows_outside(takers, leave))


def with_answers(moves: pd.DataFrame, agreed: Sequence[AnsweredMove], declined: Sequence[AnsweredMove]) -> pd.DataFrame:
    """Put the agreed moves among the proposed ones, and leave out those that were declined and are still the same.

    Parameters
    ----------
    moves : DataFrame
        Columns of ``transfers.csv``.
    agreed, declined : sequence of AnsweredMove

    Returns
    -------
    DataFrame
        As they are ranked: most kroner saved first, then by ids.
    """
    if not (agreed or declined):
        return moves
    refused = {(*move.giver, move.to_cabinet_id): move.expected_saved_dkk for move in declined}
    keys = zip(moves["from_cabinet_id"], moves["item_id"], moves["to_cabinet_id"], strict=True)
    says_new = [
        abs(dkk - refused[key]) > ENOUGH * abs(refused[key]) if key in refused else True
        for key, dkk in zip(keys, moves["expected_saved_dkk"], strict=True)
    ]
    parts = [moves[says_new]]
    if agreed:
        rows = pd.DataFrame([{name: getattr(move, name) for name in moves.columns} for move in agreed])
        parts.append(rows.assign(earliest_expiry=rows["earliest_expiry"].astype("datetime64[s]")))
    order = ["expected_saved_dkk", "from_cabinet_id", "to_cabinet_id", "item_id"]
    together = pd.concat([part for part in parts if len(part)]) if any(map(len, parts)) else moves[says_new]
    return together.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def _units_at(places: Givers | Takers, agreed: Sequence[AnsweredMove], end: str) -> FloatArray:
    units: dict[Place, float] = {}
    for move in agreed:
        place = getattr(move, end)
        units[place] = units.get(place, 0.0) + move.units
    return np.array([units.get(place, 0.0) for place in _keys(places)])


def _without_first(chances: FloatArray, units: FloatArray) -> FloatArray:
    """The units moved are those likeliest to go out of date."""
    left = np.zeros_like(chances)
    for row, moved in enumerate(units.astype(int)):
        left[row, : max(chances.shape[1] - moved, 0)] = chances[row, moved:]
    return left


def _rows_outside(places: Givers | Takers, left_out: set[Place]) -> npt.NDArray[np.int64]:
    return np.flatnonzero([place not in left_out for place in _keys(places)])


def _keys(places: Givers | Takers) -> list[Place]:
    cabinets: TextArray = places.cabinet_id
    return list(zip(cabinets.tolist(), places.item_id.tolist(), strict=True))
