"""Watches the inbox: what has come whole is checked, run and published through the same queue as uploads."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from brikopt.contract.rules import Language
from brikopt.errors import BadInput, BrikoptError
from service.db.database import Database
from service.errors import STATUS
from service.inbox.arrivals import DONE, OURS, REFUSED, Stillness, arrivals
from service.inbox.taken import Taken, all_taken, take
from service.refusals import ExtractsUnusable, Refusal, Unavailable, UploadRefused
from service.runs.archives import Budget
from service.runs.checking import check_extracts
from service.runs.folders import JobFolder
from service.runs.jobs import Asked, problem_words, request_run
from service.runs.supervisor import Supervisor
from service.runs.tables import Job, Run
from service.runs.uploads import keep_extracts
from service.settings import Settings
from service.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A file that ends its reader each time would be tried for ever.
_MOST_LOST = 3
_LOCK = ".watched"
_log = structlog.get_logger("service.inbox")


@dataclass(frozen=True, slots=True)
class Ended:
    """One arrival that was put away.

    Attributes
    ----------
    folder : Path
        Where it lies now.
    problem : str
        Why it was refused; empty where its run was published.
    """

    folder: Path
    problem: str


@dataclass
class Inbox:
    """A watched folder.

    Parameters
    ----------
    path : Path
        The folder.
    database : Database
    settings : Settings
    by : str
        Id under which its runs are asked for.
    lang : {"da", "en"}
        Language of the runs' sentences and of reports.
    quiet_seconds : float
        How long an arrival must have stood still.
    """

    path: Path
    database: Database
    settings: Settings
    by: str
    lang: Language
    quiet_seconds: float
    _stillness: Stillness = field(default_factory=Stillness)

    def look(self, moment: float) -> list[Ended]:
        """Take what has come whole, ask for its runs, and put away what has ended; once, without waiting."""
        for path in self._stillness.still(self.path, moment, self.quiet_seconds):
            try:
                take(path)
            except OSError as error:  # a name too long, or taken away again; the others go on
                _log.warning("arrival can't be taken", name=path.name, error=type(error).__name__)
        return [ended for one in all_taken(self.path) if (ended := self._go_on(one)) is not None]

    def empty(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not arrivals(self.path) and not all_taken(self.path)

    def _go_on(self, one: Taken) -> Ended | None:
        with self.database.reading() as session:
            run, job = session.get(Run, one.run_id), session.get(Job, one.run_id)
            state, problem = (run.state, run.problem) if run else ("", None)
            report: dict[str, Any] = job.report if job else {}
        if not state:
            return self._ask(one)
        if state == "done":
            return self._put_away(one, DONE, "", report)
        if state == "failed":
            # Not the extracts' fault: the work ended with whoever was at it.
            if problem == problem_words(self.lang, "lost") and len(one.lost() | {one.run_id}) < _MOST_LOST:
                return self._ask(one.under_a_new_run())
            return self._put_away(one, REFUSED, problem or "", report)
        return None

    def _ask(self, one: Taken) -> Ended | None:
        """Check an arrival, and put its run into the queue: the id that its folder's name holds goes there once."""
        folder = JobFolder.of(self.settings, one.run_id)
        folder.remove()  # what a killed watcher left half done
        try:
            with ExitStack() as open_files:
                budget = Budget(self.settings.unpacked_bytes, self.settings.upload_ratio)
                files = keep_extracts(one.sent(open_files), folder.extracts, budget)
            report = check_extracts(folder, self.settings, None, self.lang)
        except (UploadRefused, ExtractsUnusable) as error:
            folder.remove()
            return self._put_away(one, REFUSED, _sentence(error, self.lang), {})
        except Refusal:  # the service can't now: another time
            raise
        except BrikoptError as error:
            # Our own fault must not stand in the way of what else arrives.
            _log.error("check broke", name=one.name, run=one.run_id, error=str(error))
            return self._put_away(one, REFUSED, problem_words(self.lang, "broke"), {})
        with self.database.writing() as session:
            request_run(session, Asked(one.run_id, self.by, None, self.lang, files, report))
        _log.info("arrival taken", name=one.name, run=one.run_id)
        return None

    def _put_away(self, one: Taken, to: str, problem: str, report: dict[str, Any]) -> Ended:
        said = {"name": one.name, "run": one.run_id, "state": to, "problem": problem or None, "check": report}
        ended = Ended(one.put_away(to, said), problem)
        _log.info("arrival put away", name=one.name, run=one.run_id, state=to)
        return ended


def watch(inbox: Inbox, look_seconds: float, tell: Callable[[Ended], None], *, once: bool) -> bool:
    """Look at the inbox again and again, and carry out the runs of the queue meanwhile.

    Parameters
    ----------
    inbox : Inbox
    look_seconds : float
        Between two looks. Looks, because folders on other machines don't tell of changes.
    tell : callable
        Hears of each arrival that was put away.
    once : bool
        End when nothing is left.

    Returns
    -------
    bool
        Whether nothing was refused.

    Raises
    ------
    BadInput
        If there is no such folder, or somebody watches it already.
    """
    with _alone(inbox.path):
        supervisor, clean = Supervisor(inbox.database, inbox.settings), True
        supervisor.start()
        try:
            while True:
                try:
                    for ended in inbox.look(time.monotonic()):
                        clean = clean and not ended.problem
                        tell(ended)
                    if once and inbox.empty():
                        return clean
                except (Unavailable, SQLAlchemyError, OSError) as error:
                    _log.warning("the inbox can't be looked after now", error=type(error).__name__)
                time.sleep(look_seconds)
        finally:
            supervisor.stop()


@contextmanager
def _alone(inbox: Path) -> Iterator[None]:
    if not inbox.is_dir():
        raise BadInput(f"--inbox {inbox}", "there is no such folder.", "Make it, or name another.")
    lock = FileLock(inbox / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        problem = "somebody watches it already."
        raise BadInput(f"--inbox {inbox}", problem, "Leave it to that one, or stop it first.") from None
    try:
        for name in OURS:
            (inbox / name).mkdir(exist_ok=True)
        yield
    finally:
        lock.release()


def _sentence(error: Refusal, lang: Language) -> str:
    _, name = STATUS[type(error)]
    return str(texts_of(lang)["problems"][name]["detail"]).format_map(error.facts)
