"""Reviews made in the service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, true
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
    sequence : int
        Rises by commit, whatever the clocks say: of two decisions about one thing the one with the higher stands.
    decisions, shelf_dates, counts, discards, seen : list of dict
        As they were sent; what was found on a day has its day.
    enough_because : str or None
        Why fewer rows than the policy asks for are enough.
    rows_listed, rows_handled : int
        Rows of the ward's list in this kind, and those of them that were decided or looked at.
    counts_for_target : bool
        Whether it is a review to the targets; else it is kept as a visit.
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
    sequence: Mapped[int]
    decisions: Mapped[Any] = mapped_column(JSON)
    shelf_dates: Mapped[Any] = mapped_column(JSON)
    counts: Mapped[Any] = mapped_column(JSON, server_default="[]")
    discards: Mapped[Any] = mapped_column(JSON, server_default="[]")
    seen: Mapped[Any] = mapped_column(JSON, server_default="[]")
    enough_because: Mapped[str | None]
    rows_listed: Mapped[int] = mapped_column(server_default="0")
    rows_handled: Mapped[int] = mapped_column(server_default="0")
    counts_for_target: Mapped[bool] = mapped_column(server_default=true())
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_on: Mapped[date | None]
    undone_by: Mapped[str | None]
    version: Mapped[int]

    __table_args__ = (Index("ix_reviews_ward_id", "ward_id"), Index("ix_reviews_sequence", "sequence"))
