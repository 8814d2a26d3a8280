"""Looks after the queue: one worker at a time, in a process of its own, heard and stopped by a thread of the service."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.db.database import Database
from service.refusals import Unavailable
from service.runs.folders import JobFolder
from service.runs.jobs import (
    any_lost,
    any_queued,
    claim_next,
    fail,
    give_up_lost,
    note_progress,
    problem_words,
    put_back,
)
from service.runs.keeping import sweep
from service.runs.tables import Job, Run
from service.runs.work import USER_INPUT
from service.settings import Settings

_LOOK_SECONDS = 1.0
_POLITE_SECONDS = 10.0
_log = structlog.get_logger("service.runs")


@dataclass
class _Heard:
    """What a worker told so far."""

    step: str = "check"
    share: float = 0.0
    problem: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def listen(self, lines: IO[str]) -> None:
        """Take in what is told, until the worker says no more."""
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a library's word, not ours
            self.step, self.share = told.pop("step", self.step), max(self.share, told.pop("share", self.share))
            self.problem = told.pop("problem", self.problem)
            self.facts = {**self.facts, **told}


class Supervisor:
    """Carries out the runs of the queue, in a thread.

    Parameters
    ----------
    database : Database
        With this version's tables.
    settings : Settings
        Where files lie, and how many processes a run may use.
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
        while not self._stopping.is_set():
            try:
                run = self._next()
                if run is not None:
                    self._carry_out(run)
                    continue
            except (Unavailable, SQLAlchemyError, OSError):
                _log.exception("runs can't be looked after now")
            self._stopping.wait(_LOOK_SECONDS)

    def _next(self) -> Run | None:
        with self._database.reading() as session:
            lost, queued = any_lost(session), any_queued(session)
        if lost:
            with self._database.writing() as session:
                gone = give_up_lost(session)
            _log.warning("runs were lost", runs=gone)
            sweep(self._database)
        if not queued:
            return None
        with self._database.writing() as session:
            run = claim_next(session)
            if run is not None:
                session.expunge(run)
        return run

    def _carry_out(self, run: Run) -> None:
        folder = JobFolder.of(self._settings, run.id)
        heard = _Heard()
        with folder.log.open("a", encoding="utf-8") as log:
            worker = self._start(run, folder, log)
            assert worker.stdout is not None  # noqa: S101 - for the types: it was asked for as a pipe
            listener = threading.Thread(target=heard.listen, args=(worker.stdout,), daemon=True)
            listener.start()
            try:
                wanted = self._follow(run, worker, heard)
            finally:
                _end(worker)
            listener.join(_POLITE_SECONDS)
        self._settle(run, worker.returncode, heard, wanted)
        sweep(self._database)

    def _start(self, run: Run, folder: JobFolder, log: IO[str]) -> subprocess.Popen[str]:
        with self._database.reading() as session:
            lang = session.get_one(Job, run.id).lang
        order = {
            "id": run.id,
            "by": run.requested_by,
            "as_of": run.as_of.isoformat() if run.as_of else None,
            "lang": lang,
            "jobs": self._settings.run_jobs or os.cpu_count() or 1,
        }
        folder.order.write_text(json.dumps(order), "utf-8")
        _log.info("run begins", run=run.id)
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "service.runs.work", str(folder.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **_environment(self._settings)},
            start_new_session=True,
        )

    def _follow(self, run: Run, worker: subprocess.Popen[str], heard: _Heard) -> bool:
        """Wait for the end; False where the worker must stop before it."""
        while True:
            try:
                worker.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            else:
                return True
            if self._stopping.is_set() or not self._note(run, heard):
                return False

    def _note(self, run: Run, heard: _Heard) -> bool:
        try:
            with self._database.writing() as session:
                return note_progress(session, run.id, heard.step, heard.share, heard.facts)
        except (Unavailable, SQLAlchemyError):
            _log.exception("progress can't be noted now")
            return True  # the worker goes on; only who looks sees an old figure

    def _settle(self, run: Run, code: int, heard: _Heard, ended_by_itself: bool) -> None:
        with self._database.writing() as session:
            row, job = session.get_one(Run, run.id), session.get_one(Job, run.id)
            for name, value in heard.facts.items():
                setattr(job, name, value)
            if row.state == "running":
                if job.cancel_asked_at is not None:
                    fail(session, row, problem_words(job.lang, "cancelled"))
                elif not ended_by_itself:
                    put_back(session, run.id)
                else:
                    words = heard.problem if code == USER_INPUT else problem_words(job.lang, "broke")
                    fail(session, row, words)
            state = row.state
        if state in ("done", "failed"):
            JobFolder.of(self._settings, run.id).clear(failed=state == "failed")
        _log.info("run ended", run=run.id, state=state, code=code)


def _environment(settings: Settings) -> dict[str, str]:
    """What the worker must know of the settings, however they came here."""
    return {
        "BRIKOPT_DATA_DIR": str(settings.data_dir.resolve()),
        "DATABASE_URL": settings.database_url,
        "BRIKOPT_KEEP_RUNS": str(settings.keep_runs),
        "BRIKOPT_KEEP_ANSWERS_DAYS": str(settings.keep_answers_days),
        "BRIKOPT_PATIENCE_SECONDS": str(settings.patience_seconds),
    }


def _end(worker: subprocess.Popen[str]) -> None:
    """Stop a worker and its helpers: politely, then for certain."""
    if worker.poll() is None:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(_POLITE_SECONDS)
        except subprocess.TimeoutExpired:
            _log.warning("a worker had to be killed", process=worker.pid)
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nobody is left of its group
    worker.wait()
    if worker.stdin is not None:
        worker.stdin.close()
