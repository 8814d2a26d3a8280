"""How somebody comes in: from a name and a password to a session."""

from __future__ import annotations

from service.access.accounts import account_hash, is_password
from service.access.sessions import make_session
from service.access.throttle import PER_ADDRESS, clear_failures, count_address, count_failure
from service.refusals import SignInFailed
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
    if not service.settings.local_accounts:
        raise SignInFailed
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
