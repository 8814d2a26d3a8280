"""How much a request may carry: refused by its own account at once, and else as soon as it has brought more."""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import refused
from service.refusals import TooLarge
from service.setup import service_of

# A review of the largest ward, with a reason to each line, comes to a third of this.
_USUAL_MB = 16
_FOR_PROGRAMS = "/api/"
UPLOADS = frozenset({"/api/v1/runs", "/koersler"})


class BodyLimit:
    """ASGI middleware that bounds what requests carry.

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
        limit, brought = limit_mb * 2**20, 0
        announced = _announced(request)
        if announced > limit and scope["path"].startswith(_FOR_PROGRAMS):
            await refused(request, TooLarge(limit_mb=str(limit_mb)))(scope, receive, send)
            return

        async def bounded() -> Message:
            nonlocal brought
            message = await receive() if announced <= limit else {}
            brought += len(message.get("body", b""))
            # A page says it itself, in its own way.
            if max(brought, announced) > limit:
                raise TooLarge(limit_mb=str(limit_mb))
            return message

        await self._app(scope, bounded, send)


def _announced(request: Request) -> int:
    told = request.headers.get("Content-Length", "")
    return int(told) if told.isascii() and told.isdecimal() else 0
