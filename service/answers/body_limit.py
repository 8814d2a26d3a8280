"""How much a request may carry: refused by its own account at once, and else as soon as it has brought more."""

from __future__ import annotations

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access.callers import known_principal
from service.access.grants import Role
from service.errors import refused
from service.refusals import NotSignedIn, OutOfRole, Refusal, TooLarge
from service.setup import service_of

# A review of the largest ward, with a reason to each line, comes to a third of this.
_USUAL_MB = 16
# Enough for a name and a password. A form stays in memory up to its first megabyte: nothing of a stranger's is kept.
_STRANGERS_BYTES = 64 * 2**10
_FOR_PROGRAMS = "/api/"
UPLOADS = frozenset({"/api/v1/runs", "/koersler"})


class BodyLimit:
    """ASGI middleware that bounds what requests carry; those of strangers more than others.

    Parameters
    ----------
    app : ASGI app
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        limit_mb = service_of(request).settings.upload_mb if scope["path"] in UPLOADS else _USUAL_MB
        refusal, brought = await _refusal(request, limit_mb), 0
        if refusal and scope["path"].startswith(_FOR_PROGRAMS):
            await refused(request, refusal)(scope, receive, send)
            return

        async def bounded() -> Message:
            nonlocal brought
            if refusal:
                raise refusal  # A page says it itself, in its own way.
            message = await receive()
            brought += len(message.get("body", b""))
            if brought > limit_mb * 2**20:
                raise TooLarge(limit_mb=str(limit_mb))
            return message

        await self._app(scope, bounded, send)


async def _refusal(request: Request, limit_mb: int) -> Refusal | None:
    """Say why a request can't be taken, before anything that it brings is."""
    announced = _announced(request)
    if announced is not None and announced > limit_mb * 2**20:
        return TooLarge(limit_mb=str(limit_mb))
    if announced is not None and announced <= _STRANGERS_BYTES:
        return None
    try:
        return await run_in_threadpool(_may_bring, request)
    except Refusal as outage:
        return outage


def _may_bring(request: Request) -> Refusal | None:
    """Who isn't known brings nothing large; and an upload is read only for somebody who may send one."""
    with service_of(request).database.reading() as session:
        principal = known_principal(request, session)
    if principal is None:
        return NotSignedIn()
    if request.scope["path"] in UPLOADS and not principal.reach((Role.ADMIN,)).everywhere:
        return OutOfRole(roles=Role.ADMIN)
    return None


def _announced(request: Request) -> int | None:
    """Bytes that a request says it carries; None where it comes in pieces without saying."""
    if "Transfer-Encoding" in request.headers:
        return None
    told = request.headers.get("Content-Length", "")
    return int(told) if told.isascii() and told.isdecimal() else 0
