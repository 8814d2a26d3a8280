"""Who has looked at a shelf for something that was recalled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class RecallLook(Base):
    """One look at one shelf.

    Attributes
    ----------
    item_id, lot : str
        What was looked for; the lot as it is compared, blank where the whole item is recalled.
    cabinet_id, ward_id : str
        Where.
    units_found : int or None
        How many were found; None where nobody said.
    looked_at, looked_by : datetime, str
        When, and who.
    sequence : int
        Rises by commit; of two looks at one shelf the later stands.
    """

    __tablename__ = "recall_looks"

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]
    lot: Mapped[str]
    cabinet_id: Mapped[str]
    ward_id: Mapped[str]
    units_found: Mapped[int | None]
    looked_at: Mapped[datetime] = mapped_column(Moment)
    looked_by: Mapped[str]
    sequence: Mapped[int]

    __table_args__ = (Index("ix_recall_looks_what", "item_id", "lot"),)
