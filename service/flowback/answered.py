"""The lines of earlier runs that decisions answer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.lists.tables import ListRow
from service.runs.kept_rows import DECIDED, Cells, Place
from service.runs.tables import Run


@dataclass(frozen=True)
class AnsweredRun:
    """The lines of one run that its reviews answer to.

    Attributes
    ----------
    session : Session
    run : str
        The run's id in the service.
    """

    session: Session
    run: str

    @cached_property
    def levels(self) -> dict[Place, Cells]:
        """Levels by cabinet and item."""
        return {(row["cabinet_id"], row["item_id"]): row for row in self._cells("levels")}

    @cached_property
    def lines(self) -> dict[tuple[str, str, str], Cells]:
        """Lines of the trim list by cabinet, item and action."""
        return {(row["cabinet_id"], row["item_id"], row["action"]): row for row in self._cells("trim_list")}

    def _cells(self, name: str) -> Iterator[Cells]:
        query = select(ListRow.cells).where(ListRow.run == self.run, ListRow.name.in_((name, f"{DECIDED}{name}")))
        yield from self.session.scalars(query)


def answered_runs(session: Session) -> dict[str, AnsweredRun]:
    """Return the published runs by the name of their result; of several with one name the newest."""
    query = select(Run.run_id, Run.id).where(Run.served_number.is_not(None)).order_by(Run.served_number)
    return {str(name): AnsweredRun(session, run) for name, run in session.execute(query)}
