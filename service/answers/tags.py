"""ETags: which version of a thing an answer shows, and which one a change is meant for."""

from __future__ import annotations

import hashlib

from service.refusals import MatchMissing, Stale


def tag_of(*parts: object) -> str:
    """Make the ETag of a version, quotes included.

    Parameters
    ----------
    *parts : object
        What tells versions apart, such as an id and a number.

    Examples
    --------
    >>> tag_of("a", 1) == tag_of("a", 2)
    False
    """
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'


def require_match(sent: str | None, present: str) -> None:
    """Refuse a change that is not meant for the present version.

    Parameters
    ----------
    sent : str or None
        The ``If-Match`` header.
    present : str
        ETag of the present version.

    Raises
    ------
    MatchMissing
        Without the header.
    Stale
        If it names another version. Weak tags never match (RFC 9110, 13.1.1).
    """
    if sent is None or not sent.strip():
        raise MatchMissing
    named = [one.strip() for one in sent.split(",")]
    # Some clients take the quotes off.
    if "*" not in named and present not in named and present.strip('"') not in named:
        raise Stale(etag=present)
