"""What every route of one running service has at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from service.access.documents import Documents
from service.answers.recall import OfRuns, Pages, WhileUnchanged
from service.audit.witness import Witness
from service.db.damage import Wholeness
from service.db.database import Database
from service.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.access.grants import Principal


@dataclass(frozen=True, slots=True)
class Service:
    """One running service.

    Attributes
    ----------
    settings : Settings
        What it was told.
    database : Database
        Where everything is kept.
    identify : tuple of callable
        Ways to find out who is asking, tried in order: request and session to a principal, or None.
    witness : Witness
        Seals the audit, and turns addresses and names into marks.
    answers : WhileUnchanged
        Whole answers, by what was asked and the key that was shown.
    pages : Pages
        Answers made from published runs.
    of_runs : OfRuns
        Figures worked out of published runs.
    scans : FixedWindowRateLimiter
        How many codes each person has had read; forgotten with the process.
    provider : Documents
        What the identity provider says of itself.
    wholeness : Wholeness
        Whether the database's file was damaged when it was last looked through.
    """

    settings: Settings
    database: Database
    identify: tuple[Callable[[Request, Session], Principal | None], ...]
    witness: Witness
    answers: WhileUnchanged[Any] = field(default_factory=WhileUnchanged)
    pages: Pages = field(default_factory=Pages)
    of_runs: OfRuns = field(default_factory=OfRuns)
    scans: FixedWindowRateLimiter = field(default_factory=lambda: FixedWindowRateLimiter(MemoryStorage()))
    provider: Documents = field(default_factory=Documents)
    wholeness: Wholeness = field(default_factory=Wholeness)


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    service: Service = request.app.state.service
    return service


async def _here(request: Request) -> Service:
    return service_of(request)


Here = Annotated[Service, Depends(_here)]
