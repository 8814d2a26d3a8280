"""The pages on which people come in through the region's identity provider, and go out there too."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from service.access.callers import everybody
from service.access.cookies import browser_cookie, give_browser, give_session, own_origin, session_cookie
from service.access.oidc import Provider
from service.access.own_paths import own_path
from service.access.secrets_kept import new_secret
from service.access.throttle import PER_ADDRESS_TO_PROVIDER, count_address
from service.access.through_provider import Return, come_back, set_out
from service.refusals import NoProvider
from service.settings import Settings
from service.setup import service_of
from service.web.pages import SIGN_IN, SIGN_IN_TO, pages_router

TO_PROVIDER, FROM_PROVIDER, OUT_AT_PROVIDER = f"{SIGN_IN}/region", f"{SIGN_IN}/retur", "/log-ud/region"
router = pages_router()
Brought = Annotated[str, Query(max_length=4000)]


@router.get(TO_PROVIDER, dependencies=[everybody])
def go_to_provider(
    request: Request, onward: Annotated[str, Query(alias=SIGN_IN_TO, max_length=2000)] = "/"
) -> Response:
    """Send somebody to the provider to sign in."""
    service = service_of(request)
    _refuse_without_provider(service.settings)
    # Two tabs may be on their way at once, so a browser keeps the secret that it has.
    browser = browser_cookie(request, service.settings) or new_secret()
    address = request.client.host if request.client else None
    there = set_out(service, browser, _back(request, service.settings), own_path(onward), address)
    response = RedirectResponse(there, 303)
    give_browser(request, response, service.settings, browser)
    return response


@router.get(FROM_PROVIDER, dependencies=[everybody])
def return_from_provider(request: Request, state: Brought = "", code: Brought = "", iss: Brought = "") -> Response:
    """Let somebody in whom the provider vouches for, and lead them where they were going."""
    service = service_of(request)
    _refuse_without_provider(service.settings)
    browser, shown = browser_cookie(request, service.settings), session_cookie(request, service.settings)
    brought = Return(state, code, iss)
    address = request.client.host if request.client else None
    secret, onward = come_back(service, browser, brought, _back(request, service.settings), shown, address)
    response = RedirectResponse(onward, 303)
    give_session(request, response, service.settings, secret)
    return response


@router.get(OUT_AT_PROVIDER, dependencies=[everybody])
def go_out_at_provider(request: Request) -> Response:
    """Send somebody who is signed out here to the provider, to be signed out there as well."""
    service = service_of(request)
    settings = service.settings
    _refuse_without_provider(settings)
    with service.database.writing() as session:
        count_address(session, PER_ADDRESS_TO_PROVIDER, request.client.host if request.client else None)
    onward = f"{own_origin(request, settings)}{SIGN_IN}"
    return RedirectResponse(Provider(settings, service.provider).sign_out_address(onward) or SIGN_IN, 303)


def _back(request: Request, settings: Settings) -> str:
    return f"{own_origin(request, settings)}{FROM_PROVIDER}"


def _refuse_without_provider(settings: Settings) -> None:
    if not settings.oidc_issuer:
        raise NoProvider
