"""Who is signed in: a random cookie, kept as a hash, until it is old, unused or taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy import delete, or_
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.access.cookies import session_cookie
from service.access.csrf import SAFE, refuse_forged
from service.access.grants import Principal
from service.access.keys import principal_of
from service.access.secrets_kept import hash_of, new_secret
from service.access.tables import PersonRow, SessionRow
from service.clock import now
from service.db.database import Database
from service.refusals import Unavailable
from service.settings import Settings
from service.setup import service_of

# How exact "last seen" is: writing it down at each request would make every reader a writer.
_EXACT = timedelta(minutes=1)


def make_session(session: Session, principal_id: str, *, instead_of: str | None = None) -> str:
    """Sign somebody in.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    principal_id : str
        Who it is; a person that is known.
    instead_of : str, optional
        The secret of a session that the browser showed; it ends here, whosever it was.

    Returns
    -------
    str
        A new secret, for the cookie. What a browser showed before is never taken over.
    """
    if instead_of:
        end_session(session, instead_of)
    secret = new_secret()
    session.add(SessionRow(hashed=hash_of(secret), principal=principal_id, made_at=now(), seen_at=now()))
    session.get_one(PersonRow, principal_id).seen_at = now()
    return secret


def end_session(session: Session, secret: str) -> None:
    """Sign somebody out here."""
    session.execute(delete(SessionRow).where(SessionRow.hashed == hash_of(secret)))


def end_sessions(session: Session, principal_id: str) -> None:
    """Sign somebody out everywhere."""
    session.execute(delete(SessionRow).where(SessionRow.principal == principal_id))


def end_old_sessions(session: Session, settings: Settings) -> None:
    """Delete the sessions that are good no more."""
    begun, used = _limits(settings)
    session.execute(delete(SessionRow).where(or_(SessionRow.made_at <= begun, SessionRow.seen_at <= used)))


def session_of(session: Session, secret: str, settings: Settings) -> SessionRow | None:
    """Find the session that a secret opens; None where there is none, or it is old or unused for too long."""
    row = session.get(SessionRow, hash_of(secret))
    begun, used = _limits(settings)
    return row if row and row.made_at > begun and row.seen_at > used else None


def shown_session(request: Request, session: Session) -> SessionRow | None:
    """Find the session whose cookie a request shows.

    Notes
    -----
    Whoever sends an Authorization header wants to be known by that alone.
    """
    settings = service_of(request).settings
    secret = session_cookie(request, settings)
    if not secret or "Authorization" in request.headers:
        return None
    return session_of(session, secret, settings)


def by_session(request: Request, session: Session) -> Principal | None:
    """Identify a person by the cookie of a session.

    Raises
    ------
    Forged
        If it would change something, and nothing shows that a page of ours sends it.
    """
    row = shown_session(request, session)
    if row is None:
        return None
    if request.method not in SAFE:
        settings = service_of(request).settings
        secret = session_cookie(request, settings) or ""
        refuse_forged(request, settings, secret, getattr(request.state, "csrf_token", ""))
    if now() - row.seen_at > _EXACT:
        request.state.session_seen = row.hashed
    return principal_of(session, row.principal)


def note_seen(database: Database, hashed: str) -> None:
    """Write down that a session was used; called after the answer, so nobody waits for it."""
    try:
        with database.writing() as session:
            row = session.get(SessionRow, hashed)
            if row is not None:
                row.seen_at = now()
                session.get_one(PersonRow, row.principal).seen_at = now()
    except (OperationalError, Unavailable):
        # The next request tries again; the session is good for as long as the last note says.
        return


def _limits(settings: Settings) -> tuple[datetime, datetime]:
    """Moments after which a session must have begun, and been used."""
    here = now()
    return here - timedelta(hours=settings.session_hours), here - timedelta(minutes=settings.session_idle_minutes)
