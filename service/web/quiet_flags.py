"""Goods that may expire, apart: those that say something, and those that somebody has handled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import EXPIRY_FLAGS, TRANSFERS
from brikopt.expiry.handled import Flag, rest_is_little, stays_silent
from service.lists.tables import ListRow
from service.reviews.tables import Review
from service.runs.tables import Run

Row = Mapping[str, Any]
Place = tuple[str, str]  # cabinet and item
# Lines of the list that deal with goods that will go out of date; a new level or a no leaves them where they are.
_OLDEST_FIRST, _MOVE = "use_first", "move"


def quiet_places(session: Session, run: Run, flags: Sequence[Row], reviews: Sequence[Review]) -> set[Place]:
    """Name the positions whose flag somebody has handled, and that say nothing new since.

    Parameters
    ----------
    session : Session
    run : Run
        The served one.
    flags : sequence of mapping
        Its flags of the ward.
    reviews : sequence of Review
        Of the ward, the newest first; undone ones don't count.

    Returns
    -------
    set of (str, str)
        Those whose goods are used first, or moved but for little. A flag handled under a result that isn't kept any
        more speaks again: nobody can say whether it changed.
    """
    handled = _accepted(reviews, (_OLDEST_FIRST, _MOVE))
    before = _flags_of(session, {one for one, _ in handled.values() if one != run.run_id}, handled)
    now = {_place(flag): _flag(flag) for flag in flags}
    moved = {place: one for place, (one, action) in handled.items() if action == _MOVE}
    saved = _saved_by_moves(session, moved)
    quiet = set()
    for place, flag in now.items():
        if place not in handled:
            continue
        run_id, action = handled[place]
        then = flag if run_id == run.run_id else before.get(place)
        done = then is not None and (action == _OLDEST_FIRST or rest_is_little(then, saved.get(place, 0.0)))
        if done and then is not None and stays_silent(then, flag):
            quiet.add(place)
    return quiet


def taken_out(run: Run, reviews: Sequence[Review]) -> set[Place]:
    """Name the positions whose goods out of date somebody has taken out, by the advice of this result.

    A later result that still finds some says so again: what may reach a patient isn't silenced by an old yes.
    """
    return {place for place, (run_id, _) in _accepted(reviews, ("take_out",)).items() if run_id == run.run_id}


def _accepted(reviews: Iterable[Review], actions: tuple[str, ...]) -> dict[Place, tuple[str, str]]:
    """The result that the newest accepted line of some actions answers to, and its action, by position."""
    found: dict[Place, tuple[str, str]] = {}
    for review in reviews:
        if review.undone_at is None:
            for one in review.decisions:
                if one["action"] in actions and one["decision"] == "accepted":
                    found.setdefault(_place(one), (review.run_id, one["action"]))
    return found


def _flags_of(session: Session, run_ids: set[str], handled: Mapping[Place, tuple[str, str]]) -> dict[Place, Flag]:
    """The flags of earlier results, each from the one in which its position was handled."""
    if not run_ids:
        return {}
    cabinets = sorted({cabinet for cabinet, _ in handled})
    query = (
        select(Run.run_id, ListRow.cells)
        .join(ListRow, ListRow.run == Run.id)
        .where(Run.run_id.in_(sorted(run_ids)), ListRow.name == EXPIRY_FLAGS.name, ListRow.cabinet_id.in_(cabinets))
    )
    found = ((run_id, _place(cells), cells) for run_id, cells in session.execute(query))
    return {place: _flag(cells) for run_id, place, cells in found if place in handled and handled[place][0] == run_id}


def _saved_by_moves(session: Session, moved: Mapping[Place, str]) -> dict[Place, float]:
    """Units that the moves of each position save, by the result in which they were accepted."""
    if not moved:
        return {}
    cabinets = sorted({cabinet for cabinet, _ in moved})
    query = (
        select(Run.run_id, ListRow.cells)
        .join(ListRow, ListRow.run == Run.id)
        .where(
            Run.run_id.in_(sorted(set(moved.values()))),
            ListRow.name == TRANSFERS.name,
            ListRow.cells["from_cabinet_id"].as_string().in_(cabinets),
        )
    )
    saved: dict[Place, float] = {}
    for run_id, cells in session.execute(query):
        place = cells["from_cabinet_id"], cells["item_id"]
        if moved.get(place) == run_id:
            saved[place] = saved.get(place, 0.0) + float(cells["expected_saved_units"] or 0.0)
    return saved


def _place(cells: Row) -> Place:
    return cells["cabinet_id"], cells["item_id"]


def _flag(cells: Row) -> Flag:
    return Flag(cells["earliest_expiry"], float(cells["expected_expired_units"] or 0.0))
