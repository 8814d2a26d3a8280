"""Looks after the queue: one run at a time, each in a worker of its own, followed by a thread of the service."""

from __future__ import annotations

import json
import os
import threading
import time

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from service.db.database import Database
from service.refusals import Unavailable
from service.runs.folders import JobFolder, clear_folders
from service.runs.jobs import (
    any_lost,
    any_queued,
    claim_next,
    fail,
    give_up_lost,
    must_stop,
    note_facts,
    note_progress,
    problem_words,
    put_back,
)
from service.runs.keeping import sweep
from service.runs.tables import Job, Run
from service.runs.work import RUN, USER_INPUT
from service.runs.worker_process import Worker
from service.settings import Settings

_LOOK_SECONDS = 1.0
_BEAT_SECONDS = 20.0
_OUTAGE_SECONDS = 5.0
_log = structlog.get_logger("service.runs")


class Supervisor:
    """Carries out the runs of the queue, in a thread.

    Parameters
    ----------
    database : Database
        With this version's tables.
    settings : Settings
        Where files lie, and how many processes a run may use.

    Notes
    -----
    That a run is under way stands in the database, with who is at it. So there is one at a time however many services
    share the database, and a run whose holder is gone is found by whoever looks next.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="runs", daemon=True)

    def start(self) -> None:
        """Begin to look after the queue."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and the worker too; its run goes back into the queue."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _look_after(self) -> None:
        cleared = False
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                if not cleared:
                    self._clear()
                    cleared = True
                if (run := self._next()) is not None:
                    self._carry_out(run)
            except (Unavailable, SQLAlchemyError, OSError) as error:
                _log.warning("runs can't be looked after now", error=type(error).__name__)
                self._stopping.wait(_OUTAGE_SECONDS)

    def _clear(self) -> None:
        with self._database.reading() as session:
            states: dict[str, str] = dict(session.execute(select(Run.id, Run.state)).all())
        under_way = {run for run, state in states.items() if state in ("queued", "running")}
        clear_folders(self._settings, under_way, states.keys())

    def _next(self) -> Run | None:
        with self._database.reading() as session:
            lost, queued = any_lost(session), any_queued(session)
        if lost:
            with self._database.writing() as session:
                gone = give_up_lost(session)
            _log.warning("runs were lost", runs=gone)
            sweep(self._database)
            self._clear()
        if not queued:
            return None
        with self._database.writing() as session:
            run = claim_next(session)
            if run is not None:
                session.expunge(run)
        return run

    def _carry_out(self, run: Run) -> None:
        folder = JobFolder.of(self._settings, run.id)
        self._give_order(run, folder)
        _log.info("run begins", run=run.id)
        with folder.log.open("a", encoding="utf-8") as log:
            worker = Worker(folder.path, self._settings, log, with_database=True)
            try:
                by_itself = self._follow(run, worker)
            finally:
                code = worker.end()
        state = self._settle(run, worker, code, by_itself)
        if state in ("done", "failed"):
            folder.clear()
        _log.info("run ended", run=run.id, state=state, code=code)
        sweep(self._database)

    def _give_order(self, run: Run, folder: JobFolder) -> None:
        with self._database.reading() as session:
            lang = session.get_one(Job, run.id).lang
        order = {
            "do": RUN,
            "id": run.id,
            "by": run.requested_by,
            "as_of": run.as_of.isoformat() if run.as_of else None,
            "lang": lang,
            "jobs": self._settings.run_jobs or os.cpu_count() or 1,
            "memory_mb": self._settings.run_memory_mb,
        }
        folder.path.mkdir(parents=True, exist_ok=True)
        folder.order.write_text(json.dumps(order), "utf-8")

    def _follow(self, run: Run, worker: Worker) -> bool:
        """Wait for the end; False where the worker must stop before it."""
        told: tuple[object, ...] = ()
        beat = 0.0
        while worker.wait(_LOOK_SECONDS) is None:
            heard = worker.heard
            news = (heard.step, round(heard.share, 2), len(heard.facts))
            try:
                with self._database.reading() as session:
                    stop = must_stop(session, run.id)
                # Every note is a commit, and answers kept in memory are good until the next one.
                if not stop and (news != told or time.monotonic() - beat > _BEAT_SECONDS):
                    with self._database.writing() as session:
                        note_progress(session, run.id, heard.step, heard.share, heard.facts)
                    told, beat = news, time.monotonic()
            except (Unavailable, SQLAlchemyError) as error:
                # The worker goes on; only who looks sees an old figure.
                _log.warning("progress can't be noted now", error=type(error).__name__)
                stop = False
            if stop or self._stopping.is_set():
                return False
        return True

    def _settle(self, run: Run, worker: Worker, code: int, by_itself: bool) -> str:
        with self._database.writing() as session:
            row, job = session.get_one(Run, run.id), session.get_one(Job, run.id)
            note_facts(job, worker.heard.facts)
            if row.state == "running":
                if job.cancel_asked_at is not None:
                    fail(session, row, problem_words(job.lang, "cancelled"))
                elif not by_itself and self._stopping.is_set():
                    put_back(session, run.id)
                elif code == USER_INPUT:
                    fail(session, row, str(worker.heard.facts.get("problem", problem_words(job.lang, "broke"))))
                else:
                    fail(session, row, problem_words(job.lang, "lost" if code < 0 else "broke"))
            return row.state
