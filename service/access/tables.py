"""Principals (people and machines), their grants, API keys, and what signing in needs."""

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
    """One role of a principal; empty lists don't limit it.

    Attributes
    ----------
    from_groups : bool
        Read off the person's groups at sign-in, and replaced by the next; the others were given by an administrator.
    """

    __tablename__ = "grants"

    principal: Mapped[str] = mapped_column(ForeignKey("principals.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    units: Mapped[Any] = mapped_column(JSON)
    hospitals: Mapped[Any] = mapped_column(JSON)
    wards: Mapped[Any] = mapped_column(JSON)
    from_groups: Mapped[bool] = mapped_column(default=False)


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


class PersonRow(Base):
    """Who a person is to those who vouch for them; deleting it leaves an id that stands for nobody.

    Attributes
    ----------
    principal : str
        The id that stands in reviews and in the audit.
    issuer, subject : str
        The identity provider and its id of the person; of a local account ``local`` and its name.
    password : str or None
        Argon2 hash; of local accounts alone.
    seen_at : datetime
        When they last signed in or used a session.
    """

    __tablename__ = "people"

    principal: Mapped[str] = mapped_column(ForeignKey("principals.id"), primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    password: Mapped[str | None]
    seen_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_people_issuer_subject", "issuer", "subject", unique=True),)


class BlockedRow(Base):
    """Whom an administrator let go: the identity provider may vouch for them, and they aren't let in.

    Attributes
    ----------
    hashed : str
        Keyed hash of issuer and subject: known again when they come, and told to nobody.
    principal : str
        The id that they had here; empty once it stands nowhere else.
    """

    __tablename__ = "blocked"

    hashed: Mapped[str] = mapped_column(primary_key=True)
    principal: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class SessionRow(Base):
    """Somebody who is signed in; only a hash of the cookie is kept."""

    __tablename__ = "sessions"

    hashed: Mapped[str] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(ForeignKey("principals.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class SignInRow(Base):
    """A sign-in on its way through the identity provider; used up by the first return.

    Attributes
    ----------
    hashed : str
        Of the state that the provider hands back.
    browser : str
        Hash of the cookie of the browser that set out: no other may return.
    nonce, verifier : str
        What ties the id token and the code to this sign-in.
    onward : str
        Own path to go to afterwards.
    """

    __tablename__ = "sign_ins"

    hashed: Mapped[str] = mapped_column(primary_key=True)
    browser: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    onward: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)


class TriesRow(Base):
    """How often something was tried, until when that counts."""

    __tablename__ = "tries"

    hashed: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(Moment)
