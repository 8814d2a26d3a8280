"""The audit: one row a change, each tied to the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from service.db.base import Base, Moment


class Entry(Base):
    """One change; the database refuses to change or delete it.

    Attributes
    ----------
    number : int
        From 1, without gaps.
    who : str
        Id of the principal, or the command that did it; a mark where that is a person.
    what, subject : str
        The change, and the id of what was changed, or a mark.
    before, after : dict or None
        What it was and what it became.
    run_id : str or None
        The run that was served then.
    previous, digest : str
        SHA-256 of the entry before (zeros for the first), and of this one.
    seal : str or None
        HMAC of the digest by a key that isn't in the database, after the key's name; None before there were keys.
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
    seal: Mapped[str | None]

    _who: Mapped[EntryPerson | None] = relationship(
        primaryjoin="foreign(Entry.who) == EntryPerson.mark", viewonly=True, uselist=False
    )
    _subject: Mapped[EntryPerson | None] = relationship(
        primaryjoin="foreign(Entry.subject) == EntryPerson.mark", viewonly=True, uselist=False
    )

    @property
    def who_known(self) -> str:
        """Who did it, as far as that is still known; else the mark."""
        return self._who.person if self._who else self.who

    @property
    def subject_known(self) -> str:
        """What was changed; of a person as far as it is still known, else the mark."""
        return self._subject.person if self._subject else self.subject

    @classmethod
    def newest(cls) -> Select[Entry]:
        """Ask for all entries, the newest first, and whom they are about."""
        whole = (selectinload(cls._who), selectinload(cls._subject))
        return select(cls).options(*whole).order_by(cls.number.desc())


class EntryPerson(Base):
    """What a mark in an entry means, until it is erased.

    Attributes
    ----------
    mark : str
        What stands in the entry: SHA-256 of the two below.
    number : int
        The entry.
    salt : str
        Random, of this mark alone.
    person : str
        Id of the principal.
    """

    __tablename__ = "audit_people"

    mark: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(index=True)
    salt: Mapped[str]
    person: Mapped[str] = mapped_column(index=True)
