"""Master data of each run: wards, cabinets, items, and the reviews that its extracts knew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base

_RUN = "runs.id"


class Ward(Base):
    """A ward as one run knows it."""

    __tablename__ = "wards"

    run: Mapped[str] = mapped_column(ForeignKey(_RUN), primary_key=True)
    ward_id: Mapped[str] = mapped_column(primary_key=True)
    ward_name: Mapped[str]
    hospital: Mapped[str]
    unit: Mapped[str]
    nonbrik_relevant: Mapped[bool]
    sor_code: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    excluded_reason: Mapped[str | None]


class Cabinet(Base):
    """A cabinet as one run knows it."""

    __tablename__ = "cabinets"

    run: Mapped[str] = mapped_column(ForeignKey(_RUN), primary_key=True)
    cabinet_id: Mapped[str] = mapped_column(primary_key=True)
    ward_id: Mapped[str]
    kind: Mapped[str]

    __table_args__ = (Index("ix_cabinets_run_ward_id", "run", "ward_id"),)


class Item(Base):
    """An item as one run knows it."""

    __tablename__ = "items"

    run: Mapped[str] = mapped_column(ForeignKey(_RUN), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    gtin: Mapped[str | None]
    pack_size: Mapped[int]
    critical: Mapped[bool]
    category: Mapped[str | None]


class KnownReview(Base):
    """A review that the extracts of one run knew."""

    __tablename__ = "known_reviews"

    run: Mapped[str] = mapped_column(ForeignKey(_RUN), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str]
    kind: Mapped[str]
    reviewed_at: Mapped[date]
