"""Lists come in pages: ``{items, page, page_size, total}``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

MOST_ROWS = 1000
_USUAL_ROWS = 100


class PageAsked(BaseModel):
    """Which page somebody wants; the first is 1."""

    page: int
    page_size: int

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * self.page_size


class Page(BaseModel):
    """One page of a list, and how many rows there are in all."""

    items: list[dict[str, Any]]
    page: int
    page_size: int
    total: int


async def _asked(
    # The largest page keeps the offset a number that a database can count to.
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=MOST_ROWS)] = _USUAL_ROWS,
) -> PageAsked:
    return PageAsked(page=page, page_size=page_size)


AskedPage = Annotated[PageAsked, Depends(_asked)]


def page_of(session: Session, query: Select[Any], asked: PageAsked, show: Callable[[Any], dict[str, Any]]) -> Page:
    """Read one page of a query.

    Parameters
    ----------
    session : Session
    query : Select
        One entity a row, ordered.
    asked : PageAsked
    show : callable
        Turns a row into what the answer says of it.

    Returns
    -------
    Page
    """
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.scalars(query.offset(asked.offset).limit(asked.page_size)).all()
    return Page(items=[show(row) for row in rows], page=asked.page, page_size=asked.page_size, total=total)


def page_among(rows: Sequence[dict[str, Any]], asked: PageAsked) -> Page:
    """Cut one page out of rows that are all at hand."""
    shown = list(rows[asked.offset : asked.offset + asked.page_size])
    return Page(items=shown, page=asked.page, page_size=asked.page_size, total=len(rows))
