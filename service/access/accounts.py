"""Local accounts, for demonstrations: a name, a password kept as an Argon2 hash, and what it may."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.errors import BadInput
from service.access.grants import Grant, Principal
from service.access.keys import principal_of
from service.access.people import forget, give_grants, make_person, person_known_as
from service.access.tables import PersonRow

LOCAL = "local"
SHORTEST, LONGEST = 12, 200
_GENERATED_BYTES = 15
_HASHER = PasswordHasher()


def new_password() -> str:
    """Return 120 random bits as 20 signs."""
    return secrets.token_urlsafe(_GENERATED_BYTES)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password.

    Raises
    ------
    BadInput
        If it is too short to be safe, or longer than anybody types.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput("password", f"it has {len(password)} signs.", f"Use {SHORTEST} to {LONGEST}.")
    return _HASHER.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Say whether a password is the one of a hash.

    Parameters
    ----------
    hashed : str or None
        None where there is no such account: then it is compared with the hash of a password that nobody has, so
        that the answer takes the same way, and as long.
    password : str
        What somebody typed.
    """
    try:
        _HASHER.verify(hashed or _nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def account_hash(session: Session, name: str) -> tuple[str | None, str | None]:
    """Return the id and the hash of a local account; twice None where there is no such account."""
    row = person_known_as(session, LOCAL, name)
    return (row.principal, row.password) if row else (None, None)


def add_account(session: Session, name: str, hashed: str, grants: Sequence[Grant], *, by: str) -> str:
    """Make a local account.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    name : str
        To sign in with.
    hashed : str
        Of its password.
    grants : sequence of Grant
        What it may.
    by : str
        Who makes it.

    Returns
    -------
    str
        Its id.

    Raises
    ------
    BadInput
        If the name is empty, too long or in use.
    """
    if not name.strip() or len(name) > LONGEST or "\x00" in name:
        raise BadInput("NAME", "it is empty or too long.", f"Use up to {LONGEST} signs.")
    if person_known_as(session, LOCAL, name):
        raise BadInput(f"NAME {name}", "there is an account with this name.", "Choose another, or remove that first.")
    person = make_person(session, LOCAL, name, by=by, name=name, password=hashed)
    give_grants(session, person.principal, grants, by=by)
    return person.principal


def accounts(session: Session) -> Sequence[tuple[PersonRow, Principal]]:
    """List the local accounts by name, with what they may."""
    rows = session.scalars(select(PersonRow).where(PersonRow.issuer == LOCAL).order_by(PersonRow.subject)).all()
    return [(row, principal_of(session, row.principal)) for row in rows]


def remove_account(session: Session, name: str, *, by: str) -> None:
    """Remove a local account; it is signed out at once.

    Raises
    ------
    BadInput
        If there is none of this name.
    """
    row = person_known_as(session, LOCAL, name)
    if row is None:
        raise BadInput(f"account remove {name}", "no account has this name.", "See `brikopt account list`.")
    forget(session, row.principal, by=by)


@cache
def _nobody() -> str:
    return _HASHER.hash(new_password())
