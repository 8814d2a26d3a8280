"""Settled levels that were handed to the ordering system."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base


class ExportedLevel(Base):
    """One position's new levels in one file for the ordering system, as they stood there.

    Attributes
    ----------
    export : str
        The file.
    row : int
        Its place there, from 0.
    number : int
        Counts the files, from 1: the ordering system knows what the last one said.
    review : str
        The review that settled the levels, or by whose undoing they stand again.
    unit, hospital, ward_id : str
        Where the cabinet stood then.
    """

    __tablename__ = "exported_levels"

    export: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    exported_on: Mapped[date]
    review: Mapped[str]
    cabinet_id: Mapped[str]
    item_id: Mapped[str]
    unit: Mapped[str]
    hospital: Mapped[str]
    ward_id: Mapped[str]
    cells: Mapped[Any] = mapped_column(JSON)

    __table_args__ = (Index("ix_exported_levels_review", "review"),)
