"""The rows of a run's lists, and its guides, as the run wrote them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base


class ListRow(Base):
    """One row of one list of one run.

    Attributes
    ----------
    name : str
        The list, as in brikopt's output tables.
    row : int
        Its place in the list, from 0.
    ward_id, cabinet_id, item_id : str or None
        Where it belongs; None where the list has no such column.
    cells : dict
        Values by column, with numbers as numbers, dates as YYYY-MM-DD, and null where the cell is blank.

    Notes
    -----
    A published list never changes and is asked for by ward or cabinet alone, so its other columns need no columns
    here, and a new list needs no new table.
    """

    __tablename__ = "list_rows"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str | None]
    cabinet_id: Mapped[str | None]
    item_id: Mapped[str | None]
    cells: Mapped[Any] = mapped_column(JSON)

    __table_args__ = (
        Index("ix_list_rows_ward", "run", "name", "ward_id", "row"),
        Index("ix_list_rows_cabinet", "run", "name", "cabinet_id", "row"),
        Index("ix_list_rows_item", "run", "name", "item_id", "row"),
    )


class Guide(Base):
    """The printed guide of one ward, packed with zlib."""

    __tablename__ = "guides"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    ward_id: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    packed: Mapped[bytes]
