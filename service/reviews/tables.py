"""Reviews made in the service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class Review(Base):
    """One review of one ward in one kind of goods; undone, it stays.

    Attributes
    ----------
    unit, hospital : str
        Of the ward, as they were then: wards merge, and the review keeps its place.
    reviewed_on : date
        The day in Denmark.
    reviewer : str
        Id of the principal; a person's is erased in time.
    run_id : str
        The result that the decisions answer to.
    decisions, shelf_dates, counts, discards : list of dict
        As they were sent; what was found on a day has its day.
    version : int
        1, and one more with each change.
    """

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_id: Mapped[str]
    unit: Mapped[str]
    hospital: Mapped[str]
    kind: Mapped[str]
    reviewed_at: Mapped[datetime] = mapped_column(Moment)
    reviewed_on: Mapped[date]
    reviewer: Mapped[str]
    run_id: Mapped[str]
    decisions: Mapped[Any] = mapped_column(JSON)
    shelf_dates: Mapped[Any] = mapped_column(JSON)
    counts: Mapped[Any] = mapped_column(JSON, server_default="[]")
    discards: Mapped[Any] = mapped_column(JSON, server_default="[]")
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_on: Mapped[date | None]
    undone_by: Mapped[str | None]
    version: Mapped[int]

    __table_args__ = (Index("ix_reviews_ward_id", "ward_id"), Index("ix_reviews_reviewed_at", "reviewed_at"))
