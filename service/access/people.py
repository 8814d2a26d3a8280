"""People: known by who vouches for them, granted what they may, forgotten when they have gone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.access.grants import Grant
from service.access.keys import principal_of
from service.access.sessions import end_sessions
from service.access.tables import GrantRow, PersonRow, PrincipalRow
from service.audit.chain import record
from service.audit.digests import digest_of_values
from service.audit.people import PERSON
from service.clock import now
from service.settings import Settings

_ID_BYTES = 8


def person_known_as(session: Session, issuer: str, subject: str) -> PersonRow | None:
    """Find the person whom an issuer calls so."""
    return session.scalars(
        select(PersonRow).where(PersonRow.issuer == issuer, PersonRow.subject == subject)
    ).one_or_none()


def make_person(
    session: Session, issuer: str, subject: str, *, by: str, name: str = "", password: str | None = None
) -> PersonRow:
    """Make a person; nobody may be known as this yet.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    issuer, subject : str
        Who vouches for them, and calls them what.
    by : str
        Who makes them; empty where they came by themselves.
    name : str
        What to show; mostly nothing.
    password : str, optional
        Hash, of a local account.

    Returns
    -------
    PersonRow
        With an id that says nothing: it outlives the person's row, in reviews and in the audit.
    """
    principal = PrincipalRow(id=f"{PERSON}-{secrets.token_hex(_ID_BYTES)}", kind=PERSON, name=name, created_at=now())
    session.add(principal)
    session.flush()
    person = PersonRow(principal=principal.id, issuer=issuer, subject=subject, password=password, seen_at=now())
    session.add(person)
    session.flush()
    # Of a password's hash only a digest: who puts another in its place is found out.
    after = {"password": digest_of_values(password)} if password else None
    record(session, by or principal.id, "person.made", principal.id, after=after)
    return person


def give_grants(session: Session, principal_id: str, grants: Iterable[Grant], *, by: str) -> None:
    """Replace what an administrator gave; what comes from groups stays."""
    _replace(session, principal_id, grants, from_groups=False, by=by)


def refresh_grants(session: Session, principal_id: str, grants: Iterable[Grant]) -> None:
    """Replace what comes from groups; what an administrator gave stays."""
    _replace(session, principal_id, grants, from_groups=True, by=principal_id)


def forget(session: Session, principal_id: str, *, by: str) -> None:
    """Delete all that tells who somebody is, and let them in no more; the bare id stays where it stands.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    principal_id : str
        A person.
    by : str
        Who has it done.
    """
    end_sessions(session, principal_id)
    session.execute(delete(PersonRow).where(PersonRow.principal == principal_id))
    session.execute(delete(GrantRow).where(GrantRow.principal == principal_id))
    session.get_one(PrincipalRow, principal_id).name = ""
    record(session, by, "person.forgotten", principal_id)


def unseen(session: Session, settings: Settings, moment: datetime) -> list[str]:
    """List who hasn't been here for as long as the settings say, at a moment."""
    long_ago = moment - timedelta(days=settings.keep_people_days)
    return list(session.scalars(select(PersonRow.principal).where(PersonRow.seen_at <= long_ago)))


def forget_unseen(session: Session, settings: Settings, moment: datetime, *, by: str) -> int:
    """Forget who hadn't been here for as long as the settings say, at a moment; return how many they were."""
    gone = unseen(session, settings, moment)
    for principal_id in gone:
        forget(session, principal_id, by=by)
    return len(gone)


def _replace(session: Session, principal_id: str, grants: Iterable[Grant], *, from_groups: bool, by: str) -> None:
    row = session.get_one(PrincipalRow, principal_id)
    before = [(one, grant.from_groups) for one, grant in zip(_grants(session, row), row.grants, strict=True)]
    kept = [one for one in before if one[1] != from_groups]
    after = kept + [(grant, from_groups) for grant in dict.fromkeys(grants)]
    if set(after) == set(before):
        return
    session.execute(delete(GrantRow).where(GrantRow.principal == principal_id))
    session.expire(row)
    for number, (grant, source) in enumerate(after):
        session.add(GrantRow(principal=principal_id, row=number, from_groups=source, **grant.as_dict()))
    session.flush()
    # Whoever stole a session has it no longer than the rights it was opened with.
    end_sessions(session, principal_id)
    record(session, by, "grants.changed", principal_id, before=_said(before), after=_said(after))


def _grants(session: Session, row: PrincipalRow) -> Sequence[Grant]:
    return principal_of(session, row.id).grants


def _said(grants: Iterable[tuple[Grant, bool]]) -> dict[str, Any]:
    return {"grants": [{**grant.as_dict(), "from_groups": from_groups} for grant, from_groups in grants]}
