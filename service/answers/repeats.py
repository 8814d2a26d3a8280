"""A request sent twice with one Idempotency-Key takes effect once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.access.grants import Principal
from service.answers.remembered import Remembered
from service.clock import now
from service.db.database import Database
from service.refusals import KeyReused
from service.settings import Settings

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
IfMatch = Annotated[str | None, Header(alias="If-Match")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change answers."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A request that changes something.

    Attributes
    ----------
    who : Principal
        Who asks.
    key : str or None
        Its Idempotency-Key; without one, a request sent twice takes effect twice.
    asked : str
        SHA-256 of method, path and body: what the key stands for.
    """

    who: Principal
    key: str | None
    asked: str

    @classmethod
    def of(cls, request: Request, who: Principal, key: str | None, body: object = None) -> Change:
        """Describe a request."""
        says = json.dumps([request.method, request.url.path, body], sort_keys=True, default=str)
        return cls(who, key, hashlib.sha256(says.encode()).hexdigest())


def take_effect(database: Database, change: Change, effect: Callable[[Session], Answer]) -> JSONResponse:
    """Make a change once, and answer after it is on the disk.

    Parameters
    ----------
    database : Database
    change : Change
        What is asked.
    effect : callable
        Makes the change in a writing session, and says what to answer.

    Returns
    -------
    JSONResponse
        The first answer, however often the request comes.

    Raises
    ------
    KeyReused
        If the key came with another request before.

    Notes
    -----
    The answer is remembered in the transaction of the change, so neither is there without the other. A refusal
    changes nothing and is not remembered.
    """
    with database.writing() as session:
        known = known_answer(session, change)
        answer = known or effect(session)
        if known is None and change.key:
            _remember(session, change, change.key, answer)
    return JSONResponse(answer.body, answer.status, headers=dict(answer.headers))


def forget_old_answers(session: Session, settings: Settings) -> None:
    """Let go of answers past their time."""
    session.execute(delete(Remembered).where(Remembered.at < now() - timedelta(days=settings.keep_answers_days)))


def known_answer(session: Session, change: Change) -> Answer | None:
    """Return what was answered when the same came with the same key before; KeyReused if something else did."""
    known = session.get(Remembered, (change.who.id, change.key)) if change.key else None
    if known is not None and known.asked != change.asked:
        raise KeyReused(key=known.key)
    return Answer(known.status, known.body, known.headers) if known else None


def _remember(session: Session, change: Change, key: str, answer: Answer) -> None:
    session.add(
        Remembered(
            principal=change.who.id,
            key=key,
            asked=change.asked,
            at=now(),
            status=answer.status,
            headers=dict(answer.headers),
            body=answer.body,
        )
    )
