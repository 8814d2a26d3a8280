"""What surrounds every answer: request id, version and run, security headers, a log line, a count."""

from __future__ import annotations

import time

import structlog
from asgi_correlation_id import correlation_id
from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brikopt import __version__
from service.errors import failed

# Nothing from elsewhere, nothing in line, no frames: pages bring their own files.
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_USUAL = [
    (name.lower().encode("latin-1"), value.encode("latin-1"))
    for name, value in {**SECURITY, "X-Brikopt-Version": __version__}.items()
]
# Only these are labels of a count: whoever invents methods would make as many counts.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_NOT_MODIFIED = 304
_log = structlog.get_logger("service.requests")


class Measures:
    """Counts and times of answers, for /metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self.answers = Counter("brikopt_answers", "Answers given.", (*labels, "status"), registry=self.registry)
        self.seconds = Histogram("brikopt_answer_seconds", "Time to answer.", labels, registry=self.registry)


class Envelope:
    """ASGI middleware around everything else.

    Parameters
    ----------
    app : ASGI app
        What answers; the service's own app has ``state.measures``, where answers are counted.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = correlation_id.get() or ""
        begun, status = time.perf_counter(), 0

        async def send_wrapped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                _wrap(message, state)
                if scope["app"].state.service.settings.public_url.startswith("https://"):
                    message["headers"].append(_HSTS)
                if _known_already(scope, message):
                    message = _not_modified(message)
                status = message["status"]
            elif status == _NOT_MODIFIED:
                message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
            await send(message)

        try:
            await self._app(scope, receive, send_wrapped)
        except Exception:
            _log.exception("failed", **_facts(scope))
            if status:
                raise  # The answer has begun: only breaking it off tells the truth.
            await failed(Request(scope))(scope, receive, send_wrapped)
        self._note(scope, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        measures: Measures = scope["app"].state.measures
        method = scope["method"] if scope["method"] in _METHODS else "other"
        measures.answers.labels(method, route, status).inc()
        measures.seconds.labels(method, route).observe(seconds)
        _log.info("answered", status=status, ms=round(1000 * seconds, 1), **_facts(scope), **_whence(scope))


def _wrap(start: Message, state: dict[str, object]) -> None:
    """Add what every answer says; what a route says of its own accord stands."""
    headers = list(start.get("headers", []))
    said = {name.lower() for name, _ in headers}
    headers += [one for one in _USUAL if one[0] not in said]
    if state.get("run_id"):
        headers.append((b"x-brikopt-run", str(state["run_id"]).encode("latin-1")))
    start["headers"] = headers


def _known_already(scope: Scope, start: Message) -> bool:
    """Whether a GET names the very version that the answer shows (RFC 9110, 13.1.2)."""
    if scope["method"] != "GET" or start["status"] != 200:
        return False
    asked = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
    tag = next((value for name, value in start["headers"] if name.lower() == b"etag"), None) if asked else None
    named = [one.strip().removeprefix(b"W/") for one in asked.split(b",")]
    return tag is not None and (tag in named or b"*" in named)


def _not_modified(start: Message) -> Message:
    kept = [one for one in start["headers"] if one[0].lower() not in (b"content-length", b"content-type")]
    return {**start, "status": _NOT_MODIFIED, "headers": kept}


def _whence(scope: Scope) -> dict[str, str]:
    """A mark of the address: which key was used from where can be found, and no address be read."""
    witness, client = scope["app"].state.service.witness, scope.get("client")
    return {"address": witness.mark("address", client[0])} if client else {}


def _facts(scope: Scope) -> dict[str, object]:
    # The path without its query: filters may hold what somebody typed.
    state = scope.get("state", {})
    return {
        "request_id": state.get("request_id"),
        "method": scope["method"],
        "path": scope["path"],
        "who": state.get("principal_id"),
    }
