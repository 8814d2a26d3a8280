"""Who an entry of the audit is about: told by a mark, which can lose its meaning while the chain still holds.

An entry can't change, and the chain ties its digest to all that follow. So where a person would stand in it, it holds
the SHA-256 of a random salt and the person's id: a promise that this one person is meant. Salt and id lie in a table
beside it. While they do, anybody can check the promise; once they are erased, nobody can tell or guess who it was, not
even whether two entries are about the same person, for each has a salt of its own. The entry itself, and with it the
chain, is as it was. Each erasing is an entry too, so that a row that is missing beyond it is found.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, inspect, or_, select
from sqlalchemy.orm import Session

from service.audit.tables import Entry, EntryPerson

PERSON = "person"
# What stands in a decision instead of a person who was erased.
SOMEBODY = "forgotten"
ERASED = "people.erased"
_MARK = "mark-"
_SALT_BYTES, _BATCH = 32, 1000


def is_person(principal_id: str) -> bool:
    """Say whether an id stands for a person; keys are of machines, and commands nobody's.

    Examples
    --------
    >>> is_person("person-0123456789abcdef"), is_person("key-0123456789ab"), is_person("command")
    (True, False, False)
    """
    return principal_id.startswith(f"{PERSON}-")


def is_mark(told: str) -> bool:
    """Say whether this stands where a person was meant, who isn't known here any more."""
    return told.startswith(_MARK)


def promised(number: int, told: str) -> EntryPerson | None:
    """Return the mark of a person and what it means; None for what is no person."""
    if not is_person(told):
        return None
    salt = secrets.token_hex(_SALT_BYTES)
    return EntryPerson(mark=_mark(salt, told), number=number, salt=salt, person=told)


def about(subject: str) -> ColumnElement[bool]:
    """Ask for the entries about something or somebody, as far as it is still known."""
    marks = select(EntryPerson.mark).where(EntryPerson.person == subject)
    return or_(Entry.subject == subject, Entry.subject.in_(marks))


def erase_people(session: Session, until: datetime) -> int:
    """Erase who the entries up to a moment are about.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    until : datetime
        The last moment of which entries lose it.

    Returns
    -------
    int
        The number of the last of those entries; 0 where there was nothing to erase.
    """
    last = session.scalar(select(func.max(Entry.number)).where(Entry.at <= until)) or 0
    if not session.scalar(select(func.count()).select_from(EntryPerson).where(EntryPerson.number <= last)):
        return 0
    session.execute(delete(EntryPerson).where(EntryPerson.number <= last))
    return last


def first_broken_promise(session: Session) -> int | None:
    """Return the first entry whose person was exchanged, or erased by something else than an erasing; None without."""
    if not inspect(session.connection()).has_table(EntryPerson.__tablename__):
        return None  # A database of an earlier version, which knew no marks.
    promises = session.scalars(select(EntryPerson).execution_options(yield_per=_BATCH))
    exchanged = [row.number for row in promises if _mark(row.salt, row.person) != row.mark]
    told = exists().where(
        Entry.number == EntryPerson.number, or_(Entry.who == EntryPerson.mark, Entry.subject == EntryPerson.mark)
    )
    # Marks without their entry stand for one that was cut off, or were put there.
    orphan = session.scalar(select(func.min(EntryPerson.number)).where(~told))
    known = select(EntryPerson.mark)
    # Its cells alone: a database of an earlier version may lack others.
    query = select(Entry.after).where(Entry.what == ERASED).order_by(Entry.number.desc()).limit(1)
    erased = session.scalars(query).first()
    lost = select(func.min(Entry.number)).where(
        Entry.number > (erased["up_to"] if erased else 0),
        or_(*(column.startswith(_MARK) & column.not_in(known) for column in (Entry.who, Entry.subject))),
    )
    return min((one for one in (*exchanged, orphan, session.scalar(lost)) if one is not None), default=None)


def _mark(salt: str, person: str) -> str:
    return f"{_MARK}{hashlib.sha256(f'{salt} {person}'.encode()).hexdigest()}"
