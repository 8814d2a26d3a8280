"""Put a finished run into the database whole, and in front."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.answers.remembered import Remembered
from service.audit.chain import record
from service.clock import now
from service.db.base import Base
from service.db.database import Database
from service.lists.tables import Guide, ListRow
from service.places.tables import Cabinet, Item, KnownReview, Ward
from service.runs.folder import LISTS, RunFolder
from service.runs.tables import Run
from service.settings import Settings

# Children first: what a run no longer kept leaves behind.
_ROWS: tuple[type[Base], ...] = (ListRow, Guide, KnownReview, Cabinet, Item, Ward)
_BATCH = 2000
_DATES = ("valid_from", "valid_to", "reviewed_at")


def publish(database: Database, folder: RunFolder, settings: Settings, *, by: str) -> Run:
    """Publish a run in one transaction: all of it is served, or none.

    Parameters
    ----------
    database : Database
        Up to date.
    folder : RunFolder
        The finished run.
    settings : Settings
        How many runs keep their rows.
    by : str
        Who publishes.

    Returns
    -------
    Run
        The published run. Where the same lists were published before and are still kept, it is that run: nothing
        changes if it is the one served, else it is put in front again.

    Raises
    ------
    BadInput
        If the folder isn't as brikopt writes it; the database is unchanged then.
    """
    content = folder.content()
    with database.writing() as session:
        run = _published(session, content)
        if run is None:
            run = _new_run(session, folder, content, by)
            fill(session, run, folder)
        put_in_front(session, run, by=by)
        forget_old(session, settings)
        session.flush()
        session.expunge(run)
    return run


def fill(session: Session, run: Run, folder: RunFolder) -> None:
    """Write all rows of a run; its own row must be there."""
    for table, rows in (
        (Ward, _wards(folder)),
        (Cabinet, folder.masters["cabinets"]),
        (Item, folder.masters["items"]),
        (KnownReview, _numbered(folder.masters["reviews"])),
        (Guide, _guides(folder)),
    ):
        _insert(session, table, ({"run": run.id, **_dated(row)} for row in rows))
    wards = {row["cabinet_id"]: row["ward_id"] for row in folder.masters["cabinets"]}
    for output in LISTS:
        _insert(session, ListRow, _list_rows(run.id, output.name, folder.rows(output), wards))


def put_in_front(session: Session, run: Run, *, by: str) -> None:
    """Serve this run from now on; nothing happens if it is served already."""
    newest = session.scalars(select(Run).where(Run.served_from.is_not(None)).order_by(Run.served_from.desc())).first()
    if newest is not None and newest.id == run.id:
        return
    run.served_from = now() if newest is None or newest.served_from is None else _after(newest)
    session.flush()
    record(session, by, "run.published", run.id, after={"run_id": run.run_id, "content": run.content})


def forget_old(session: Session, settings: Settings) -> None:
    """Take away the rows of runs beyond those kept, and answers past their time."""
    served = select(Run).where(Run.kept, Run.served_from.is_not(None)).order_by(Run.served_from.desc())
    for old in session.scalars(served.offset(settings.keep_runs)).all():
        for table in _ROWS:
            session.execute(delete(table).where(table.run == old.id))  # type: ignore[attr-defined]
        old.kept = False
    session.execute(delete(Remembered).where(Remembered.at < now() - timedelta(days=settings.keep_answers_days)))


def _published(session: Session, content: str) -> Run | None:
    return session.scalars(select(Run).where(Run.content == content, Run.kept)).first()


def _new_run(session: Session, folder: RunFolder, content: str, by: str) -> Run:
    run = Run(
        id=secrets.token_hex(8),
        run_id=folder.run_id,
        content=content,
        state="done",
        requested_at=now(),
        requested_by=by,
        finished_at=now(),
        progress=1.0,
        as_of=folder.as_of,
        version=str(folder.record["version"]),
        kept=True,
        record=dict(folder.record),
    )
    session.add(run)
    session.flush()
    return run


def _after(newest: Run) -> Any:  # noqa: ANN401 - a moment
    """A moment later than the newest, whatever the clock says."""
    moment = now()
    return max(moment, newest.served_from + timedelta(milliseconds=1)) if newest.served_from else moment


def _wards(folder: RunFolder) -> Iterator[dict[str, Any]]:
    with_nonbrik = {row["ward_id"] for row in folder.masters["cabinets"] if row["kind"] == "non_brik"}
    for row in folder.masters["wards"]:
        relevant = row["nonbrik_relevant"]
        yield {**row, "nonbrik_relevant": row["ward_id"] in with_nonbrik if relevant is None else bool(relevant)}


def _numbered(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({**row, "row": number} for number, row in enumerate(rows))


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if value and name in _DATES else value for name, value in row.items()}


def _guides(folder: RunFolder) -> Iterator[dict[str, Any]]:
    for ward_id, form, content in folder.guides():
        yield {"ward_id": ward_id, "form": form, "packed": zlib.compress(content)}


def _list_rows(run: str, name: str, rows: Iterable[dict[str, Any]], wards: dict[str, str]) -> Iterator[dict[str, Any]]:
    for number, cells in enumerate(rows):
        cabinet = cells.get("cabinet_id")
        yield {
            "run": run,
            "name": name,
            "row": number,
            "ward_id": cells.get("ward_id") or wards.get(cabinet or ""),
            "cabinet_id": cabinet,
            "item_id": cells.get("item_id"),
            "cells": cells,
        }


def _insert(session: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    for some in _batches(rows):
        session.execute(insert(table), some)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _BATCH:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
