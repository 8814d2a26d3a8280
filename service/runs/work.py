"""The worker: a process of its own that checks extracts, or runs on them and publishes the result.

``python -m service.runs.work FOLDER``; FOLDER/order.json says what to do. It tells its progress on standard output, and
ends when its standard input does: nobody would hear of it any more.
"""

# ruff: noqa: PLC0415 - nothing heavy is loaded before it is sure that it can be stopped

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brikopt.errors import BadInput

if TYPE_CHECKING:
    from brikopt.contract.intake import Intake
    from brikopt.flows.rejected_advice import RejectedAdvice
    from brikopt.transfers.answered import Answers
    from service.db.database import Database
    from service.runs.folders import JobFolder
    from service.runs.steps import ToldProgress

CHECK, RUN = "check", "run"
USER_INPUT, OUR_FAILURE, OUT_OF_MEMORY, STOPPED = 2, 3, 4, 130
_NICE = 10  # whoever asks the service something comes first
_LESS = "Send fewer years or wards at once, or raise BRIKOPT_RUN_MEMORY_MB."
_Order = Mapping[str, Any]


def main() -> int:
    """Do what is ordered; exit code 0 done, 2 the extracts, 3 our own failure, 130 stopped."""
    _end_when_told()
    os.nice(_NICE)
    from brikopt.reports.sentences import texts_of
    from service.runs.folders import JobFolder
    from service.runs.steps import ToldProgress

    folder = JobFolder(Path(sys.argv[1]))
    order = json.loads(folder.order.read_text("utf-8"))
    _be_bounded(order)
    progress = ToldProgress(texts_of(order["lang"])["steps"], sys.stdout, sys.stderr)
    try:
        _check(folder, order, progress) if order["do"] == CHECK else _run(folder, order, progress)
    except BadInput as error:
        _tell_problem(error, folder, progress)
        return USER_INPUT
    except MemoryError:
        problem = f"reading it takes more than {order['memory_mb']} MB of memory."
        _tell_problem(BadInput(str(folder.extracts), problem, _LESS), folder, progress)
        return USER_INPUT
    except KeyboardInterrupt:
        return STOPPED
    except Exception:
        # Whatever it is, the log keeps it, and the run has failed.
        traceback.print_exc()
        return OUR_FAILURE
    return 0


def _be_bounded(order: _Order) -> None:
    """Whatever a file does to its reader, memory and time have an end, and the service isn't what ends for it."""
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_mb"] * 2**20,) * 2)
    if order["do"] == CHECK:
        resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_seconds"],) * 2)
    with suppress(OSError):  # not on every system
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _run(folder: JobFolder, order: _Order, progress: ToldProgress) -> None:
    from brikopt.flows.run import run
    from service.audit.witness import Witness
    from service.db.database import Database
    from service.runs.folder import open_run
    from service.runs.previous import previous_run
    from service.runs.publish import publish
    from service.settings import Settings

    settings = Settings()
    database = Database(settings.url, settings.patience_seconds, Witness.of(settings))
    try:
        intake = _check(folder, order, progress)
        with progress.step("flow_back"):
            rejected, answers = _flow_back(database, folder, order, intake, progress)
            with database.reading() as session:
                previous = previous_run(session, intake.as_of)
        run(
            folder.input,
            folder.result,
            # What flowed back is earlier than the default, which so stays the same.
            as_of=_moment(order),
            jobs=order["jobs"],
            backend="loky",
            policy_file=None,
            lang=order["lang"],
            progress=progress,
            rejected=rejected,
            answers=answers,
            previous=previous,
        )
        with progress.step("publish"):
            publish(database, open_run(folder.result), settings, by=order["by"], into=order["id"])
    finally:
        database.close()


def _flow_back(
    database: Database, folder: JobFolder, order: _Order, intake: Intake, progress: ToldProgress
) -> tuple[list[RejectedAdvice], Answers]:
    """Make the run's input of the extracts and of what was decided; return what was said to earlier advice."""
    from service.flowback.answered_moves import answered_moves
    from service.flowback.gather import gather
    from service.flowback.merge import with_decisions
    from service.flowback.rejections import rejected_advice

    # Who names a moment wants to know what was known then.
    before = intake.as_of if order["as_of"] else None
    with database.reading() as session:
        decided, rejected = gather(session, before), rejected_advice(session, before)
        answers = answered_moves(session, before)
    told = with_decisions(folder.extracts, folder.input, folder.flowed_back, intake, decided)
    said = {"rejected": len(rejected), "agreed": len(answers.agreed), "declined": len(answers.declined)}
    progress.tell(flowed_back={**told, **{name: count for name, count in said.items() if count}})
    return rejected, answers


def _check(folder: JobFolder, order: _Order, progress: ToldProgress) -> Intake:
    """As `brikopt check`: the report, and the rejected rows as a file."""
    from brikopt.contract.intake import read_extracts
    from brikopt.contract.outputs import REJECTED_ROWS
    from brikopt.policy import policy_for
    from brikopt.reports.tables import write_table
    from service.runs.reports import report_of

    with progress.step("check"):
        factor = policy_for(folder.extracts, None).extracts.max_quantity_factor
        intake = read_extracts(folder.extracts, as_of=_moment(order), lang=order["lang"], max_quantity_factor=factor)
        write_table(intake.rejected, REJECTED_ROWS, folder.rejected)
        progress.tell(report=report_of(intake, order["lang"]))
    return intake


def _moment(order: _Order) -> date | None:
    return date.fromisoformat(order["as_of"]) if order["as_of"] else None


def _tell_problem(error: BadInput, folder: JobFolder, progress: ToldProgress) -> None:
    """Name files as whoever sent them knows them, and not where they lie here."""

    def plain(text: str) -> str:
        return text.replace(f"{folder.extracts}{os.sep}", "").replace(str(folder.extracts), "upload")

    parts = {"where": plain(error.where), "what": plain(error.problem), "advice": plain(error.advice)}
    progress.tell(problem=plain(str(error)), stop=parts)
    sys.stderr.write(f"{plain(str(error))}\n")


def _end_when_told() -> None:
    def stop(number: int, frame: object) -> None:  # noqa: ARG001 - as Python calls it
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    # Not through sys.stdin, whose lock would be missed at the end.
    while os.read(0, 4096):
        pass
    # Helpers of ours are in the same group; nothing half done of this run will be missed.
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MemoryError:  # too little even to say so
        sys.exit(OUT_OF_MEMORY)
