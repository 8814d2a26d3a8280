"""Add to the audit, and check that nothing in it was changed."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.people import first_broken_promise, promised
from service.audit.tables import Entry
from service.clock import now
from service.runs.store import served_run_id

FIRST = "0" * 64
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """What a walk along the chain found.

    Attributes
    ----------
    entries : int
        Entries that hold together, from the first on.
    head : str
        Digest of the last of them; noted elsewhere, it shows later that no end was cut off.
    broken_at : int or None
        The first entry that doesn't follow from those before it, or whose person was exchanged or taken away.
    """

    entries: int
    head: str
    broken_at: int | None


def record(
    session: Session, who: str, what: str, subject: str, *, before: object = None, after: object = None
) -> Entry:
    """Add one change to the audit, in the transaction that makes the change.

    Parameters
    ----------
    session : Session
        Of a writing transaction: its lock keeps the chain from forking.
    who : str
        Id of the principal, or ``command`` for the command line. A person stands in the entry as a mark (``people``).
    what, subject : str
        The change (``review.made``), and the id of what was changed.
    before, after : dict, optional
        Plain values; no names and no ids of people: what stands there is there for ever.

    Returns
    -------
    Entry
    """
    last = _last(session)
    number = last.number + 1 if last else 1
    doer, changed = promised(number, who), promised(number, subject)
    entry = Entry(
        number=number,
        at=now(),
        who=doer.mark if doer else who,
        what=what,
        subject=changed.mark if changed else subject,
        before=before,
        after=after,
        run_id=served_run_id(session),
        previous=last.digest if last else FIRST,
    )
    entry.digest = digest_of(entry)
    session.add(entry)
    session.flush()
    session.add_all(person for person in (doer, changed) if person)
    session.flush()
    return entry


def next_number(session: Session) -> int:
    """Return the number that the next change gets.

    Only one transaction writes at a time, so numbers rise by commit: what is to be told apart by which came later takes
    its number from here, as clocks may step back.
    """
    last = _last(session)
    return last.number + 1 if last else 1


def _last(session: Session) -> Entry | None:
    return session.scalars(select(Entry).order_by(Entry.number.desc()).limit(1)).first()


def digest_of(entry: Entry) -> str:
    """Return the SHA-256 of all that an entry says, the digest of the one before included."""
    says: dict[str, Any] = {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "who": entry.who,
        "what": entry.what,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "run_id": entry.run_id,
        "previous": entry.previous,
    }
    return hashlib.sha256(json.dumps(says, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(session: Session) -> Finding:
    """Walk along the whole chain.

    Parameters
    ----------
    session : Session
        Of a reading transaction.

    Returns
    -------
    Finding
    """
    head, entries = FIRST, 0
    query = select(Entry).order_by(Entry.number).execution_options(yield_per=_BATCH)
    with closing(session.scalars(query)) as walk:
        for number, entry in enumerate(walk, start=1):
            if entry.number != number or entry.previous != head or entry.digest != digest_of(entry):
                return Finding(entries, head, number)
            head, entries = entry.digest, number
    return Finding(entries, head, first_broken_promise(session))
