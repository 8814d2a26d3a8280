"""The two cookies: one of a browser on its way to signing in, one of whoever is signed in."""

from __future__ import annotations

from fastapi import Request, Response

from service.settings import Settings

_SESSION, _BROWSER = "brikopt", "brikopt-browser"
_BROWSER_SECONDS = 3600


def is_https(request: Request, settings: Settings) -> bool:
    """Say whether people reach the service by https; behind a proxy its public address says so."""
    return own_origin(request, settings).startswith("https://")


def own_origin(request: Request, settings: Settings) -> str:
    """Return scheme, host and port at which people open the service, without a slash at the end."""
    return settings.public_url or f"{request.url.scheme}://{request.url.netloc}"


def session_cookie(request: Request, settings: Settings) -> str | None:
    """Return the secret that whoever is signed in shows."""
    return request.cookies.get(_name(_SESSION, request, settings))


def browser_cookie(request: Request, settings: Settings) -> str | None:
    """Return the secret of a browser on its way to signing in."""
    return request.cookies.get(_name(_BROWSER, request, settings))


def give_session(request: Request, response: Response, settings: Settings, secret: str) -> None:
    """Have the browser show a session from here on. What it held on its way in stays: another tab may be on its way."""
    _give(request, response, settings, _SESSION, secret, settings.session_hours * 3600)


def give_browser(request: Request, response: Response, settings: Settings, secret: str) -> None:
    """Have the browser show who set out to sign in."""
    _give(request, response, settings, _BROWSER, secret, _BROWSER_SECONDS)


def take_session(request: Request, response: Response, settings: Settings) -> None:
    """Have the browser forget its session."""
    _take(request, response, settings, _SESSION)


def _name(name: str, request: Request, settings: Settings) -> str:
    # The prefix keeps other hosts of the domain from setting it, and browsers from sending it unencrypted.
    return f"__Host-{name}" if is_https(request, settings) else name


def _give(request: Request, response: Response, settings: Settings, name: str, secret: str, seconds: int) -> None:
    response.set_cookie(
        _name(name, request, settings),
        secret,
        max_age=seconds,
        path="/",
        secure=is_https(request, settings),
        httponly=True,
        samesite="lax",
    )


def _take(request: Request, response: Response, settings: Settings, name: str) -> None:
    response.delete_cookie(
        _name(name, request, settings), path="/", secure=is_https(request, settings), httponly=True, samesite="lax"
    )
