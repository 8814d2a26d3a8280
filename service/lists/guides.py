"""The printed guide of a ward, as the run made it."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib

from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.answers.forms import MEDIA_TYPES, Form
from service.answers.tags import tag_of
from service.lists.tables import Guide
from service.refusals import Unknown
from service.runs.tables import Run

_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def guide_of(session: Session, run: Run, ward_id: str, form: Form) -> bytes:
    """Read a guide.

    Raises
    ------
    Unknown
        If the run made none for the ward: only wards with a cabinet without cards have one.
    """
    query = select(Guide.packed).where(Guide.run == run.id, Guide.ward_id == ward_id, Guide.form == form.value)
    packed = session.scalars(query).first()
    if packed is None:
        raise Unknown(what="guide", id=ward_id)
    return zlib.decompress(packed)


def guide_answer(content: bytes, form: Form) -> Response:
    """Answer with a guide; it carries its own style, and nothing else may style it."""
    headers = {"ETag": tag_of(content), "Vary": "Accept"}
    if form is Form.HTML:
        headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src {_hashes(content)}; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def _hashes(page: bytes) -> str:
    digests = (hashlib.sha256(style).digest() for style in _STYLE.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"
