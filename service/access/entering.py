"""How somebody comes in: from what they show to a session, with a password or through the identity provider."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session, make_transient

from service.access.accounts import LONGEST, account_hash, is_password
from service.access.groups import read_groups
from service.access.keys import principal_of
from service.access.oidc import Identity, Provider, Setting
from service.access.people import make_person, person_known_as, refresh_grants
from service.access.secrets_kept import hash_of, new_secret, same
from service.access.sessions import make_session
from service.access.tables import PrincipalRow, SignInRow
from service.access.throttle import (
    PER_ADDRESS,
    PER_ADDRESS_TO_PROVIDER,
    clear_failures,
    count_address,
    count_failure,
)
from service.clock import now
from service.refusals import NoGrants, SignInFailed
from service.settings import Settings
from service.setup import Service

_ON_THE_WAY = timedelta(minutes=10)


def enter_with_password(service: Service, name: str, password: str, address: str | None, shown: str | None) -> str:
    """Sign somebody in with a local account.

    Parameters
    ----------
    service : Service
    name, password : str
        What they typed.
    address : str or None
        Where they are.
    shown : str or None
        The session that the browser showed; it ends.

    Returns
    -------
    str
        The secret of the new session.

    Raises
    ------
    TooManyTries
        From this address, or with this name.
    SignInFailed
        If there is no such account, or the password is another: nobody is told which.
    """
    with service.database.writing() as session:
        count_address(session, PER_ADDRESS, address)
        count_failure(session, service.settings, name)
    with service.database.reading() as session:
        principal_id, hashed = account_hash(session, name)
    # Outside of any transaction: it takes long on purpose.
    if not is_password(hashed, password) or principal_id is None:
        raise SignInFailed
    with service.database.writing() as session:
        # Removed, or given another password, while this was being looked at?
        if account_hash(session, name) != (principal_id, hashed):
            raise SignInFailed
        clear_failures(session, service.settings, name)
        return make_session(session, principal_id, instead_of=shown)


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
    one, state = Setting(redirect_uri, new_secret(), new_secret()), new_secret()
    address_there = Provider(service.settings).address(one, state)
    with service.database.writing() as session:
        forget_old_sign_ins(session)
        row = SignInRow(hashed=hash_of(state), browser=hash_of(browser), nonce=one.nonce, verifier=one.verifier)
        row.onward, row.made_at = onward, now()
        session.add(row)
    return address_there


def come_back(
    service: Service, browser: str | None, state: str, code: str, redirect_uri: str, shown: str | None
) -> tuple[str, str]:
    """Finish a sign-in through the identity provider.

    Parameters
    ----------
    service : Service
    browser : str or None
        Secret of the browser that comes back.
    state, code : str
        What it brings.
    redirect_uri : str
        The same as when it set out.
    shown : str or None
        The session that the browser showed; it ends.

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
    row = _used_up(service, state)
    if row is None or not browser or not same(row.browser, hash_of(browser)):
        raise SignInFailed
    identity = Provider(service.settings).identity(Setting(redirect_uri, row.nonce, row.verifier), code)
    allowed = read_groups(service.settings.oidc_grants).of(identity.groups)
    with service.database.writing() as session:
        principal_id = _person_of(session, service.settings, identity)
        refresh_grants(session, principal_id, allowed)
        granted = bool(principal_of(session, principal_id).grants)
        secret = make_session(session, principal_id, instead_of=shown) if granted else ""
    if not granted:
        raise NoGrants(id=principal_id)
    return secret, row.onward


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
    session.get_one(PrincipalRow, person.principal).name = name.replace("\x00", "")
    return person.principal
