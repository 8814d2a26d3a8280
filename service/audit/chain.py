"""Add to the audit, and check that nothing in it was changed."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, defer

from service.audit.people import first_broken_promise, promised
from service.audit.tables import Entry
from service.audit.witness import Head, Witness
from service.clock import now
from service.db.database import NEW_HEAD, WITNESS
from service.runs.store import served_run_id

FIRST = "0" * 64
SEALED, RESTORED = "audit.sealed", "backup.restored"
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
        The first entry that doesn't follow from those before it, whose seal is another's, or whose person was exchanged
        or taken away; one more than there are where the end is missing.
    why : str
        In words; empty where it holds.
    """

    entries: int
    head: str
    broken_at: int | None
    why: str = ""


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
    witness: Witness | None = session.info.get(WITNESS)
    entry.seal = witness.seal(entry.digest) if witness else None
    session.add(entry)
    session.flush()
    session.info[NEW_HEAD] = (entry.number, entry.digest)
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


def verify(session: Session, witness: Witness | None = None, must_hold: str | None = None) -> Finding:
    """Walk along the whole chain.

    Parameters
    ----------
    session : Session
        Of a reading transaction.
    witness : Witness, optional
        Whose seals are looked at, and whose note of the last entry.
    must_hold : str, optional
        Digest of an entry, as a log told it: it must be in the chain.

    Returns
    -------
    Finding
        Also broken where seals are missing after the first, where the noted entry isn't there, and where marks of
        people stand for no entry.

    Notes
    -----
    Entries of before there were keys are vouched for by the first entry under this key, as its seal covers the digest
    of all before it; those that a backup brought along from a machine with another key by the entry of its restoring.
    """
    witness = witness if _knows_seals(session) else None
    head, entries, seals = FIRST, 0, _Seals(witness)
    missing = set(_wanted(witness, must_hold))
    query = select(Entry).order_by(Entry.number).execution_options(yield_per=_BATCH)
    if not _knows_seals(session):
        query = query.options(defer(Entry.seal))  # a database of an earlier version
    with closing(session.scalars(query)) as walk:
        for number, entry in enumerate(walk, start=1):
            if entry.number != number or entry.previous != head or entry.digest != digest_of(entry):
                return Finding(entries, head, number, "it doesn't follow from those before")
            seals.look_at(entry)
            head, entries = entry.digest, number
            missing -= {head, Head(number, head), *_thrown_away(entry, missing)}
    if seals.broken_at is not None:
        return Finding(entries, head, seals.broken_at, seals.why)
    if witness and entries and not seals.ours:
        return Finding(entries, head, 1, f"no entry has a seal of the key {witness.name}")
    if missing:
        return Finding(entries, head, entries + 1, "an entry that was noted outside of the database is missing")
    promise = first_broken_promise(session)
    return Finding(entries, head, promise, "" if promise is None else "whom it is about was changed or taken away")


@dataclass
class _Seals:
    """What the seals of the entries so far say."""

    witness: Witness | None
    ours: int = 0
    broken_at: int | None = None
    why: str = ""
    forged: bool = False

    def look_at(self, entry: Entry) -> None:
        """Note the first entry that nothing vouches for."""
        if self.witness is None or self.forged:
            return
        if entry.seal is None or not self.witness.sealed_by_this(entry.seal):
            if self.ours and self.broken_at is None:
                self.broken_at, self.why = entry.number, "it has no seal of the key in use"
        elif not self.witness.fits(entry.seal, entry.digest):
            self.broken_at, self.why, self.forged = self.broken_at or entry.number, "its seal is another's", True
        else:
            self.ours += 1
            if entry.what == RESTORED:
                # Whoever restored a backup under this key brought along all that stands before.
                self.broken_at, self.why = None, ""


def seal_what_stands(session: Session, witness: Witness) -> None:
    """Vouch for entries of before there were keys; nothing happens where there are none, or it was done.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    witness : Witness
    """
    last = _last(session)
    if last is not None and last.seal is None:
        record(session, "service", SEALED, "audit", after={"up_to": last.number, "key": witness.name})


def _wanted(witness: Witness | None, must_hold: str | None) -> list[Head | str]:
    noted = witness.last_noted() if witness else None
    return [one for one in (noted, must_hold) if one]


def _thrown_away(entry: Entry, missing: set[Head | str]) -> list[Head]:
    """Of the noted entries those that a restored backup took the place of."""
    gone = (entry.after or {}).get("thrown_away") if entry.what == RESTORED else None
    if not gone:
        return []
    return [one for one in missing if isinstance(one, Head) and entry.number <= one.number <= gone["entries"]]


def _knows_seals(session: Session) -> bool:
    columns = inspect(session.connection()).get_columns(Entry.__tablename__)
    return any(column["name"] == "seal" for column in columns)
