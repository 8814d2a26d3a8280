"""The worker: a process of its own that checks extracts, runs on them and publishes the result.

``python -m service.runs.work FOLDER``; FOLDER/order.json says what to do. It tells its progress on standard output, and
ends when its standard input does: nobody would hear of it any more.
"""

# ruff: noqa: PLC0415 - nothing heavy is loaded before it is sure that it can be stopped

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brikopt.errors import BadInput

if TYPE_CHECKING:
    from brikopt.contract.intake import Intake
    from service.db.database import Database
    from service.runs.folders import JobFolder
    from service.runs.steps import ToldProgress
    from service.settings import Settings

USER_INPUT, OUR_FAILURE, STOPPED = 2, 3, 130
_NICE = 10  # whoever asks the service something comes first


def main() -> int:
    """Do one run; exit code 0 done, 2 the extracts, 3 our own failure, 130 stopped."""
    _end_when_told()
    os.nice(_NICE)
    from brikopt.reports.sentences import texts_of
    from service.runs.folders import JobFolder
    from service.runs.steps import ToldProgress

    folder = JobFolder(Path(sys.argv[1]))
    order = json.loads(folder.order.read_text("utf-8"))
    progress = ToldProgress(texts_of(order["lang"])["steps"], sys.stdout, sys.stderr)
    try:
        _carry_out(folder, order, progress)
    except BadInput as error:
        progress.tell(problem=str(error))
        sys.stderr.write(f"{error}\n")
        return USER_INPUT
    except KeyboardInterrupt:
        return STOPPED
    except Exception:  # noqa: BLE001 - whatever it is, the log keeps it and the run has failed
        traceback.print_exc()
        return OUR_FAILURE
    return 0


def _carry_out(folder: JobFolder, order: dict[str, Any], progress: ToldProgress) -> None:
    from brikopt.flows.run import run
    from service.db.database import Database
    from service.flowback.merge import with_decisions
    from service.runs.folder import open_run
    from service.runs.publish import publish
    from service.settings import Settings

    settings = Settings()
    database = Database(settings.url, settings.patience_seconds)
    try:
        with progress.step("check"):
            intake = _check(folder, order, progress)
        with progress.step("flow_back"):
            told = _flow_back(database, folder, intake, with_decisions)
            progress.tell(flowed_back=told)
        run(
            folder.input,
            folder.result,
            as_of=intake.as_of,
            jobs=order["jobs"],
            backend="loky",
            policy_file=None,
            lang=order["lang"],
            progress=progress,
        )
        with progress.step("publish"):
            publish(database, open_run(folder.result), settings, by=order["by"], into=order["id"])
    finally:
        database.close()


def _check(folder: JobFolder, order: dict[str, Any], progress: ToldProgress) -> Intake:
    from brikopt.contract.intake import read_extracts
    from brikopt.contract.outputs import REJECTED_ROWS
    from brikopt.policy import policy_for
    from brikopt.reports.tables import write_table

    asked = order["as_of"]
    policy_for(folder.extracts, None)
    intake = read_extracts(folder.extracts, as_of=date.fromisoformat(asked) if asked else None, lang=order["lang"])
    write_table(intake.rejected, REJECTED_ROWS, folder.rejected)
    progress.tell(rejected={one.name: one.rejected for one in intake.tables if one.rejected})
    return intake


def _flow_back(database: Database, folder: JobFolder, intake: Intake, with_decisions: Any) -> dict[str, Any]:  # noqa: ANN401
    from service.flowback.gather import gather

    with database.reading() as session:
        decided = gather(session)
    told: dict[str, Any] = with_decisions(folder.extracts, folder.input, intake, decided)
    return told


def _end_when_told() -> None:
    def stop(number: int, frame: object) -> None:  # noqa: ARG001 - as Python calls it
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    sys.stdin.buffer.read()
    # Helpers of ours are in the same group.
    os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
