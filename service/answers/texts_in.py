"""Texts that come in: what an id may be, and what people may write."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

# PostgreSQL can't keep a NUL; nobody means one.
_NO_NUL = r"^[^\x00]*$"
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]
