"""How somebody comes in: from a name and a password to a session."""

from __future__ import annotations

from service.access.accounts import account_hash, is_password
from service.access.events import tell
from service.access.sessions import make_session
from service.access.throttle import PER_ADDRESS, clear_failures, count_address, count_failure
from service.refusals import SignInFailed, TooManyTries
from service.setup import Service


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
        If there is no such account, or the password is another: nobody is told which. Also where the settings let no
        local account in.
    """
    try:
        principal_id, secret = _entered(service, name, password, address, shown)
    except (SignInFailed, TooManyTries) as refusal:
        event = "sign_in.locked" if isinstance(refusal, TooManyTries) else "sign_in.failed"
        tell(service.witness, event, address=address, name=name, way="password")
        raise
    tell(service.witness, "sign_in.ok", address=address, name=name, way="password", who=principal_id)
    return secret


def _entered(service: Service, name: str, password: str, address: str | None, shown: str | None) -> tuple[str, str]:
    if not service.settings.local_accounts:
        raise SignInFailed
    with service.database.writing() as session:
        count_address(session, PER_ADDRESS, address)
        count_failure(session, service.settings, name, address)
    with service.database.reading() as session:
        principal_id, hashed = account_hash(session, name)
    # Outside of any transaction: it takes long on purpose.
    if not is_password(hashed, password) or principal_id is None:
        raise SignInFailed
    with service.database.writing() as session:
        # Removed, or given another password, while this was being looked at?
        if account_hash(session, name) != (principal_id, hashed):
            raise SignInFailed
        clear_failures(session, service.settings, name, address)
        return principal_id, make_session(session, principal_id, instead_of=shown)
