"""The fields of a form that a page sends."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

_MOST_FIELDS = 50_000  # a ward of 5,000 rows; the usual 1,000 are not enough for one of 120


async def _fields(request: Request) -> dict[str, str]:
    """Texts by name; files are left out, and of fields with one name the last counts."""
    form = await request.form(max_fields=_MOST_FIELDS)
    return {name: value.replace("\x00", "") for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]
