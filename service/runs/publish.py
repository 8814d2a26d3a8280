"""Put a finished run into the database, out of sight until all of it is there, and then in front."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.audit.chain import next_number, record
from service.clock import now
from service.db.database import Database
from service.refusals import AlreadySettled, Unavailable
from service.runs.folder import RunFolder
from service.runs.holders import this_process
from service.runs.keeping import forget_old, sweep
from service.runs.rows import Batch, batches
from service.runs.tables import Job, Run
from service.settings import Settings
from service.transfers.carried import carry_accepted

# So few that another writer never waits long for its turn, and so many that the disk isn't all that is waited for.
_BATCH = 1000
# Between two batches others get their turn: who waits for SQLite's lock only looks every tenth of a second.
_LONGEST_REST = 0.15
_TRIES = 20


def publish(database: Database, folder: RunFolder, settings: Settings, *, by: str, into: str | None = None) -> Run:
    """Publish a run: readers see all of it or nothing.

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
    into : str, optional
        Id of the requested run whose result this is; without it, a new one.

    Returns
    -------
    Run
        The published run. Where the same lists were published before and are still kept, and no run was requested,
        it is that run: nothing changes if it is the one served, else it is put in front again.

    Raises
    ------
    BadInput
        If the folder isn't as brikopt writes it; what is served is unchanged then.
    AlreadySettled
        If the requested run was given up or cancelled meanwhile.

    Notes
    -----
    The rows come in many short transactions, so that people can go on writing. Nothing shows them until the last
    transaction, also a short one, puts the run in front. What a killed publisher leaves is swept away by the next.
    """
    content = folder.content()
    with database.writing() as session:
        known = None if into else _published(session, content)
        run_id = known.id if known else into or _new_run(session, folder, by)
    if known is None:
        try:
            _fill(database, folder, run_id)
        except BaseException:
            if into is None:
                _take_back(database, run_id)
            raise
    with database.writing() as session:
        run = session.get_one(Run, run_id) if known else _finished(session, folder, content, run_id)
        if known is None:
            carry_accepted(session, run, by=by)
        put_in_front(session, run, by=by)
        forget_old(session, settings)
        session.flush()
        session.expunge(run)
    sweep(database)
    return run


def put_in_front(session: Session, run: Run, *, by: str) -> None:
    """Serve this run from now on; nothing happens if it is served already."""
    query = select(Run).where(Run.served_number.is_not(None)).order_by(Run.served_number.desc())
    newest = session.scalars(query).first()
    if newest is not None and newest.id == run.id:
        return
    run.served_from, run.served_number = now(), next_number(session)
    session.flush()
    record(session, by, "run.published", run.id, after={"run_id": run.run_id, "content": run.content})


def _published(session: Session, content: str) -> Run | None:
    query = select(Run).where(Run.content == content, Run.kept).order_by(Run.served_number.desc())
    return session.scalars(query).first()


def _new_run(session: Session, folder: RunFolder, by: str) -> str:
    run = Run(
        id=secrets.token_hex(8),
        state="running",
        requested_at=now(),
        requested_by=by,
        progress=0.0,
        as_of=folder.as_of,
        kept=False,
        record={},
    )
    session.add(run)
    session.flush()
    whose = {"holder": this_process(), "beat_at": now()}
    session.add(Job(run=run.id, kind="result", lang="da", files=[], step="publish", report={}, flowed_back={}, **whose))
    return run.id


def _fill(database: Database, folder: RunFolder, run_id: str) -> None:
    for batch in batches(folder, run_id, _BATCH):
        begun = time.monotonic()
        _insert(database, run_id, batch)
        time.sleep(min(time.monotonic() - begun, _LONGEST_REST))


def _insert(database: Database, run_id: str, batch: Batch) -> None:
    table, rows = batch
    for tried in range(1, _TRIES + 1):
        try:
            with database.writing() as session:
                _job_under_way(session, run_id).beat_at = now()
                session.execute(insert(table), rows)
        except Unavailable:
            # Hours of work are behind this: it waits for the database longer than a person would.
            if tried == _TRIES:
                raise
            time.sleep(1)
        else:
            return


def _finished(session: Session, folder: RunFolder, content: str, run_id: str) -> Run:
    _job_under_way(session, run_id).step = "done"
    run = session.get_one(Run, run_id)
    run.run_id, run.content, run.record = folder.run_id, content, dict(folder.record)
    run.as_of, run.version = folder.as_of, str(folder.record["version"])
    run.state, run.finished_at, run.progress, run.kept = "done", now(), 1.0, True
    session.flush()
    return run


def _job_under_way(session: Session, run_id: str) -> Job:
    """Find the work; whoever gave it up or cancelled it meanwhile must not find its rows coming back."""
    run, job = session.get_one(Run, run_id), session.get_one(Job, run_id)
    if run.state != "running" or job.cancel_asked_at is not None:
        raise AlreadySettled(what="run", id=run_id, state=run.state)
    return job


def _take_back(database: Database, run_id: str) -> None:
    """Leave no trace of a run that nobody asked for by name."""
    sweep(database, run_id)
    with database.writing() as session:
        session.delete(session.get_one(Job, run_id))
        session.flush()
        session.delete(session.get_one(Run, run_id))
