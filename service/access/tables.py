"""Principals (people and machines), their grants, and API keys."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db.base import Base, Moment


class PrincipalRow(Base):
    """Somebody or something that may be let in.

    Attributes
    ----------
    id : str
        Stands in the audit; says nothing about the person.
    kind : str
        key or person.
    name : str
        The key's name, or what a person is called; may be erased, the id stays.
    """

    __tablename__ = "principals"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    grants: Mapped[list[GrantRow]] = relationship(order_by="GrantRow.row")


class GrantRow(Base):
    """One role of a principal; empty lists don't limit it."""

    __tablename__ = "grants"

    principal: Mapped[str] = mapped_column(ForeignKey("principals.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    units: Mapped[Any] = mapped_column(JSON)
    hospitals: Mapped[Any] = mapped_column(JSON)
    wards: Mapped[Any] = mapped_column(JSON)


class KeyRow(Base):
    """An API key; only its hash is kept."""

    __tablename__ = "api_keys"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    principal: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    hashed: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_day: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    # A name is free again once its key has been revoked.
    __table_args__ = (
        Index(
            "ix_api_keys_name_in_use",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
