"""Give the same answer again to the same question, as long as nobody has changed anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.clock import danish_day, now

if TYPE_CHECKING:
    from fastapi import Request

    from service.setup import Service

_LASTS = "lasts"
# What an answer may depend on beside its address.
_HEADERS = (b"authorization", b"accept", b"accept-language")
_MOST_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class _Answer:
    start: Message
    body: Message
    route: Any
    facts: dict[str, Any]


def lasts(request: Request) -> None:
    """Say that an answer comes from the database and the day alone."""
    setattr(request.state, _LASTS, True)


class FromMemory:
    """ASGI middleware in front of the routes.

    Parameters
    ----------
    app : ASGI app
        What answers; the service's own app has ``state.service``.

    Notes
    -----
    Only what a route said `lasts` is given again, only to the very key it was given to, and only while the database
    says that nothing at all was committed since, whoever did it: a revoked key is refused from the next request on.
    The day in Denmark belongs to the question, because keys and figures end with a day. Who signs in as a person is
    always asked for anew.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        service: Service = scope["app"].state.service
        state = await service.database.state()
        known: _Answer | None = service.answers.get(state, key)
        if known is None:
            said = await self._listen(scope, receive, send)
            if said is not None:
                service.answers.keep(state, key, said)
            return
        scope["route"] = known.route
        scope["state"].update(known.facts)
        await send({**known.start})
        await send({**known.body})

    async def _listen(self, scope: Scope, receive: Receive, send: Send) -> _Answer | None:
        """Have it answered, and return the answer if it may be given again."""
        messages: list[Message] = []

        async def send_heard(message: Message) -> None:
            if len(messages) < 3:
                messages.append({**message})
            await send(message)

        await self._app(scope, receive, send_heard)
        facts = {name: scope["state"].get(name) for name in ("principal_id", "run_id")}
        whole = len(messages) == 2 and messages[0].get("status") == 200 and not messages[1].get("more_body")
        if not (whole and scope["state"].get(_LASTS) and len(messages[1].get("body", b"")) <= _MOST_BYTES):
            return None
        return _Answer(messages[0], messages[1], scope.get("route"), facts)


def _key(scope: Scope) -> tuple[object, ...] | None:
    """What was asked; None where the answer mustn't come from memory."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    headers = [(name, value) for name, value in scope["headers"] if name in _HEADERS or name == b"cookie"]
    names = {name for name, _ in headers}
    if b"authorization" not in names or b"cookie" in names:
        return None
    digest = hashlib.sha256(repr((scope["path"], scope["query_string"], headers)).encode()).digest()
    return digest, danish_day(now())
