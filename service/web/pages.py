"""Make a page of a template, and of every refusal a page that says what to do now."""

from __future__ import annotations

import hashlib
import http
from collections.abc import Callable, Coroutine
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from brikopt import __version__
from brikopt.contract.rules import Language
from service.audit.people import is_mark
from service.clock import danish_day, now
from service.errors import STATUS
from service.refusals import NotSignedIn, Refusal
from service.runs.tables import Run
from service.texts import texts_of
from service.web.visit import LANGUAGE_COOKIE, Visit, known_visit
from service.web.words import LANGUAGES, page_texts
from service.web.year_plot import year_plot

SIGN_IN, SIGN_IN_TO = "/log-ind", "next"
OLD_DAYS = 14  # a run is made each night or week; an older one is told as old
_YEAR_SECONDS = 365 * 24 * 3600
_PAGES = Environment(
    loader=PackageLoader("service.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals["is_mark"] = is_mark
_PAGES.globals["year_plot"] = year_plot
_PAGES.globals["parts"] = _PAGES.get_template("parts.html.j2").module


class PageRoute(APIRoute):
    """A route that answers people: what is refused is said on a page, not as JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the usual handler."""
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except Refusal as refusal:
                return refused_page(request, refusal)
            except RequestValidationError:
                return _refusal(known_visit(request), 422, "invalid-request", {})

        return handle_for_people


def answer_people(app: FastAPI) -> None:
    """Have addresses that lead nowhere answered with a page, where a browser asks; the API stays as it is."""
    plain = app.exception_handlers[HTTPException]

    async def answer(request: Request, error: Exception) -> Response:
        browses = "text/html" in request.headers.get("Accept", "") and not request.url.path.startswith("/api/")
        if not (browses and isinstance(error, HTTPException)):
            answered: Response = await plain(request, error)  # type: ignore[misc]
            return answered
        name = http.HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        return _refusal(known_visit(request), error.status_code, name, {"path": request.url.path})

    app.add_exception_handler(HTTPException, answer)


def pages_router() -> APIRouter:
    """Make a router of pages; they are no part of the API's document."""
    return APIRouter(route_class=PageRoute, include_in_schema=False, tags=["pages"])


def page(visit: Visit, template: str, *, run: Run | None = None, status: int = 200, **shown: Any) -> Response:  # noqa: ANN401
    """Make one page.

    Parameters
    ----------
    visit : Visit
        Who looks, and in which language.
    template : str
        Its name without ending.
    run : Run, optional
        Where the figures come from; the foot of the page names it.
    status : int
        HTTP status.
    **shown
        What the template shows.

    Returns
    -------
    Response
        A language chosen by ``?lang=`` is remembered.
    """
    say = visit.say
    around = {"visit": visit, "say": say, "t": say.texts, "lang": visit.lang, "run": run, "version": __version__}
    age = (danish_day(now()) - run.as_of).days if run and run.as_of else 0
    around |= {"age": age if age > OLD_DAYS else 0}
    around |= {"run_lang": run.record.get("lang", visit.lang) if run else visit.lang, "asset": asset_address}
    response = HTMLResponse(_PAGES.get_template(f"{template}.html.j2").render(**around, **shown), status)
    response.headers["Vary"] = "Cookie"
    if visit.request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            visit.lang,
            max_age=_YEAR_SECONDS,
            samesite="lax",
            httponly=True,
            secure=visit.request.url.scheme == "https",
        )
    return response


def refused_page(request: Request, refusal: Refusal) -> Response:
    """Say on a page why something isn't done; who isn't signed in is led there."""
    status, name = STATUS.get(type(refusal), (400, "other"))
    # Browsers say that a person is going somewhere; scripts get the plain status.
    if (
        isinstance(refusal, NotSignedIn)
        and request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
    ):
        return RedirectResponse(sign_in_address(request), 303)
    return _refusal(known_visit(request), status, name, dict(refusal.facts))


def sign_in_address(request: Request) -> str:
    """Return where to sign in, and come back to this page."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{SIGN_IN}?{SIGN_IN_TO}={quote(asked if request.method == 'GET' else '/', safe='')}"


def asset_address(name: str) -> str:
    """Return the address of a file of the pages; another content has another address."""
    return f"/statisk/{name}?v={_digest(name)}"


def _refusal(visit: Visit, status: int, name: str, facts: dict[str, str]) -> Response:
    title, detail = refusal_words(visit.lang, name, facts)
    sign_in = sign_in_address(visit.request) if status == 401 else None
    request_id = getattr(visit.request.state, "request_id", "")
    return page(
        visit, "refused", status=status, title=title, detail=detail, sign_in=sign_in, request_id=request_id, name=name
    )


def refusal_words(lang: Language, name: str, facts: dict[str, str]) -> tuple[str, str]:
    """Return title and sentence of a refusal: the pages' own where they have one, else those of the API."""
    said = page_texts(lang)["refused"]
    words = said.get(name) or texts_of(lang)["problems"].get(name) or said["other"]
    things = texts_of(lang)["things"]
    roles = page_texts(lang)["roles"]
    shown = {key: things.get(value, value) for key, value in facts.items()}
    shown |= {"roles": ", ".join(roles.get(role, role) for role in facts.get("roles", "").split(", "))}
    return words["title"], words["detail"].format_map(shown)


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(files("service.web").joinpath("static", name).read_bytes()).hexdigest()[:12]
