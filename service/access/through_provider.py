"""How somebody comes in through the region's identity provider: they set out, and they come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session, make_transient

from service.access.accounts import LONGEST
from service.access.events import tell
from service.access.groups import read_groups
from service.access.keys import principal_of
from service.access.oidc import Identity, Journey, Provider
from service.access.people import make_person, person_known_as, refresh_grants
from service.access.secrets_kept import hash_of, new_secret, same
from service.access.sessions import make_session
from service.access.tables import BlockedRow, PrincipalRow, SignInRow
from service.access.throttle import PER_ADDRESS_TO_PROVIDER, count_address
from service.audit.people import PERSON
from service.clock import now
from service.refusals import NoGrants, ProviderFailed, SignInFailed
from service.settings import Settings
from service.setup import Service

_ON_THE_WAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser brings back from the provider.

    Attributes
    ----------
    state, code : str
        As the provider handed them out; code is empty where it let nobody in.
    issuer : str
        Whom the answer says it comes from (RFC 9207); empty where it doesn't say.
    """

    state: str
    code: str
    issuer: str = ""


def set_out(service: Service, browser: str, redirect_uri: str, onward: str, address: str | None) -> str:
    """Prepare a sign-in through the identity provider.

    Parameters
    ----------
    service : Service
    browser : str
        Secret of the browser that sets out.
    redirect_uri : str
        Where the provider sends it back to.
    onward : str
        Own path to go to afterwards.
    address : str or None
        Where the browser is.

    Returns
    -------
    str
        Address at the provider.

    Raises
    ------
    ProviderFailed, TooManyTries
    """
    with service.database.writing() as session:
        count_address(session, PER_ADDRESS_TO_PROVIDER, address)
    journey, state = Journey(redirect_uri, new_secret(), new_secret()), new_secret()
    # Outside of any transaction: the provider may be slow.
    address_there = Provider(service.settings, service.provider).address(journey, state)
    with service.database.writing() as session:
        forget_old_sign_ins(session)
        row = SignInRow(hashed=hash_of(state), browser=hash_of(browser), nonce=journey.nonce, verifier=journey.verifier)
        row.onward, row.made_at = onward, now()
        session.add(row)
    return address_there


def come_back(
    service: Service, browser: str | None, brought: Return, redirect_uri: str, shown: str | None, address: str | None
) -> tuple[str, str]:
    """Finish a sign-in through the identity provider.

    Parameters
    ----------
    service : Service
    browser : str or None
        Secret of the browser that comes back.
    brought : Return
        What it brings.
    redirect_uri : str
        The same as when it set out.
    shown : str or None
        The session that the browser showed; it ends.
    address : str or None
        Where the browser is.

    Returns
    -------
    tuple of str
        The secret of the new session, and the own path to go to.

    Raises
    ------
    SignInFailed
        If this sign-in was never begun, is used up or too old, began in another browser, or the provider says no.
    NoGrants
        If nobody has said what this person may.
    ProviderFailed
    """
    try:
        principal_id, secret, onward = _come_back(service, browser, brought, redirect_uri, shown)
    except (SignInFailed, NoGrants, ProviderFailed) as refusal:
        event = "sign_in.no_grants" if isinstance(refusal, NoGrants) else "sign_in.failed"
        tell(service.witness, event, address=address, way="provider", why=type(refusal).__name__)
        raise
    tell(service.witness, "sign_in.ok", address=address, way="provider", who=principal_id)
    return secret, onward


def _come_back(
    service: Service, browser: str | None, brought: Return, redirect_uri: str, shown: str | None
) -> tuple[str, str, str]:
    row = _used_up(service, brought.state)
    if row is None or not browser or not same(row.browser, hash_of(browser)):
        raise SignInFailed
    if not brought.code or brought.issuer not in ("", service.settings.oidc_issuer):
        raise SignInFailed
    identity = Provider(service.settings, service.provider).identity(
        Journey(redirect_uri, row.nonce, row.verifier), brought.code
    )
    allowed = read_groups(service.settings.oidc_grants).of(identity.groups)
    known_as = service.witness.mark(PERSON, f"{identity.issuer} {identity.subject}")
    with service.database.writing() as session:
        blocked = session.get(BlockedRow, known_as)
        if blocked is not None:
            raise NoGrants(id=blocked.principal or "-")
        principal_id = _person_of(session, service.settings, identity)
        refresh_grants(session, principal_id, allowed)
        granted = bool(principal_of(session, principal_id).grants)
        secret = make_session(session, principal_id, instead_of=shown) if granted else ""
    if not granted:
        raise NoGrants(id=principal_id)
    return principal_id, secret, row.onward


def forget_old_sign_ins(session: Session) -> None:
    """Delete the sign-ins that nobody came back from."""
    session.execute(delete(SignInRow).where(SignInRow.made_at <= now() - _ON_THE_WAY))


def _used_up(service: Service, state: str) -> SignInRow | None:
    """Take a sign-in that is on its way: whoever comes second finds nothing."""
    with service.database.writing() as session:
        row = session.get(SignInRow, hash_of(state))
        if row is None:
            return None
        session.delete(row)
        session.flush()
        make_transient(row)
    return row if row.made_at > now() - _ON_THE_WAY else None


def _person_of(session: Session, settings: Settings, identity: Identity) -> str:
    person = person_known_as(session, identity.issuer, identity.subject)
    if person is None:
        person = make_person(session, identity.issuer, identity.subject, by="")
    person.seen_at = now()
    name = identity.name[:LONGEST] if settings.keep_names else ""
    session.get_one(PrincipalRow, person.principal).name = name
    return person.principal
