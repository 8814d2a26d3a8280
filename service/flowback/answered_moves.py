"""What people said to the moves of earlier runs, as the next run is told of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from brikopt.transfers.answered import AnsweredMove, Answers
from service.clock import danish_day
from service.runs.kept_rows import Cells
from service.transfers.carried import DECLINED, latest_answers
from service.transfers.store import ACCEPTED
from service.transfers.tables import TransferState

_AGREED = "agreed"


def answered_moves(session: Session, before: date | None = None) -> Answers:
    """Find the moves that both ends agreed on and that are not carried out yet, and those that one of them declined.

    Parameters
    ----------
    session : Session
    before : date, optional
        Only answers of earlier days.

    Returns
    -------
    Answers
        By the latest answer to each way of an item.
    """
    found = [
        (_outcome(state), _move(cells))
        for state, cells in latest_answers(session)
        if (before is None or danish_day(state.decided_at) < before)
    ]
    agreed, declined = ([move for outcome, move in found if outcome == wanted] for wanted in (_AGREED, DECLINED))
    return Answers(agreed, declined)


def _outcome(state: TransferState) -> str:
    """The state, but a yes of one end alone, which binds nobody yet, apart from that of both.

    What one end has carried out already is under way, and nothing to plan for any more.
    """
    under_way = state.giver_done_at is not None or state.taker_done_at is not None
    agreed = state.giver_agreed and state.taker_agreed and not under_way
    return _AGREED if state.state == ACCEPTED and agreed else state.state


def _move(cells: Cells) -> AnsweredMove:
    return AnsweredMove(
        cells["from_cabinet_id"],
        cells["to_cabinet_id"],
        cells["item_id"],
        int(cells["units"]),
        date.fromisoformat(cells["earliest_expiry"]) if cells["earliest_expiry"] else None,
        float(cells["expected_saved_units"]),
        float(cells["expected_saved_dkk"]),
    )
