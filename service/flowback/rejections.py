"""Rejected lines of earlier trim lists, as the next run is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brikopt.flows.rejected_advice import Key, RejectedAdvice, levels_of
from service.flowback.answered import AnsweredRun, answered_runs
from service.reviews.tables import Review
from service.runs.kept_rows import reviews_in_force


def rejected_advice(session: Session, before: date | None = None) -> list[RejectedAdvice]:
    """Find what was rejected and not decided otherwise since.

    Parameters
    ----------
    session : Session
    before : date, optional
        Only decisions of earlier days.

    Returns
    -------
    list of RejectedAdvice
        The latest of each cabinet, item and action, in their order.
    """
    runs = answered_runs(session)
    found: dict[Key, RejectedAdvice] = {}
    for review in reviews_in_force(session):
        run = runs.get(review.run_id)
        if run is not None and (before is None or review.reviewed_on < before):
            for decision in review.decisions:
                _note(found, review, decision, run)
    return [found[key] for key in sorted(found)]


def _note(found: dict[Key, RejectedAdvice], review: Review, decision: Mapping[str, Any], run: AnsweredRun) -> None:
    key = (decision["cabinet_id"], decision["item_id"], decision["action"])
    found.pop(key, None)
    line, level = run.lines.get(key), run.levels.get(key[:2])
    if decision["decision"] == "rejected" and line is not None and level is not None:
        saving = float(line["saving_dkk_per_year"] or 0.0)
        found[key] = RejectedAdvice(key, levels_of(level), saving, decision.get("reason", ""), review.reviewed_on)
