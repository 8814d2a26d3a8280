"""Decisions of purchasing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class FindingDecision(Base):
    """One decision about one finding; the last of a finding stands, and none is ever changed.

    Attributes
    ----------
    item_id, finding : str
        What it is about, in this run and the next ones.
    decision : str
        accepted, rejected, postponed, agreed (with the supplier), or reopened.
    reason : str or None
    until : date or None
        Of postponed: the day on which the finding comes back.
    agreed_on : date or None
        Of agreed: the day of the agreement.
    cells : dict
        The finding as it stood.
    run_id : str
        The result that it stood in.
    sequence : int
        Rises by commit.
    """

    __tablename__ = "finding_decisions"

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]
    finding: Mapped[str]
    decision: Mapped[str]
    reason: Mapped[str | None]
    until: Mapped[date | None]
    agreed_on: Mapped[date | None]
    cells: Mapped[Any] = mapped_column(JSON)
    run_id: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(Moment)
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    sequence: Mapped[int]

    __table_args__ = (Index("ix_finding_decisions_sequence", "sequence"),)
