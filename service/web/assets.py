"""Style, script and mark of the pages: files of the package, open to everybody."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from fastapi import APIRouter, Response

from service.access.callers import everybody

router = APIRouter(include_in_schema=False, dependencies=[everybody])
_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@router.get("/statisk/{name}")
def read_asset(
    name: Literal["pages.css", "pages.js", "kept.js", "waiting.js", "review.js", "scan.js", "mark.svg"],
) -> Response:
    """One file; its address changes with its content, so it may be kept."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_content(name), media_type=_MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


@router.get("/sw.js")
def read_service_worker() -> Response:
    """The script that keeps opened wards readable without a network: at the top, as it serves all pages below."""
    return Response(_content("sw.js"), media_type=_MEDIA_TYPES["js"], headers={"Cache-Control": "no-cache"})


@cache
def _content(name: str) -> bytes:
    return files("service.web").joinpath("static", name).read_bytes()
