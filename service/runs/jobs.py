"""The queue of runs: asked for, taken by one worker at a time, followed, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.rules import Language
from service.audit.chain import record
from service.clock import now
from service.refusals import AlreadySettled
from service.runs.holders import is_lost, this_process
from service.runs.tables import Job, Run
from service.texts import texts_of

EXTRACTS = "extracts"
_SERVICE = "service"
_FACTS = frozenset({"report", "flowed_back"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that somebody asks for.

    Attributes
    ----------
    id : str
        Its id, which is also the name of its folder.
    by : str
        Id of the principal.
    as_of : date or None
        Moment of decision; None is the day after the newest record.
    lang : {"da", "en"}
        Language of its sentences.
    files : sequence of dict
        What was sent: name, bytes and sha256 of each file.
    report : dict
        What the check found.
    """

    id: str
    by: str
    as_of: date | None
    lang: Language
    files: Sequence[dict[str, Any]]
    report: dict[str, Any]


def request_run(session: Session, asked: Asked) -> Run:
    """Put a run into the queue, in a writing transaction."""
    run = Run(
        id=asked.id,
        state="queued",
        requested_at=now(),
        requested_by=asked.by,
        progress=0.0,
        as_of=asked.as_of,
        kept=False,
        record={},
    )
    session.add(run)
    session.flush()
    session.add(
        Job(
            run=run.id,
            kind=EXTRACTS,
            lang=asked.lang,
            files=list(asked.files),
            step="queued",
            report=asked.report,
            flowed_back={},
        )
    )
    session.flush()
    record(session, asked.by, "run.requested", run.id, after={"files": list(asked.files)})
    return run


def claim_next(session: Session) -> Run | None:
    """Take the oldest run of the queue, unless one is being worked on.

    Parameters
    ----------
    session : Session
        Of a writing transaction: its lock keeps two workers from taking one run, or two runs.

    Returns
    -------
    Run or None
        In state running, held by this process.
    """
    if session.scalars(_jobs("running").where(Job.kind == EXTRACTS)).first() is not None:
        return None
    found = session.execute(_jobs("queued", Run).order_by(Run.requested_at, Run.id)).first()
    if found is None:
        return None
    job, run = found
    run.state, run.problem, run.progress = "running", None, 0.0
    job.holder, job.beat_at, job.step = this_process(), now(), "check"
    session.flush()
    return run  # type: ignore[no-any-return]


def must_stop(session: Session, run_id: str) -> bool:
    """Whether the work on a run must end: somebody asked for it, or the run was given up."""
    run, job = session.get_one(Run, run_id), session.get_one(Job, run_id)
    return run.state != "running" or job.holder != this_process() or job.cancel_asked_at is not None


def note_progress(session: Session, run_id: str, step: str, share: float, facts: Mapping[str, Any]) -> None:
    """Give a sign of life, and say how far a run has come.

    Parameters
    ----------
    session : Session
        Of a writing transaction.
    run_id : str
    step : str
        What is being done.
    share : float
        How much of the whole is done, 0 to 1.
    facts : mapping
        What else is known: the ``report`` of the check, what ``flowed_back``.
    """
    run, job = session.get_one(Run, run_id), session.get_one(Job, run_id)
    if run.state == "running" and job.holder == this_process():
        job.beat_at, job.step, run.progress = now(), step, share
        note_facts(job, facts)


def note_facts(job: Job, facts: Mapping[str, Any]) -> None:
    """Keep what a worker told of its run."""
    for name in _FACTS & facts.keys():
        setattr(job, name, facts[name])


def fail(session: Session, run: Run, problem: str, *, by: str = _SERVICE) -> None:
    """End a run without a result; what is served stays."""
    run.state, run.problem, run.finished_at = "failed", problem, now()
    session.flush()
    record(session, by, "run.failed", run.id)


def put_back(session: Session, run_id: str) -> None:
    """Return a run to the queue, because the service is being stopped."""
    run, job = session.get_one(Run, run_id), session.get_one(Job, run_id)
    if run.state == "running" and job.holder == this_process():
        run.state, run.progress = "queued", 0.0
        job.holder = job.beat_at = None
        job.step = "queued"


def ask_to_cancel(session: Session, run: Run, by: str) -> None:
    """Stop a run that waits, at once, or one under way, as soon as its worker hears of it.

    Raises
    ------
    AlreadySettled
        If it has ended, or is only being put in place.
    """
    job = session.get(Job, run.id)
    if job is None or job.kind != EXTRACTS or run.state not in ("queued", "running"):
        raise AlreadySettled(what="run", id=run.id, state=run.state)
    if job.cancel_asked_at is not None:
        return
    job.cancel_asked_at = now()
    session.flush()
    record(session, by, "run.cancel_asked", run.id)
    if run.state == "queued":
        fail(session, run, problem_words(job.lang, "cancelled"), by=by)


def give_up_lost(session: Session) -> list[str]:
    """Fail the runs that nobody is at any more, and name them."""
    lost = [(job, run) for job, run in session.execute(_jobs("running", Run)) if is_lost(job.holder, job.beat_at)]
    for job, run in lost:
        fail(session, run, problem_words(job.lang, "lost"))
    return [run.id for _, run in lost]


def any_lost(session: Session) -> bool:
    """Whether there is a run that nobody is at any more."""
    return any(is_lost(job.holder, job.beat_at) for job in session.scalars(_jobs("running")))


def any_queued(session: Session) -> bool:
    """Whether a run waits."""
    return session.scalars(_jobs("queued")).first() is not None


def problem_words(lang: str, name: str) -> str:
    """Say why a run ended without a result."""
    return str(texts_of("en" if lang == "en" else "da")["runs"][name])


def _jobs(state: str, *more: type[Run]) -> Any:  # noqa: ANN401 - a query
    return select(Job, *more).join(Run, Run.id == Job.run).where(Run.state == state)
