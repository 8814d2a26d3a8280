"""Reviews of the extracts and of the service together, on any day: who has been reviewed, and the coverage."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brikopt.coverage.progress import coverage
from brikopt.coverage.scope import KINDS, first_reviews, in_scope
from brikopt.policy import Target
from service.clock import danish_day, now
from service.places.tables import Cabinet, KnownReview, Ward
from service.reviews.tables import Review
from service.runs.tables import Run


@dataclass(frozen=True, slots=True)
class Standing:
    """Wards, cabinets and reviews as tables, and the day before which a review counts."""

    wards: pd.DataFrame
    cabinets: pd.DataFrame
    reviews: pd.DataFrame
    as_of: date


@dataclass(frozen=True, slots=True)
class WardStanding:
    """How far one ward has come, by kind of goods.

    Attributes
    ----------
    in_scope : dict of str to bool
        Whether the target of a kind covers the ward.
    reviewed_on : dict of str to date or None
        Its first review in a kind.
    """

    in_scope: dict[str, bool]
    reviewed_on: dict[str, date | None]

    def reviewed(self, kind: str | None) -> bool:
        """Whether it has been reviewed in a kind, or in any."""
        return any(day is not None for one, day in self.reviewed_on.items() if kind in (None, one))


def end_of_today() -> date:
    """Return the moment at which all of today counts: tomorrow's date in Denmark."""
    return danish_day(now()) + timedelta(days=1)


def standing_at(session: Session, run: Run, as_of: date) -> Standing:
    """Gather what was known of the reviews on a day.

    Parameters
    ----------
    session : Session
    run : Run
        Whose wards and extracts count.
    as_of : date
        Reviews on this day or later don't count yet, and one undone on it or later still does: the figure of a past
        day stays what it was.

    Returns
    -------
    Standing
    """
    return Standing(_wards(session, run), _cabinets(session, run), _reviews(session, run, as_of), as_of)


def ward_standings(standing: Standing) -> dict[str, WardStanding]:
    """Return how far each ward has come."""
    scopes = {kind: in_scope(standing.wards, standing.cabinets, kind, standing.as_of).tolist() for kind in KINDS}
    days = {kind: first_reviews(standing.wards, standing.reviews, kind, standing.as_of).tolist() for kind in KINDS}
    return {
        ward_id: WardStanding({k: scopes[k][row] for k in KINDS}, {k: days[k][row] for k in KINDS})
        for row, ward_id in enumerate(standing.wards["ward_id"])
    }


def coverage_rows(standing: Standing, run: Run) -> Iterator[dict[str, Any]]:
    """Make the rows of the coverage table, the region's included, with None where there is no figure."""
    frame = coverage(standing.wards, standing.cabinets, standing.reviews, targets_of(run), standing.as_of)
    for row in frame.to_dict("records"):
        yield {str(name): _plain(value) for name, value in row.items()}


def targets_of(run: Run) -> list[Target]:
    """The targets of the run's policy; its record came through JSON, where dates are texts."""
    written = run.record["policy"]["targets"]
    return [Target.model_validate({**one, **_days(one)}) for one in written]


def _days(target: dict[str, Any]) -> dict[str, date | None]:
    read = {name: target.get(name) for name in ("from", "deadline")}
    return {name: date.fromisoformat(day) if day else None for name, day in read.items()}


def _plain(value: Any) -> object:  # noqa: ANN401 - cells of a frame
    if value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _wards(session: Session, run: Run) -> pd.DataFrame:
    columns = ["ward_id", "unit", "nonbrik_relevant", "valid_from", "valid_to", "excluded_reason"]
    wards = session.scalars(select(Ward).where(Ward.run == run.id).order_by(Ward.ward_id)).all()
    frame = _frame([[getattr(ward, name) for name in columns] for ward in wards], columns)
    days = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("valid_from", "valid_to")}
    return frame.assign(**days, excluded_reason=frame["excluded_reason"].fillna("").astype("str"))


def _cabinets(session: Session, run: Run) -> pd.DataFrame:
    rows = session.execute(select(Cabinet.ward_id, Cabinet.kind).where(Cabinet.run == run.id)).all()
    return _frame([list(row) for row in rows], ["ward_id", "kind"])


def _reviews(session: Session, run: Run, as_of: date) -> pd.DataFrame:
    known = select(KnownReview.ward_id, KnownReview.kind, KnownReview.reviewed_at).where(KnownReview.run == run.id)
    own = select(Review.ward_id, Review.kind, Review.reviewed_on).where(
        Review.counts_for_target, or_(Review.undone_on.is_(None), Review.undone_on >= as_of)
    )
    rows = [list(row) for query in (known, own) for row in session.execute(query).all()]
    frame = _frame(rows, ["ward_id", "kind", "reviewed_at"])
    return frame.assign(reviewed_at=pd.to_datetime(frame["reviewed_at"]).astype("datetime64[s]"))


def _frame(rows: Sequence[Sequence[object]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)
