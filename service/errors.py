"""Every error as Problem Details (RFC 9457): one table gives each refusal its status, one place its words."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from brikopt.contract.rules import Language
from service import refusals
from service.access.events import tell
from service.db.outages import no_room
from service.setup import service_of
from service.texts import language_of, texts_of

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:brikopt:problem:"

# Refusal -> (status, the last part of its type URI). The names are for ever: clients compare them.
STATUS: Mapping[type[refusals.Refusal], tuple[int, str]] = {
    refusals.NotSignedIn: (401, "not-signed-in"),
    refusals.SignInFailed: (401, "sign-in-failed"),
    refusals.OutOfRole: (403, "out-of-role"),
    refusals.OutOfScope: (403, "out-of-scope"),
    refusals.NoGrants: (403, "no-grants"),
    refusals.Forged: (403, "forged"),
    refusals.NoProvider: (404, "no-provider"),
    refusals.Unknown: (404, "unknown"),
    refusals.NoSuchForm: (406, "no-such-form"),
    refusals.AlreadySettled: (409, "already-settled"),
    refusals.AlreadyThere: (409, "already-there"),
    refusals.NewerRun: (409, "newer-run"),
    refusals.NotAgreed: (409, "not-agreed"),
    refusals.Stale: (412, "stale"),
    refusals.TooLarge: (413, "too-large"),
    refusals.UnpacksTooLarge: (413, "unpacks-too-large"),
    refusals.WrongType: (415, "wrong-type"),
    refusals.KeyReused: (422, "key-reused"),
    refusals.NoFiles: (422, "no-files"),
    refusals.TooManyFiles: (422, "too-many-files"),
    refusals.UnsafePath: (422, "unsafe-path"),
    refusals.LinkInArchive: (422, "link-in-archive"),
    refusals.FileTwice: (422, "file-twice"),
    refusals.BrokenArchive: (422, "broken-archive"),
    refusals.PackedTooMuch: (422, "packed-too-much"),
    refusals.EntitiesInside: (422, "entities-inside"),
    refusals.FormulaInside: (422, "formula-inside"),
    refusals.ExtractsUnusable: (422, "extracts-unusable"),
    refusals.Unfit: (422, "unfit"),
    refusals.MatchMissing: (428, "match-missing"),
    refusals.RunMissing: (428, "run-missing"),
    refusals.TooManyTries: (429, "too-many-tries"),
    refusals.ProviderFailed: (502, "provider-failed"),
    refusals.NothingPublished: (503, "nothing-published"),
    refusals.Unavailable: (503, "unavailable"),
}
# Seconds; an outage may be over soon, a first run takes longer.
_RETRY_AFTER: Mapping[type[refusals.Refusal], str] = {refusals.Unavailable: "5"}
# Whoever tries what they may not is told of in the log; so is a key that isn't known.
_TOLD = (refusals.NotSignedIn, refusals.OutOfRole, refusals.OutOfScope, refusals.Forged, refusals.TooManyTries)
# These stand in the sentence and are no news to a program.
_SAID = frozenset({"roles", "count", "path", "method"})
INVALID, FAILED = "invalid-request", "failed"


class Problem(BaseModel):
    """What every error says (RFC 9457); some say more."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[dict[str, str]] = []
    changed: list[dict[str, Any]] = []


def add_handlers(app: FastAPI) -> None:
    """Have the app answer refusals, invalid requests and its own 404 and 405 as problems."""
    app.add_exception_handler(refusals.Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(OSError, _no_room)


def problem(
    request: Request, status: int, name: str, facts: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Make one problem.

    Parameters
    ----------
    request : Request
        What was asked; its language decides the words.
    status : int
        HTTP status.
    name : str
        Last part of the type URI, and key of the words.
    facts : mapping
        What the words name; ``errors`` is handed on as it is.
    headers : mapping, optional
        More headers.

    Returns
    -------
    JSONResponse
        With type, title, status, detail, instance and request_id.
    """
    lang = language_of(request)
    words = texts_of(lang)["problems"].get(name) or _words_of(status, lang)
    body = {
        "type": f"{_TYPE}{name}",
        "title": words["title"],
        "status": status,
        "detail": words["detail"].format_map({key: _shown(value, lang) for key, value in facts.items()}),
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", ""),
        **{key: value for key, value in facts.items() if key not in _SAID},
    }
    return JSONResponse(
        body, status, headers={"Vary": "Accept, Accept-Language", **(headers or {})}, media_type=MEDIA_TYPE
    )


def failed(request: Request) -> JSONResponse:
    """Answer that the service itself failed; nothing of how leaves the house."""
    return problem(request, http.HTTPStatus.INTERNAL_SERVER_ERROR, FAILED, {})


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, refusals.Refusal):
        raise error
    return refused(request, error)


def refused(request: Request, error: refusals.Refusal) -> JSONResponse:
    """Answer that something isn't done, and why."""
    status, name = STATUS[type(error)]
    if isinstance(error, _TOLD) and (status != http.HTTPStatus.UNAUTHORIZED or "Authorization" in request.headers):
        who, client = getattr(request.state, "principal_id", None), request.client
        witness = service_of(request).witness
        tell(witness, "refused", address=client.host if client else None, why=name, who=who, path=request.url.path)
    headers = {"WWW-Authenticate": "Bearer"} if status == http.HTTPStatus.UNAUTHORIZED else {}
    if status == http.HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = _RETRY_AFTER.get(type(error), "60")
    if isinstance(error, refusals.TooManyTries):
        headers["Retry-After"] = error.facts["seconds"]
    if isinstance(error, refusals.Stale):
        headers["ETag"] = error.facts["etag"]
    facts: dict[str, Any] = dict(error.facts)
    if isinstance(error, refusals.Unfit):
        facts["errors"] = list(error.faults)
    if isinstance(error, refusals.NewerRun):
        facts["changed"] = list(error.changed)
    return problem(request, status, name, facts, headers)


async def _no_room(request: Request, error: Exception) -> JSONResponse:
    """A full disk passes; any other trouble with files is a failure of ours."""
    if not (isinstance(error, OSError) and no_room(error)):
        raise error
    return refused(request, refusals.Unavailable())


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    # The input itself stays out: it may be long, or not for a log.
    faults = [{"where": ".".join(map(str, one["loc"])), "wrong": one["msg"]} for one in error.errors()]
    return problem(request, 422, INVALID, {"count": str(len(faults)), "errors": faults})


async def _plain(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    status = http.HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    if status is http.HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request))
    name = status.phrase.lower().replace(" ", "-")
    return problem(request, status, name, {"path": request.url.path, "method": request.method}, headers)


def _allowed(request: Request) -> list[str]:
    """Name the methods of all routes of a path; Starlette would name those of the first alone."""
    routes = [route for route in iter_route_contexts(request.app.routes) if hasattr(route, "path_regex")]
    found = [route.methods or set() for route in routes if route.path_regex.match(request.scope["path"])]
    return sorted(set[str]().union(*found))


def _words_of(status: int, lang: Language) -> Mapping[str, str]:
    """Words for a status that no text names."""
    return {"title": http.HTTPStatus(status).phrase, "detail": str(texts_of(lang)["problems"]["other"]["detail"])}


def _shown(value: object, lang: Language) -> object:
    return texts_of(lang)["things"].get(value, value) if isinstance(value, str) else value
