"""Routes that read codes; nothing that is sent here is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItemPerMinute
from pydantic import BaseModel, ConfigDict, Field

from service.access.callers import AnyRole
from service.refusals import TooLarge, TooManyTries, Unfit
from service.scans.reading import codes_in, read_code
from service.setup import Here, Service

router = APIRouter(prefix="/api/v1/scans", tags=["scans"])
MOST_MB = 2
# A camera is asked three times a second, by hand much less.
PER_PERSON = RateLimitItemPerMinute(300, namespace="scans")
_PICTURE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


class CodeSent(BaseModel):
    """A code as a scanner gave it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "01057123456789061727013110A12"}]}
    )

    code: Annotated[str, Field(min_length=1, max_length=500)]


class CodeRead(BaseModel):
    """What a code says; empty parts are not in it."""

    code: str
    gtin: str | None
    expiry: date | None
    lot: str | None


class CodesRead(BaseModel):
    """The codes in a picture."""

    items: list[CodeRead]


@router.post("")
def read_scan(sent: CodeSent, who: AnyRole, here: Here) -> CodeRead:
    """Say what a code from a hand scanner says: item (GTIN), date, lot."""
    _count(here, who.principal.id)
    return _read(sent.code)


@router.post("/picture", openapi_extra=_PICTURE)
async def read_picture(request: Request, who: AnyRole, here: Here) -> CodesRead:
    """Read the codes in a picture of the camera, JPEG or PNG; the picture is kept nowhere."""
    _count(here, who.principal.id)
    picture = bytearray()
    async for part in request.stream():
        picture += part
        if len(picture) > MOST_MB * 2**20:
            raise TooLarge(limit_mb=str(MOST_MB))
    if not picture:
        raise Unfit([{"where": "body", "wrong": "there is no picture"}])
    codes = await run_in_threadpool(codes_in, bytes(picture))
    return CodesRead(items=[_read(code) for code in codes])


def _read(code: str) -> CodeRead:
    said = read_code(code)
    return CodeRead(code=code, gtin=said.gtin, expiry=said.expiry, lot=said.lot)


def _count(here: Service, who: str) -> None:
    """Let one person have so many codes read in a minute, in each process."""
    if not here.scans.hit(PER_PERSON, who):
        raise TooManyTries(seconds="60")
