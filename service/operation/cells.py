"""Values of a database's cells as JSON, the same from SQLite and from PostgreSQL."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, LargeBinary
from sqlalchemy.types import TypeEngine

Change = Callable[[Any], Any]


def writers(columns: list[Column[Any]]) -> list[Change]:
    """Return what turns each column's values into what JSON can say."""
    return [_if_there(_change(column.type, _WRITERS)) for column in columns]


def readers(columns: list[Column[Any]]) -> list[Change]:
    """Return what turns each column's values back."""
    return [_if_there(_change(column.type, _READERS)) for column in columns]


def _change(kind: TypeEngine[Any], changes: tuple[tuple[type[TypeEngine[Any]], Change], ...]) -> Change:
    return next((change for known, change in changes if isinstance(kind, known)), _as_it_is)


def _if_there(change: Change) -> Change:
    return lambda value: None if value is None else change(value)


def _as_it_is(value: object) -> object:
    return value


def _moment(value: datetime) -> str:
    """SQLite keeps moments in UTC without saying so."""
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


_WRITERS: tuple[tuple[type[TypeEngine[Any]], Change], ...] = (
    (DateTime, _moment),
    (Date, date.isoformat),
    (LargeBinary, lambda value: base64.b64encode(value).decode("ascii")),
)
_READERS: tuple[tuple[type[TypeEngine[Any]], Change], ...] = (
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)
