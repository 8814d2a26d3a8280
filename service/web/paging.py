"""Long lists on a page, a hundred rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ROWS = 100


@dataclass(frozen=True, slots=True)
class Cut:
    """Some rows of a list, which page they are, and how many there are in all."""

    rows: Sequence[Any]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-self.total // ROWS))


def cut(rows: Sequence[Any], page: int) -> Cut:
    """Cut one page out of rows that are all at hand.

    Examples
    --------
    >>> found = cut(range(250), 3)
    >>> (len(found.rows), found.pages)
    (50, 3)
    """
    return Cut(rows[(page - 1) * ROWS : page * ROWS], page, len(rows))
