"""Does what the database holds agree with what the audit says of it? What was changed beside the log is found here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.grants import Grant
from service.access.keys import principal_of
from service.access.tables import KeyRow, PersonRow, PrincipalRow
from service.audit.digests import digest_of_values, row_digest
from service.audit.people import SOMEBODY, is_mark
from service.audit.tables import Entry
from service.flowback.tables import ExportedLevel
from service.reviews.store import WHOLE as REVIEW
from service.reviews.store import content_digest
from service.reviews.tables import Review
from service.runs.tables import Run
from service.transfers.store import WHOLE as TRANSFER
from service.transfers.tables import TransferState

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that the audit tells otherwise.

    Attributes
    ----------
    what, id : str
        What it is.
    number : int or None
        The last entry about it; None where there is none.
    """

    what: str
    id: str
    number: int | None


@dataclass(frozen=True, slots=True)
class _Said:
    number: int
    what: str
    who: str
    after: Mapping[str, Any]


def changed_contents(session: Session) -> list[Changed]:
    """Compare reviews, answers to moves, exports, grants, keys and people with the audit.

    Parameters
    ----------
    session : Session
        Of a reading transaction, of a database with this version's tables.

    Returns
    -------
    list of Changed
        Empty where all of it agrees. Rows of lists aren't compared: they are as large as the runs, and can be published
        anew. What entries of earlier versions don't tell isn't compared either.
    """
    said = _last_said(session)
    checks = (_reviews, _transfers, _exports, _principals, _runs)
    return [one for check in checks for one in check(session, said)]


def _last_said(session: Session) -> dict[tuple[str, str], _Said]:
    """Return the last entry about each thing, by the first word of what happened and its id."""
    found: dict[tuple[str, str], _Said] = {}
    query = Entry.newest().order_by(None).order_by(Entry.number).execution_options(yield_per=_BATCH)
    for entry in session.scalars(query):
        after = entry.after or {}
        one = _Said(entry.number, entry.what, entry.who_known, after)
        found[entry.what.partition(".")[0], entry.subject_known] = one
        if entry.what in ("key.made", "person.made"):
            found[entry.what, entry.subject_known] = one
        for move, digest in after.get("carried", {}).items():
            found["transfer", move] = _Said(entry.number, entry.what, "", {"whole": digest})
    return found


def _reviews(session: Session, said: Mapping[tuple[str, str], _Said]) -> Iterator[Changed]:
    known = set()
    for row in session.scalars(select(Review).execution_options(yield_per=_BATCH)):
        known.add(row.id)
        last = said.get(("review", row.id))
        if last is None:
            yield Changed("review", row.id, None)
        elif not _review_agrees(row, last):
            yield Changed("review", row.id, last.number)
    for (what, subject), last in said.items():
        if what == "review" and subject not in known:
            yield Changed(what, subject, last.number)


def _review_agrees(row: Review, last: _Said) -> bool:
    parts = [name for name in ("decisions", "shelf_dates", "counts", "discards", "seen") if name in last.after]
    whole = last.after.get("whole", "")
    undone = last.what == "review.undone"
    doer = row.undone_by if undone else row.reviewer
    return (
        content_digest(row, parts) == last.after.get("content")
        and (not whole or row_digest(row, REVIEW) == whole)
        and (row.undone_at is not None) == undone
        and (doer in (SOMEBODY, last.who) or is_mark(last.who))
    )


def _transfers(session: Session, said: Mapping[tuple[str, str], _Said]) -> Iterator[Changed]:
    for row in session.scalars(select(TransferState).execution_options(yield_per=_BATCH)):
        last = said.get(("transfer", row.id))
        if last is None:
            # Carried over by an earlier version, which told their number alone.
            if not any(one.what == "transfers.carried" and "carried" not in one.after for one in said.values()):
                yield Changed("transfer", row.id, None)
        elif not row_digest(row, TRANSFER).startswith(last.after.get("whole", "")):
            yield Changed("transfer", row.id, last.number)


def _exports(session: Session, said: Mapping[tuple[str, str], _Said]) -> Iterator[Changed]:
    query = select(ExportedLevel).order_by(ExportedLevel.export, ExportedLevel.row)
    known = set()
    rows = session.scalars(query.execution_options(yield_per=_BATCH))
    for export, lines in groupby(rows, key=lambda row: row.export):
        known.add(export)
        last, cells = said.get(("levels", export)), [line.cells for line in lines]
        if last is None or digest_of_values(cells) != last.after.get("content", digest_of_values(cells)):
            yield Changed("export", export, last.number if last else None)
    for (what, subject), last in said.items():
        if what == "levels" and subject not in known:
            yield Changed("export", subject, last.number)


def _principals(session: Session, said: Mapping[tuple[str, str], _Said]) -> Iterator[Changed]:
    keys = {row.principal: row for row in session.scalars(select(KeyRow))}
    people = {row.principal: row for row in session.scalars(select(PersonRow))}
    for row in session.scalars(select(PrincipalRow)).all():
        key, person = keys.get(row.id), people.get(row.id)
        made = said.get((f"{row.kind}.made", row.id))
        if key is not None and not _key_agrees(session, key, made, said.get(("key", row.id))):
            yield Changed("key", row.id, made.number if made else None)
        granted = said.get(("grants", row.id))
        if person is not None and not _person_agrees(session, person, made, granted):
            yield Changed("person", row.id, granted.number if granted else None)


def _key_agrees(session: Session, key: KeyRow, made: _Said | None, last: _Said | None) -> bool:
    if made is None or last is None:
        return False
    grants = [_plain(one) for one in principal_of(session, key.principal).grants]
    told = {name: made.after.get(name) for name in ("role", "units", "hospitals", "wards")}
    return (
        grants == [told]
        and (key.revoked_at is not None) == (last.what == "key.revoked")
        and made.after.get("last_day") == (key.last_day.isoformat() if key.last_day else None)
        and made.after.get("key", digest_of_values(key.hashed)) == digest_of_values(key.hashed)
    )


def _person_agrees(session: Session, person: PersonRow, made: _Said | None, granted: _Said | None) -> bool:
    """What the log told of a person may be erased by now; then there is nothing to compare."""
    grants = [_plain(one) for one in principal_of(session, person.principal).grants]
    told = [{name: one[name] for name in ("role", "units", "hospitals", "wards")} for one in _grants(granted)]
    same = granted is None or sorted(map(str, grants)) == sorted(map(str, told))
    password = digest_of_values(person.password)
    return same and (made is None or made.after.get("password", password) == password)


def _grants(granted: _Said | None) -> list[dict[str, Any]]:
    return list(granted.after.get("grants", [])) if granted else []


def _plain(grant: Grant) -> dict[str, Any]:
    return {name: value for name, value in grant.as_dict().items() if name != "everywhere"}


def _runs(session: Session, said: Mapping[tuple[str, str], _Said]) -> Iterator[Changed]:
    for row in session.scalars(select(Run).where(Run.served_number.is_not(None))):
        last = said.get(("run", row.id))
        if last is None or last.after.get("content", row.content) != row.content:
            yield Changed("run", row.id, last.number if last else None)
