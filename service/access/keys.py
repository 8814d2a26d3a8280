"""API keys for machines: made once, kept as a hash, revoked by name."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from brikopt.errors import BadInput
from service.access.grants import Grant, Principal, Role
from service.access.tables import GrantRow, KeyRow, PrincipalRow
from service.audit.chain import record
from service.audit.digests import digest_of_values
from service.clock import danish_day, now

_MARK = "brikopt"
_PREFIX_BYTES, _SECRET_BYTES = 6, 32
# Compared with when no key has the prefix, so that both cases take as long.
_NOBODY = "0" * 64


def make_key(session: Session, name: str, grant: Grant, last_day: date | None, *, by: str) -> str:
    """Make an API key with one grant.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    name : str
        What to call it; no key in use has this name.
    grant : Grant
        Its role and limits.
    last_day : date, optional
        The last day, in Denmark, on which it is good.
    by : str
        Who makes it.

    Returns
    -------
    str
        The key. It is nowhere else: only its SHA-256 is kept, which is enough for 256 random bits.

    Raises
    ------
    BadInput
        If the name is empty or in use.
    """
    _refuse_name(session, name)
    prefix, secret = secrets.token_hex(_PREFIX_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    key = f"{_MARK}_{prefix}_{secret}"
    principal = PrincipalRow(id=f"key-{prefix}", kind="key", name=name, created_at=now())
    session.add(principal)
    session.flush()
    session.add(GrantRow(principal=principal.id, row=0, **grant.as_dict()))
    row = KeyRow(
        prefix=prefix, name=name, principal=principal.id, hashed=_hash(key), created_at=now(), last_day=last_day
    )
    session.add(row)
    told = {"last_day": last_day.isoformat() if last_day else None, "key": digest_of_values(row.hashed)}
    after = {**grant.as_dict(), **told}
    record(session, by, "key.made", principal.id, after=after)
    return key


def keys(session: Session) -> Sequence[tuple[KeyRow, Principal]]:
    """List all keys, the oldest first, with what they may."""
    rows = session.scalars(select(KeyRow).order_by(KeyRow.created_at, KeyRow.prefix)).all()
    return [(row, principal_of(session, row.principal)) for row in rows]


def revoke_key(session: Session, name: str, *, by: str) -> None:
    """Revoke the key of this name; it is refused from the next request on.

    Raises
    ------
    BadInput
        If no key in use has the name.
    """
    row = session.scalars(select(KeyRow).where(KeyRow.name == name, KeyRow.revoked_at.is_(None))).first()
    if row is None:
        raise BadInput(f"key revoke {name}", "no key in use has this name.", "See `brikopt key list`.")
    row.revoked_at = now()
    record(session, by, "key.revoked", row.principal)


def principal_by_key(session: Session, presented: str) -> Principal | None:
    """Find who a presented key belongs to.

    Parameters
    ----------
    session : Session
    presented : str
        Whatever was sent as a key.

    Returns
    -------
    Principal or None
        None where the key is unknown, revoked, or past its last day.
    """
    prefix = presented.split("_")[1] if presented.count("_") >= 2 else ""
    row = session.get(KeyRow, prefix)
    right = hmac.compare_digest(_hash(presented), row.hashed if row else _NOBODY)
    if row is None or not right or not _good(row):
        return None
    return principal_of(session, row.principal)


def principal_of(session: Session, principal_id: str) -> Principal:
    """Read a principal with its grants."""
    row = session.get_one(PrincipalRow, principal_id, options=[joinedload(PrincipalRow.grants)])
    grants = tuple(
        Grant(Role(one.role), frozenset(one.units), frozenset(one.hospitals), frozenset(one.wards))
        for one in row.grants
    )
    return Principal(row.id, row.kind, row.name, grants)


def _good(row: KeyRow) -> bool:
    return row.revoked_at is None and (row.last_day is None or danish_day(now()) <= row.last_day)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_name(session: Session, name: str) -> None:
    if not name.strip():
        raise BadInput("--name", "it is empty.", "Say what the key is for.")
    if session.scalars(select(KeyRow).where(KeyRow.name == name, KeyRow.revoked_at.is_(None))).first():
        raise BadInput(f"--name {name}", "a key in use has this name.", "Choose another, or revoke that one first.")
