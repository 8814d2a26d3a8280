"""The pages on which people choose how to come in, come in with a local account, and go out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from service.access.callers import everybody
from service.access.cookies import give_session, is_https, session_cookie, take_session
from service.access.csrf import ShownToken, comes_from_here, refuse_forged
from service.access.entering import enter_with_password
from service.access.events import tell
from service.access.own_paths import own_path
from service.access.sessions import end_session
from service.errors import STATUS
from service.refusals import Forged, SignInFailed, TooManyTries
from service.setup import service_of
from service.web.pages import SIGN_IN, SIGN_IN_TO, page, pages_router, refusal_words
from service.web.provider_pages import OUT_AT_PROVIDER, TO_PROVIDER
from service.web.visit import Visit, visit_of

SIGN_OUT = "/log-ud"
router = pages_router()
Onward = Annotated[str, Query(alias=SIGN_IN_TO, max_length=2000)]
OnwardTyped = Annotated[str, Form(alias=SIGN_IN_TO, max_length=2000)]
Typed = Annotated[str, Form(max_length=200)]


@router.get(SIGN_IN, dependencies=[everybody])
def show_sign_in(request: Request, onward: Onward = "/") -> Response:
    """Offer the ways in that the settings allow."""
    return _asked(visit_of(request, None), onward)


@router.post(SIGN_IN, dependencies=[everybody])
def sign_in(request: Request, name: Typed, password: Typed, onward: OnwardTyped = "/") -> Response:
    """Let somebody in, and lead them where they were going."""
    service = service_of(request)
    if not comes_from_here(request, service.settings):
        raise Forged
    visit = visit_of(request, None)
    address = request.client.host if request.client else None
    try:
        secret = enter_with_password(service, name, password, address, session_cookie(request, service.settings))
    except (SignInFailed, TooManyTries) as refusal:
        status, code = STATUS[type(refusal)]
        return _asked(visit, onward, status=status, failed=refusal_words(visit.lang, code, dict(refusal.facts))[1])
    response = RedirectResponse(own_path(onward), 303)
    give_session(request, response, service.settings, secret)
    return response


@router.get(SIGN_OUT, dependencies=[everybody])
def show_sign_out(request: Request) -> Response:
    """Ask whether to sign out: a link alone must not do it. Who is out already, may go out at the provider too."""
    provider = service_of(request).settings.oidc_issuer
    return page(visit_of(request, None), "sign_out", out_at_provider=OUT_AT_PROVIDER if provider else "")


@router.post(SIGN_OUT, dependencies=[everybody])
def sign_out(request: Request, token: ShownToken) -> Response:
    """End the session here."""
    service = service_of(request)
    secret = session_cookie(request, service.settings)
    response = RedirectResponse(SIGN_OUT if service.settings.oidc_issuer else SIGN_IN, 303)
    if secret:
        refuse_forged(request, service.settings, secret, token)
        with service.database.writing() as session:
            end_session(session, secret)
        address = request.client.host if request.client else None
        tell(service.witness, "sign_out", address=address)
        take_session(request, response, service.settings)
        if is_https(request, service.settings):
            # What a page kept on this device is the next person's to see no more.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _asked(visit: Visit, onward: str, *, status: int = 200, failed: str = "") -> Response:
    settings = service_of(visit.request).settings
    there = f"{TO_PROVIDER}?{SIGN_IN_TO}={quote(own_path(onward), safe='')}" if settings.oidc_issuer else ""
    return page(
        visit,
        "sign_in",
        status=status,
        onward=own_path(onward),
        failed=failed,
        with_password=settings.local_accounts,
        with_provider=there,
    )
