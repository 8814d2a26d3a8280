"""How often somebody may try to sign in, counted in the database, so that all processes count together."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from service.access.secrets_kept import hash_of
from service.access.tables import TriesRow
from service.clock import now
from service.refusals import TooManyTries
from service.settings import Settings

# A whole hospital may share one address; a guesser needs many more tries than its people make mistakes.
PER_ADDRESS = RateLimitItemPerMinute(60, 5, namespace="address")
# Each way to the provider leaves a row for some minutes.
PER_ADDRESS_TO_PROVIDER = RateLimitItemPerMinute(300, 5, namespace="to-provider")
_IPV6_NETWORK = 64
# How many times more tries an account takes from all addresses together.
_ELSEWHERE = 10


class TriesKept(Storage):
    """Counts of the library ``limits``, in a table.

    Parameters
    ----------
    session : Session
        Of a writing transaction: with its lock, looking and counting are one step.
    renewed : bool
        Whether each count begins the time anew, so that a lock lasts as long from the last failure on.
    """

    def __init__(self, session: Session, *, renewed: bool = False) -> None:
        super().__init__()
        self._session, self._renewed = session, renewed

    @property
    def base_exceptions(self) -> type[Exception]:
        """Errors of this storage; the database's own are told as they are."""
        return TooManyTries

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return the new count."""
        ends_at = now() + timedelta(seconds=expiry)
        row = self._row(key)
        if row is None:
            row = self._session.merge(TriesRow(hashed=hash_of(key), count=0, ends_at=ends_at))
        row.count += amount
        row.ends_at = ends_at if self._renewed else row.ends_at
        self._session.flush()
        return row.count

    def get(self, key: str) -> int:
        """Return the count that still holds."""
        row = self._row(key)
        return row.count if row else 0

    def get_expiry(self, key: str) -> float:
        """Return until when the count holds, in seconds since 1970."""
        row = self._row(key)
        return (row.ends_at if row else now()).timestamp()

    def check(self) -> bool:
        """Say whether the table can be read."""
        return bool(self._session.scalar(text("SELECT 1")))

    def reset(self) -> int | None:
        """Forget all counts."""
        self._session.execute(delete(TriesRow))
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._session.execute(delete(TriesRow).where(TriesRow.hashed == hash_of(key)))

    def _row(self, key: str) -> TriesRow | None:
        row = self._session.get(TriesRow, hash_of(key))
        return row if row and row.ends_at > now() else None


def count_address(session: Session, limit: RateLimitItem, address: str | None) -> None:
    """Count a try from an address.

    Raises
    ------
    TooManyTries
        If there were too many; then it isn't counted.
    """
    _count(FixedWindowRateLimiter(TriesKept(session)), limit, _network(address))


def count_failure(session: Session, settings: Settings, name: str, address: str | None) -> None:
    """Count a failure of an account before its password is looked at, so that tries at once don't slip through.

    Each address has its own count, so that a stranger elsewhere doesn't lock somebody out; from many addresses together
    there are ten times as many tries.

    Raises
    ------
    TooManyTries
        If it is locked: known or not, right password or wrong.
    """
    limiter = FixedWindowRateLimiter(TriesKept(session, renewed=True))
    for limit, who in _per_account(settings, name, address):
        _refuse(limiter, limit, who)
    for limit, who in _per_account(settings, name, address):
        limiter.hit(limit, who)


def clear_failures(session: Session, settings: Settings, name: str, address: str | None) -> None:
    """Forget the failures of an account from an address: it was its owner."""
    for limit, who in _per_account(settings, name, address):
        FixedWindowRateLimiter(TriesKept(session)).clear(limit, who)


def forget_old_tries(session: Session) -> None:
    """Delete counts that hold no more."""
    session.execute(delete(TriesRow).where(TriesRow.ends_at <= now()))


def _per_account(settings: Settings, name: str, address: str | None) -> tuple[tuple[RateLimitItem, str], ...]:
    tries, minutes = settings.sign_in_tries, settings.sign_in_lock_minutes
    here = RateLimitItemPerMinute(tries, minutes, namespace="account-from")
    anywhere = RateLimitItemPerMinute(_ELSEWHERE * tries, minutes, namespace="account")
    return (here, f"{_network(address)} {name}"), (anywhere, name)


def _count(limiter: FixedWindowRateLimiter, limit: RateLimitItem, who: str) -> None:
    _refuse(limiter, limit, who)
    limiter.hit(limit, who)


def _refuse(limiter: FixedWindowRateLimiter, limit: RateLimitItem, who: str) -> None:
    if not limiter.test(limit, who):
        wait = limiter.get_window_stats(limit, who).reset_time - now().timestamp()
        raise TooManyTries(seconds=str(max(1, round(wait))))


def _network(address: str | None) -> str:
    """An IPv6 connection has as many addresses as it likes within its network."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    return str(ipaddress.ip_network((known, _IPV6_NETWORK), strict=False)) if known.version == 6 else str(known)
