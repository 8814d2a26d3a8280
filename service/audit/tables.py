"""The audit: one row a change, each tied to the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class Entry(Base):
    """One change; the database refuses to change or delete it.

    Attributes
    ----------
    number : int
        From 1, without gaps.
    who : str
        Id of the principal, or the command that did it.
    what, subject : str
        The change, and the id of what was changed.
    before, after : dict or None
        What it was and what it became.
    run_id : str or None
        The run that was served then.
    previous, digest : str
        SHA-256 of the entry before (zeros for the first), and of this one.
    """

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str]
    what: Mapped[str]
    subject: Mapped[str]
    before: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    after: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    run_id: Mapped[str | None]
    previous: Mapped[str]
    digest: Mapped[str]
