"""What would help most where goods may go out of date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from brikopt.reason import Reason

Row = Mapping[Any, Any]
Place = tuple[str, str]  # cabinet and item

WORTH_SHARE = 0.2  # of the expected loss: what saves less is not said to help most
UNSURE = (0.1, 0.9)  # chances between which a date read on the shelf may change the answer
DAYS_PER_WEEK = 7.0


def helps(positions: pd.DataFrame, transfers: pd.DataFrame) -> list[Reason | None]:
    """Say for each position what would save most of what is expected to go out of date.

    Parameters
    ----------
    positions : DataFrame
        Figures of all steps, one row a position.
    transfers : DataFrame
        Columns of ``transfers.csv``.

    Returns
    -------
    list of Reason or None
        Use the oldest first, move goods to a ward that uses them, a lower level, or a look at the date: the first of
        these that saves a fifth of the loss, the most units first; None where nothing would.
    """
    rows = positions.to_dict("records")
    by_place = {(row["cabinet_id"], row["item_id"]): row for row in rows}
    moves: dict[Place, Row] = {}
    for move in transfers.sort_values("expected_saved_units", ascending=False, kind="stable").to_dict("records"):
        moves.setdefault((move["from_cabinet_id"], move["item_id"]), move)
    return [_help(row, moves.get((row["cabinet_id"], row["item_id"])), by_place) for row in rows]


def _help(row: Row, move: Row | None, by_place: Mapping[Place, Row]) -> Reason | None:
    moved = move["expected_saved_units"] if move else 0.0
    worth = WORTH_SHARE * row["expected_expired_units"]
    if move and moved >= max(worth, row["rotated_units"]):
        taker = by_place[move["to_cabinet_id"], move["item_id"]]
        return _move(int(move["units"]), taker)
    if row["rotated_units"] > 0 and row["rotated_units"] >= worth:
        return Reason("help_use_first", {"units": row["rotated_units"]})
    if row["action"] in ("trim", "remove"):
        return Reason("help_lower_level", {})
    least, most = UNSURE
    if not row["expiry_known"] and least < row["p_expire"] < most:
        return Reason("help_date", {})
    return None


def _move(units: int, taker: Row) -> Reason:
    a_week = taker["demand_per_day_mean"] * DAYS_PER_WEEK
    place = {"units": units, "to_ward": taker["ward_name"]}
    if a_week <= 0:
        return Reason("help_move", place)
    return Reason("help_move_weeks", {**place, "weeks": max(units / a_week, 1.0)})
