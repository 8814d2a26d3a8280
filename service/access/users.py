"""Who is let in, as an administrator sees and changes it: people and keys alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.access.accounts import LOCAL
from service.access.grants import Grant, Role, one_of_both
from service.access.keys import revoke_key
from service.access.people import forget, give_grants
from service.access.tables import BlockedRow, KeyRow, PersonRow, PrincipalRow
from service.answers.tags import tag_of
from service.answers.texts_in import Id
from service.audit.chain import record
from service.audit.people import PERSON
from service.clock import now
from service.db.database import WITNESS
from service.refusals import AlreadySettled, Unfit, Unknown

IN_USE, REVOKED, FORGOTTEN = "in_use", "revoked", "forgotten"
_MOST = 200


class GrantSent(BaseModel):
    """One grant: limits, or ``everywhere``, which has to be said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role
    units: frozenset[Id] = Field(default=frozenset(), max_length=_MOST)
    hospitals: frozenset[Id] = Field(default=frozenset(), max_length=_MOST)
    wards: frozenset[Id] = Field(default=frozenset(), max_length=_MOST)
    everywhere: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> GrantSent:
        one_of_both(self.everywhere, self.grant)
        return self

    @property
    def grant(self) -> Grant:
        """The grant itself."""
        return Grant(self.role, self.units, self.hospitals, self.wards)


class GrantsSent(BaseModel):
    """All grants that an administrator gives somebody; those of groups come on top."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"grants": [{"role": "logistics", "units": ["Kirurgi"]}]}]},
    )

    grants: tuple[GrantSent, ...] = Field(max_length=_MOST)


@dataclass(frozen=True, slots=True)
class User:
    """One person or key.

    Attributes
    ----------
    row : PrincipalRow
    key : KeyRow or None
        Of a key.
    known : bool
        Whether a person has a row that says whom the identity provider means.
    """

    row: PrincipalRow
    key: KeyRow | None
    known: bool

    @property
    def state(self) -> str:
        """in_use, revoked (a key) or forgotten (a person)."""
        if self.key is not None:
            return REVOKED if self.key.revoked_at else IN_USE
        return IN_USE if self.known else FORGOTTEN

    @property
    def grants(self) -> list[dict[str, Any]]:
        """What they may, and whether it comes from groups."""
        names = ("role", "units", "hospitals", "wards", "from_groups")
        return [
            {name: getattr(grant, name) for name in names}
            | {"everywhere": not (grant.units or grant.hospitals or grant.wards)}
            for grant in self.row.grants
        ]

    @property
    def etag(self) -> str:
        """ETag of the present version."""
        return tag_of("user", self.row.id, self.state, self.row.name, self.grants)

    def shown(self) -> dict[str, Any]:
        """Return what the API says of them."""
        last_day: date | None = self.key.last_day if self.key else None
        revoked_at: datetime | None = self.key.revoked_at if self.key else None
        told = {name: getattr(self.row, name) for name in ("id", "kind", "name", "created_at")}
        told |= {"state": self.state, "last_day": last_day, "revoked_at": revoked_at, "grants": self.grants}
        plain: dict[str, Any] = jsonable_encoder({**told, "etag": self.etag})
        return plain


def all_users() -> Select[PrincipalRow]:
    """Ask for everybody and everything that was ever let in, in the order in which they came."""
    return select(PrincipalRow).order_by(PrincipalRow.created_at, PrincipalRow.id)


def user_of(session: Session, row: PrincipalRow) -> User:
    """Return the user of a principal."""
    key = session.scalars(select(KeyRow).where(KeyRow.principal == row.id)).one_or_none()
    return User(row, key, session.get(PersonRow, row.id) is not None)


def user_with(session: Session, user_id: str) -> User:
    """Find a user; Unknown otherwise."""
    row = session.get(PrincipalRow, user_id)
    if row is None:
        raise Unknown(what="user", id=user_id)
    return user_of(session, row)


def set_grants(session: Session, user: User, sent: GrantsSent, *, by: str) -> User:
    """Replace what an administrator gave a person; whoever loses or wins something has to sign in anew.

    Raises
    ------
    Unfit
        For a key: it keeps the grant that it was made with, so that whoever holds it knows what it may.
    AlreadySettled
        If the person was forgotten.
    """
    if user.row.kind != PERSON:
        raise Unfit([{"where": "path.id", "wrong": "a key keeps its grant; revoke it, and make another"}])
    _refuse_gone(user)
    give_grants(session, user.row.id, [one.grant for one in sent.grants], by=by)
    session.expire(user.row)
    return user_with(session, user.row.id)


def let_go(session: Session, user: User, *, by: str) -> User:
    """Revoke a key, or forget a person: out at once, and no more known than by the bare id.

    Raises
    ------
    AlreadySettled
        If that was done before.
    """
    _refuse_gone(user)
    if user.key is not None:
        revoke_key(session, user.key.name, by=by)
    else:
        _block(session, user)
        forget(session, user.row.id, by=by)
    session.flush()
    session.expire(user.row)
    return user_with(session, user.row.id)


def _block(session: Session, user: User) -> None:
    """Whom the provider vouches for comes again under the same name; a local account is gone with its password."""
    person, witness = session.get(PersonRow, user.row.id), session.info.get(WITNESS)
    if person is not None and person.issuer != LOCAL and witness is not None:
        known_as = witness.mark(PERSON, f"{person.issuer} {person.subject}")
        session.merge(BlockedRow(hashed=known_as, principal=user.row.id, at=now()))


def let_in_again(session: Session, user_id: str, *, by: str) -> None:
    """Take somebody who was let go off the list of those who aren't let in.

    Raises
    ------
    Unknown
        If nobody of this id is on it.
    """
    row = session.scalars(select(BlockedRow).where(BlockedRow.principal == user_id)).first()
    if row is None:
        raise Unknown(what="user", id=user_id)
    session.delete(row)
    session.flush()
    record(session, by, "person.let_in_again", user_id)


def _refuse_gone(user: User) -> None:
    if user.state != IN_USE:
        raise AlreadySettled(what="user", id=user.row.id, state=user.state)
