"""The fields of a form that a page sends."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from service.access.csrf import MOST_FIELDS


async def _fields(request: Request) -> dict[str, str]:
    """Texts by name; files are left out, and of fields with one name the last counts."""
    form = await request.form(max_fields=MOST_FIELDS)
    return {name: value.replace("\x00", "") for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]
