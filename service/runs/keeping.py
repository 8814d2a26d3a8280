"""Which runs keep their rows, and how those of the others go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from service.answers.repeats import forget_old_answers
from service.db.database import Database
from service.lists.tables import ListRow
from service.runs.kept_rows import keep_decided
from service.runs.rows import ROW_TABLES
from service.runs.tables import Run
from service.settings import Settings

_BATCH = 2000


def forget_old(session: Session, settings: Settings) -> None:
    """Let go of runs beyond those kept, and of answers past their time.

    Notes
    -----
    What people decided about stays under another name: the decisions must be understood for as long as they count.
    The rows themselves go later, see ``sweep``.
    """
    served = select(Run).where(Run.kept, Run.served_number.is_not(None)).order_by(Run.served_number.desc())
    for old in session.scalars(served.offset(settings.keep_runs)).all():
        keep_decided(session, old)
        old.kept = False
    forget_old_answers(session, settings)


def sweep(database: Database, run_id: str | None = None) -> None:
    """Take away the rows of runs that don't keep them, a few in each transaction.

    Parameters
    ----------
    database : Database
    run_id : str, optional
        Only those of this run, whatever its state; else of all that are neither kept nor on their way.
    """
    for one in [run_id] if run_id else _let_go(database):
        for table in ROW_TABLES:
            while _took_some(database, table, one):
                pass


def _let_go(database: Database) -> Iterable[str]:
    with database.reading() as session:
        return session.scalars(select(Run.id).where(~Run.kept, Run.state.in_(("done", "failed")))).all()


def _took_some(database: Database, table: Any, run_id: str) -> bool:  # noqa: ANN401 - a mapped class
    keys = list(table.__table__.primary_key)
    some = select(*keys).where(table.run == run_id)
    if table is ListRow:
        some = some.where(ListRow.name.not_like("decided_%"))
    with database.reading() as session:
        if session.execute(some.limit(1)).first() is None:
            return False
    with database.writing() as session:
        chosen = some.limit(_BATCH).subquery()
        session.execute(
            delete(table).where(tuple_(*keys).in_(select(chosen))).execution_options(synchronize_session=False)
        )
    return True
