"""Answers kept for a request that is sent again with the same Idempotency-Key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class Remembered(Base):
    """What one principal was answered under one key."""

    __tablename__ = "remembered_answers"

    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[int]
    headers: Mapped[Any] = mapped_column(JSON)
    body: Mapped[Any] = mapped_column(JSON)
