"""A browser sends its cookies along with whatever any page makes it send: changes need a sign that ours did."""

from __future__ import annotations

from secrets import token_hex
from typing import Annotated

from fastapi import Depends, Request

from service.access.cookies import own_origin, session_cookie
from service.access.secrets_kept import derived, same
from service.refusals import Forged
from service.settings import Settings
from service.setup import service_of

# Whoever reads a form first decides how much of it there may be: a ward of 5,000 rows with ten fields each, and more
# files than any upload has.
MOST_FIELDS, MOST_FILES = 50_000, 60
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER, FIELD = "X-CSRF-Token", "csrf_token"
_SALT_BYTES = 16
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# "none" is somebody who reloads or opens a bookmark: no page made them.
_OWN_SITES = ("same-origin", "none")


def token_of(secret: str) -> str:
    """Return a token that belongs to the secret in a cookie; pages put it into forms and headers.

    Notes
    -----
    Each is another: pages are sent compressed, and from the length of many alike an onlooker could guess what never
    changes in them (BREACH, 2013).
    """
    salt = token_hex(_SALT_BYTES)
    return salt + derived(secret, f"csrf {salt}")


def token_for(request: Request) -> str:
    """Return a token of the session that a request shows; empty where it shows none."""
    secret = session_cookie(request, service_of(request).settings)
    return token_of(secret) if secret else ""


def _belongs(shown: str, secret: str) -> bool:
    salt = shown[: 2 * _SALT_BYTES]
    return same(shown, salt + derived(secret, f"csrf {salt}"))


async def shown_token(request: Request) -> str:
    """Return the token that came with a request: header ``X-CSRF-Token``, else form field ``csrf_token``."""
    shown = request.headers.get(HEADER, "")
    if not shown and _may_be_in_form(request):
        shown = str((await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)).get(FIELD, ""))
    request.state.csrf_token = shown
    return shown


def _may_be_in_form(request: Request) -> bool:
    """Say whether a form is worth reading: what another's page sends is refused whatever it holds."""
    settings = service_of(request).settings
    is_form = request.headers.get("Content-Type", "").lower().startswith(_FORMS)
    changes = request.method not in SAFE and session_cookie(request, settings) is not None
    return is_form and changes and comes_from_here(request, settings)


ShownToken = Annotated[str, Depends(shown_token)]


def refuse_forged(request: Request, settings: Settings, secret: str, shown: str) -> None:
    """Refuse a change that somebody else's page may have made the browser send.

    Parameters
    ----------
    request : Request
        Its ``Sec-Fetch-Site`` or ``Origin``, where the browser sends them, must be the service's own.
    settings : Settings
        Where the service is opened.
    secret : str
        What the cookie holds.
    shown : str
        The token that came with the request.

    Raises
    ------
    Forged
        If the token or the origin is another's.
    """
    if not comes_from_here(request, settings) or not _belongs(shown, secret):
        raise Forged


def comes_from_here(request: Request, settings: Settings) -> bool:
    """Say whether the browser, as far as it tells, sends this from one of the service's own pages."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in _OWN_SITES:
        return False
    return origin is None or origin == own_origin(request, settings)
